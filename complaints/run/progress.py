"""Progress bars: rich on a terminal, nothing in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from complaints.run.night import Task

if TYPE_CHECKING:
    from rich.console import Console


class _SilentTask:
    def advance(self, steps: float = 1) -> None:
        """Show nothing."""


class SilentProgress:
    """Shows nothing: for pipes, --quiet and tests."""

    @contextmanager
    def task(self, label: str, total: float) -> Iterator[Task]:
        """Open a bar that nobody sees."""
        yield _SilentTask()


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
