"""The lists of recordings (calls.csv) in an inbox: which list says what about a recording, and which need reading."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.intake.recordings import CallFacts, read_sidecar
from complaints.intake.scan import Found

Read = tuple[dict[str, CallFacts], list[ItemRefused]]


class Sidecars:
    """The lists of one walk over the inbox. A list is read when it is asked, and once.

    Args:
        root: the workspace.
        lists: the lists that were seen.
        changed: folders whose list is new or another one than in the last run, or is gone.
        zone: the plant's.
    """

    def __init__(
        self, root: Path, lists: Sequence[Found], changed: Collection[Path], zone: tzinfo | None = None
    ) -> None:
        self._zone = zone
        self._root, self._changed = root, frozenset(changed)
        self._lists = {found.path.parent: found.path for found in lists}
        self._read: dict[Path, Read] = {}

    def read(self, folder: Path) -> Read:
        """Return what the list of a folder says: facts by file, and refused rows.

        Raises:
            ItemRefused: the list as a whole cannot be read.
        """
        if folder not in self._read:
            self._read[folder] = read_sidecar(self._root / self._lists[folder], self._zone)
        return self._read[folder]

    def facts(self, recording: Found) -> CallFacts:
        """Return what the nearest list above a recording says about it."""
        folder = next((folder for folder in recording.path.parents if folder in self._lists), None)
        if folder is None:
            return CallFacts()
        try:
            facts, _ = self.read(folder)
        except ItemRefused:
            self._read[folder] = facts, _ = {}, []
        return facts.get(recording.path.relative_to(folder).as_posix(), CallFacts())

    def stand(self, recording: Found) -> bool:
        """Return whether the list that tells of a recording, if any does, is that of the last run, unchanged."""
        nearest = (folder for folder in recording.path.parents if folder in self._changed or folder in self._lists)
        return next(nearest, None) not in self._changed
