"""The rows of internal tables that one room leaves for another: typed as the public ones, in no snapshot or export.

What a room keeps for itself alone is a note (`Store.note`) or a table of `complaints.store.schema`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

PfmeaGapKind = Literal["absent", "rated_too_low"]
# What a row of a text table is to another one: its correction, or another complaint under the same id.
RowRelationKind = Literal["corrects", "shares_id"]


@dataclass(frozen=True, slots=True)
class IssueTrend:
    """The counts on which an issue's status rests: cases of the last four weeks, and of the half year before them."""

    issue_id: str
    recent_cases: int
    earlier_cases: int


@dataclass(frozen=True, slots=True)
class IssueQuote:
    """A typical case of an issue; place 0 is the most central one."""

    issue_id: str
    place: int
    case_id: str


@dataclass(frozen=True, slots=True)
class GuaranteeState:
    """How the model's precision guarantee was measured, and what the last drift test found; one row.

    `last` is the day of the newest held-out case (ISO), or empty. The columns of the drift test are null where it did
    not run or had too few cases.
    """

    model_id: str
    precision: float
    error: float
    threshold: float
    cases: int
    decided: int
    right: int
    lower: float
    first: str
    last: str
    suspended: bool
    drift_cases: int | None
    drift_area: float | None
    drift_area_low: float | None
    drift_distance: float | None
    drift_p_value: float | None
    drift_texts: bool | None
    drift_categories: bool | None


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """What stands beside a corrective action's row in `actions`: its words, and the figures of its verdict.

    `rr` is the rate ratio after to before with 95 % limits; `expected_after` the cases after it if it had no effect;
    `days_still` of "too early": days until the records can tell.
    """

    action_id: str
    action: str
    owner: str | None
    rr: float | None
    rr_low: float | None
    rr_high: float | None
    cases_after: int
    expected_after: float | None
    days_still: int | None
    reopened: bool


@dataclass(frozen=True, slots=True)
class PfmeaGap:
    """What the field says a station's PFMEA lacks (`absent`) or rates too low, with the cause that says so."""

    station_id: str
    symptom: str
    component: str | None
    kind: PfmeaGapKind
    cause_id: str
    cases: int | None
    units: int | None
    occurrence: int | None = None
    occurrence_from_field: int | None = None


@dataclass(frozen=True, slots=True)
class LoopTimes:
    """From complaint to warning to action to effect, over all warnings; one row. Shares 0..1, medians in days."""

    warnings: int
    share_with_action: float | None
    share_with_effect: float | None
    median_days_first_complaint_to_warning: float | None
    median_days_warning_to_action: float | None


@dataclass(frozen=True, slots=True)
class Traceability:
    """How many cases could be traced to a unit, and to a unit with its passes; one row."""

    cases: int
    with_serial: int
    with_unit: int
    with_genealogy: int


@dataclass(frozen=True, slots=True)
class UnmatchedValue:
    """A value of a master file that matched nothing; its row is kept."""

    master: str
    row_number: int
    column_name: str
    value: str
    nearest: str


@dataclass(frozen=True, slots=True)
class MissingTable:
    """A master table that the plant did not give."""

    name: str


@dataclass(frozen=True, slots=True)
class IgnoredColumn:
    """A genealogy column that is no factor, with the reason (personal, date)."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedFactor:
    """A station's factor that cannot be compared, with the reason."""

    station_id: str
    factor: str
    reason: str


COUNTED_ROWS = (
    "rows", "complaints", "repeats", "replaced", "quarantined", "left_out", "undated", "future", "open_dates",
    "shared_ids",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of the rows of a text table when it was read last.

    ``rows = complaints + repeats + replaced + quarantined + left_out`` holds for every file; later corrections by other
    files move rows from complaints to replaced.

    Args:
        source_ref: the file, redacted.
        rows: rows below the headers that are not blank.
        complaints: rows that stand for a complaint of their own.
        repeats: rows that say what another row says.
        replaced: rows whose place a later row with the same id took.
        quarantined: rows that were refused, each with its reason.
        left_out: rows that are no complaints.
        reasons: of those, as JSON {reason: rows}: subtotal, header (repeated), forgotten (by a purge).
        sheets: sheets of which no row was read, as JSON [[name, reason], ...].
        undated: complaints without a date that can be read.
        future: complaints dated after the night.
        open_dates: dates that are open between day and month.
        shared_ids: complaints whose id another complaint has too.
        whole: the file was read to its end.
    """

    source_ref: str
    rows: int
    complaints: int
    repeats: int
    replaced: int
    quarantined: int
    left_out: int
    reasons: str
    sheets: str
    undated: int
    future: int
    open_dates: int
    shared_ids: int
    whole: bool

    @property
    def notes(self) -> dict[str, int]:
        """What needs an eye, by the name of its message (``account.…``), and how often; empty where all is well."""
        names = ("undated", "future", "open_dates", "shared_ids", "replaced", "quarantined", "left_out")
        found = {name: int(getattr(self, name)) for name in names}
        found |= {"sheets": len(json.loads(self.sheets)), "broken_off": int(not self.whole)}
        return {name: n for name, n in found.items() if n}

    @classmethod
    def total(cls, accounts: Iterable[Self]) -> Self:
        """Return the account of all files together, without a name."""
        counted: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        sheets: list[list[str]] = []
        whole = True
        for one in accounts:
            counted.update({name: getattr(one, name) for name in COUNTED_ROWS})
            reasons.update(json.loads(one.reasons))
            sheets += json.loads(one.sheets)
            whole = whole and one.whole
        n = [counted[name] for name in COUNTED_ROWS]
        told = json.dumps(reasons, sort_keys=True), json.dumps(sheets, ensure_ascii=False)
        return cls("", n[0], n[1], n[2], n[3], n[4], n[5], *told, n[6], n[7], n[8], n[9], whole)


@dataclass(frozen=True, slots=True)
class RowRelation:
    """A row that was taken as a correction of another one, or that has another complaint's id (both are kept)."""

    source_ref: str
    other_ref: str
    relation: RowRelationKind


@dataclass(frozen=True, slots=True)
class OtherFiles:
    """Files of the inbox that are no inputs, by kind: the ending where it is a usual one, else "other"."""

    kind: str
    files: int


INTERNAL_RECORDS: dict[str, type] = {
    "issue_trends": IssueTrend,
    "issue_quotes": IssueQuote,
    "precision_guarantee": GuaranteeState,
    "action_effects": ActionEffect,
    "pfmea_gaps": PfmeaGap,
    "loop_times": LoopTimes,
    "traceability": Traceability,
    "unmatched_values": UnmatchedValue,
    "missing_tables": MissingTable,
    "ignored_columns": IgnoredColumn,
    "skipped_factors": SkippedFactor,
    "file_accounts": FileAccount,
    "row_relations": RowRelation,
    "other_files": OtherFiles,
}
