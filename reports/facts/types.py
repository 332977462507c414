"""What the pages are made of: plain values, read from the store once and shown in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from complaints.records import (
    Action,
    ActionEffect,
    Cause,
    CauseDecision,
    Containment,
    EarlyWarning,
    FileAccount,
    IgnoredColumn,
    Issue,
    IssueEvent,
    IssueTrend,
    OtherFiles,
    PfmeaGap,
    Quarantine,
    RowRelation,
    SkippedFactor,
    Supplier,
    UnmatchedValue,
    Verdict,
    WarningGroupKind,
)
from reports.facts.evidence import Evidence, Quote, Window

# Addresses of the recordings that a page may play, by (case_id, second of the call); relative ones start in site/.
Played = Mapping[tuple[str, float], str]


@dataclass(frozen=True, slots=True)
class Station:
    """A station of the master data, or one that only a cause names (then `name` is empty)."""

    station_id: str
    name: str
    line: str | None
    sequence: float | None
    supplier: str | None


@dataclass(frozen=True, slots=True)
class Week:
    """Units built in a week (its Monday) and how many of them complained, at a cause's level and elsewhere."""

    monday: date
    exposed_units: int
    exposed_cases: int
    other_units: int
    other_cases: int


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """Units that came to a month in service (0 is the first) without a complaint, and their first complaints in it.

    After the last month of a curve comes one more, which tells how many came through it.
    """

    month: int
    exposed_units: int
    exposed_cases: int
    other_units: int
    other_cases: int


@dataclass(frozen=True, slots=True)
class Stand:
    """What a station's page says in short: its leading hypothesis; all empty when there is none."""

    group_id: str
    symptom: str | None
    component: str | None
    verdict: Verdict | Literal[""]
    decision: CauseDecision | Literal[""]
    factor: str | None
    level: str | None
    relative_risk: float | None
    exposed_cases: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """Since which night a page says what it says, and what it said before; None: nothing."""

    since: date
    before: Stand | None


@dataclass(frozen=True, slots=True)
class ActionLine:
    """A corrective action with what the plant wrote about it and how its effect was judged (None: not known)."""

    action: Action
    effect: ActionEffect | None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A cause with its evidence read."""

    cause: Cause
    evidence: Evidence

    @property
    def window(self) -> Window | None:
        """The build range in which the complaints gather; None of what nobody claims, whatever a night kept."""
        return self.evidence.window if self.cause.claimed else None

    @property
    def containment(self) -> Containment | None:
        """What to contain; None of what nobody claims, whatever a night kept."""
        return self.evidence.containment if self.cause.claimed else None


@dataclass(frozen=True, slots=True)
class Group:
    """The complaints that a ranking explains: an issue or a symptom, with its hypotheses by rank, "none" last."""

    kind: WarningGroupKind
    group_id: str
    symptom: str | None
    component: str | None
    issue: Issue | None
    hypotheses: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """What became of the cases behind a page."""

    cases: int  # distinct, repeats left out
    vehicles: int
    calls: int
    with_serial: int
    doubtful: int
    repeats: int
    in_review: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """A name (a code or a word as given) and how many cases carry it."""

    name: str | None
    cases: int


@dataclass(frozen=True, slots=True)
class StationFacts:
    """Everything on a station's page. `groups` are ordered by the strength of this station's hypothesis in them."""

    station: Station
    groups: tuple[Group, ...]
    weeks: tuple[Week, ...]  # of this station's strongest cause
    service: tuple[ServiceMonth, ...]  # of the same
    products: tuple[Share, ...]  # products of the leading group's cases
    other_products: tuple[str, ...]  # products with complaints, but none in the leading group
    conditions: tuple[Share, ...]
    actions: tuple[ActionLine, ...]
    counts: GroupCounts
    models: tuple[str, ...]
    change: Change | None  # None: there never was a signal
    recordings: Played


@dataclass(frozen=True, slots=True)
class Member:
    """A case of an issue."""

    case_id: str
    source: str
    received_at: datetime | None
    product: str | None
    mileage: float | None
    text: str
    doubtful: bool
    probability: float


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """Everything on an issue's page. `weekly` holds (Monday, cases) without gaps."""

    issue: Issue
    weekly: tuple[tuple[date, int], ...]
    recent_since: date  # Monday of the first of the four calendar weeks up to the night's
    recent: int  # cases of those weeks
    before: int  # of the four weeks before
    products: tuple[Share, ...]
    components: tuple[Share, ...]
    symptoms: tuple[Share, ...]
    conditions: tuple[Share, ...]
    group: Group
    members: tuple[Member, ...]  # the first of them
    events: tuple[IssueEvent, ...]
    decisions: tuple[Decision, ...]  # the newest first
    quotes: tuple[Quote, ...]  # typical cases
    trend: IssueTrend | None  # why the status is what it is
    counts: GroupCounts
    recordings: Played


