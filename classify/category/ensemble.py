"""A category model: sources, the pool that joins them with a case's history, and the confidence in its decisions.

All that is learned from probabilities (pool, confidence) is learned from out-of-fold ones: no case is scored by a
source that has seen its label, or that of a case of its group (`classify.category.splits`), so a known label never
helps to predict its own case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classify.category.confidence import Confidence, decision_facts, fit_confidence
from classify.category.finetuned_source import TunedSource, Tuner
from classify.category.history import Past
from classify.category.label_noise import suspects
from classify.category.opinion_pool import Pool, fit_pool, log_probabilities
from classify.category.sources import CHARACTERS, CODES, EMBEDDING, Source, fit_source
from classify.category.splits import group_cases
from classify.reading import Dated
from complaints.fingerprints import digest
from complaints.records import NO_CONTENT

if TYPE_CHECKING:
    from classify.reading import Reading

FOLDS = 5
TUNED_FOLDS = 2  # fine-tuning is dear: two halves, each scored by the encoder of the other
DECIDED_WEIGHT = 0.8  # how far a machine's decision about an earlier case is believed
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Predictions:
    """Of some cases.

    Args:
        probabilities: shape (cases, categories).
        confidence: that the most probable category is right, shape (cases,), 0..1.
    """

    probabilities: NDArray[np.float64]
    confidence: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model.

    Args:
        categories: column names of all probabilities.
        sources: in the order of the pool's weights; the levels of history follow them.
        pool: weights of sources and history.
        confidence: of decisions.
        past: the labelled cases, as history of later ones.
        known: row in `past` of each labelled case by case_id.
        out_of_fold: of the labelled cases, in the order of `past`.
        suspect: labels that look wrong, in the order of `past`.
    """

    categories: tuple[str, ...]
    sources: tuple[Source | TunedSource, ...]
    pool: Pool
    confidence: Confidence
    past: Past
    known: dict[str, int]
    out_of_fold: Predictions
    suspect: NDArray[np.bool_]

    def predict(
        self,
        readings: Sequence[Reading],
        vectors: NDArray[np.float32] | None,
        decided: tuple[Sequence[Dated], NDArray[np.float64]] | None = None,
    ) -> Predictions:
        """Return the predictions of cases; of labelled ones their out-of-fold ones.

        Args:
            readings: the cases.
            vectors: shape (len(readings), dimension); None for a model without embeddings.
            decided: earlier cases that have no label but a decision, with its probabilities, shape (cases,
                categories): further history.
        """
        past = self.past if decided is None else with_decided(self.past, *decided)
        own = np.stack([source.predict(readings, vectors) for source in self.sources])
        history, mass = past.of([_dated(r) for r in readings])
        found = predictions(readings, own, history, mass, self.pool, self.confidence)
        for row, reading in enumerate(readings):
            at = self.known.get(reading.case_id)
            if at is not None:
                found.probabilities[row] = self.out_of_fold.probabilities[at]
                found.confidence[row] = self.out_of_fold.confidence[at]
        return found


def predictions(
    readings: Sequence[Reading],
    own: NDArray[np.float64],
    history: NDArray[np.float64],
    mass: NDArray[np.float64],
    pool: Pool,
    confidence: Confidence,
) -> Predictions:
    """Return pooled probabilities and confidences of cases from their sources and history."""
    joined = np.concatenate([own, history])
    pooled = pool.combine(log_probabilities(joined), _regimes(readings))
    return Predictions(pooled, confidence.of(decision_facts(readings, pooled, joined, mass)))


def with_decided(past: Past, cases: Sequence[Dated], probabilities: NDArray[np.float64]) -> Past:
    """Return a history with decided cases added to it."""
    weights = np.full(len(cases), DECIDED_WEIGHT)
    return replace(
        past,
        cases=[*past.cases, *cases],
        probabilities=np.concatenate([past.probabilities, probabilities]),
        weights=np.concatenate([past.weights, weights]),
    )


