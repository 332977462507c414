"""The demo: an invented car plant with its complaints, laid out into a workspace.

The files under `data/` are made by `python -m benchmarks.make_demo`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from complaints.errors import UsageError

AS_OF = date(2026, 6, 30)
"""The day of the demo's night: its last complaint came two days before."""
FILE_TIME = datetime(2026, 6, 29, tzinfo=UTC)
"""Modification time of every file laid out, so that none counts as still growing."""
ROOMS = ("inbox", "master")


def lay_out(target: Path) -> None:
    """Copy the demo's recordings, texts and plant data into a workspace.

    Args:
        target: the workspace's folder; made if it is missing. Files already there with the same bytes are left alone.

    Raises:
        UsageError: a file of the same name with other content is there; then nothing is written.
    """
    data = files(__name__) / "data"
    missing = []
    for relative, entry in (
        (PurePosixPath(room, below), entry) for room in ROOMS for below, entry in _walk(data / room)
    ):
        path = target / relative
        if not path.exists():
            missing.append((path, entry))
        elif not path.is_file() or path.read_bytes() != entry.read_bytes():
            raise UsageError("demo.file_in_the_way", str(path))
    stamp = FILE_TIME.timestamp()
    for path, entry in missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.read_bytes())
        os.utime(path, (stamp, stamp))


def _walk(folder: Traversable) -> Iterator[tuple[PurePosixPath, Traversable]]:
    """Yield every file below `folder` with its path relative to it, in order of name."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from ((PurePosixPath(entry.name, path), below) for path, below in _walk(entry))
        else:
            yield PurePosixPath(entry.name), entry
