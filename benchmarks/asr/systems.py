"""What is measured: this product, its fast preset, faster-whisper's two modes and whisper-ctranslate2, one model."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asr.data import DataSet
from benchmarks.asr.score import Heard

if TYPE_CHECKING:
    from asr.recognition.settings import RecogniseSettings
    from asr.transcript import Recognition

DOMAINS = ("car", "appliance")
OUTSIDE = "whisper-ctranslate2"


@dataclass(frozen=True, slots=True)
class Setup:
    """With what: the model's folder, cpu or cuda, the program of whisper-ctranslate2 (None: not there), asr.workers."""

    model: str
    device: str
    outside: str | None = None
    workers: int = 0


System = Callable[[DataSet, Setup], list[list[Heard]]]


def product(data: DataSet, setup: Setup, beam_size: int = 5) -> list[list[Heard]]:
    """Hear with this product, repair included, before redaction."""
    return _repaired(_recognised(data, setup, beam_size))


def fast(data: DataSet, setup: Setup) -> list[list[Heard]]:
    """Hear with this product at beam_size = 1."""
    return product(data, setup, beam_size=1)


def unrepaired(data: DataSet, setup: Setup) -> list[list[Heard]]:
    """Hear with this product, without repair."""
    return [[Heard(u.start_s, u.end_s, u.text) for u in r.utterances] for r in _recognised(data, setup, 5)]


def _recognised(data: DataSet, setup: Setup, beam_size: int) -> list[Recognition]:
    from asr.audio.decode import Decoder
    from asr.recognition.recognise import recognise
    from asr.recognition.whisper import Engine, EngineSettings

    engine = Engine(EngineSettings(setup.model, setup.device, beam_size))
    results = []
    with Decoder() as decoder:
        for sample in data.samples:
            with tempfile.TemporaryDirectory() as folder:
                audio = decoder.decode(sample.path, Path(folder), sample.path.name)
                results.append(recognise(audio, engine, _settings()))
    return results


def _settings() -> RecogniseSettings:
    from asr.recognition.hotwords import pinned_hotwords
    from asr.recognition.rescoring import pinned_words
    from asr.recognition.settings import RecogniseSettings

    words = tuple((code, pinned_hotwords(code, DOMAINS)) for code in ("zh", "en"))
    return RecogniseSettings(hotwords=words, pinned=pinned_words(DOMAINS))


def _repaired(recognitions: Sequence[Recognition]) -> list[list[Heard]]:
    from asr.repair.turn import repaired, repairers
    from complaints.dictionary import load_dictionary

    by_language = repairers(load_dictionary().terms)
    return [
        [Heard(u.start_s, u.end_s, repaired(u, by_language)[0]) for u in recognition.utterances]
        for recognition in recognitions
    ]


def all_cores(data: DataSet, setup: Setup) -> list[list[Heard]]:
    """Hear with this product as a night does: recordings side by side, one thread each, on every core.

    Raises:
        SystemExit: a recording is refused.
    """
    from asr.audio.decode import DecodeLimits
    from asr.recognition.whisper import EngineSettings
    from asr.workers.local import LocalWorkers, LocalWorkerSettings, Recording, core_count, worker_count

    # The longest first, as the stage does: no core is left with a long one at the end.
    order = sorted(range(len(data.samples)), key=lambda at: -data.samples[at].duration_s)
    paths = [sample.path for sample in data.samples]
    recordings = [Recording(str(at), paths[at], paths[at].name, "auto") for at in order]
    with tempfile.TemporaryDirectory() as name:
        engine = EngineSettings(
            setup.model, setup.device, lanes=core_count(setup.workers), cores=str(Path(name) / "cores")
        )
        workers = worker_count(setup.workers, len(paths), setup.device)
        settings = LocalWorkerSettings(engine, _settings(), DecodeLimits(), workers, Path(name))
        found: dict[int, Recognition] = {}
        with LocalWorkers(settings) as pool:
            for outcome in pool.hear(recordings):
                if not isinstance(outcome.recognition, Recognition):
                    raise SystemExit(f"{outcome.recording.where}: {outcome.refusal}")
                found[int(outcome.recording.input_id)] = outcome.recognition
    return _repaired([found[at] for at in range(len(paths))])


def sequential(data: DataSet, setup: Setup) -> list[list[Heard]]:
    """Hear with faster-whisper's sequential mode and its voice activity filter."""
    whisper = _whisper(setup)
    return [_stretches(whisper.transcribe(str(s.path), beam_size=5, vad_filter=True)[0]) for s in data.samples]


def batched(data: DataSet, setup: Setup) -> list[list[Heard]]:
    """Hear with faster-whisper's stock batched pipeline (batch of 8)."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_whisper(setup))
    return [_stretches(pipeline.transcribe(str(s.path), beam_size=5, batch_size=8)[0]) for s in data.samples]


def outside(data: DataSet, setup: Setup) -> list[list[Heard]]:
    """Hear with whisper-ctranslate2 at its defaults, its own choice of threads too, in one call of its program.

    Raises:
        SystemExit: the program fails.
    """
    assert setup.outside is not None
    with tempfile.TemporaryDirectory() as name:
        command = [
            setup.outside, *(str(sample.path) for sample in data.samples), "--model_directory", setup.model,
            "--local_files_only", "True", "--device", setup.device, "--verbose", "False", "--output_format", "json",
            "--output_dir", name,
        ]  # fmt: skip
        threads = {key: value for key, value in os.environ.items() if key not in ("OMP_NUM_THREADS", "PYTHONPATH")}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=threads)
        results = [Path(name) / f"{sample.path.stem}.json" for sample in data.samples]
        if done.returncode or not all(result.is_file() for result in results):
            raise SystemExit(f"{OUTSIDE} failed: {done.stderr[-500:]}")
        parsed = [json.loads(result.read_text(encoding="utf-8"))["segments"] for result in results]
    return [[Heard(s["start"], s["end"], s["text"]) for s in segments] for segments in parsed]


def _whisper(setup: Setup) -> Any:
    from faster_whisper import WhisperModel

    compute = "float16" if setup.device == "cuda" else "int8"
    return WhisperModel(setup.model, device=setup.device, compute_type=compute, cpu_threads=1, local_files_only=True)


def _stretches(segments: Any) -> list[Heard]:
    return [Heard(s.start, s.end, s.text) for s in segments]


NOT_ASKED = "this product, no repair"  # measured on request: it costs a second hearing
SYSTEMS: dict[str, System] = {
    "this product": product,
    "this product, fast": fast,
    "this product, all cores": all_cores,
    "this product, no repair": unrepaired,
    "faster-whisper sequential": sequential,
    "faster-whisper batched": batched,
    OUTSIDE: outside,
}
