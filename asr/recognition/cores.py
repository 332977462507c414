"""The cores of this machine, shared by all recognisers on it: who hears a window holds one of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE_S = 0.02  # between two looks for a free core; a window takes a second and more


class Cores:
    """As many file locks as there are cores to use.

    Recordings are heard by processes side by side, and the windows of one recording by threads: while many recordings
    wait, each gets a core; when one long one is left, it gets them all. The locks are the operating system's, so a
    process that is killed gives its cores back.

    Args:
        folder: for the lock files; made where it is missing.
        number: of cores.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._files = [folder / f"core-{index}" for index in range(number)]
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a core, once one is free."""
        from filelock import FileLock, Timeout

        while True:
            for file in self._files:
                lock = FileLock(file, timeout=0)
                try:
                    lock.acquire()
                except Timeout:
                    continue
                try:
                    yield
                finally:
                    lock.release()
                return
            time.sleep(PAUSE_S)
