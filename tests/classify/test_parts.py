"""Pool, history, drift, noise and taxonomy: small parts with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from classify.category.drift import drift_between
from classify.category.history import Past, level_keys
from classify.category.label_noise import suspects
from classify.category.opinion_pool import Pool, fit_pool, log_probabilities
from classify.category.taxonomy import LEAST_CASES, learnable, parse_categories
from classify.reading.types import Dated


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


def case(name: str, day: int, product: str = "A B C", vehicle: str | None = None, text: str | None = None) -> Dated:
    return Dated(f"{day:04} {name}", day, product, vehicle, text or name)


def past(*cases: Dated) -> Past:
    return Past(cases, np.tile([1.0, 0.0], (len(cases), 1)), np.ones(len(cases)), np.array([0.5, 0.5]))


def test_a_later_case_is_no_history() -> None:
    found, mass = past(case("a", 20)).of([case("b", 10)])
    assert np.allclose(found, 0.5)
    assert not mass.any()


def test_an_older_case_counts_less() -> None:
    found, _ = past(case("a", 0)).of([case("b", 1), case("c", 60)])
    assert found[-1, 0, 0] > found[-1, 1, 0] > 0.5


def test_a_copy_is_no_history() -> None:
    found, _ = past(case("a", 0, text="same")).of([case("b", 1, text="same")])
    assert np.allclose(found, 0.5)


def test_another_make_is_no_history() -> None:
    found, _ = past(case("a", 0, "X Y Z")).of([case("b", 1)])
    assert np.allclose(found, 0.5)


def test_levels_of_a_product() -> None:
    assert level_keys(case("a", 0, "Make  Series Model 2024")) == (
        "make",
        "make series",
        "make series model 2024",
        None,
    )
    assert level_keys(case("a", 0, "Washer", "V1")) == ("washer", None, None, "V1")


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


def test_a_label_that_a_sure_model_contradicts_is_suspect() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.95, 0.05]])
    assert suspects(probabilities, np.array([0, 0, 1, 1])).tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("发动机", ("发动机",)), ("发动机 > 异响；转向", ("发动机/异响", "转向")), ("a|a", ("a",)), (" ; ", ())],
)
def test_categories_of_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert parse_categories(cell) == expected


def test_a_rare_level_is_learned_as_its_parent() -> None:
    cells = [("车/甲",)] * LEAST_CASES + [("车/乙",)] * 3 + [("罕见",)]
    assert learnable(cells) == [("车/甲",)] * LEAST_CASES + [("车",)] * 3 + [("罕见",)]
