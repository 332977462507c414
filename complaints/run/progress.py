"""Progress: bars on a terminal, nothing in a pipe, and a line in the run's log now and then wherever it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from complaints.run.night import Task

if TYPE_CHECKING:
    from rich.console import Console

    from complaints.run.night import Progress
    from complaints.run_log import RunLog


class _SilentTask:
    def advance(self, steps: float = 1) -> None:
        """Show nothing."""


class SilentProgress:
    """Shows nothing: for pipes, --quiet and tests."""

    @contextmanager
    def task(self, label: str, total: float) -> Iterator[Task]:
        """Open a bar that nobody sees."""
        yield _SilentTask()


LOG_EVERY_S = 60.0


class LoggedProgress:
    """Shows what another one does, and writes how far a long task is into the run's log, where no terminal shows it.

    Args:
        shown: bars, or silence.
        log: the run's.
        every_s: seconds between two lines of a task; the first comes after as many.
    """

    def __init__(self, shown: Progress, log: RunLog, every_s: float = LOG_EVERY_S) -> None:
        self._shown, self._log, self._every_s = shown, log, every_s

    @contextmanager
    def task(self, label: str, total: float) -> Iterator[Task]:
        """Open a task of `total` steps."""
        with self._shown.task(label, total) as shown:
            yield _LoggedTask(shown, self._log, label, total, self._every_s)


class _LoggedTask:
    def __init__(self, shown: Task, log: RunLog, label: str, total: float, every_s: float) -> None:
        self._shown, self._log, self._label, self._total, self._every_s = shown, log, label, total, every_s
        self._done = 0.0
        self._began = self._told = monotonic()

    def advance(self, steps: float = 1) -> None:
        """Move on."""
        self._shown.advance(steps)
        self._done += steps
        now = monotonic()
        if now - self._told >= self._every_s:
            self._told = now
            seconds = round(now - self._began, 1)
            self._log.event("run", "progress", task=self._label, done=self._done, total=self._total, seconds=seconds)


class RichProgress:
    """Bars with elapsed and remaining time on a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def task(self, label: str, total: float) -> Iterator[Task]:
        """Open a bar of `total` steps."""
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=self._console) as bars:
            number = bars.add_task(label, total=total)
            yield _RichTask(lambda steps: bars.advance(number, steps))


class _RichTask:
    def __init__(self, advance: object) -> None:
        self._advance = advance

    def advance(self, steps: float = 1) -> None:
        """Move the bar on."""
        self._advance(steps)  # type: ignore[operator]