@dataclass(frozen=True, slots=True)
class Decision:
    """What an expert decided about an issue."""

    action: str  # rename | merge | split | close | pin
    reason: str
    decided_by: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class WarningFacts:
    """Everything on a warning's page. `weekly` holds (Monday, cases) of its group and product, without gaps."""

    warning: EarlyWarning
    group: Group
    weekly: tuple[tuple[date, int], ...]
    quotes: tuple[Quote, ...]
    recordings: Played


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """Everything on a supplier's page."""

    supplier: str
    months: tuple[Supplier, ...]  # the newest first
    stations: tuple[str, ...]  # station ids that name the supplier


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """What became of actions and warnings."""

    actions: int
    effective: int
    not_effective: int
    too_early: int
    warnings: int  # of all time
    warnings_open: int
    with_action: float | None  # share of all warnings; None without warnings
    with_effect: float | None
    days_to_warning: float | None  # median, from the first complaint
    days_to_action: float | None  # median, from the warning


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the night's data reach. Counts of cases leave repeats out, but for `repeats` itself."""

    calls: int
    texts: int
    repeats: int
    with_serial: int
    traced_to_unit: int | None  # None: no mapping was made
    with_genealogy: int | None
    doubtful: int
    partial: int
    quarantined: int
    this_week: int  # received in the 7 days to the as-of date
    newest_case: datetime | None
    newest_build_week: date | None

    @property
    def cases(self) -> int:
        """Cases without repeats."""
        return self.calls + self.texts


@dataclass(frozen=True, slots=True)
class Automation:
    """What was decided without a person."""

    auto: int
    review: int
    confirmed: int

    @property
    def total(self) -> int:
        """Cases with a category."""
        return self.auto + self.review + self.confirmed


@dataclass(frozen=True, slots=True)
class StationLine:
    """A station in a list, with its strongest hypothesis (None: no signal) and its place by that strength (1 leads)."""

    station: Station
    best: Hypothesis | None
    issue: Issue | None
    place: int


@dataclass(frozen=True, slots=True)
class StationsFacts:
    """The list of stations, and what the field says about their PFMEA."""

    lines: tuple[StationLine, ...]
    pfmea: tuple[PfmeaGap, ...]


@dataclass(frozen=True, slots=True)
class WarningLine:
    """A warning in a list, with the issue that it is about, if any."""

    warning: EarlyWarning
    issue: Issue | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat map station x symptom."""

    station_id: str
    symptom: str
    probability: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    """Everything on the overview; the lists of stations and issues are whole, pages show what they need."""

    night: date
    coverage: Coverage
    automation: Automation
    loop: ClosedLoop
    warnings: tuple[WarningLine, ...]
    issues: tuple[Issue, ...]
    stations: tuple[StationLine, ...]
    symptoms: tuple[Share, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DictionaryGaps:
    """Cases that tell of a fault without a symptom that the dictionary knows; `components` are those they name."""

    fault_cases: int
    without_symptom: int
    by_meaning: int  # of the others: those whose symptom was found by its meaning alone
    components: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Everything on the data-quality page."""

    coverage: Coverage
    quarantine_reasons: tuple[tuple[str, str, int], ...]  # (stage, reason, inputs)
    quarantine: tuple[Quarantine, ...]  # the newest of them
    doubt_reasons: tuple[tuple[str, int], ...]
    doubtful_segments: tuple[Mapping[str, Any], ...]  # the first of them
    doubtful_segment_count: int
    unmatched: tuple[UnmatchedValue, ...]
    unmapped_columns: tuple[tuple[str, str], ...]  # (file, column)
    files: int  # text tables that were read
    all_files: FileAccount  # all of them together
    accounts: tuple[FileAccount, ...]  # those that need an eye, the first of them
    row_relations: tuple[RowRelation, ...]  # the first of them
    other_files: tuple[OtherFiles, ...]
    missing_tables: tuple[str, ...]  # master tables that the plant did not give
    skipped_factors: tuple[SkippedFactor, ...]
    ignored_columns: tuple[IgnoredColumn, ...]
    gaps: DictionaryGaps
