"""Hearing on a cluster: the same outcomes as on this machine, and nothing left on a worker's disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from asr import spread
from asr.audio import SAMPLE_RATE, Audio
from asr.decode import DecodeLimits
from asr.engine import EngineSettings
from asr.hearing import Hearing, HearingSettings, Outcome, Recording
from asr.recognise import RecogniseSettings
from asr.spread import SpreadSettings, hear, serve_recognition
from complaints.errors import ModelMissing
from complaints.models import speech_model
from complaints.ray_engine import RayEngine
from tests.asr.sounds import write_wav

LIMITS = DecodeLimits(audio_s=9.0)


def settings(fingerprint: str) -> SpreadSettings:
    engine = EngineSettings("", "cpu", beam_size=1)
    return SpreadSettings("default", False, fingerprint, engine, RecogniseSettings(), LIMITS, 1)


def test_the_outcomes_are_those_of_this_machine(
    ray_engine: RayEngine, spoken: Audio, model_path: Path, tmp_path: Path
) -> None:
    spoken_turn = write_wav(tmp_path / "a.wav", [spoken.piece(1, 0, 10 * SAMPLE_RATE)])
    (tmp_path / "b.wav").write_text("no sound")
    paths = [spoken_turn, tmp_path / "b.wav", tmp_path / "gone.wav"]
    recordings = [Recording(path.name, path, f"calls/{path.name}", "zh") for path in paths]
    engine = EngineSettings(str(model_path), "cpu", beam_size=1)
    with Hearing(HearingSettings(engine, RecogniseSettings(), LIMITS, 1, tmp_path / "work")) as hearing:
        here = list(hearing.hear(recordings))
    there = list(hear(ray_engine, settings(speech_model("default").fingerprint), recordings))
    assert [told(outcome) for outcome in there] == [told(outcome) for outcome in here]


def told(outcome: Outcome) -> tuple[object, ...]:
    refusal = outcome.refusal
    why = refusal and (refusal.reason, refusal.what, refusal.where, refusal.hint)
    return outcome.recording, outcome.recognition, why


def test_a_worker_with_another_model_is_refused(model_path: Path) -> None:
    with pytest.raises(ModelMissing, match="another speech model than the night"):
        serve_recognition(settings("0" * 64))


def test_sound_left_by_a_killed_worker_goes_with_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from asr.spread import _own_folder; print(_own_folder(), flush=True); input()"
    command = [sys.executable, "-c", code]
    workers = [
        subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())},
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    folders = [Path(worker.stdout.readline().strip()) for worker in workers if worker.stdout]
    for folder in folders:
        (folder / "sound").write_bytes(b"x")
    workers[0].send_signal(signal.SIGKILL)
    workers[0].wait()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spread._own_folder()
    assert [(folder / "sound").exists() for folder in folders] == [False, True]
    workers[1].communicate("\n")
