"""Recordings side by side: the number of workers changes no word, and what dies, hangs or finds no room costs its own
file only.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from asr.audio.decode import DecodeLimits
from asr.audio.decode_child import Request
from asr.audio.samples import SAMPLE_RATE, Audio
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import EngineSettings
from asr.stage import PASSING
from asr.transcript import Recognition
from asr.workers.local import LocalWorkers, LocalWorkerSettings, Outcome, Recording, core_count, worker_count
from complaints.system import Child
from tests.asr.audio.test_decode import encode
from tests.asr.sounds import noise, write_wav


@pytest.fixture(scope="module")
def recordings(spoken: Audio, tmp_path_factory: pytest.TempPathFactory) -> list[Recording]:
    """Three stretches of a call."""
    folder = tmp_path_factory.mktemp("stretches")
    paths = []
    for number in range(3):
        start = number * 6 * SAMPLE_RATE
        paths.append(write_wav(folder / f"{number}.wav", [spoken.piece(1, start, start + 10 * SAMPLE_RATE)]))
    return [Recording(path.name, path, path.name, "zh") for path in paths]


def test_the_number_of_workers_threads_and_lanes_changes_nothing(
    recordings: list[Recording], model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several_windows = RecogniseSettings(window_s=4.0)

    def heard(workers: int, threads: int, lanes: int) -> list[Recognition | None]:
        monkeypatch.setenv("OMP_NUM_THREADS", str(threads))
        work = tmp_path / "work"
        engine = EngineSettings(str(model_path), "cpu", beam_size=1, lanes=lanes, cores=str(work / "cores"))
        settings = LocalWorkerSettings(engine, several_windows, DecodeLimits(), workers, work)
        with LocalWorkers(settings) as pool:
            return [
                outcome.recognition for outcome in pool.hear(recordings) if isinstance(outcome.recognition, Recognition)
            ]

    alone = heard(1, 1, 1)
    assert all(r is not None and any(u.text for u in r.utterances) for r in alone)
    assert heard(2, 4, 3) == alone


def test_no_more_workers_than_recordings() -> None:
    assert worker_count(8, 3) == 3
    assert worker_count(0, 1) == 1
    assert core_count(3) == 3


Hear = Callable[..., LocalWorkers]


@pytest.fixture
def hearing(model_path: Path, tmp_path: Path) -> Iterator[Hear]:
    """Makes a hearing of one worker with given limits of decoding, already entered."""
    made: list[LocalWorkers] = []

    def make(folder: Path = tmp_path / "work", **limits: float) -> LocalWorkers:
        engine = EngineSettings(str(model_path), "cpu", beam_size=1)
        made.append(
            LocalWorkers(LocalWorkerSettings(engine, RecogniseSettings(), DecodeLimits(**limits), 1, folder))  # type: ignore[arg-type]
        )
        return made[-1].__enter__()

    yield make
    for one in made:
        one.__exit__()


@pytest.fixture(scope="module")
def short(spoken: Audio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of one spoken turn, 12 s."""
    folder = tmp_path_factory.mktemp("short")
    return write_wav(folder / "short.wav", [spoken.piece(1, 0, 12 * SAMPLE_RATE)])


def to_hear(*paths: Path) -> list[Recording]:
    return [Recording(path.name, path, path.name, "zh") for path in paths]


def reasons(outcomes: list[Outcome]) -> list[str]:
    return [o.refusal.reason if o.refusal else "heard" for o in outcomes]


def signal_when_running(child: Child, number: signal.Signals) -> threading.Thread:
    """Send a signal to a child's process as soon as it has one."""

    def wait() -> None:
        while (process := child._process) is None or process.pid is None:
            threading.Event().wait(0.01)
        os.kill(process.pid, number)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_a_decoder_that_hangs_costs_that_file_only(hearing: Hear, tmp_path: Path, short: Path) -> None:
    one = hearing(wall_s=2.0)
    first = write_wav(tmp_path / "a.wav", [noise(5)])
    one._all[0]._decoder._child.ask(Request(str(first), str(tmp_path), 9.0, "a"), 60.0)  # the child is there
    signal_when_running(one._all[0]._decoder._child, signal.SIGSTOP).join()
    assert reasons(list(one.hear(to_hear(first))))[0] == "decode_timeout"


def test_a_decoder_that_dies_costs_that_file_only(hearing: Hear, tmp_path: Path, short: Path) -> None:
    one = hearing()
    signal_when_running(one._all[0]._decoder._child, signal.SIGKILL)
    first = write_wav(tmp_path / "a.wav", [noise(5)])
    assert reasons(list(one.hear(to_hear(first, short)))) == ["decoder_died", "heard"]


def test_a_recogniser_that_dies_costs_that_file_only(hearing: Hear, short: Path) -> None:
    one = hearing()
    signal_when_running(one._all[0]._recogniser._child, signal.SIGKILL)
    assert reasons(list(one.hear(to_hear(short, short)))) == ["recogniser_died", "heard"]


def test_a_recogniser_that_hangs_is_ended_by_the_watchdog(
    hearing: Hear, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.workers.local.WINDOW_S", 1.0)
    monkeypatch.setattr("asr.workers.local.LOAD_S", 1.0)
    one = hearing()
    signal_when_running(one._all[0]._recogniser._child, signal.SIGSTOP)
    assert reasons(list(one.hear(to_hear(short)))) == ["recogniser_stalled"]
    assert not [c for c in psutil.Process().children() if c.status() == psutil.STATUS_STOPPED]


def test_a_bomb_is_decoded_up_to_the_limit_only(hearing: Hear, tmp_path: Path) -> None:
    hours = np.zeros(3 * 3600 * 1000, dtype=np.float32)
    bomb = encode(tmp_path / "bomb.flac", "flac", "flac", [hours], rate=1000, source_rate=1000)
    assert bomb.stat().st_size < 1_000_000  # 346 million bytes when decoded
    (outcome,) = hearing(audio_s=60.0).hear(to_hear(bomb))
    assert isinstance(outcome.recognition, Recognition)
    assert (outcome.recognition.duration_s, outcome.recognition.partial_why) == (60.0, "too_long")
    assert outcome.recognition.utterances == ()


def test_a_truncated_recording_is_heard_as_far_as_it_goes(hearing: Hear, tmp_path: Path, call: Path) -> None:
    cut = tmp_path / "cut.ogg"
    cut.write_bytes(call.read_bytes()[:25_000])
    (outcome,) = hearing().hear(to_hear(cut))
    assert isinstance(outcome.recognition, Recognition)
    assert outcome.recognition.partial_why == "truncated"
    assert any(u.text for u in outcome.recognition.utterances)


def test_a_recording_deleted_while_others_are_heard_is_named(hearing: Hear, tmp_path: Path, short: Path) -> None:
    second = write_wav(tmp_path / "second.wav", [noise(1)])
    one = hearing()
    heard = one.hear(to_hear(short, second, short))

    def delete() -> None:
        while not one._all[0]._recogniser._child.is_running:  # the first one is decoded
            threading.Event().wait(0.01)
        second.unlink()

    threading.Thread(target=delete, daemon=True).start()
    assert reasons(list(heard)) == ["heard", "file_missing", "heard"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_costs_the_file_that_does_not_fit_and_passes(
    hearing: Hear, small_disk: Path, tmp_path: Path, short: Path
) -> None:
    large = write_wav(tmp_path / "large.wav", [noise(120)])
    assert reasons(list(hearing(small_disk / "work").hear(to_hear(large, short)))) == ["disk_full", "heard"]
    assert "disk_full" in PASSING
