"""A stage that is killed goes on where it was; an hour-long recording never sits in memory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from asr.audio.samples import BYTES_A_SAMPLE, SAMPLE_RATE, Audio
from asr.stage import SCRATCH, Stage
from complaints.intake import Intake
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace
from tests.asr.killed import DONE
from tests.asr.sounds import noise, write_wav
from tests.asr.test_stage import close, opened

ROOT = Path(__file__).parents[2]


def run(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.fixture
def workspace(spoken: Audio, model_path: Path, tmp_path: Path) -> Workspace:
    """Two recordings, taken in and not yet heard."""
    made = init_workspace(tmp_path / "w", "zh")
    settings = made.settings_file.read_text(encoding="utf-8")
    for before, after in (
        ("settling_seconds = 5.0", "settling_seconds = 0.0"), ("beam_size = 5", "beam_size = 1"),
        ("workers = 0", "workers = 1"),
    ):  # fmt: skip
        assert before in settings
        settings = settings.replace(before, after)
    made.settings_file.write_text(settings, encoding="utf-8")
    turn = spoken.piece(1, 0, 12 * SAMPLE_RATE)
    for name, level in (("a", 1.0), ("b", 0.8)):
        write_wav(made.inbox / f"{name}.wav", [turn * np.float32(level)])
    night = opened(made.root)
    Intake().run(night)
    close(night)
    return made


def rows(root: Path) -> dict[str, list[tuple[object, ...]]]:
    night = opened(root)
    Stage().run(night)
    found = {table: night.store.query(f"SELECT * FROM {table} ORDER BY ALL") for table in ("cases", "segments")}
    close(night)
    return found


def test_a_killed_stage_goes_on_where_it_was(workspace: Workspace, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(workspace.root, whole)
    process = run("tests.asr.killed", str(workspace.root))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == DONE  # one of two is committed, the other is being heard
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []  # orphans end by themselves
    night = opened(workspace.root)
    (committed,) = night.store.query("SELECT count(*) FROM cases WHERE source = 'call'")[0]
    close(night)
    assert committed == 1
    assert rows(workspace.root) == rows(whole)
    assert not (workspace.data / SCRATCH).exists()


@pytest.mark.slow
def test_an_hour_is_never_in_memory(spoken: Audio, model_path: Path, tmp_path: Path) -> None:
    rate = 2000  # tiny on disk; 115 MB when decoded
    turn = spoken.piece(1, 0, 12 * SAMPLE_RATE)
    minute = write_wav(tmp_path / "minute.wav", [np.concatenate([turn, noise(48, 0.001)])])
    # Whole minutes of faint noise, the turn at both ends.
    low = turn[:: SAMPLE_RATE // rate]
    hour_long = np.concatenate([low, np.resize(noise(60, 0.001)[: 60 * rate], 3570 * rate), low])
    hour = write_wav(tmp_path / "hour.wav", [hour_long], rate)
    process = run("tests.asr.weigh", str(model_path), str(minute), str(hour))
    out, _ = process.communicate()
    assert process.returncode == 0
    (before, decoding_before), (after, decoding_after) = json.loads(out)
    decoded_bytes = 3590 * SAMPLE_RATE * BYTES_A_SAMPLE
    assert after - before < decoded_bytes / 2
    assert decoding_after - decoding_before < decoded_bytes / 2
