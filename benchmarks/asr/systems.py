"""What is measured: this product, its fast setting, and faster-whisper's two modes with the same model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.asr.data import DataSet, Sample
from benchmarks.asr.score import Heard

System = Callable[[DataSet, str, str], list[list[Heard]]]
DOMAINS = ("car", "appliance")


def product(data: DataSet, model: str, device: str, beam_size: int = 5) -> list[list[Heard]]:
    """Hear with this product, repair included, before redaction."""
    from asr.repair import Repairer
    from complaints.dictionary import load_dictionary

    repairer = Repairer(load_dictionary().terms)
    heard = unrepaired(data, model, device, beam_size)
    return [[replace(h, text=repairer.repair(h.text)[0]) for h in stretches] for stretches in heard]


def fast(data: DataSet, model: str, device: str) -> list[list[Heard]]:
    """Hear with this product at beam_size = 1."""
    return product(data, model, device, beam_size=1)


def unrepaired(data: DataSet, model: str, device: str, beam_size: int = 5) -> list[list[Heard]]:
    """Hear with this product, without repair."""
    from asr.decode import Decoder
    from asr.engine import Engine, EngineSettings
    from asr.hotwords import pinned_hotwords
    from asr.recognise import RecogniseSettings, recognise

    engine = Engine(EngineSettings(model, device, beam_size))
    words = tuple((code, pinned_hotwords(code, DOMAINS)) for code in ("zh", "en"))
    settings = RecogniseSettings(hotwords=words)
    results = []
    with Decoder() as decoder:
        for sample in data.samples:
            with tempfile.TemporaryDirectory() as folder:
                audio = decoder.decode(sample.path, Path(folder), sample.path.name)
                if sample.channel is not None:
                    # The stock tools hear one channel too; both would cost this product twice the time.
                    audio = replace(audio, files=(audio.files[sample.channel],))
                utterances = recognise(audio, engine, settings).utterances
            results.append([Heard(u.start_s, u.end_s, u.text) for u in utterances])
    return results


def sequential(data: DataSet, model: str, device: str) -> list[list[Heard]]:
    """Hear with faster-whisper's sequential mode and its voice activity filter."""
    whisper = _whisper(model, device)
    return [
        _stretches(whisper.transcribe(samples, beam_size=5, vad_filter=True)[0]) for samples in _decoded(data.samples)
    ]


def batched(data: DataSet, model: str, device: str) -> list[list[Heard]]:
    """Hear with faster-whisper's stock batched pipeline (batch of 8)."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_whisper(model, device))
    return [
        _stretches(pipeline.transcribe(samples, beam_size=5, batch_size=8)[0]) for samples in _decoded(data.samples)
    ]


def _whisper(model: str, device: str) -> Any:
    from faster_whisper import WhisperModel

    compute = "float16" if device == "cuda" else "int8"
    return WhisperModel(model, device=device, compute_type=compute, cpu_threads=1, local_files_only=True)


def _decoded(samples: tuple[Sample, ...]) -> Iterator[Any]:
    from faster_whisper.audio import decode_audio

    for sample in samples:
        audio = decode_audio(str(sample.path), split_stereo=sample.channel is not None)
        yield audio if sample.channel is None else audio[sample.channel]


def _stretches(segments: Any) -> list[Heard]:
    return [Heard(s.start, s.end, s.text) for s in segments]


SYSTEMS: dict[str, System] = {
    "this product": product,
    "this product, no repair": unrepaired,
    "this product, beam_size = 1": fast,
    "faster-whisper sequential": sequential,
    "faster-whisper batched": batched,
}
