"""The product and the baselines, each trained on some rows and asked about others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.classify.data import Data, by_time
from benchmarks.classify.measures import Outcome
from classify.category.drift import Drift
from classify.category.ensemble import fold_numbers
from classify.category.model import Model, train
from classify.category.precision_guarantee import PrecisionGuarantee, choose_threshold, newest_block
from classify.category.splits import group_cases
from classify.reading.types import Reading
from complaints.records import NO_CONTENT

Rows = NDArray[np.int64]
Baseline = Callable[[Data, Rows, Rows], Outcome]
ERROR = 0.05


@dataclass(frozen=True)
class Kept:
    """How a guarantee fared on the test rows.

    Args:
        guarantee: what was guaranteed.
        alone: which test cases were decided alone (before suspension).
        right: which of all decisions agree with the labels.
        drift: what the drift test said of the test cases; None for a baseline.
    """

    guarantee: PrecisionGuarantee
    alone: NDArray[np.bool_]
    right: NDArray[np.bool_]
    drift: Drift | None


def tfidf_svm(data: Data, train_rows: Rows, test_rows: Rows) -> Outcome:
    """Character TF-IDF 1 to 4 and a calibrated LinearSVC, sklearn's defaults."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model: Any = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True),
        CalibratedClassifierCV(LinearSVC(), cv=3),
    )
    return _timed(model, data.texts(train_rows), data.texts(test_rows), data, train_rows, test_rows, 0.0)


def embeddings_regression(data: Data, train_rows: Rows, test_rows: Rows) -> Outcome:
    """Logistic regression on the sentence embeddings."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=1000)
    seconds = data.embedding_s
    return _timed(model, data.vectors[train_rows], data.vectors[test_rows], data, train_rows, test_rows, seconds)


def _timed(
    model: Any, learned: Any, asked: Any, data: Data, train_rows: Rows, test_rows: Rows, before_s: float
) -> Outcome:
    model.fit(learned, data.labels[train_rows])
    start = time.process_time()
    probabilities = np.asarray(model.predict_proba(asked))
    seconds = before_s + 1000 * (time.process_time() - start) / len(test_rows)
    names = [str(name) for name in model.classes_]
    decided = np.array(names)[probabilities.argmax(axis=1)]
    return Outcome(data.labels[test_rows], names, probabilities, probabilities.max(axis=1), decided, seconds)


def baseline_promises(
    method: Baseline, data: Data, train_rows: Rows, test_rows: Rows, precisions: tuple[float, ...]
) -> list[Kept]:
    """Give a baseline the product's own procedure: the same newest block, folds by group, sequence and bound.

    Its confidence is its highest calibrated probability; nothing is kept from it for want of content.
    """
    readings, older, newest = _blocks(data, train_rows)
    folds = fold_numbers([readings[i] for i in older])
    ordered = by_time(data, train_rows)
    reference, agreed = np.zeros(len(older)), np.zeros(len(older), dtype=bool)
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        found = method(data, ordered[older[inside]], ordered[older[outside]])
        reference[outside], agreed[outside] = found.confidence, found.right
    held = method(data, ordered[older], ordered[newest])
    tested = method(data, ordered[older], test_rows)
    kept = []
    for precision in precisions:
        threshold, decided, right, bound = choose_threshold(
            reference, agreed, held.confidence, held.right, precision, ERROR
        )
        guarantee = PrecisionGuarantee(
            precision, ERROR, threshold, len(newest), decided, right, round(bound, 4), "", ""
        )
        kept.append(Kept(guarantee, tested.confidence >= threshold, tested.right, None))
    return kept


def _blocks(data: Data, train_rows: Rows) -> tuple[list[Reading], Rows, Rows]:
    """The training cases by time, and the places of the older ones and of the newest block among them."""
    readings = [data.readings[i] for i in by_time(data, train_rows)]
    groups = group_cases([r.text for r in readings], [None] * len(readings))
    older, newest = newest_block([r.dated.order for r in readings if r.dated], groups)
    return readings, older, newest


def product(data: Data, train_rows: Rows, test_rows: Rows, precisions: tuple[float, ...]) -> tuple[Outcome, list[Kept]]:
    """This product: trained once, with a guarantee for each precision; one night over all test rows."""
    model = train(
        [data.readings[i] for i in train_rows],
        [(str(data.labels[i]),) for i in train_rows],
        data.vectors[train_rows],
        precisions[0],
        ERROR,
    )
    assert model is not None
    start = time.process_time()
    probabilities, confidence = _night(model, data, test_rows)
    names = np.array(model.categories)
    decided = names[probabilities.argmax(axis=1)]
    seconds = data.reading_s + data.embedding_s + 1000 * (time.process_time() - start) / len(test_rows)
    kept = [_kept(model, data, train_rows, test_rows, precision) for precision in precisions]
    outcome = Outcome(data.labels[test_rows], model.categories, probabilities, confidence, decided, seconds)
    return outcome, kept


def _night(model: Model, data: Data, rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cases with content of their own first; those without are joined to earlier ones, decided by then."""
    own = np.array([i for i in rows if data.readings[i].content != NO_CONTENT], dtype=np.int64)
    rest = np.array([i for i in rows if data.readings[i].content == NO_CONTENT], dtype=np.int64)
    first = model.full.predict([data.readings[i] for i in own], data.vectors[own])
    probabilities = {int(i): p for i, p in zip(own, first.probabilities, strict=True)}
    confidence = {int(i): c for i, c in zip(own, first.confidence, strict=True)}
    if len(rest):
        decided = ([d for i in own if (d := data.readings[i].dated)], first.probabilities)
        second = model.full.predict([data.readings[i] for i in rest], data.vectors[rest], decided)
        probabilities |= {int(i): p for i, p in zip(rest, second.probabilities, strict=True)}
        confidence |= {int(i): c for i, c in zip(rest, second.confidence, strict=True)}
    return np.stack([probabilities[int(i)] for i in rows]), np.array([confidence[int(i)] for i in rows])


