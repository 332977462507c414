"""``python -m benchmarks.asr DATA…``: one table of errors, terms, speed and memory a data folder.

Each system runs in a process of its own with one thread, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.asr.data import read
from benchmarks.asr.measure import measure
from benchmarks.asr.score import Score, score
from benchmarks.asr.systems import SYSTEMS


def row(name: str, whole: Score, public: Score, audio_s: float, wall_s: float, cpu_s: float, peak_mb: float) -> str:
    """Return one line of the table."""
    terms = f"{whole.found}/{whole.terms} false {whole.false}" if whole.terms else "-"
    return (
        f"| {name} | {whole.error_rate:.3f} | {public.error_rate:.3f} | {whole.substituted} | "
        f"{whole.deleted} ({whole.deleted / max(1, whole.characters):.3f}) | {whole.inserted} | {terms} | "
        f"{wall_s / audio_s:.3f} | {cpu_s / audio_s:.3f} | {peak_mb:.0f} |"
    )


def main() -> None:
    """Parse the arguments, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.asr", description=__doc__)
    parser.add_argument("data", nargs="+", type=Path, help="folders with truth.json or transcripts.csv")
    parser.add_argument("--model", default="default", help="as asr.model in the settings")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=list(SYSTEMS), metavar="SYSTEM")
    chosen = parser.parse_args()
    from complaints.models import speech_model

    model = str(speech_model(chosen.model).path)
    for folder in chosen.data:
        data = read(folder)
        audio_s = sum(sample.duration_s for sample in data.samples)
        print(f"\n{data.name}: {len(data.samples)} recordings, {audio_s / 60:.1f} min, one thread\n")
        print("| system | CER | CER without private turns | substituted | deleted (share) | inserted | terms |", end="")
        print(" wall / audio | CPU / audio | peak MB |\n|---|---|---|---|---|---|---|---|---|---|")
        for name in chosen.systems:
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                heard, wall_s, cpu_s, peak_mb = pool.submit(measure, name, data, model, chosen.device).result()
            whole, public = score(data, heard), score(data, heard, private=False)
            print(row(name, whole, public, audio_s, wall_s, cpu_s, peak_mb), flush=True)


if __name__ == "__main__":
    main()
