"""The asr stage in a process of its own that says when a recording is done: for tests that kill it, or weigh it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

DONE = "done"


class Telling:
    """Progress that prints a line a recording."""

    def advance(self, steps: float = 1) -> None:
        """Say that a recording is done."""
        print(DONE, flush=True)

    @contextmanager
    def task(self, label: str, total: float) -> Iterator[Telling]:
        """Return itself: there is one task."""
        yield self


def main() -> None:
    """Run the stage over the workspace named by the first argument."""
    from asr.stage import Stage
    from tests.asr.test_stage import opened

    with opened(Path(sys.argv[1])) as night:
        Stage().run(replace(night, progress=Telling()))


if __name__ == "__main__":
    main()
