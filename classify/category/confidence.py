"""How probable it is that a decided category is the one an expert would give: a second, small model.

The pool's highest probability orders cases badly where labels are noisy: "prices fell" is service as surely as can be,
and one expert in six files it elsewhere. So a logistic regression over a few facts of the decision (how sure, how far
ahead, do the sources agree, which category, how much history, what the text is about) is fitted on out-of-fold
decisions, right or wrong by their labels. Its output is the confidence that users see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from complaints.records import FAULT, NO_CONTENT, SERVICE, SYMPTOM

if TYPE_CHECKING:
    from classify.reading import Reading

INVERSE_PENALTY = 0.1
TOPICS = ("price", "advertising", "deposit", "delivery", "contract", "invoice", "attitude", "warranty",
          "repair_service", "trouble")  # fmt: skip
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic regression over standardised facts: all of shape (facts,) but `offset`."""

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    offset: float

    def of(self, facts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability that each decision is right, shape (cases,)."""
        from scipy.special import expit

        score = ((facts - self.centre) / self.scale) @ self.weights + self.offset
        result: NDArray[np.float64] = expit(score)
        return result


def decision_facts(
    readings: Sequence[Reading],
    pooled: NDArray[np.float64],
    sources: NDArray[np.float64],
    mass: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what is known about each decision, shape (cases, facts).

    Args:
        readings: the cases.
        pooled: shape (cases, categories); the decision is its greatest.
        sources: probabilities before pooling, shape (sources, cases, categories).
        mass: weight of the history behind each level, shape (levels, cases).
    """
    rows, chosen = np.arange(len(pooled)), pooled.argmax(axis=1)
    ordered = np.sort(pooled, axis=1)
    first, second = ordered[:, -1], ordered[:, -2]
    columns = [
        np.log(first / (1.0 - first + TINY)),
        np.log((first + TINY) / (second + TINY)),
        -(pooled * np.log(pooled + TINY)).sum(axis=1),
        (sources.argmax(axis=2) == chosen).mean(axis=0),
        *(source[rows, chosen] for source in sources),
        *np.log1p(mass),
        np.array([np.log1p(len(r.text)) for r in readings]),
        np.array([_symptoms(r) for r in readings]),
    ]
    columns += [np.array([r.content == content for r in readings]) for content in (FAULT, SERVICE, NO_CONTENT)]
    columns += [np.array([any(w.topic == topic for w in r.words) for r in readings]) for topic in TOPICS]
    columns += [chosen == category for category in range(pooled.shape[1])]
    return np.stack(columns, axis=1).astype(np.float64)


def fit_confidence(facts: NDArray[np.float64], right: NDArray[np.bool_]) -> Confidence:
    """Fit on out-of-fold decisions and whether their labels agreed."""
    from sklearn.linear_model import LogisticRegression

    centre, spread = facts.mean(axis=0), facts.std(axis=0)
    scale = np.where(spread > TINY, spread, 1.0)
    if right.all() or not right.any():
        share = (right.sum() + 1.0) / (len(right) + 2.0)
        return Confidence(centre, scale, np.zeros(facts.shape[1]), float(np.log(share / (1.0 - share))))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000).fit((facts - centre) / scale, right)
    return Confidence(centre, scale, model.coef_[0].astype(np.float64), float(model.intercept_[0]))


def _symptoms(reading: Reading) -> float:
    codes = {m.code for m in reading.mentions if m.kind == SYMPTOM and m.polarity == "present"}
    return float(min(len(codes), 4))
