"""One run in a process of its own that can be killed, interrupted or starved at a chosen moment of a chosen stage.

The heavy libraries are imported once, here; every attempt is a fork, so that hundreds of them cost their work alone.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forked import run_and_exit
from complaints.demo import AS_OF
from complaints.workspace.layout import Workspace

POLL_S = 0.005
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Args:
        code: its exit code; negative is the signal that ended it.
        stage: the last stage that its log says was started; empty before the first.
        seconds: how long it ran.
        errors: what it wrote to the standard error.
    """

    code: int
    stage: str
    seconds: float
    errors: str


@dataclass(frozen=True, slots=True)
class Blow:
    """A signal sent so many seconds after a stage started, or at its end if that comes first.

    Args:
        signal: what is sent.
        stage: the stage that is waited for.
        delay_s: seconds from its start.
        group: send it to the run's children, too.
    """

    signal: signal.Signals
    stage: str
    delay_s: float
    group: bool


def preload() -> None:
    """Import what a night imports, so that a fork does not."""
    import altair  # noqa: F401
    import ctranslate2  # noqa: F401
    import hdbscan  # noqa: F401
    import sentence_transformers  # noqa: F401
    import spacy  # noqa: F401
    import vl_convert  # noqa: F401


def attempt(workspace: Workspace, blow: Blow | None = None) -> Ended:
    """Run the night, strike it if asked, and wait for its end."""
    errors = workspace.root.parent / f"{workspace.root.name}.err"
    known = set(workspace.logs.glob("*.jsonl"))
    began = time.monotonic()
    process = os.fork()
    if process == 0:
        night = ["run", "-q", "-w", str(workspace.root), "--as-of", AS_OF.isoformat()]
        run_and_exit(night, errors, errors_only=True)
    strike_at, struck, status = float("inf"), blow is None, 0
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            break
        if time.monotonic() - began > LONGEST_S:
            os.killpg(process, signal.SIGKILL)
        if not struck and blow is not None:
            if strike_at == float("inf") and _started(workspace, known, blow.stage):
                strike_at = time.monotonic() + blow.delay_s
            # A stage that is done sooner than it was undisturbed: its end is as good a moment as any.
            if time.monotonic() >= strike_at or _finished(workspace, known, blow.stage):
                struck = True
                _strike(process, blow)
        time.sleep(POLL_S)
    _reap(process)
    text = errors.read_text(encoding="utf-8", errors="replace")
    return Ended(os.waitstatus_to_exitcode(status), _last(workspace, known), time.monotonic() - began, text)


def durations(workspace: Workspace) -> dict[str, float]:
    """Return the seconds of each stage in the workspace's last log."""
    log = max(workspace.logs.glob("*.jsonl"))
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return {event["stage"]: event["seconds"] for event in events if event["event"] == "finished" and "seconds" in event}


def _strike(process: int, blow: Blow) -> None:
    try:
        if blow.group:
            os.killpg(process, blow.signal)
        else:
            os.kill(process, blow.signal)
    except ProcessLookupError:
        return


def _reap(process: int) -> None:
    """Wait until the children of an ended run are gone: they end by themselves when their parent dies."""
    for _ in range(int(10 / POLL_S)):
        try:
            os.killpg(process, 0)
        except ProcessLookupError:
            return
        time.sleep(POLL_S)


def _new_log(workspace: Workspace, known: set[Path]) -> str:
    fresh = sorted(set(workspace.logs.glob("*.jsonl")) - known)
    return fresh[-1].read_text(encoding="utf-8", errors="replace") if fresh else ""


def _started(workspace: Workspace, known: set[Path], stage: str) -> bool:
    return f'"stage": "{stage}", "event": "started"' in _new_log(workspace, known)


def _finished(workspace: Workspace, known: set[Path], stage: str) -> bool:
    return f'"stage": "{stage}", "event": "finished"' in _new_log(workspace, known)


def _last(workspace: Workspace, known: set[Path]) -> str:
    started = re.findall(r'"stage": "(\w+)", "event": "started"', _new_log(workspace, known))
    return started[-1] if started else ""