def _kept(model: Model, data: Data, train_rows: Rows, test_rows: Rows, precision: float) -> Kept:
    assert model.measured is not None
    readings = [data.readings[i] for i in test_rows]
    guarantee = promised(model, data, train_rows, precision)
    found = model.measured.predict(readings, data.vectors[test_rows])
    own = np.array([r.content != NO_CONTENT for r in readings])
    decided = np.array(model.measured.categories)[found.probabilities.argmax(axis=1)]
    alone = own & (found.confidence >= guarantee.threshold)
    order = sorted(range(len(readings)), key=lambda i: readings[i].dated.order if readings[i].dated else "")
    drift = model.drift([readings[i] for i in order], data.vectors[test_rows][order])
    return Kept(guarantee, alone, decided == data.labels[test_rows], drift)


def promised(model: Model, data: Data, train_rows: Rows, precision: float) -> PrecisionGuarantee:
    """Return the guarantee at another precision, tested on the same held-out block."""
    assert model.measured is not None
    if precision == model.guarantee.precision:
        return model.guarantee
    ordered = by_time(data, train_rows)
    readings, older, newest = _blocks(data, train_rows)
    block = [int(i) for i in newest if readings[i].content != NO_CONTENT]
    found = model.measured.predict([readings[i] for i in block], data.vectors[[ordered[i] for i in block]])
    names = np.array(model.measured.categories)[found.probabilities.argmax(axis=1)]
    right = names == data.labels[[ordered[i] for i in block]]
    own = np.array([readings[i].content != NO_CONTENT for i in older])
    held = model.measured.out_of_fold
    agreeing = (
        np.array(model.measured.categories)[held.probabilities.argmax(axis=1)]
        == data.labels[[ordered[i] for i in older]]
    )
    threshold, decided, agreed, bound = choose_threshold(
        held.confidence[own], agreeing[own], found.confidence, right, precision, ERROR
    )
    return replace(
        model.guarantee, precision=precision, threshold=threshold, decided=decided, right=agreed, lower=round(bound, 4)
    )
