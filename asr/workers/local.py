"""Recordings heard side by side, each by a decoder child and a recogniser child, so that no file stops the night."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from asr.audio import Audio, DecodeLimits, Decoder
from asr.recognition import EngineSettings, RecogniseSettings
from asr.transcript import Recognition, Sound, Unchanged
from complaints.batching import in_order
from complaints.errors import ItemRefused
from complaints.system import Alive, Child, ChildDied, ChildStalled

LOAD_S = 600.0  # a model on a slow disk
GPU_FILES = 8  # recordings in flight on a GPU: while one is recognised, others are decoded and cut into turns
WINDOW_S = 600.0  # wall seconds without a finished batch of windows after which a recogniser counts as stalled


@dataclass(frozen=True, slots=True)
class LocalWorkerSettings:
    """How recordings are heard.

    Args:
        engine: the model.
        recognise: turns, windows, hotwords.
        limits: of decoding.
        workers: recordings at once; each takes more cores than one when others are idle (see `asr.recognition.cores`).
        folder: for decoded samples; made and emptied here.
    """

    engine: EngineSettings
    recognise: RecogniseSettings
    limits: DecodeLimits
    workers: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording to hear.

    Args:
        input_id: its id.
        path: its file.
        where: how errors name it.
        language: zh, en or auto.
        before: what its stored words were heard from, where they stand if that is still so.
    """

    input_id: str
    path: Path
    where: str
    language: str
    before: Sound | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recording: a recognition, that the stored one stands, or the reason why there is none."""

    recording: Recording
    recognition: Recognition | Unchanged | None
    refusal: ItemRefused | None = None


@dataclass
class LocalWorkers:
    """Hears recordings; a context manager that ends its children and removes the samples."""

    settings: LocalWorkerSettings
    _slots: SimpleQueue[_Slot] = field(default_factory=SimpleQueue, init=False)

    def __enter__(self) -> LocalWorkers:
        shutil.rmtree(self.settings.folder, ignore_errors=True)
        self.settings.folder.mkdir(parents=True, mode=0o700)
        self._all = [_Slot(self.settings, number) for number in range(self.settings.workers)]
        for slot in self._all:
            self._slots.put(slot)
        return self

    def __exit__(self, *failure: object) -> None:
        for slot in self._all:
            slot.close()
        shutil.rmtree(self.settings.folder, ignore_errors=True)

    def hear(self, recordings: Sequence[Recording]) -> Iterator[Outcome]:
        """Yield the outcomes in the order of the recordings, however many are heard at once.

        Raises:
            ModelMissing: the model does not load.
        """
        pool = ThreadPoolExecutor(self.settings.workers, thread_name_prefix="asr")
        try:
            for _, future in in_order(recordings, lambda r: pool.submit(self._one, r), 2 * self.settings.workers):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # before the children end: no thread takes a further one
            for slot in self._all:
                slot.kill()
            pool.shutdown(wait=True)

    def _one(self, recording: Recording) -> Outcome:
        slot = self._slots.get()
        try:
            return Outcome(recording, slot.hear(recording))
        except ItemRefused as refusal:
            return Outcome(recording, None, refusal)
        finally:
            self._slots.put(slot)


class _Slot:
    """A decoder and a recogniser that work on one recording at a time."""

    def __init__(self, settings: LocalWorkerSettings, number: int) -> None:
        self._folder = settings.folder / str(number)
        self._decoder = Decoder(settings.limits)
        self._recogniser = Recogniser(settings.engine, settings.recognise)

    def hear(self, recording: Recording) -> Recognition | Unchanged:
        self._folder.mkdir(exist_ok=True)
        try:
            audio = self._decoder.decode(recording.path, self._folder, recording.where)
            return self._recogniser.hear(audio, recording)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """End the children at once; what they were at is lost."""
        self._recogniser.kill()
        self._decoder.kill()

    def close(self) -> None:
        """Let the children end."""
        self._recogniser.close()
        self._decoder.close()


class Recogniser:
    """Hears decoded recordings one after another in a child process of its own.

    Args:
        engine: the model.
        settings: turns, windows, hotwords.
    """

    def __init__(self, engine: EngineSettings, settings: RecogniseSettings) -> None:
        self._settings = settings
        self._child = Child(serve_recogniser, engine)

    def hear(self, audio: Audio, recording: Recording) -> Recognition | Unchanged:
        """Return what was said.

        Args:
            audio: the decoded recording.
            recording: what is known of it.

        Raises:
            ItemRefused: ``recogniser_stalled`` or ``recogniser_died``.
            ModelMissing: the model does not load.
        """
        settings = replace(self._settings, language=recording.language)
        wall_s = WINDOW_S if self._child.is_running else WINDOW_S + LOAD_S
        try:
            result: Recognition | Unchanged = self._child.ask((audio, settings, recording.before), wall_s)
        except ChildStalled:
            raise ItemRefused("asr.recogniser_stalled", recording.where, seconds=wall_s) from None
        except ChildDied as death:
            raise ItemRefused("asr.recogniser_died", recording.where, code=death.args[0]) from None
        return result

    def kill(self) -> None:
        """End the child at once; what it was at is lost."""
        self._child.kill()

    def close(self) -> None:
        """Let the child end."""
        self._child.close()


Asked = tuple[Audio, RecogniseSettings, Sound | None]


def serve_recogniser(settings: EngineSettings) -> Callable[[Asked, Alive], Recognition | Unchanged]:
    """Load the model in a child process and return the function that hears decoded recordings."""
    # One thread a window: windows side by side use the cores better than a second thread on one of them.
    os.environ["OMP_NUM_THREADS"] = "1"
    from asr.recognition import Engine, recognise, sound_of

    engine = Engine(settings)

    def answer(asked: Asked, alive: Alive) -> Recognition | Unchanged:
        audio, how, before = asked
        if before is not None and before == sound_of(audio):
            return Unchanged(audio.partial_why)
        return recognise(audio, engine, how, alive)

    return answer


def worker_count(setting: int, items: int, device: str = "cpu") -> int:
    """Return how many recordings to hear at once.

    Args:
        setting: asr.workers; 0 for one a core, and on a GPU for as many as keep it busy while others decode.
        items: recordings that wait.
        device: cpu, cuda or auto, as in the settings.
    """
    available = core_count(setting)
    if not setting and device != "cpu":
        from asr.recognition import gpu_count

        # Each holds a model of its own in the GPU's memory, which is the scarcer of the two.
        available = min(available, GPU_FILES) if gpu_count() else available
    return max(1, min(available, items))


def core_count(setting: int) -> int:
    """Return how many cores to use: asr.workers, or all that this process may run on when it is 0."""
    cores: Any = getattr(os, "sched_getaffinity", None)
    return setting or (len(cores(0)) if cores else (os.cpu_count() or 1))