def fit(
    readings: Sequence[Reading],
    labels: Sequence[str],
    vectors: NDArray[np.float32] | None,
    categories: Sequence[str] | None = None,
    step: Step = lambda: None,
    tuner: Tuner | None = None,
) -> Fitted | None:
    """Fit a model on labelled cases.

    Args:
        readings: the cases, in any order.
        labels: the category of each.
        vectors: shape (len(readings), dimension), or None.
        categories: the columns; default: those that occur.
        step: called after each fold and source.
        tuner: fine-tunes an encoder as one more source; None: none is.

    Returns:
        The model, or None when the labels name fewer than two categories.
    """
    order = sorted(range(len(readings)), key=lambda i: _dated(readings[i]).order)
    readings, labels = [readings[i] for i in order], [labels[i] for i in order]
    vectors = None if vectors is None else vectors[order]
    names = tuple(categories or sorted(set(labels)))
    if len(set(labels)) < 2:
        return None
    target = np.array([names.index(label) for label in labels], dtype=np.int64)
    kinds = (CHARACTERS, CODES) if vectors is None else (CHARACTERS, CODES, EMBEDDING)
    folds = fold_numbers(readings)
    own = _out_of_fold(kinds, readings, vectors, target, len(names), folds, step)
    sources: list[Source | TunedSource] = []
    for kind in kinds:
        sources.append(fit_source(kind, readings, vectors, target, len(names)))
        step()
    if tuner is not None:
        own = np.concatenate([own, _tuned_out_of_fold(tuner, readings, target, len(names), folds)[None]])
        sources.append(tuner.fit(readings, target, len(names)))
    suspect = suspects(own.mean(axis=0), target)
    past = Past(
        [_dated(r) for r in readings],
        np.eye(len(names))[target],
        np.ones(len(readings)),
        np.bincount(target, minlength=len(names)) / len(target),
    )
    history, mass = past.of(past.cases)
    joined = np.concatenate([own, history])
    logs, regimes = log_probabilities(joined), _regimes(readings)
    pool = fit_pool(logs, regimes, target)
    pooled = _pooled_out_of_fold(logs, regimes, target, folds)
    facts = decision_facts(readings, pooled, joined, mass)
    right = pooled.argmax(axis=1) == target
    known = {reading.case_id: row for row, reading in enumerate(readings)}
    held_out = Predictions(pooled, _confidence_out_of_fold(facts, right, folds))
    return Fitted(names, tuple(sources), pool, fit_confidence(facts, right), past, known, held_out, suspect)


def steps_of_fit(with_vectors: bool) -> int:
    """Return how often `fit` calls `step`."""
    return (FOLDS + 1) * (3 if with_vectors else 2)


def fold_numbers(readings: Sequence[Reading]) -> NDArray[np.int64]:
    """Return each case's fold; cases of one group share it, whatever the order of rows."""
    groups = group_cases([r.text for r in readings], [_dated(r).vehicle for r in readings])
    folds: dict[int, int] = {}
    for row, group in enumerate(groups.tolist()):
        name = digest("fold", readings[row].case_id)
        folds[group] = min(folds.get(group, 1 << 62), int(name[:8], 16))
    return np.array([folds[group] % FOLDS for group in groups.tolist()], dtype=np.int64)


def _out_of_fold(
    kinds: Sequence[str],
    readings: Sequence[Reading],
    vectors: NDArray[np.float32] | None,
    target: NDArray[np.int64],
    categories: int,
    folds: NDArray[np.int64],
    step: Step,
) -> NDArray[np.float64]:
    found = np.full((len(kinds), len(readings), categories), 1.0 / categories)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        for number, kind in enumerate(kinds):
            if len(outside) and len(inside):
                chosen = [readings[i] for i in inside.tolist()]
                part = None if vectors is None else vectors[inside]
                source = fit_source(kind, chosen, part, target[inside], categories)
                held_out = None if vectors is None else vectors[outside]
                found[number, outside] = source.predict([readings[i] for i in outside.tolist()], held_out)
            step()
    return found


def _tuned_out_of_fold(
    tuner: Tuner, readings: Sequence[Reading], target: NDArray[np.int64], categories: int, folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    found = np.full((len(readings), categories), 1.0 / categories)
    for half in range(TUNED_FOLDS):
        inside, outside = np.flatnonzero(folds % TUNED_FOLDS != half), np.flatnonzero(folds % TUNED_FOLDS == half)
        if len(inside) and len(outside):
            source = tuner.fit([readings[i] for i in inside.tolist()], target[inside], categories)
            found[outside] = source.predict([readings[i] for i in outside.tolist()], None)
    return found


def _pooled_out_of_fold(
    logs: NDArray[np.float64], regimes: NDArray[np.int64], target: NDArray[np.int64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    found = np.empty(logs.shape[1:])
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        learned = inside if inside.any() else outside
        pool = fit_pool(logs[:, learned], regimes[learned], target[learned])
        found[outside] = pool.combine(logs[:, outside], regimes[outside])
    return found


def _confidence_out_of_fold(
    facts: NDArray[np.float64], right: NDArray[np.bool_], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    found = np.empty(len(facts))
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        learned = inside if inside.any() else outside
        found[outside] = fit_confidence(facts[learned], right[learned]).of(facts[outside])
    return found


def _regimes(readings: Sequence[Reading]) -> NDArray[np.int64]:
    """Regime 0: texts without content of their own, where the history must tell; 1: all others."""
    return np.array([0 if reading.content == NO_CONTENT else 1 for reading in readings], dtype=np.int64)


def _dated(reading: Reading) -> Dated:
    return reading.dated or Dated(f" {reading.case_id}", None, None, None, reading.text)
