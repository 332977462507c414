"""How good decisions are, against labels: the figures that training, evaluation and benchmarks share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 15


def macro_f1(truth: Sequence[str], decided: Sequence[str]) -> float:
    """Return the mean F1 over the categories that occur among labels or decisions, 0..1."""
    from sklearn.metrics import f1_score

    return float(f1_score(list(truth), list(decided), average="macro", zero_division=0))


def top_share(truth: Sequence[str], categories: Sequence[str], probabilities: NDArray[np.float64], k: int = 3) -> float:
    """Return the share of cases whose label is among the k most probable categories, 0..1."""
    top = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    names = np.array(categories)
    return float((names[top] == np.array(truth)[:, None]).any(axis=1).mean())


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error in 15 bins of equal width (Guo et al., ICML 2017), 0..1."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    error = 0.0
    for number in np.unique(bins):
        inside = bins == number
        error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)
