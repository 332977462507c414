"""Folders for what may hold voices and must not outlive its process, not even one that was killed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

LOCK = "lock"
_held: list[object] = []  # for as long as the process lives


def own_folder(prefix: str) -> Path:
    """Return a new folder of mode 700 for this process, after removing those of processes that were killed.

    Args:
        prefix: of the folders' names in the system's temporary folder.
    """
    from filelock import FileLock, Timeout

    place = Path(tempfile.gettempdir())
    with FileLock(place / f"{prefix}{os.getuid()}.lock"):
        for left in place.glob(f"{prefix}*"):
            try:
                # A lock of the operating system ends with its holder, in whatever container that had its number.
                with FileLock(left / LOCK, timeout=0):
                    shutil.rmtree(left, ignore_errors=True)
            except (Timeout, OSError):
                continue
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        lock = FileLock(folder / LOCK)
        lock.acquire()
    _held.append(lock)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
