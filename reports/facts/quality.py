"""How far the machine's decisions can be trusted, as far as was measured: automation, precision, calibration, backlog.

Precision and calibration are those of cases with a known label given by the user: no category was ever chosen by a
model that had seen that case's own label.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from complaints.records import GuaranteeState
from complaints.store import Store
from reports.facts.explained import Explained, read_explained
from reports.facts.overview import read_automation
from reports.facts.types import Automation, Share

MONTHS = 12
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # lower ends of the confidence bins; the last ends at 1
CATEGORIES = 30
JUDGED = "FROM classifications k JOIN labels l USING (case_id) WHERE l.origin = 'given' AND k.decision <> 'confirmed'"


@dataclass(frozen=True, slots=True)
class MonthDecisions(Automation):
    """Decisions about the cases that were received in a month."""

    month: date


@dataclass(frozen=True, slots=True)
class Held:
    """Decisions against known labels."""

    cases: int
    right: int


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Labelled cases whose confidence lies in [low, high), their mean confidence and how many were right."""

    low: float
    high: float
    cases: int
    confidence: float
    right: int


@dataclass(frozen=True, slots=True)
class CategoryQuality:
    """A category: cases put into it, those decided alone, those with a known label, and those whose label agrees."""

    category: str
    cases: int
    auto: int
    labelled: int
    right: int


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """Everything on the page about the model. `guarantee` is None while there is no model."""

    promised: float
    automation: Automation
    months: tuple[MonthDecisions, ...]  # the newest first
    oldest_review: datetime | None
    labels: int  # known labels given by the user
    held: Held  # of cases decided alone
    all_cases: Held  # of all labelled cases
    bins: tuple[CalibrationBin, ...]
    categories: tuple[CategoryQuality, ...]
    reviews: tuple[Share, ...]  # experts' decisions by what they are about
    models: tuple[str, ...]
    guarantee: GuaranteeState | None
    waiting: tuple[Explained, ...]  # the first that wait for review, with their reasons
    alone: tuple[Explained, ...]  # the newest that were decided alone

    @property
    def suspended(self) -> bool:
        """Whether the drift test fired: nothing received since is decided alone."""
        return self.guarantee is not None and self.guarantee.suspended

    @property
    def drift(self) -> dict[str, bool | float]:
        """What the drift test found, by name; empty where it did not run."""
        made = self.guarantee
        if made is None or not made.drift_cases:
            return {}
        found = {
            "area": made.drift_area, "area_low": made.drift_area_low, "cases": made.drift_cases,
            "categories": made.drift_categories, "distance": made.drift_distance, "p_value": made.drift_p_value,
            "texts": made.drift_texts,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error (Naeini, Cooper and Hauskrecht, AAAI 2015) over the bins; None without labels."""
        whole = sum(b.cases for b in self.bins)
        if not whole:
            return None
        return sum(abs(b.right - b.confidence * b.cases) for b in self.bins) / whole


def read_quality(store: Store, promised: float) -> QualityFacts:
    """Read the page about the model.

    Args:
        store: the public store.
        promised: the promised precision, from the settings.
    """
    labels = store.query("SELECT count(*) FROM labels l JOIN cases USING (case_id) WHERE origin = 'given'")[0][0]
    oldest = store.query(
        "SELECT min(received_at) FROM cases JOIN classifications k USING (case_id) WHERE k.decision = 'review'"
        " AND duplicate_of IS NULL"
    )[0][0]
    counted = f"SELECT count(*), count(*) FILTER (k.category = l.category) {JUDGED}"
    reviews = store.query("SELECT what, count(*) FROM reviews GROUP BY 1 ORDER BY 2 DESC, 1")
    models = store.query("SELECT DISTINCT model_id FROM classifications WHERE model_id <> '' ORDER BY 1 LIMIT 4")
    guarantee = store.only(GuaranteeState)
    waiting, alone = read_explained(store)
    return QualityFacts(
        promised=promised,
        automation=read_automation(store),
        months=tuple(
            MonthDecisions(auto, review, confirmed, month) for month, auto, review, confirmed in store.query(_MONTHS)
        ),
        oldest_review=oldest,
        labels=labels,
        held=Held(*store.query(f"{counted} AND k.decision = 'auto'")[0]),
        all_cases=Held(*store.query(counted)[0]),
        bins=_bins(store),
        categories=tuple(CategoryQuality(*row) for row in store.query(_CATEGORIES)),
        reviews=tuple(Share(*row) for row in reviews),
        models=tuple(row[0] for row in models),
        guarantee=guarantee,
        waiting=waiting,
        alone=alone,
    )


_MONTHS = (
    "SELECT date_trunc('month', received_at)::DATE, count(*) FILTER (k.decision = 'auto'),"
    " count(*) FILTER (k.decision = 'review'), count(*) FILTER (k.decision = 'confirmed')"
    " FROM cases JOIN classifications k USING (case_id) WHERE received_at IS NOT NULL AND duplicate_of IS NULL"
    " AND k.decision IN ('auto', 'review', 'confirmed')"
    f" GROUP BY 1 ORDER BY 1 DESC LIMIT {MONTHS}"
)
_CATEGORIES = (
    "SELECT k.category, count(*), count(*) FILTER (k.decision = 'auto'),"
    " count(l.category) FILTER (k.decision <> 'confirmed'),"
    " count(*) FILTER (k.decision <> 'confirmed' AND k.category = l.category) FROM classifications k"
    " JOIN cases c ON c.case_id = k.case_id AND c.duplicate_of IS NULL"
    " LEFT JOIN labels l ON l.case_id = k.case_id AND l.origin = 'given'"
    f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {CATEGORIES}"
)


def _bins(store: Store) -> tuple[CalibrationBin, ...]:
    ends = [*BINS[1:], 1.0]
    rows = store.query(
        f"SELECT len(list_filter({list(BINS)!r}, lambda b: b <= k.confidence)) AS bin, count(*), avg(k.confidence),"
        f" count(*) FILTER (k.category = l.category) {JUDGED} GROUP BY 1 ORDER BY 1"
    )
    return tuple(
        CalibrationBin(BINS[at - 1], ends[at - 1], cases, round(confidence, 4), right)
        for at, cases, confidence, right in rows
        if at
    )
