"""Drift is silent on the same, fires on another, and says nothing of too few."""

from __future__ import annotations

import numpy as np

from classify.category.drift import drift_between


def test_drift_is_silent_on_the_same_and_fires_on_other_categories() -> None:
    random = np.random.default_rng(1)
    old, same = (random.normal(size=(300, 16)).astype(np.float32) for _ in range(2))
    before, after = random.integers(0, 4, 300).tolist(), random.integers(0, 4, 300).tolist()
    quiet = drift_between(old, same, before, after, 4)
    assert not quiet.fires
    assert drift_between(old, same, before, [0] * 200 + after[:100], 4).categories
    assert drift_between(old, same + np.float32(0.8), before, after, 4).texts


def test_too_few_cases_tell_nothing_of_drift() -> None:
    assert not drift_between(None, None, [0] * 300, [1] * 20, 2).fires
