"""``python -m benchmarks.asr DATA…``: one table of errors, terms, speed and memory a data folder.

Each system runs in a process of its own, on one thread; whisper-ctranslate2 and the row "all cores" take the threads
that they take by themselves. All hear the same files: the channel that counts, as 16 kHz WAV. Read speech is measured a
second time, joined into files of five minutes and more. ``--noise MINUTES`` hears sounds without speech as well.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from benchmarks.asr.data import DataSet, read
from benchmarks.asr.joined import joined
from benchmarks.asr.measure import Measured, measure
from benchmarks.asr.mono import in_mono
from benchmarks.asr.score import Score, score
from benchmarks.asr.speechless import hear_speechless
from benchmarks.asr.systems import NOT_ASKED, OUTSIDE, SYSTEMS, Setup

LONG_S = 300.0
ASKED = [name for name in SYSTEMS if name != NOT_ASKED]
COLUMNS = (
    "system", "CER (errors/characters)", "CER without private turns", "substituted", "deleted (share)", "inserted",
    "term recall", "term precision", "wall / audio", "CPU / audio", "peak MB",
)  # fmt: skip


def row(name: str, whole: Score, public: Score, audio_s: float, cost: Measured) -> str:
    """Return one line of the table."""
    errors = whole.substituted + whole.deleted + whole.inserted
    written = whole.found + whole.false
    recall = f"{whole.found}/{whole.terms} = {whole.found / whole.terms:.2f}" if whole.terms else "-"
    precision = f"{whole.found}/{written} = {whole.found / written:.2f}" if written else "-"
    return (
        f"| {name} | {whole.error_rate:.3f} ({errors}/{whole.characters}) | {public.error_rate:.3f} | "
        f"{whole.substituted} | {whole.deleted} ({whole.deleted / max(1, whole.characters):.3f}) | {whole.inserted} | "
        f"{recall} | {precision} | {cost.wall_s / audio_s:.3f} | {cost.cpu_s / audio_s:.3f} | {cost.peak_mb:.0f} |"
    )


def table(data: DataSet, systems: Sequence[str], setup: Setup) -> None:
    """Measure the systems on a data set and print its table."""
    audio_s = sum(sample.duration_s for sample in data.samples)
    print(f"\n{data.name}: {len(data.samples)} recordings, {audio_s / 60:.1f} min\n")
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    for name in systems:
        if name == OUTSIDE and setup.outside is None:
            print(f"| {name} | not measured: name its program with --whisper-ctranslate2 |{' |' * (len(COLUMNS) - 2)}")
            continue
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            cost = pool.submit(measure, name, data, setup).result()
        whole, public = score(data, cost.heard), score(data, cost.heard, private=False)
        print(row(name, whole, public, audio_s, cost), flush=True)


def main() -> None:
    """Parse the arguments, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.asr", description=__doc__)
    parser.add_argument("data", nargs="*", type=Path, help="folders with truth.json or transcripts.csv")
    parser.add_argument("--model", default="default", help="as asr.model in the settings")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--systems", nargs="+", default=ASKED, choices=list(SYSTEMS), metavar="SYSTEM")
    parser.add_argument("--workers", type=int, default=0, help='of the row "all cores", as asr.workers in the settings')
    parser.add_argument("--times", type=int, default=1, help="hear each recording so many times: the load of a night")
    parser.add_argument("--long", action="store_true", help="measure read speech in joined files alone")
    parser.add_argument("--whisper-ctranslate2", help="its program, in an environment of its own")
    parser.add_argument("--noise", type=float, default=0.0, metavar="MINUTES", help="of each sound without speech")
    chosen = parser.parse_args()
    from complaints.models import speech_model

    os.environ["OMP_NUM_THREADS"] = "1"  # of the measured processes, whatever libraries they bring
    setup = Setup(str(speech_model(chosen.model).path), chosen.device, chosen.whisper_ctranslate2, chosen.workers)
    for folder in chosen.data:
        data = read(folder)
        data = replace(data, samples=data.samples * chosen.times)
        is_read = all(sample.channel is None for sample in data.samples)
        if not (chosen.long and is_read):
            with tempfile.TemporaryDirectory() as name:
                table(in_mono(data, Path(name)), chosen.systems, setup)
        if is_read:
            with tempfile.TemporaryDirectory() as name:
                table(joined(data, Path(name), LONG_S), chosen.systems, setup)
    if chosen.noise:
        print(f"\n{chosen.noise:g} minutes each of sounds without speech\n")
        print("| sound | characters of text | wall / audio |\n|---|---|---|")
        for heard in hear_speechless(chosen.noise, setup):
            print(f"| {heard.sound} | {heard.characters} | {heard.wall_s / chosen.noise / 60:.4f} |", flush=True)


if __name__ == "__main__":
    main()
