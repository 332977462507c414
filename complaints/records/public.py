"""The rows of the public tables.

One frozen dataclass a table; the field order is the column order of the store, the snapshots and every export. A
field's type decides its column type (`complaints.store.schema`); fixed words are typed (`vocabulary`).
Columns that hold lists or trees hold canonical JSON text (`complaints.fingerprints.canonical_json`), so that a row is
the same bytes wherever it is written.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Literal

from complaints.records.vocabulary import (
    SUPPORTED,
    ActionVerdict,
    CategoryDecision,
    CauseDecision,
    Channel,
    Content,
    DatedFrom,
    EventKind,
    GroupKind,
    IssueKind,
    IssueStatus,
    Language,
    MentionKind,
    Polarity,
    Reviewed,
    Source,
    Speaker,
    Verdict,
    Via,
    WarningGroupKind,
    WarningStatus,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint: a call or a text. `text` is redacted; of a call, the customer's turns in order."""

    case_id: str
    source: Source
    external_id: str | None
    source_ref: str
    received_at: datetime | None
    received_at_from: DatedFrom
    serial_token: str | None
    product: str | None
    mileage: float | None
    channel: str | None
    language: Language
    text: str
    duplicate_of: str | None
    doubtful: bool
    content: Content | None  # None until classified
    partial: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech by one speaker. `heard` is the text before repair; both are redacted."""

    case_id: str
    start_s: float
    end_s: float
    channel: Channel
    speaker: Speaker
    text: str
    heard: str
    repairs: str  # JSON [{"heard", "written", "start", "rule"}]
    confidence: float  # 0..1
    doubtful: bool
    doubt_reasons: str  # JSON [str]
    language: Language


@dataclass(frozen=True, slots=True)
class Mention:
    """A symptom, component or condition in a case's text. `start` and `end` are offsets in cases.text."""

    case_id: str
    kind: MentionKind
    code: str
    surface: str
    start: int
    end: int
    polarity: Polarity
    speaker: Speaker
    segment_start_s: float | None
    component_code: str | None
    via: Via
    confidence: float


@dataclass(frozen=True, slots=True)
class Classification:
    """The most probable category of a case, what was decided about it, and why.

    Why, in three columns of JSON, each a list with the strongest first (empty where there is nothing to tell):

    - `evidence`: the words that drove the decision: characters [start, end) of cases.text, their weight over 0.
    - `alternatives`: the runners-up with their probability, 0..1; the first is the runner-up.
    - `nearest`: up to four cases to compare with. `why` says what makes each one near: "vehicle" or "product" (the
      earlier case to which a text without content of its own was joined; `similarity` is null), else "meaning" (a case
      with a known category that says nearly the same; `similarity` is a cosine, -1..1). `confirmed`: whether an expert
      decided its category in a review; otherwise it was given with the text, or decided by the machine.
    """

    case_id: str
    category: str
    confidence: float
    decision: CategoryDecision
    alternatives: str  # JSON [{"category", "confidence"}]
    evidence: str  # JSON [{"surface", "start", "end", "weight"}]
    model_id: str
    nearest: str = "[]"  # JSON [{"case_id", "category", "similarity", "confirmed", "why"}]


@dataclass(frozen=True, slots=True)
class Issue:
    """A group of cases about the same trouble; its id stays from night to night."""

    issue_id: str
    name_zh: str
    name_en: str
    kind: IssueKind
    status: IssueStatus
    first_seen: date | None
    last_seen: date | None
    cases: int
    vehicles: int
    symptom: str | None
    component: str | None
    parent_ids: str  # JSON [str]


