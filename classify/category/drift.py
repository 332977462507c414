"""Drift: are tonight's texts and categories still like those on which the guarantee was measured?

- Texts: a classifier two-sample test (Lopez-Paz and Oquab, ICLR 2017): a logistic regression tries to tell new vectors
  from old ones; its out-of-fold area under the ROC curve is 0.5 where nothing changed. The lower bound of the area
  (Hanley and McNeil, Radiology 143, 1982) must exceed `AREA`: with many texts, any small change is significant.
- Categories: a chi-squared test of the predicted categories, and their total variation distance, which must exceed
  `DISTANCE` for the same reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AREA = 0.7  # an area that needs a change plain to see: a new product, another channel, another language
DISTANCE = 0.2  # a fifth of the cases is of other categories than before
LEVEL = 0.01
LEAST_CASES = 60  # a side; fewer tell nothing
MOST_CASES = 1500  # a side; the newest
FOLDS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class Drift:
    """What the tests found; None where there were too few cases.

    Args:
        cases: new cases that were looked at.
        area: of the text test, 0.5..1.
        area_low: its one-sided 99 % lower bound.
        distance: total variation between the categories' shares, 0..1.
        p_value: of the category test.
    """

    cases: int
    area: float | None
    area_low: float | None
    distance: float | None
    p_value: float | None

    @property
    def texts(self) -> bool:
        """Whether the texts drifted."""
        return self.area_low is not None and self.area_low > AREA

    @property
    def categories(self) -> bool:
        """Whether the categories drifted."""
        return self.p_value is not None and self.p_value < LEVEL and (self.distance or 0.0) > DISTANCE

    @property
    def fires(self) -> bool:
        """Whether either drifted."""
        return self.texts or self.categories

    def as_json(self) -> dict[str, Any]:
        """Return plain values, rounded."""
        values = {name: None if v is None else round(v, 4) for name, v in asdict(self).items()}
        return values | {"texts": self.texts, "categories": self.categories}


def drift_between(
    before: NDArray[np.float32] | None,
    after: NDArray[np.float32] | None,
    categories_before: Sequence[int],
    categories_after: Sequence[int],
    count: int,
) -> Drift:
    """Test new cases against old ones.

    Args:
        before, after: vectors, shape (cases, dimension), or None without an embedding model.
        categories_before, categories_after: predicted category numbers.
        count: how many categories there are.
    """
    cases = len(categories_after)
    if min(cases, len(categories_before)) < LEAST_CASES:
        return Drift(cases, None, None, None, None)
    old = np.bincount(np.asarray(categories_before), minlength=count)
    new = np.bincount(np.asarray(categories_after), minlength=count)
    distance = 0.5 * float(np.abs(old / old.sum() - new / new.sum()).sum())
    area, low = (None, None) if before is None or after is None else _area(before, after)
    return Drift(cases, area, low, distance, _chi_squared(old, new))


def _chi_squared(old: NDArray[np.int64], new: NDArray[np.int64]) -> float:
    from scipy.stats import chi2_contingency

    table = np.stack([old, new])
    rare = table.sum(axis=0) < 10  # expected counts under 5 on a side: put together
    kept = table[:, ~rare]
    if rare.any():
        kept = np.concatenate([kept, table[:, rare].sum(axis=1, keepdims=True)], axis=1)
    kept = kept[:, kept.sum(axis=0) > 0]
    return 1.0 if kept.shape[1] < 2 else float(chi2_contingency(kept).pvalue)


def _area(before: NDArray[np.float32], after: NDArray[np.float32]) -> tuple[float, float]:
    from scipy.stats import norm
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    before, after = before[-MOST_CASES:], after[-MOST_CASES:]
    vectors = np.concatenate([before, after]).astype(np.float64)
    vectors = (vectors - vectors.mean(axis=0)) / np.maximum(vectors.std(axis=0), 1e-9)
    side = np.concatenate([np.zeros(len(before)), np.ones(len(after))])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    model = LogisticRegression(C=0.001, max_iter=500, class_weight="balanced")
    scores = cross_val_predict(model, vectors, side, cv=folds, method="decision_function")
    area = float(roc_auc_score(side, scores))
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (len(after) - 1) * (first - area**2) + (len(before) - 1) * (second - area**2)
    error = float(np.sqrt(max(spread, 0.0) / (len(before) * len(after))))
    return area, area - float(norm.ppf(1 - LEVEL)) * error
