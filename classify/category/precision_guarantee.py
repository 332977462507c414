"""The guarantee: of the cases decided alone, at least the stated share is right, with stated confidence.

Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei, Annals of Applied Statistics 19(2), 2025; arXiv
2110.01052): every threshold is a hypothesis "the precision above me is too low", tested by an exact binomial bound
(Clopper and Pearson, Biometrika 26, 1934) on labelled cases that neither the model nor the confidence has seen. The
thresholds are tested in a fixed sequence, and the first that cannot be rejected ends it: so the error of the whole is
that of a single test. The sequence is fixed by the training cases alone: it begins where their out-of-fold decisions
let the guarantee hold most safely (strict enough to be right, loose enough to have cases to show it), and goes to ever
looser thresholds, which are quantiles of their confidences.

The guarantee is about labels such as the held-out ones: where those are wrong in 15 of 100 cases, nobody can give 90.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEVER = 2.0  # a threshold that no confidence reaches
STRICTEST = 0.04  # of the cases, decided alone at the strictest threshold
STEP = 0.02  # of the cases, from one threshold to the next
BLOCK_SHARE = 0.3  # of the labelled cases, the newest, are held out
LEAST_BLOCK = 60
LEAST_LANGUAGE = 30  # held-out cases


@dataclass(frozen=True, slots=True)
class PrecisionGuarantee:
    """What was guaranteed and how it was measured.

    Args:
        precision: the guaranteed share of right decisions.
        error: probability that the guarantee is wrong although nothing drifted (1 - stated confidence).
        threshold: lowest confidence that is decided alone; `NEVER` when nothing can be guaranteed.
        cases: held-out cases on which it was tested.
        decided: those of them at or over the threshold.
        right: those of the decided whose label agreed.
        lower: lower bound of the precision at the threshold, at level 1 - `error`.
        first, last: days of the oldest and newest held-out case (ISO), or "".
        languages: those with at least LEAST_LANGUAGE held-out cases; in others nothing was tested or is guaranteed.
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
    languages: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def languages_of(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages of held-out cases that are many enough for a guarantee to be about them, in order."""
    return tuple(sorted(name for name, cases in Counter(languages).items() if cases >= LEAST_LANGUAGE))


def lower_bound(right: int, cases: int, error: float) -> float:
    """Return the one-sided lower bound (Clopper-Pearson) of a share of `right` among `cases` at level 1 - error.

    As the quantile of a beta distribution, which is a hundred times quicker than scipy's `binomtest`: a night asks for
    one at every threshold.
    """
    from scipy.special import betaincinv

    return float(betaincinv(right, cases - right + 1, error)) if right else 0.0


def choose_threshold(
    reference: NDArray[np.float64],
    reference_right: NDArray[np.bool_],
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    precision: float,
    error: float,
) -> tuple[float, int, int, float]:
    """Return the lowest threshold whose guarantee holds, with the cases decided there, right ones, and their bound.

    Args:
        reference: out-of-fold confidences of the training cases; they fix the sequence of thresholds.
        reference_right: whether their labels agree with the out-of-fold decisions; they fix where it begins.
        confidence: of the held-out cases.
        right: whether their labels agree with the decision.
        precision: guaranteed share, 0..1.
        error: of the whole procedure, 0..1.
    """
    best = (NEVER, 0, 0, 0.0)
    if not len(reference) or not len(confidence):
        return best
    thresholds = [float(np.quantile(reference, 1.0 - s)) for s in np.arange(STRICTEST, 1.0 + STEP / 2, STEP).clip(0, 1)]
    expected = [_expected_bound(reference, reference_right, t, len(confidence), error) for t in thresholds]
    for threshold in thresholds[int(np.argmax(expected)) :]:
        chosen = confidence >= threshold
        decided, agreed = int(chosen.sum()), int((right & chosen).sum())
        bound = lower_bound(agreed, decided, error) if decided else 0.0
        if bound < precision:
            break
        best = (threshold, decided, agreed, bound)
    return best


def _expected_bound(
    reference: NDArray[np.float64], right: NDArray[np.bool_], threshold: float, cases: int, error: float
) -> float:
    """The bound that so many held-out cases would give, were they like the training cases."""
    chosen = reference >= threshold
    decided = round(cases * float(chosen.mean()))
    return lower_bound(round(decided * float(right[chosen].mean())), decided, error) if decided else 0.0


def newest_block(
    orders: Sequence[str], groups: NDArray[np.int64], share: float = BLOCK_SHARE
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to learn from and the newest rows, held out, so that no group stands on both sides.

    Args:
        orders: sort keys by time.
        groups: `classify.category.splits.group_cases`.
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
