"""The build range to contain: the whole range, or the stretch in which the complaints gather."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from mapping.window import Week, window

FIRST = date(2026, 1, 5)


def weeks(cases: Sequence[int], expected: Sequence[float] | None = None) -> list[Week]:
    return [
        Week(FIRST + timedelta(weeks=at), 50, n, 100, 1, 1.0 if expected is None else expected[at])
        for at, n in enumerate(cases)
    ]


def found(cases: Sequence[int], expected: Sequence[float] | None = None) -> tuple[int, int, bool]:
    """Return the numbers of the first and the last week, and whether the range is limited."""
    range_ = window(weeks(cases, expected))
    assert range_ is not None
    first, last = (date.fromisoformat(range_[name]) for name in ("from", "to"))
    return (first - FIRST).days // 7, (last - FIRST).days // 7, range_["limited"]


def test_without_a_gathering_it_runs_from_the_first_to_the_last_week_with_a_complaint() -> None:
    assert found([0, 2, 0, 1]) == (1, 3, False)


def test_its_units_are_those_built_within() -> None:
    range_: Any = window(weeks([0, 2, 0, 1]))
    assert range_["units"] == 150


def test_without_complaining_units_there_is_none() -> None:
    assert window(weeks([0, 0])) is None


def test_a_clear_stretch_limits_it_and_a_stray_complaint_outside_does_not_widen_it() -> None:
    cases = [1, *[0] * 9, *[8] * 6, *[0] * 9, 1]
    first, last, limited = found(cases)
    assert limited
    assert (first, last) == (10, 15)


@pytest.mark.parametrize(("cases", "expected"), [([9] * 4 + [0] * 20, (0, 3)), ([0] * 20 + [9] * 4, (20, 23))])
def test_a_stretch_at_either_end_is_found(cases: list[int], expected: tuple[int, int]) -> None:
    assert found(cases) == (*expected, True)


def test_a_fault_that_lasts_all_the_time_is_not_limited() -> None:
    assert found([4] * 26) == (0, 25, False)


def test_complaints_that_gather_where_units_are_oldest_are_as_expected() -> None:
    expected = [float(26 - at) for at in range(26)]
    cases = [round(value / 3) for value in expected]
    assert not found(cases, expected)[2]


def test_chance_limits_at_most_one_even_series_in_twenty() -> None:
    draw = np.random.default_rng(5)
    limited = [found(draw.poisson(1.5, 26).tolist())[2] for _ in range(100)]
    assert sum(limited) <= 100 * 0.05 + 3 * (100 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize("cases", [[1], [0, 1, 0], [5]])
def test_few_weeks_or_cases_are_never_limited(cases: list[int]) -> None:
    assert not found(cases)[2]


def test_weeks_without_any_expectation_are_not_scanned() -> None:
    assert found([0, 3, 3, 0], [0.0] * 4) == (1, 2, False)