@dataclass(frozen=True, slots=True)
class IssueMember:
    """A case's membership of an issue; a case in no issue has no row."""

    issue_id: str
    case_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class IssueEvent:
    """Something that happened to an issue in a night."""

    issue_id: str
    night: date
    event: EventKind
    detail: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One rank of a group's hypotheses, with its strongest factor; `station_id = "none"` is "none of these".

    A trouble is told once: where another cause of the same station tells the same (of an issue and the symptom group
    that repeats it, or of claims about mostly the same units), `same_as` names that one.
    """

    cause_id: str
    group_kind: GroupKind
    group_id: str
    symptom: str | None
    component: str | None
    rank: int
    station_id: str
    cause: str
    probability: float
    prior: float
    relative_risk: float | None
    rr_low: float | None
    rr_high: float | None
    q_value: float | None
    exposed_cases: int | None
    exposed_units: int | None
    factor: str | None
    level: str | None
    verdict: Verdict
    decision: CauseDecision
    evidence: str  # JSON object
    same_as: str | None = None  # cause_id of the one that is told in its place

    @property
    def claimed(self) -> bool:
        """Whether somebody may act on it: the data support it or an expert confirmed it, and no expert rejected it."""
        return self.decision == "confirmed" or (self.verdict == SUPPORTED and self.decision != "rejected")


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """An alarm of the early warning, with its rule and window."""

    warning_id: str
    group_kind: WarningGroupKind
    group_id: str
    product: str | None
    night: date
    rule: str
    observed: float
    expected: float
    limit: float
    rate_per_1000: float | None
    baseline_from: date | None
    baseline_to: date | None
    excluded: str  # JSON [str]
    first_alarm: date
    status: WarningStatus
    rule_message: str = ""  # the rule as JSON (key, values), to be shown in either language


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier's month."""

    supplier: str
    month: date
    cases: int
    rate_per_million: float | None
    top_symptoms: str  # JSON [{"symptom", "cases"}]
    actions_open: int
    median_days_to_close: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Action:
    """A corrective action (CAPA) and its effect."""

    action_id: str
    station_id: str
    symptom: str | None
    component: str | None
    status: str | None
    started_at: date | None
    before_rate: float | None
    after_rate: float | None
    verdict: ActionVerdict


@dataclass(frozen=True, slots=True)
class Review:
    """An expert's decision."""

    case_id: str
    reviewer: str
    decided_at: datetime
    what: Reviewed
    decision: str
    comment: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """An input that could not be processed, with the reason."""

    source_ref: str
    stage: str
    reason: str
    detail: str  # for people, in the language of the workspace
    night: date
    message: str = ""  # the same as JSON (key, values), to be shown in either language


@dataclass(frozen=True, slots=True)
class Run:
    """One night's run."""

    run_id: str
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    counts: str  # JSON {stage: {name: count}}
    versions: str  # JSON {package: version}
    model_hashes: str  # JSON {model: fingerprint}


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A case that stands behind an issue, a symptom group or a station, as every page, list and explanation counts it.

    Counted are cases received by the night that repeat none: of an issue its members; of a symptom group those whose
    customer says that the symptom is there, in words of the dictionary (what only a model read does not count); of a
    station, which warnings are about, the cases of the symptom groups in whose causes it stands first. A doubtful case
    counts as any other. A case that repeats one of these is not listed: `cases.duplicate_of` leads to it.
    """

    group_kind: WarningGroupKind
    group_id: str
    case_id: str


PUBLIC_TABLES: dict[str, type] = {
    "cases": Case,
    "segments": Segment,
    "mentions": Mention,
    "classifications": Classification,
    "issues": Issue,
    "issue_members": IssueMember,
    "issue_events": IssueEvent,
    "causes": Cause,
    "warnings": EarlyWarning,
    "suppliers": Supplier,
    "actions": Action,
    "reviews": Review,
    "quarantine": Quarantine,
    "runs": Run,
    "groups": GroupMember,
}


@dataclass(frozen=True, slots=True)
class Column:
    """What a column may hold: its Python type, whether it may be empty, and its fixed words (none: free)."""

    kind: type
    nullable: bool
    words: tuple[str, ...]


@cache
def columns_of(record: type) -> dict[str, Column]:
    """Return {field: column} of a record class, in field order."""
    hints = typing.get_type_hints(record)
    return {field.name: _column(hints[field.name]) for field in fields(record)}


def _column(hint: typing.Any) -> Column:
    parts = typing.get_args(hint)
    if nullable := type(None) in parts:
        (hint,) = (part for part in parts if part is not type(None))
    if typing.get_origin(hint) is Literal:
        return Column(str, nullable, typing.get_args(hint))
    assert isinstance(hint, type)
    return Column(hint, nullable, ())
