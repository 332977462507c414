"""Rates, limits and weekly series."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reports.facts.rates import WEEK, rate_per_1000, recent_and_before, totals, weeks_with_cases, without_gaps
from reports.facts.types import Week

MONDAY = date(2026, 1, 5)


def test_rate_with_wilson_limits_of_a_textbook_case() -> None:
    rate = rate_per_1000(8, 10)
    assert rate.rate_per_1000 == pytest.approx(800)
    assert rate.low_per_1000 == pytest.approx(490.2, abs=0.1)
    assert rate.high_per_1000 == pytest.approx(943.3, abs=0.1)


def test_no_unit_gives_no_rate() -> None:
    assert rate_per_1000(0, 0).rate_per_1000 is None


def test_no_case_has_a_limit_above_zero() -> None:
    rate = rate_per_1000(0, 50)
    assert rate.low_per_1000 == pytest.approx(0)
    assert rate.high_per_1000 == pytest.approx(71.35, abs=0.1)


def test_totals_add_weeks_up() -> None:
    weeks = [Week(MONDAY, 10, 1, 100, 2), Week(date(2026, 1, 12), 30, 3, 100, 0)]
    assert totals(weeks).exposed.rate_per_1000 == pytest.approx(100)
    assert totals(weeks).other.rate_per_1000 == pytest.approx(10)


def test_span_of_weeks_with_complaining_units_leaves_quiet_weeks_out() -> None:
    weeks = [Week(date(2026, 1, day), 10, cases, 0, 0) for day, cases in ((5, 0), (12, 2), (19, 0), (26, 1))]
    assert weeks_with_cases(weeks) == (date(2026, 1, 12), date(2026, 1, 26))
    assert weeks_with_cases(weeks[:1]) is None


def test_empty_weeks_are_filled_in_up_to_the_night() -> None:
    weekly = without_gaps([(MONDAY, 2), (date(2026, 1, 19), 1)], date(2026, 1, 28))
    assert [n for _, n in weekly] == [2, 0, 1, 0]


def test_the_last_four_weeks_are_set_against_the_four_before() -> None:
    weekly = [(MONDAY + n * WEEK, cases) for n, cases in enumerate((9, 1, 1, 1, 1, 2, 2, 2, 2))]
    assert recent_and_before(weekly, MONDAY + 8 * WEEK + timedelta(days=6)) == (8, 4)


def test_weeks_without_cases_after_the_last_one_are_of_the_last_four() -> None:
    weekly = [(MONDAY, 9), (MONDAY + WEEK, 5)]
    assert recent_and_before(weekly, MONDAY + 5 * WEEK) == (0, 5 + 9)
    assert recent_and_before(weekly, MONDAY + 20 * WEEK) == (0, 0)
