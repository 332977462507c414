"""Recordings side by side: the words do not depend on how many are heard at once, nor on the threads of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.audio.decode import DecodeLimits
from asr.audio.samples import SAMPLE_RATE, Audio
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import EngineSettings
from asr.transcript import Recognition
from asr.workers.local import Hearing, HearingSettings, Recording, core_count, worker_count
from tests.asr.sounds import write_wav


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
        settings = HearingSettings(engine, several_windows, DecodeLimits(), workers, work)
        with Hearing(settings) as hearing:
            return [outcome.recognition for outcome in hearing.hear(recordings)]

    alone = heard(1, 1, 1)
    assert all(r is not None and any(u.text for u in r.utterances) for r in alone)
    assert heard(2, 4, 3) == alone


def test_no_more_workers_than_recordings() -> None:
    assert worker_count(8, 3) == 3
    assert worker_count(0, 1) == 1
    assert core_count(3) == 3
