"""Recordings heard on a cluster: read on the driver, decoded and recognised by whichever machine is free.

The sound travels as bytes, so that no machine but the night's needs the inbox. On the machine of a worker it lies in a
folder that only this user may read, for as long as it is at work on it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from asr.audio import Audio, DecodeLimits, Decoder, check_readable
from asr.recognition import EngineSettings, RecogniseSettings
from asr.transcript import Recognition, Unchanged
from asr.workers.local import GPU_FILES, Outcome, Recogniser, Recording
from complaints.errors import ItemRefused, ModelMissing
from complaints.models import speech_model
from complaints.run import LARGEST_BYTES, Engine, Step, own_folder

READERS = 2  # on the driver: one reads while the other hands over
# A recogniser computes nearly all of the time and a decoder hardly ever: as many of each as there are cores.
DECODER_CPUS, RECOGNISER_CPUS = 0.1, 0.9
PREFIX = "complaints-asr-"


@dataclass(frozen=True, slots=True)
class ClusterWorkerSettings:
    """How recordings are heard on a cluster.

    Args:
        model: asr.model, as each machine resolves it.
        download: whether a machine may fetch it from the model hub.
        fingerprint: of the night's model; a machine with another one is refused.
        engine: the model's settings; its path and lanes are each machine's own.
        recognise: turns, windows, hotwords.
        limits: of decoding.
        workers: recognisers at once; 0: as many as the cluster has room for.
    """

    model: str
    download: bool
    fingerprint: str
    engine: EngineSettings
    recognise: RecogniseSettings
    limits: DecodeLimits
    workers: int


@dataclass(frozen=True, slots=True)
class _Sound:
    """A recording's bytes, or its samples a channel, with what the next step must know of it."""

    recording: Recording
    parts: tuple[bytes, ...]
    samples: int = 0
    partial_why: str = ""
    treatment: tuple[str, ...] = ()


def hear(engine: Engine, settings: ClusterWorkerSettings, recordings: Sequence[Recording]) -> Iterator[Outcome]:
    """Yield the outcomes in the order of the recordings.

    Raises:
        ModelMissing: a machine lacks the night's model.
        ComplaintsError: the cluster cannot be had.
    """
    device = settings.engine.device
    if device == "auto":
        device = "cuda" if engine.gpus() else "cpu"
    settings = replace(settings, engine=replace(settings.engine, device=device, lanes=1, cores=""))
    steps = [
        Step("read", serve_reading, None, cpus=0, most=READERS, pinned_to_driver=True),
        Step("decode", serve_decoding, settings.limits, cpus=DECODER_CPUS),
        Step(
            "recognise", serve_recognition, settings, cpus=RECOGNISER_CPUS, most=settings.workers,
            gpus=1 / GPU_FILES if device == "cuda" else 0,
        ),
    ]  # fmt: skip
    for recording, found in zip(recordings, engine.work(steps, recordings), strict=True):
        if isinstance(found, ItemRefused):
            refusal = found.at(recording.where)
            yield Outcome(recording, None, refusal)
        else:
            yield Outcome(recording, found)


def serve_reading(_: None) -> Callable[[Recording], _Sound]:
    """Return the function that reads a recording."""

    def read(recording: Recording) -> _Sound:
        check_readable(recording.path, recording.where)
        try:
            return _Sound(recording, (recording.path.read_bytes(),))
        except OSError as error:
            raise ItemRefused("asr.unreadable", recording.where, error=error.strerror) from None

    return read


def serve_decoding(limits: DecodeLimits) -> Callable[[_Sound], _Sound]:
    """Return the function that turns a recording's bytes into samples."""
    folder, decoder = own_folder(PREFIX), Decoder(limits)

    def decode(sound: _Sound) -> _Sound:
        with _room(folder) as room:
            file = room / f"recording{sound.recording.path.suffix}"  # raw formats are known by it alone
            file.write_bytes(sound.parts[0])
            audio = decoder.decode(file, room, sound.recording.where)
            if sum(path.stat().st_size for path in audio.files) > LARGEST_BYTES:
                raise ItemRefused("asr.too_large", sound.recording.where, hours=audio.duration_s / 3600)
            parts = tuple(path.read_bytes() for path in audio.files)
        return _Sound(sound.recording, parts, audio.samples, audio.partial_why, audio.treatment)

    return decode


def serve_recognition(settings: ClusterWorkerSettings) -> Callable[[_Sound], Recognition | Unchanged]:
    """Return the function that hears samples.

    Raises:
        ModelMissing: this machine has not the night's model.
    """
    model = speech_model(settings.model, allow_hub=settings.download)
    if model.fingerprint != settings.fingerprint:
        raise ModelMissing("asr.other_model", model.name)
    folder = own_folder(PREFIX)
    recogniser = Recogniser(replace(settings.engine, path=str(model.path)), settings.recognise)

    def recognise(sound: _Sound) -> Recognition | Unchanged:
        recording = sound.recording
        with _room(folder) as room:
            files = tuple(room / str(number) for number in range(len(sound.parts)))
            for file, part in zip(files, sound.parts, strict=True):
                file.write_bytes(part)
            audio = Audio(files, sound.samples, sound.partial_why, sound.treatment)
            try:
                return recogniser.hear(audio, recording)
            except ItemRefused as refusal:
                if refusal.reason != "recogniser_died":
                    raise
                # Killed from outside or by its recording: once more tells.
                return recogniser.hear(audio, recording)

    return recognise


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    room = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
