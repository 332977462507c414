"""What is measured of a method on held-out cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classify.learning.metrics import calibration_error, macro_f1, top_share


@dataclass(frozen=True)
class Outcome:
    """A method's answers about test cases.

    Args:
        truth: labels, shape (cases,).
        categories: column names.
        probabilities: shape (cases, categories).
        confidence: that the decided category is right, shape (cases,).
        decided: the category of each case (the most probable one but where another fit decides alone).
        seconds: CPU seconds for a thousand texts, from the raw text on.
    """

    truth: NDArray[np.str_]
    categories: Sequence[str]
    probabilities: NDArray[np.float64]
    confidence: NDArray[np.float64]
    decided: NDArray[np.str_]
    seconds: float

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which decisions agree with the labels."""
        result: NDArray[np.bool_] = self.decided == self.truth
        return result

    def accuracy(self) -> float:
        """Share of right decisions."""
        return float(self.right.mean())

    def macro_f1(self) -> float:
        """Mean F1 over the categories that occur among labels or decisions."""
        return macro_f1(self.truth.tolist(), self.decided.tolist())

    def top3(self) -> float:
        """Share of cases whose label is among the three most probable categories."""
        return top_share(self.truth.tolist(), self.categories, self.probabilities)

    def calibration_error(self) -> float:
        """Expected calibration error of the confidence."""
        return calibration_error(self.confidence, self.right)

    def best_automation(self, precision: float) -> float:
        """Largest share of cases, in order of confidence, whose precision is at least `precision`.

        The threshold is chosen with the test labels: nobody can reach it in use; it shows what the order allows.
        """
        order = np.argsort(-self.confidence, kind="stable")
        running = self.right[order].cumsum() / np.arange(1, len(order) + 1)
        enough = np.flatnonzero(running >= precision)
        return float((enough[-1] + 1) / len(order)) if len(enough) else 0.0


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcomes of several folds as one; categories that a fold lacked have no probability there."""
    names = sorted({name for one in outcomes for name in one.categories})
    blocks = []
    for one in outcomes:
        block = np.zeros((len(one.truth), len(names)))
        block[:, [names.index(name) for name in one.categories]] = one.probabilities
        blocks.append(block)
    return Outcome(
        np.concatenate([one.truth for one in outcomes]),
        names,
        np.concatenate(blocks),
        np.concatenate([one.confidence for one in outcomes]),
        np.concatenate([one.decided for one in outcomes]),
        float(np.mean([one.seconds for one in outcomes])),
    )
