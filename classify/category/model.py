"""The category model as the night uses it: two fits, the guarantee, and what tonight's cases are compared with.

`measured` has not seen the newest block of labelled cases; the guarantee was tested on that block, so what is decided
alone is decided by it and by nothing else. `full` has learned from all labels: it names and orders the cases for
review, where nothing is guaranteed and the newest labels help most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from classify.category.drift import MOST_CASES, Drift, drift_between
from classify.category.ensemble import Fitted, Predictions, Step, fit, steps_of_fit
from classify.category.evidence import driving_words
from classify.category.finetuned_source import Tuner
from classify.category.precision_guarantee import (
    LEAST_BLOCK,
    NEVER,
    PrecisionGuarantee,
    choose_threshold,
    languages_of,
    newest_block,
)
from classify.category.splits import group_cases
from classify.category.unlabelled import ALTERNATIVES, Decision
from classify.reading import Dated
from complaints.records import NO_CONTENT, CategoryDecision

if TYPE_CHECKING:
    from classify.reading import Reading

AUTO: Final = "auto"
REVIEW: Final = "review"
Decided = tuple[Sequence[Dated], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Reference:
    """The held-out block, for the drift test and for comparing models.

    Args:
        cases: their ids, by time.
        vectors: shape (cases, dimension), or None without embeddings.
        predicted: the measured fit's category numbers, shape (cases,).
    """

    cases: tuple[str, ...]
    vectors: NDArray[np.float32] | None
    predicted: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Model:
    """A category model.

    Args:
        full: fitted on all labels.
        measured: fitted without the newest block; None when there were too few labels for a guarantee.
        guarantee: what was tested on that block; threshold `NEVER` when nothing can be guaranteed.
        reference: that block.
    """

    full: Fitted
    measured: Fitted | None
    guarantee: PrecisionGuarantee
    reference: Reference

    @property
    def categories(self) -> tuple[str, ...]:
        """Column names of all probabilities."""
        return self.full.categories

    def decide(
        self,
        readings: Sequence[Reading],
        vectors: NDArray[np.float32] | None,
        decided: Decided | None = None,
        suspended_after: int | None = None,
    ) -> list[Decision]:
        """Return the decisions on cases.

        Args:
            readings: the cases.
            vectors: shape (len(readings), dimension), or None for a model without embeddings.
            decided: further history (`Fitted.predict`).
            suspended_after: day (ordinal) after which nothing is decided alone, since the drift test fired.
        """
        found = self.full.predict(readings, vectors, decided)
        alone = self._alone(readings, vectors, suspended_after)
        result = []
        for row, reading in enumerate(readings):
            if alone is not None and alone[1][row]:
                result.append(self._decision(reading, alone[0], row, AUTO, self.measured or self.full))
            else:
                result.append(self._decision(reading, found, row, REVIEW, self.full))
        return result

    def _alone(
        self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None, suspended_after: int | None
    ) -> tuple[Predictions, NDArray[np.bool_]] | None:
        if self.measured is None or self.guarantee.threshold >= NEVER:
            return None
        found = self.measured.predict(readings, vectors)
        chosen = found.confidence >= self.guarantee.threshold
        for row, reading in enumerate(readings):
            day = reading.dated.day if reading.dated else None
            drifted = suspended_after is not None and (day is None or day > suspended_after)
            # A known label trains; the guarantee is about cases whose label nobody knows.
            untested = reading.language not in self.guarantee.languages
            if reading.content == NO_CONTENT or drifted or untested or reading.case_id in self.full.known:
                chosen[row] = False
        return found, chosen

    def _decision(
        self, reading: Reading, found: Predictions, row: int, decision: CategoryDecision, fitted: Fitted
    ) -> Decision:
        probabilities = found.probabilities[row]
        names = fitted.categories
        order = sorted(range(len(names)), key=lambda i: (-round(float(probabilities[i]), 9), names[i]))
        return Decision(
            category=names[order[0]],
            confidence=round(float(found.confidence[row]), 4),
            decision=decision,
            alternatives=tuple((names[i], round(float(probabilities[i]), 4)) for i in order[1 : 1 + ALTERNATIVES]),
            evidence=tuple(driving_words(fitted, reading, order[0])),
        )

    def drift(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> Drift:
        """Test new cases (by time, the newest last) against the block on which the guarantee was measured."""
        if self.measured is None or not readings:
            return Drift(len(readings), None, None, None, None)
        readings = readings[-MOST_CASES:]
        vectors = None if vectors is None else vectors[-MOST_CASES:]
        predicted = self.measured.predict(readings, vectors).probabilities.argmax(axis=1)
        return drift_between(
            self.reference.vectors, vectors, self.reference.predicted.tolist(), predicted.tolist(),
            len(self.measured.categories),
        )  # fmt: skip


def train(
    readings: Sequence[Reading],
    labels: Sequence[tuple[str, ...]],
    vectors: NDArray[np.float32] | None,
    precision: float,
    error: float,
    step: Step = lambda: None,
    tuner: Tuner | None = None,
) -> Model | None:
    """Fit a model on labelled cases and test its guarantee.

    Args:
        readings: the labelled cases, in any order.
        labels: the categories of each: the first is learned, every one counts as right.
        vectors: shape (len(readings), dimension), or None.
        precision: guaranteed share of right categories among the cases decided alone, 0..1.
        error: accepted probability that the guarantee is wrong, 0..1.
        step: called after each part of the work (`steps_of_training`).
        tuner: fine-tunes an encoder as one more source.

    Returns:
        The model, or None when the labels name fewer than two categories.
    """
    order = sorted(range(len(readings)), key=lambda i: _order(readings[i]))
    readings, labels = [readings[i] for i in order], [labels[i] for i in order]
    vectors = None if vectors is None else vectors[order]
    full = fit(readings, [names[0] for names in labels], vectors, step=step, tuner=tuner)
    if full is None:
        return None
    older, newest = _blocks(readings)
    nothing = PrecisionGuarantee(precision, error, NEVER, len(newest), 0, 0, 0.0, "", "")
    unpromised = Model(full, None, nothing, Reference((), None, np.zeros(0, np.int64)))
    if len(newest) < LEAST_BLOCK:
        return unpromised
    measured = fit(
        [readings[i] for i in older],
        [labels[i][0] for i in older],
        None if vectors is None else vectors[older],
        step=step,
        tuner=tuner,
    )
    if measured is None:
        return unpromised
    block = [readings[i] for i in newest]
    block_vectors = None if vectors is None else vectors[newest]
    found = measured.predict(block, block_vectors)
    held = measured.out_of_fold
    own = np.array([readings[i].content != NO_CONTENT for i in older])
    agreeing = _agreeing(measured, held, [labels[i] for i in older])
    right = _agreeing(measured, found, [labels[i] for i in newest])
    threshold, decided, agreed, bound = choose_threshold(
        held.confidence[own], agreeing[own], found.confidence, right, precision, error
    )
    guarantee = PrecisionGuarantee(
        precision, error, threshold, len(block), decided, agreed, round(bound, 4), *_span(block),
        languages_of([reading.language for reading in block]),
    )  # fmt: skip
    chosen = found.probabilities.argmax(axis=1).astype(np.int64)
    return Model(full, measured, guarantee, Reference(tuple(r.case_id for r in block), block_vectors, chosen))


def _blocks(readings: Sequence[Reading]) -> tuple[list[int], list[int]]:
    """Return the rows to fit the measured model on and, of the newest block, those about a product or service."""
    groups = group_cases([r.text for r in readings], [r.dated.vehicle if r.dated else None for r in readings])
    older, newest = newest_block([_order(r) for r in readings], groups)
    return older.tolist(), [i for i in newest.tolist() if readings[i].content != NO_CONTENT]


def _agreeing(fitted: Fitted, found: Predictions, labels: Sequence[tuple[str, ...]]) -> NDArray[np.bool_]:
    """Return whether the likeliest category of each case is one of its labels, shape (cases,)."""
    chosen = found.probabilities.argmax(axis=1)
    return np.array([fitted.categories[c] in names for c, names in zip(chosen, labels, strict=True)], dtype=np.bool_)


def _span(readings: Sequence[Reading]) -> tuple[str, str]:
    """Return the first and the last day of dated cases in ISO form, empty without any."""
    days = sorted(r.dated.day for r in readings if r.dated and r.dated.day)
    return (_iso(days[0]), _iso(days[-1])) if days else ("", "")


def steps_of_training(with_vectors: bool) -> int:
    """Return how often `train` calls `step` at most."""
    return 2 * steps_of_fit(with_vectors)


def _order(reading: Reading) -> str:
    return reading.dated.order if reading.dated else f" {reading.case_id}"


def _iso(day: int) -> str:
    from datetime import date

    return date.fromordinal(day).isoformat()
