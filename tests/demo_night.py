"""A night over the demo's plant, texts and two of its recordings, with the real models and through the real program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from complaints.demo import AS_OF, lay_out
from complaints.workspace.layout import Workspace

KEPT = ("call_001.ogg", "call_002.ogg")
NIGHT = ("run", "--as-of", AS_OF.isoformat(), "--json", "-w")
# A network namespace of its own, in which not even the loopback is up; where the system allows one.
CUT_OFF = ("unshare", "--map-root-user", "--net")


@dataclass(frozen=True)
class Demo:
    """The workspace after its first night, and how that ended."""

    workspace: Workspace
    ended: subprocess.CompletedProcess[str]


def can_cut_off() -> bool:
    """Tell whether this system lends a network namespace."""
    unshare = shutil.which(CUT_OFF[0])
    return unshare is not None and subprocess.run([*CUT_OFF, "true"], capture_output=True, check=False).returncode == 0


def call(*arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    environment = os.environ | {"PYTHONUTF8": "1"}
    command = [*before, sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment)


def run_demo(root: Path) -> Demo:
    """Lay the demo out and run its night, without a network where that can be arranged."""
    assert call("init", str(root)).returncode == 0
    lay_out(root)
    for recording in (root / "inbox" / "calls").glob("*.ogg"):
        if recording.name not in KEPT:
            recording.unlink()
    return Demo(Workspace(root), call(*NIGHT, str(root), before=CUT_OFF if can_cut_off() else ()))
