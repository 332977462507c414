"""Grouping: planted groups are found, outliers stay out, degenerate inputs are survived."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from cluster.groups import OUTLIER, group, joined_points


def planted(groups: int = 4, size: int = 30, noise: float = 0.25) -> tuple[NDArray[np.float32], list[int]]:
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(groups, 64))
    truth = [n for n in range(groups) for _ in range(size)]
    points = centres[truth] + rng.normal(scale=noise, size=(groups * size, 64))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), truth


def test_planted_groups_are_found() -> None:
    vectors, truth = planted()
    labels = group(joined_points(vectors, [[] for _ in truth]), 5, 0.6).labels
    assert adjusted_rand_score(truth, labels) > 0.95


def test_mentions_tell_apart_what_sounds_the_same() -> None:
    vectors, _ = planted(groups=1, size=60)
    codes = [["symptom:oil_leak"] if n % 2 else ["symptom:abnormal_noise"] for n in range(60)]
    labels = group(joined_points(vectors, codes), 5, 0.6).labels
    assert adjusted_rand_score([n % 2 for n in range(60)], labels) > 0.9


def test_points_between_two_groups_stay_outside() -> None:
    vectors, _ = planted(groups=2, size=40, noise=0.1)
    points = np.vstack([joined_points(vectors, [[] for _ in vectors]), np.full((1, 33), 9.0)])
    assert group(points, 5, 1.01).labels[-1] == OUTLIER


def test_the_answer_does_not_change_from_run_to_run() -> None:
    vectors, truth = planted()
    points = joined_points(vectors, [[] for _ in truth])
    first, second = group(points, 5, 0.6), group(points, 5, 0.6)
    assert (first.labels == second.labels).all()
    assert (first.probabilities == second.probabilities).all()


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_too_few_points_are_in_no_group(count: int) -> None:
    vectors = np.eye(8, dtype=np.float32)[:count].reshape(count, 8)
    assert list(group(joined_points(vectors, [[] for _ in range(count)]), 5, 0.6).labels) == [OUTLIER] * count


def test_all_the_same_text_is_survived() -> None:
    vectors = np.tile(np.eye(8, dtype=np.float32)[:1], (40, 1))
    labels = group(joined_points(vectors, [["symptom:oil_leak"]] * 40), 5, 0.6).labels
    assert len(labels) == 40


def test_probabilities_are_shares() -> None:
    vectors, truth = planted(noise=0.6)
    found = group(joined_points(vectors, [[] for _ in truth]), 5, 0.6)
    assert ((found.probabilities >= 0) & (found.probabilities <= 1)).all()
