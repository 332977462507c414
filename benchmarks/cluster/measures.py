"""Agreement of a grouping with the truth; outliers (-1) count as groups of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Adjusted mutual information and Rand index, B-cubed F1 (Bagga and Baldwin, 1998), share of outliers, groups."""

    ami: float
    ari: float
    b_cubed: float
    outliers: float
    groups: int


def singletons(labels: Sequence[int]) -> list[int]:
    """Return the labels with each outlier a group of its own."""
    return [label if label >= 0 else -2 - row for row, label in enumerate(labels)]


def b_cubed(truth: Sequence[int], labels: Sequence[int]) -> float:
    """Return the B-cubed F1 over all rows, outliers as groups of one."""
    found = singletons(labels)
    both, true, got = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    pairs = list(zip(truth, found, strict=True))
    precision = sum(both[pair] / got[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / true[pair[0]] for pair in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall)


def agreement(truth: Sequence[int], labels: Sequence[int]) -> Agreement:
    """Return how labels agree with the truth."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    found = singletons(labels)
    return Agreement(
        float(adjusted_mutual_info_score(truth, found)),
        float(adjusted_rand_score(truth, found)),
        b_cubed(truth, labels),
        sum(label < 0 for label in labels) / len(labels),
        len({label for label in labels if label >= 0}),
    )
