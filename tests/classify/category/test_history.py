"""What a product's past tells of a case: earlier cases only, older ones less, no copies."""

from __future__ import annotations

import numpy as np

from classify.category.history import Past, level_keys
from classify.reading.types import Dated


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
