"""What was taken for what in a file of master/, and what was left out: for `complaints doctor`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from complaints.tables import TableRow


@dataclass(frozen=True, slots=True)
class Taken:
    """A head that was taken for a column of the table."""

    head: str
    column: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A head that was taken for none.

    Args:
        why: unused (no column is read from it), afterwards (it speaks of the time after an action), unlike (its cells
            cannot be what it says), second (an earlier head has the same meaning).
        column: what it would have been, of unlike and second.
    """

    head: str
    why: str
    column: str = ""
    sheet: str = ""


@dataclass
class MasterAccount:
    """A file of master/, read.

    Args:
        rows: of a small table, under canonical names.
        sheets_left: sheets of a workbook that were not read, though they hold failure modes.
        bad_values: column -> cells that are none of its values (a rating beyond 1 to 10), left out.
        repeated: rows that another sheet has word for word, counted once.
        unjoined: rows of a sheet of ratings that belong to no failure mode beyond doubt.
    """

    table: str
    file: str
    rows: list[TableRow] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    sheets_left: list[str] = field(default_factory=list)
    bad_values: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    unjoined: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values: what was taken for what, what for nothing and why."""
        return {
            "file": self.file,
            "taken": [{"head": t.head, "column": t.column, "sheet": t.sheet} for t in self.taken],
            "passed": [{"head": p.head, "why": p.why, "column": p.column, "sheet": p.sheet} for p in self.passed],
            "sheets_left": self.sheets_left,
        }
