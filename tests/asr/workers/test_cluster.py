"""LocalWorkers on a cluster: the same outcomes as on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.audio.decode import DecodeLimits
from asr.audio.samples import SAMPLE_RATE, Audio
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import EngineSettings
from asr.workers.cluster import ClusterWorkerSettings, hear, serve_recognition
from asr.workers.local import LocalWorkers, LocalWorkerSettings, Outcome, Recording
from complaints.errors import ModelMissing
from complaints.models import speech_model
from complaints.run.ray import RayEngine
from tests.asr.sounds import write_wav

LIMITS = DecodeLimits(audio_s=9.0)


def settings(fingerprint: str) -> ClusterWorkerSettings:
    engine = EngineSettings("", "cpu", beam_size=1)
    return ClusterWorkerSettings("default", False, fingerprint, engine, RecogniseSettings(), LIMITS, 1)


def test_the_outcomes_are_those_of_this_machine(
    ray_engine: RayEngine, spoken: Audio, model_path: Path, tmp_path: Path
) -> None:
    spoken_turn = write_wav(tmp_path / "a.wav", [spoken.piece(1, 0, 10 * SAMPLE_RATE)])
    (tmp_path / "b.wav").write_text("no sound")
    paths = [spoken_turn, tmp_path / "b.wav", tmp_path / "gone.wav"]
    recordings = [Recording(path.name, path, f"calls/{path.name}", "zh") for path in paths]
    engine = EngineSettings(str(model_path), "cpu", beam_size=1)
    with LocalWorkers(LocalWorkerSettings(engine, RecogniseSettings(), LIMITS, 1, tmp_path / "work")) as pool:
        here = list(pool.hear(recordings))
    there = list(hear(ray_engine, settings(speech_model("default").fingerprint), recordings))
    assert [told(outcome) for outcome in there] == [told(outcome) for outcome in here]


def told(outcome: Outcome) -> tuple[object, ...]:
    refusal = outcome.refusal
    why = refusal and (refusal.reason, refusal.what, refusal.where, refusal.hint)
    return outcome.recording, outcome.recognition, why


def test_a_worker_with_another_model_is_refused(model_path: Path) -> None:
    with pytest.raises(ModelMissing, match="another speech model than the night"):
        serve_recognition(settings("0" * 64))
