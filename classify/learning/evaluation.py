"""The model in use, month by month: how good, how sure, how much alone; whether the world drifts; when to retrain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classify.category import Drift, drift_between, lower_bound
from classify.learning.metrics import calibration_error, macro_f1, top_share
from complaints.messages import Message, message
from complaints.records import NO_CONTENT

if TYPE_CHECKING:
    from classify.learning.model_files import Stored
    from classify.reading import Reading

UNDATED = "undated"
GROWTH = 0.2  # share of new labels from which training again is worth it
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Month:
    """A month (``2026-03``) of labelled cases. Shares are 0..1; None: nothing to measure on.

    Args:
        cases: all cases of the month; `labelled`: those with a known category.
        coverage: share of the labelled cases that the model decides alone; `precision`: right ones among those.
        drift: of the month's cases against the months before it.
    """

    month: str
    cases: int
    labelled: int
    accuracy: float | None
    macro_f1: float | None
    top3: float | None
    calibration_error: float | None
    coverage: float | None
    precision: float | None
    drift: Drift


@dataclass(frozen=True, slots=True)
class CategoryMonth:
    """A category in a month. `coverage`: share of its labelled cases decided alone."""

    category: str
    month: str
    labelled: int
    recall: float | None
    precision: float | None
    f1: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `complaints evaluate` tells.

    Args:
        model_id: the model in use.
        months: in order.
        categories: one row a category and month, and one a category over all months (month ``all``).
        suspects: labelled cases whose label looks wrong, the most doubtful first.
        reasons: why to train again, in words; empty: no need.
    """

    model_id: str
    months: list[Month]
    categories: list[CategoryMonth]
    suspects: list[str]
    reasons: list[Message]

    def as_json(self) -> dict[str, Any]:
        """Return plain values for a machine."""
        months = [asdict(month) | {"drift": month.drift.as_json()} for month in self.months]
        return {
            "model_id": self.model_id, "months": months, "categories": [asdict(c) for c in self.categories],
            "suspect_labels": self.suspects, "retrain": [str(reason) for reason in self.reasons],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Answers:
    """The model's answers about all cases."""

    readings: Sequence[Reading]
    months: NDArray[np.str_]
    labels: Sequence[tuple[str, ...]]
    names: NDArray[np.str_]
    probabilities: NDArray[np.float64]
    confidence: NDArray[np.float64]
    alone: NDArray[np.bool_]
    right_alone: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    right: NDArray[np.bool_]


def evaluate(
    stored: Stored,
    readings: Sequence[Reading],
    vectors: NDArray[np.float32] | None,
    known: dict[str, tuple[str, ...]],
) -> Evaluation:
    """Measure the model in use.

    A labelled case that the model has learned from is scored out of fold: by a fit that has seen neither its label nor
    that of a copy.

    Args:
        stored: the model in use.
        readings: all cases, by time; vectors: theirs, or None.
        known: the categories of the labelled ones, by case_id.
    """
    answers = _answers(stored, readings, vectors, known)
    names = sorted(set(answers.months.tolist()), key=lambda m: (m == UNDATED, m))
    months = [_month(answers, month, stored.model.categories, vectors) for month in names]
    categories = sorted({c for named in known.values() for c in named[:1]} | set(stored.model.categories))
    every = np.ones(len(readings), dtype=bool)
    rows = [
        _category(answers, c, m, every if m == "all" else answers.months == m)
        for c in categories
        for m in ["all", *names]
    ]
    rows = [row for row in rows if row.month == "all" or row.labelled or row.precision is not None]
    return Evaluation(stored.model_id, months, rows, stored.card.suspects, _reasons(stored, answers, vectors))


def _answers(
    stored: Stored,
    readings: Sequence[Reading],
    vectors: NDArray[np.float32] | None,
    known: dict[str, tuple[str, ...]],
) -> _Answers:
    model = stored.model
    found = model.full.predict(readings, vectors)
    names = np.array(model.categories)[found.probabilities.argmax(axis=1)]
    labels = [known.get(r.case_id, ()) for r in readings]
    labelled = np.array([bool(named) for named in labels])
    right = np.array([name in named for name, named in zip(names.tolist(), labels, strict=True)], dtype=bool)
    alone, right_alone = np.zeros(len(readings), dtype=bool), np.zeros(len(readings), dtype=bool)
    if model.measured is not None:
        measured = model.measured.predict(readings, vectors)
        own = np.array([r.content != NO_CONTENT for r in readings], dtype=bool)
        alone = own & (measured.confidence >= model.guarantee.threshold)
        decided = np.array(model.measured.categories)[measured.probabilities.argmax(axis=1)]
        right_alone = np.array([n in named for n, named in zip(decided.tolist(), labels, strict=True)], dtype=bool)
    months = np.array([_month_of(r) for r in readings])
    return _Answers(
        readings, months, labels, names, found.probabilities, found.confidence, alone, right_alone, labelled, right
    )


def _month_of(reading: Reading) -> str:
    day = reading.dated.day if reading.dated else None
    return UNDATED if day is None else date.fromordinal(day).isoformat()[:7]


def _month(answers: _Answers, month: str, categories: Sequence[str], vectors: NDArray[np.float32] | None) -> Month:
    inside = answers.months == month
    chosen = np.flatnonzero(inside & answers.labelled)
    before = np.flatnonzero((answers.months < month) & (answers.months != UNDATED)) if month != UNDATED else chosen[:0]
    after, columns = np.flatnonzero(inside), answers.probabilities.argmax(axis=1)
    drift = drift_between(
        None if vectors is None else vectors[before], None if vectors is None else vectors[after],
        columns[before].tolist(), columns[after].tolist(), len(categories),
    )  # fmt: skip
    if not len(chosen):
        return Month(month, int(inside.sum()), 0, None, None, None, None, None, None, drift)
    truth = _truth(answers, chosen)
    alone = chosen[answers.alone[chosen]]
    return Month(
        month,
        int(inside.sum()),
        len(chosen),
        _round(answers.right[chosen].mean()),
        _round(macro_f1(truth, answers.names[chosen].tolist())),
        _round(top_share(truth, categories, answers.probabilities[chosen])),
        _round(calibration_error(answers.confidence[chosen], answers.right[chosen])),
        _round(len(alone) / len(chosen)),
        _round(answers.right_alone[alone].mean()) if len(alone) else None,
        drift,
    )


def _truth(answers: _Answers, rows: NDArray[np.int64]) -> list[str]:
    """The label to compare with: the decided category where it is one of several, else the first."""
    return [str(answers.names[row]) if answers.right[row] else answers.labels[row][0] for row in rows.tolist()]


def _category(answers: _Answers, category: str, month: str, inside: NDArray[np.bool_]) -> CategoryMonth:
    chosen = np.flatnonzero(inside & answers.labelled)
    truth = np.array(_truth(answers, chosen), dtype=str)
    named = answers.names[chosen]
    hits = int(((truth == category) & (named == category)).sum())
    labelled, decided = int((truth == category).sum()), int((named == category).sum())
    alone = int(answers.alone[chosen][truth == category].sum())
    return CategoryMonth(
        category,
        month,
        labelled,
        _round(hits / labelled) if labelled else None,
        _round(hits / decided) if decided else None,
        _round(2 * hits / (labelled + decided)) if labelled + decided else None,
        _round(alone / labelled) if labelled else None,
    )


def _reasons(stored: Stored, answers: _Answers, vectors: NDArray[np.float32] | None) -> list[Message]:
    known, card = stored.model.full.known, stored.card
    fresh = np.array([r.case_id not in known for r in answers.readings], dtype=bool) & answers.labelled
    reasons = []
    if fresh.sum() >= GROWTH * card.labels:
        reasons.append(message("retrain.labels", fresh=int(fresh.sum()), learned=card.labels))
    strange = sorted({answers.labels[i][0] for i in np.flatnonzero(fresh).tolist()} - set(stored.model.categories))
    if strange:
        reasons.append(message("retrain.categories", categories=strange[:5]))
    expected = card.figures.get("accuracy")
    agreed, count = int((answers.right & fresh).sum()), int(fresh.sum())
    if expected is not None and count:
        upper = 1.0 - lower_bound(count - agreed, count, LEVEL)
        if upper < expected:
            share = agreed / count
            reasons.append(message("retrain.accuracy", share=share, expected=float(expected)))
    last = stored.model.guarantee.last
    if last:
        newer = [i for i, r in enumerate(answers.readings) if r.dated and (r.dated.day or 0) > _ordinal(last)]
        drift = stored.model.drift([answers.readings[i] for i in newer], None if vectors is None else vectors[newer])
        if drift.texts:
            reasons.append(message("retrain.texts", last=last, area=drift.area))
        if drift.categories:
            reasons.append(message("retrain.drift", last=last, distance=drift.distance))
    return reasons


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _round(value: float) -> float:
    return round(float(value), 4)
