"""The promise: of the cases decided alone, at least the stated share is right, with stated confidence.

Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei, Annals of Applied Statistics 19(2), 2025; arXiv
2110.01052): every threshold is a hypothesis "the precision above me is too low", tested by an exact binomial bound
(Clopper and Pearson, Biometrika 26, 1934) on labelled cases that neither the model nor the confidence has seen. The
thresholds are tested from strict to loose, and the first that cannot be rejected ends the sequence; several starting
points share the error among them (their section on fixed-sequence testing with multiple starts), so that one wrong
label at the very top does not end it all. The thresholds and starts are quantiles of the training cases' out-of-fold
confidences: fixed before the held-out labels are looked at.

The promise is about labels such as the held-out ones: where those are wrong in 15 of 100 cases, nobody can promise 90.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEVER = 2.0  # a threshold that no confidence reaches
START_SHARES = (0.1, 0.2, 0.35, 0.5)  # of the cases, decided alone at each starting point
STEP = 0.02  # of the cases, from one threshold to the next
BLOCK_SHARE = 0.3  # of the labelled cases, the newest, are held out
LEAST_BLOCK = 60


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised and how it was measured.

    Args:
        precision: the promised share of right decisions.
        error: probability that the promise is wrong although nothing drifted (1 - stated confidence).
        threshold: lowest confidence that is decided alone; `NEVER` when nothing can be promised.
        cases: held-out cases on which it was tested.
        decided: those of them at or over the threshold.
        right: those of the decided whose label agreed.
        lower: lower bound of the precision at the threshold (level `error` / starts).
        first, last: days of the oldest and newest held-out case (ISO), or "".
    """

    precision: float
    error: float
    threshold: float
    cases: int
    decided: int
    right: int
    lower: float
    first: str
    last: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def lower_bound(right: int, cases: int, error: float) -> float:
    """Return the one-sided lower bound (Clopper-Pearson) of a share of `right` among `cases` at level 1 - error."""
    from scipy.stats import beta

    return 0.0 if right == 0 else float(beta.ppf(error, right, cases - right + 1))


def choose_threshold(
    reference: NDArray[np.float64],
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    precision: float,
    error: float,
) -> tuple[float, int, int, float]:
    """Return the lowest threshold whose promise holds, with the cases decided there, right ones, and their bound.

    Args:
        reference: out-of-fold confidences of the training cases; they fix the thresholds and the starts.
        confidence: of the held-out cases.
        right: whether their labels agree with the decision.
        precision: promised share, 0..1.
        error: of the whole procedure, 0..1.
    """
    best, level = (NEVER, 0, 0, 0.0), error / len(START_SHARES)
    if not len(reference):
        return best
    for share in START_SHARES:
        for wanted in np.arange(share, 1.0 + STEP / 2, STEP):
            threshold = float(np.quantile(reference, max(0.0, 1.0 - wanted)))
            chosen = confidence >= threshold
            decided, agreed = int(chosen.sum()), int((right & chosen).sum())
            bound = lower_bound(agreed, decided, level) if decided else 0.0
            if bound < precision:
                break
            if threshold < best[0]:
                best = (threshold, decided, agreed, bound)
    return best


def newest_block(
    orders: Sequence[str], groups: NDArray[np.int64], share: float = BLOCK_SHARE
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to learn from and the newest rows, held out, so that no group stands on both sides.

    Args:
        orders: sort keys by time.
        groups: `classify.groups.group_cases`.
        share: of the rows that is held out.

    Returns:
        Older rows, and newest rows; of a group that reaches into both, the newest rows go to neither: with a copy or
        the same vehicle among the older ones they would prove nothing.
    """
    by_time = np.array(sorted(range(len(orders)), key=lambda row: orders[row]), dtype=np.int64)
    cut = len(by_time) - int(len(by_time) * share)
    older, newest = by_time[:cut], by_time[cut:]
    met = set(groups[older].tolist())
    apart = np.array([row for row in newest.tolist() if groups[row] not in met], dtype=np.int64)
    return np.sort(older), np.sort(apart)
