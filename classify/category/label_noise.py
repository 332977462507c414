"""Labels that look wrong: confident learning (Northcutt, Jiang and Chuang, JAIR 70, 2021).

A label is suspect when another category's out-of-fold probability is at least what that category's own cases have on
average, and exceeds the label's own. The rule needs no threshold to be chosen, and is fair to categories about which
the model is seldom sure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def suspects(probabilities: NDArray[np.float64], target: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which labels look wrong, shape (cases,).

    Args:
        probabilities: out of fold, shape (cases, categories).
        target: category numbers as labelled, shape (cases,).
    """
    rows, count = np.arange(len(target)), probabilities.shape[1]
    expected = np.full(count, np.inf)
    for category in np.unique(target):
        expected[category] = probabilities[target == category, category].mean()
    confident = np.where(probabilities >= expected, probabilities, -1.0)
    best = confident.argmax(axis=1)
    result: NDArray[np.bool_] = (confident[rows, best] > probabilities[rows, target]) & (best != target)
    return result
