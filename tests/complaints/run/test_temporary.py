"""Folders for voices: what a process leaves goes with it, or with the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from complaints.run.temporary import own_folder


def test_what_a_killed_process_left_goes_with_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from complaints.run.temporary import own_folder; print(own_folder('x-'), flush=True); input()"
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
    own_folder("x-")
    assert [(folder / "sound").exists() for folder in folders] == [False, True]
    workers[1].communicate("\n")
