"""The lists of recordings (calls.csv) in an inbox: which list says what about a recording, and which need reading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import Literal

from complaints.errors import ItemRefused
from complaints.intake.file_reading import FileReading
from complaints.intake.recordings import CallFacts, read_sidecar
from complaints.intake.scan import Found
from complaints.intake.sidecar_names import matched
from complaints.records import FileAccount
from complaints.redaction import redact_name

VERSION = 2  # raised when names are matched otherwise: every list is read again
# Facts by file, refused rows, and the account; that one is None where the list cannot be read.
Read = tuple[dict[str, CallFacts], list[ItemRefused], FileReading | None]


@dataclass(frozen=True, slots=True)
class SidecarGap:
    """A row of a list without a recording, or a recording without a row.

    Args:
        source_ref: the list, redacted.
        kind: ``row`` (no recording has that name), ``ambiguous`` (more than one could have it) or ``recording`` (it
            lies under the list's folder, and no row names it).
        name: of the file as the list, or the folder, gives it; redacted.
    """

    source_ref: str
    kind: Literal["row", "ambiguous", "recording"]
    name: str


class Sidecars:
    """The lists of one walk over the inbox. A list is read when it is asked, and once.

    Args:
        root: the workspace.
        lists: the lists that were seen.
        changed: folders whose list is new or another one than in the last run, or is gone.
        zone: the plant's.
        recordings: paths under the workspace of all recordings that lie there or were taken in before.
    """

    def __init__(
        self, root: Path, lists: Sequence[Found], changed: Collection[Path], zone: tzinfo | None = None,
        recordings: Iterable[Path] = (),
    ) -> None:  # fmt: skip
        self._zone = zone
        self._root, self._changed = root, frozenset(changed)
        self._lists = {found.path.parent: found.path for found in lists}
        self._read: dict[Path, Read] = {}
        self._under: defaultdict[Path, list[str]] = defaultdict(list)
        for path in sorted(set(recordings)):
            if (folder := self.folder_of(path)) is not None:
                self._under[folder].append(path.relative_to(folder).as_posix())
        self._names: dict[Path, dict[str, str]] = {}
        self._unclear: dict[Path, list[str]] = {}

    def folder_of(self, recording: Path) -> Path | None:
        """Return the folder of the nearest list above a recording."""
        return next((folder for folder in recording.parents if folder in self._lists), None)

    def read(self, folder: Path) -> Read:
        """Return what the list of a folder says: facts by file, refused rows, and its rows as they are counted.

        Raises:
            ItemRefused: the list as a whole cannot be read.
        """
        if folder not in self._read:
            self._read[folder] = read_sidecar(self._root / self._lists[folder], self._zone)
        return self._read[folder]

    def facts(self, recording: Found) -> CallFacts:
        """Return what the nearest list above a recording says about it."""
        folder = self.folder_of(recording.path)
        if folder is None:
            return CallFacts()
        name = self._matches(folder).get(recording.path.relative_to(folder).as_posix())
        return CallFacts() if name is None else self._read[folder][0][name]

    def gaps(self, folder: Path, source_ref: str) -> list[SidecarGap]:
        """Return what a list and the recordings under its folder do not have in common, in order of names."""
        matches = self._matches(folder)
        rows = set(self._read[folder][0]) - set(matches.values())
        unclear = rows & set(self._unclear[folder])
        found = [SidecarGap(source_ref, "ambiguous" if n in unclear else "row", redact_name(n)) for n in rows]
        alone = [name for name in self._under[folder] if name not in matches]
        found += [SidecarGap(source_ref, "recording", redact_name(name)) for name in alone]
        return sorted(set(found), key=lambda gap: (gap.kind, gap.name))

    def account(self, folder: Path, source_ref: str) -> FileAccount | None:
        """Return what became of a list's rows: those that tell of a recording stand for a complaint each."""
        matches = self._matches(folder)
        facts, _, reading = self._read[folder]
        if reading is None:
            return None
        told = set(matches.values()) & set(facts)
        unclear = (set(facts) - told) & set(self._unclear[folder])
        alone = {"ambiguous": len(unclear), "no_recording": len(facts) - len(told) - len(unclear)}
        left_out = reading.left_out + Counter({reason: n for reason, n in alone.items() if n})
        return replace(reading, ref=source_ref, complaints=len(told), left_out=left_out).account()

    def _matches(self, folder: Path) -> dict[str, str]:
        """Return the row's name of each recording under a folder that has one."""
        if folder not in self._names:
            try:
                facts = self.read(folder)[0]
            except ItemRefused:
                facts = {}
                self._read[folder] = facts, [], None
            names, paths = list(facts), self._under[folder]
            found, unclear = matched(names, paths)
            self._names[folder] = {paths[path]: names[name] for name, path in found.items()}
            self._unclear[folder] = [names[number] for number in unclear]
        return self._names[folder]

    def stand(self, recording: Found) -> bool:
        """Return whether the list that tells of a recording, if any does, is that of the last run, unchanged."""
        nearest = (folder for folder in recording.path.parents if folder in self._changed or folder in self._lists)
        return next(nearest, None) not in self._changed
