"""A mark while a file is read, so that one that ends the whole program costs two tries and not every night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.fingerprints import fingerprint

MOST_TRIES = 2  # a program that was ended once may have been ended by anything


class ReadingMark:
    """Remembers which file is being read, by a fingerprint of its name and state, and how often that was tried."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._left: tuple[str, int] = ("", 0)  # what a program that was ended left behind
        with suppress(OSError, ValueError):
            mark, _, tries = file.read_text(encoding="utf-8").partition(" ")
            self._left = mark, int(tries)

    @contextmanager
    def reading(self, *state: object) -> Iterator[None]:
        """Mark a file while it is read; failures that the program sees take the mark away.

        Raises:
            ItemRefused: `tables.reader_killed`: as often as may be the program ended while it read this file.
        """
        mark = fingerprint(state)
        tries = self._left[1] if self._left[0] == mark else 0
        if tries >= MOST_TRIES:
            self._left = ("", 0)
            self._file.unlink(missing_ok=True)
            raise ItemRefused("tables.reader_killed")
        self._file.write_text(f"{mark} {tries + 1}", encoding="utf-8")
        try:
            yield
        finally:
            self._file.unlink(missing_ok=True)
