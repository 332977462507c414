"""Effects of corrective actions: the three verdicts, against exact references, and at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.actions import EFFECTIVE, NOT_EFFECTIVE, TOO_EARLY, Effect, Sides, effect_of
from mapping.exposure import BANDS


def sides(before: int, before_months: float, after: int, after_months: float, products: int = 1) -> Sides:
    """All cases and months in the first age band of one product."""
    tables = []
    for value in (before, before_months, after, after_months):
        table = np.zeros((products, BANDS))
        table[0, 0] = value
        tables.append(table.ravel())
    return Sides(*tables)


def test_a_rate_that_fell_beyond_chance_is_effective() -> None:
    found = effect_of(sides(60, 6000, 5, 6000))
    assert found.verdict == EFFECTIVE
    assert found.high is not None and found.high < 1
    assert found.before_rate == pytest.approx(10.0)
    assert found.after_rate == pytest.approx(5 / 6)


def test_a_rate_for_which_a_halving_is_ruled_out_is_not_effective() -> None:
    assert effect_of(sides(100, 10_000, 95, 10_000)).verdict == NOT_EFFECTIVE


def test_few_cases_are_too_early_and_say_how_long_still() -> None:
    found = effect_of(sides(60, 6000, 1, 150))
    assert found.verdict == TOO_EARLY
    assert found.days_still is not None and found.days_still > 0


def test_the_limits_are_those_of_the_mid_p_of_the_binomial() -> None:
    """Given all cases, those after are binomial (Rothman, Modern Epidemiology): scipy's tails, half of the point."""
    from scipy.optimize import brentq
    from scipy.stats import binom

    found = effect_of(sides(30, 3000, 12, 4000))
    low = brentq(lambda s: binom.sf(12, 42, s) + 0.5 * binom.pmf(12, 42, s) - 0.025, 1e-6, 0.999)
    high = brentq(lambda s: binom.cdf(11, 42, s) + 0.5 * binom.pmf(12, 42, s) - 0.025, 1e-6, 0.999)
    ratio = 4000 / 3000
    assert found.low == pytest.approx(low / (1 - low) / ratio, rel=1e-3)
    assert found.high == pytest.approx(high / (1 - high) / ratio, rel=1e-3)


def test_only_strata_with_both_sides_are_compared() -> None:
    both = sides(40, 4000, 4, 4000, products=2)
    before_cases, before_months = both.before_cases.copy(), both.before_months.copy()
    before_cases[BANDS], before_months[BANDS] = 500, 10  # a product that was not built afterwards
    found = effect_of(Sides(before_cases, before_months, both.after_cases, both.after_months))
    assert found == effect_of(both)


@pytest.mark.parametrize("empty", [sides(0, 0, 0, 0), sides(0, 1000, 0, 1000), sides(5, 1000, 0, 0)])
def test_without_units_or_cases_nothing_is_claimed(empty: Sides) -> None:
    assert effect_of(empty) == Effect(TOO_EARLY)


def test_equal_time_in_service_is_compared() -> None:
    """Twice the rate in an older band on both sides: younger units afterwards do not look like an effect."""
    before_cases, before_months = np.zeros(BANDS), np.zeros(BANDS)
    after_cases, after_months = np.zeros(BANDS), np.zeros(BANDS)
    before_cases[:2], before_months[:2] = (50, 400), (5000, 20_000)
    after_cases[:2], after_months[:2] = (100, 8), (10_000, 400)
    found = effect_of(Sides(before_cases, before_months, after_cases, after_months))
    assert found.rr == pytest.approx(1.0, abs=0.02)
    assert found.verdict == NOT_EFFECTIVE
