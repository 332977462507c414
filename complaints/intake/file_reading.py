"""One text table while it is read: which complaints it gave, and the account of its rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from complaints.fingerprints import canonical_json
from complaints.records import FileAccount
from complaints.redaction import redact_label
from complaints.tables import SheetAccount

# Why a file is read again: no reason of its own, it is as it was but read in another way, or both may have changed.
Reread = Literal["", "same", "changed"]
EMPTY_SHEETS = ("", "empty")


@dataclass
class FileReading:
    """A file's rows as they are counted.

    Args:
        path: the file, relative to the workspace.
        ref: its path as it may be shown.
        reread: whether it was read before in another way.
        given: ids of the complaints that its rows stood for in this reading.
        forgotten: ids and digests of those among them that were purged.
        texts: hashes of the texts in its rows; kept where `reread` is "changed".
        whole: it was read to its end.
    """

    path: str
    ref: str
    reread: Reread = ""
    given: set[str] = field(default_factory=set)
    forgotten: dict[str, str] = field(default_factory=dict)
    texts: set[int] = field(default_factory=set)
    seen: int = 0
    complaints: int = 0
    repeats: int = 0
    replaced: int = 0
    quarantined: int = 0
    undated: int = 0
    future: int = 0
    open_dates: int = 0
    shared_ids: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    sheets: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = False

    def end(self, accounts: Sequence[SheetAccount]) -> None:
        """Take what the reader says of the sheets, when the rows have ended."""
        self.whole = True
        for sheet in accounts:
            own = Counter({reason: n for reason, n in sheet.left_out_rows.items() if reason != "title"})
            self.left_out += own
            self.seen += own.total()
            self.open_dates += sheet.undated_open.total()
            if sheet.left_out not in EMPTY_SHEETS:
                self.sheets.append((redact_label(sheet.name), sheet.left_out))

    def account(self) -> FileAccount:
        """Return the account as it is kept."""
        return FileAccount(
            self.ref, self.seen, self.complaints, self.repeats, self.replaced, self.quarantined, self.left_out.total(),
            canonical_json(dict(self.left_out)), json.dumps(self.sheets, ensure_ascii=False), self.undated, self.future,
            self.open_dates, self.shared_ids, self.whole,
        )  # fmt: skip
