"""What was taken for what in a file of master/, and what was left out: for `complaints doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from complaints.redaction import redact_label
from complaints.tables import SheetAccount, TableRow


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


@dataclass(frozen=True, slots=True)
class SheetLeft:
    """A sheet that is not blank and was not read.

    Args:
        why: as `complaints.tables.SheetAccount.left_out`, or no_station of failure modes without a station or step.
    """

    name: str
    why: str


@dataclass
class MasterAccount:
    """A file of master/, read.

    Args:
        rows: of a small table, under canonical names.
        sheets_left: sheets of a workbook that were not read.
        rows_left: rows that are none of their own, or cannot be read, by reason.
        bad_values: column -> cells that are none of its values (a rating beyond 1 to 10), left out.
        repeated: rows that another sheet has word for word, counted once.
        unjoined: rows of a sheet of ratings that belong to no failure mode beyond doubt.
    """

    table: str
    file: str
    rows: list[TableRow] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    sheets_left: list[SheetLeft] = field(default_factory=list)
    bad_values: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    unjoined: int = 0
    rows_left: Counter[str] = field(default_factory=Counter)

    @property
    def losses(self) -> dict[str, int]:
        """Counts of what the file holds and nobody reads, by kind; kinds of which there is none are left out."""
        counts = {
            "columns": len([passed for passed in self.passed if passed.why != "afterwards"]),
            "sheets": len(self.sheets_left), "values": self.bad_values.total(), "ratings": self.unjoined,
            "rows": self.rows_left.total(),
        }  # fmt: skip
        return {kind: number for kind, number in counts.items() if number}

    def take_sheets(self, sheets: Iterable[SheetAccount], *, open_ended: bool = False) -> None:
        """Take over what the reading of a table found.

        Args:
            sheets: its accounts; they are whole when the rows have ended.
            open_ended: a column without a meaning of ours has one of its own.
        """
        for sheet in sheets:
            if sheet.left_out:
                self.sheets_left += [SheetLeft(sheet.name, sheet.left_out)] if sheet.left_out != "empty" else []
                continue
            self.taken += [Taken(head, column, sheet.name) for head, column in sheet.columns]
            second = dict(sheet.passed_over)
            self.passed += [Passed(head, "second", column, sheet.name) for head, column in second.items()]
            rest = [] if open_ended else [head for head in sheet.unmapped if head not in second]
            self.passed += [Passed(head, "unused", "", sheet.name) for head in rest]
            self.rows_left.update(sheet.refused_rows)
            self.rows_left.update({why: n for why, n in sheet.left_out_rows.items() if why not in ("title", "header")})

    def as_json(self) -> dict[str, Any]:
        """Return plain values: what was taken for what, what for nothing and why; of heads no personal data."""
        shown = redact_label
        return {
            "table": self.table,
            "file": self.file,
            "taken": [{"head": shown(t.head), "column": t.column, "sheet": shown(t.sheet)} for t in self.taken],
            "passed": [
                {"head": shown(p.head), "why": p.why, "column": p.column, "sheet": shown(p.sheet)} for p in self.passed
            ],
            "sheets_left": [{"sheet": shown(s.name), "why": s.why} for s in self.sheets_left],
            "bad_values": dict(sorted(self.bad_values.items())),
            "rows_left": dict(sorted(self.rows_left.items())),
            "repeated": self.repeated,
            "unjoined": self.unjoined,
            "losses": self.losses,
        }
