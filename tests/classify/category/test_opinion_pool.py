"""The pool trusts the source that is right."""

from __future__ import annotations

import numpy as np

from classify.category.opinion_pool import Pool, fit_pool, log_probabilities


def test_the_pool_trusts_the_source_that_is_right() -> None:
    random = np.random.default_rng(0)
    target = random.integers(0, 3, 400)
    good = np.full((400, 3), 0.15)
    good[np.arange(400), np.where(random.random(400) < 0.8, target, random.integers(0, 3, 400))] = 0.7
    noise = random.dirichlet([1, 1, 1], 400)
    pool = fit_pool(log_probabilities(np.stack([good, noise])), np.zeros(400, dtype=int), target, 1)
    assert pool.weights[0, 0] > 5 * abs(pool.weights[0, 1])


def test_a_pool_of_one_source_with_weight_one_changes_nothing() -> None:
    probabilities = np.array([[0.2, 0.3, 0.5]])
    pool = Pool(np.ones((1, 1)), np.zeros(3))
    assert np.allclose(pool.combine(log_probabilities(probabilities[None]), np.zeros(1, dtype=int)), probabilities)
