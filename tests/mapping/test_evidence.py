"""Figures and weeks as the evidence shows them."""

from __future__ import annotations

from datetime import date

import pytest

from mapping.evidence import Week, rounded, window


def week(day: int, units: int, cases: int) -> Week:
    return Week(date(2026, 1, day), units, cases, 100, 1)


def test_the_window_runs_from_the_first_to_the_last_week_with_a_complaint() -> None:
    found = window([week(5, 40, 0), week(12, 50, 2), week(19, 60, 0), week(26, 70, 1)])
    assert found == {"from": "2026-01-12", "to": "2026-02-01", "units": 180}


def test_without_complaining_units_there_is_no_window() -> None:
    assert window([week(5, 40, 0)]) is None


@pytest.mark.parametrize(("value", "shown"), [(1.23456, 1.2346), (float("inf"), None), (float("nan"), None)])
def test_numbers_are_rounded_and_unbounded_ones_left_out(value: float, shown: float | None) -> None:
    assert rounded(value) == shown
