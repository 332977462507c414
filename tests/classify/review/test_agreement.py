"""Agreement of reviewers, against Krippendorff's own example; who has the majority."""

from __future__ import annotations

import pytest

from classify.review.agreement import krippendorff_alpha, settled


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    # Krippendorff (2011), example C: 4 observers, 12 units, nominal data, missing values; alpha 0.743.
    a = "1 2 3 3 2 1 4 1 2 . . ."
    b = "1 2 3 3 2 2 4 1 2 5 . 3"
    c = ". 3 3 3 2 3 4 2 2 5 1 ."
    d = "1 2 3 3 2 4 4 1 2 5 1 ."
    units = [[v for v in unit if v != "."] for unit in zip(*(x.split() for x in (a, b, c, d)), strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_full_agreement_is_one_and_one_reviewer_tells_nothing() -> None:
    assert krippendorff_alpha([["a", "a"], ["b", "b"]]) == 1.0
    assert krippendorff_alpha([["a"], ["b"]]) is None


def test_half_is_no_majority() -> None:
    assert settled({"A": "x", "B": "y"}) is None
    assert settled({"A": "x", "B": "y", "C": "x"}) == "x"
