"""The promise holds as often as stated, in simulation and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from classify.category.precision_guarantee import (
    LEAST_LANGUAGE,
    NEVER,
    choose_threshold,
    languages_of,
    lower_bound,
    newest_block,
)

ERROR = 0.1


def drawn(seed: int, cases: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Confidences and whether each decision is right; right less often than the confidence says."""
    random = np.random.default_rng(seed)
    confidence = random.beta(4, 1.5, cases)
    return confidence, random.random(cases) < 0.4 + 0.59 * confidence


def true_precision(threshold: float, population: tuple[NDArray[np.float64], NDArray[np.bool_]]) -> float:
    confidence, right = population
    return float(right[confidence >= threshold].mean())


@pytest.mark.parametrize(("right", "cases", "error"), [(59, 59, 0.05), (0, 10, 0.05), (1, 7, 0.1), (930, 1000, 0.01)])
def test_the_bound_is_that_of_clopper_and_pearson(right: int, cases: int, error: float) -> None:
    exact = binomtest(right, cases, alternative="greater").proportion_ci(1 - error, method="exact").low
    assert lower_bound(right, cases, error) == pytest.approx(exact, abs=1e-9)


def test_a_language_counts_as_tested_from_enough_held_out_cases_on() -> None:
    assert languages_of(["zh"] * LEAST_LANGUAGE + ["en"] * (LEAST_LANGUAGE - 1)) == ("zh",)


def test_the_promise_breaks_no_more_often_than_stated() -> None:
    reference, population = drawn(1, 1000), drawn(10_000, 200_000)
    broken = given = 0
    for seed in range(2, 202):
        confidence, right = drawn(seed, 400)
        threshold, *_ = choose_threshold(*reference, confidence, right, 0.85, ERROR)
        if threshold < NEVER:
            given += 1
            broken += true_precision(threshold, population) < 0.85
    assert given > 100
    assert broken <= ERROR * 200


def test_one_wrong_label_at_the_top_does_not_end_it_all() -> None:
    confidence = np.linspace(1.0, 0.5, 400)
    right = np.ones(400, dtype=bool)
    right[0] = False
    threshold, decided, agreed, bound = choose_threshold(confidence, right, confidence, right, 0.9, 0.05)
    assert (decided, agreed) == (400, 399)
    assert threshold == 0.5
    assert bound >= 0.9


def test_nothing_is_promised_on_too_few_cases() -> None:
    few = np.full(12, 0.99)
    right = np.ones(12, dtype=bool)
    assert choose_threshold(few, right, few, right, 0.95, 0.05)[0] == NEVER


def test_no_group_stands_on_both_sides() -> None:
    groups = np.array([0, 1, 2, 0, 4, 5, 1, 7, 8, 9])
    older, newest = newest_block([f"{n:02}" for n in range(10)], groups, share=0.5)
    assert older.tolist() == [0, 1, 2, 3, 4]
    assert newest.tolist() == [5, 7, 8, 9]
