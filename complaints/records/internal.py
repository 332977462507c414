"""The rows of internal tables that one room leaves for another: typed as the public ones, in no snapshot or export.

What a room keeps for itself alone is a note (`Store.note`) or a table of `complaints.store.schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PfmeaGapKind = Literal["absent", "rated_too_low"]


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
}
