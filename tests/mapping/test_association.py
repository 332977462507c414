"""Each statistic against a published example or a reference implementation; degenerate tables."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from mapping.association import (
    Counts,
    RelativeRisk,
    _null_third_moment,
    exact_limits,
    excess_p,
    expected_cases,
    has_contrast,
    mantel_haenszel,
    median_unbiased,
)


def counts(exposed_cases: Any, exposed: Any, other_cases: Any, other: Any) -> Counts:
    """One test, with a number or a list over the strata for each argument."""
    return Counts(*(np.atleast_2d(np.asarray(x, dtype=float)) for x in (exposed_cases, exposed, other_cases, other)))


# University Group Diabetes Program, deaths by age: Rothman and Greenland, Modern Epidemiology; the figures are those of
# Stata's manual ([R] epitab, cs): 1.325555 (.797907, 2.202132).
UGDP = counts([8, 22], [106, 98], [5, 16], [120, 85])
# British doctors, coronary deaths and person-years by age, Doll and Hill (1966); Stata's manual ([R] epitab, ir):
# 1.424682 (1.154703, 1.757784).
DOCTORS = counts(
    [32, 104, 206, 186, 102], [52407, 43248, 28612, 12663, 5317], [2, 12, 28, 28, 31], [18790, 10673, 5710, 2585, 1462]
)


def test_risk_ratio_of_the_ugdp_trial() -> None:
    risk = mantel_haenszel(UGDP)
    found = (risk.estimate[0], risk.low[0], risk.high[0])
    assert found == pytest.approx((1.325555, 0.797907, 2.202132), abs=1e-6)


def test_rate_ratio_of_the_british_doctors() -> None:
    risk = mantel_haenszel(DOCTORS, person_time=True)
    found = (risk.estimate[0], risk.low[0], risk.high[0])
    assert found == pytest.approx((1.424682, 1.154703, 1.757784), abs=1e-6)


def test_pooled_risk_ratio_agrees_with_statsmodels() -> None:
    tables = [np.array([[8, 98], [5, 115]]), np.array([[22, 76], [16, 69]])]
    assert mantel_haenszel(UGDP).estimate[0] == pytest.approx(StratifiedTable(tables).riskratio_pooled)


def test_one_stratum_is_the_plain_risk_ratio_with_its_wald_limits() -> None:
    risk = mantel_haenszel(counts(30, 200, 20, 400))
    error = np.sqrt(1 / 30 - 1 / 200 + 1 / 20 - 1 / 400)
    assert risk.estimate[0] == pytest.approx(3.0)
    assert risk.high[0] == pytest.approx(3.0 * np.exp(1.959964 * error), rel=1e-6)


def test_overdispersion_widens_the_limits_by_its_root() -> None:
    plain = mantel_haenszel(DOCTORS, person_time=True)
    wide = mantel_haenszel(DOCTORS, person_time=True, dispersion=4.0)
    assert np.log(wide.high / wide.estimate) == pytest.approx(2 * np.log(plain.high / plain.estimate))


@pytest.mark.filterwarnings("error")
def test_a_limit_beyond_all_numbers_is_unbounded_without_a_warning() -> None:
    risk = mantel_haenszel(UGDP, dispersion=1e9)
    assert risk.high[0] == np.inf
    assert risk.low[0] == pytest.approx(0.0)


def test_without_exposed_cases_the_ratio_is_zero() -> None:
    risk = mantel_haenszel(counts(0, 50, 5, 100))
    assert risk.estimate[0] == 0 and np.isnan(risk.low[0])


def test_without_other_cases_half_a_case_keeps_the_ratio_finite() -> None:
    # 4/100 against 0.5/200.
    assert mantel_haenszel(counts(4, 100, 0, 200)).estimate[0] == pytest.approx(16.0)


def test_without_other_cases_the_half_case_is_spread_as_the_null_has_it() -> None:
    # Cases 4 and 3 with exposed shares 1/3 and 1/2: the others would have 8/3 and 3/2 of them.
    right = 4 * 200 / 300 + 3 * 50 / 100
    half = 0.5 * (8 / 3 * 1 / 3 + 3 / 2 * 1 / 2) / (8 / 3 + 3 / 2)
    risk = mantel_haenszel(counts([4, 3], [100, 50], [0, 0], [200, 50]))
    assert risk.estimate[0] == pytest.approx(right / half)


def test_without_contrast_nothing_is_estimated() -> None:
    everybody_exposed = counts([3, 4], [100, 90], [0, 0], [0, 0])
    assert not has_contrast(everybody_exposed)[0]
    assert np.isnan(mantel_haenszel(everybody_exposed).estimate[0])
    assert excess_p(everybody_exposed)[0] == 1.0


def test_nobody_exposed_gives_p_one() -> None:
    assert excess_p(counts(0, 0, 7, 100))[0] == 1.0


def test_no_cases_at_all_give_p_one() -> None:
    assert excess_p(counts([0, 0], [10, 20], [0, 0], [30, 20]))[0] == 1.0


def test_strata_without_cases_change_nothing() -> None:
    with_empty = counts([8, 22, 0], [106, 98, 500], [5, 16, 0], [120, 85, 300])
    assert mantel_haenszel(with_empty).estimate[0] == pytest.approx(mantel_haenszel(UGDP).estimate[0])
    assert excess_p(with_empty)[0] == pytest.approx(excess_p(UGDP)[0])


def test_one_stratum_mid_p_is_fishers_less_half_the_point() -> None:
    table = counts(6, 30, 3, 70)
    exact = stats.hypergeom(100, 30, 9)
    assert excess_p(table)[0] == pytest.approx(exact.sf(6) + 0.5 * exact.pmf(6))
    assert exact.sf(5) == pytest.approx(stats.fisher_exact([[6, 24], [3, 67]], alternative="greater")[1])


def test_several_strata_mid_p_is_the_sum_over_all_tables() -> None:
    exposed, other, cases = [10, 6, 8], [20, 9, 8], [3, 2, 4]
    observed = [2, 2, 3]
    table = counts(observed, exposed, np.array(cases) - observed, other)
    expected = 0.0
    for split in product(*(range(m + 1) for m in cases)):
        chance = np.prod(
            [stats.hypergeom(e + o, e, m).pmf(a) for a, e, o, m in zip(split, exposed, other, cases, strict=True)]
        )
        expected += chance if sum(split) > sum(observed) else 0.5 * chance if sum(split) == sum(observed) else 0.0
    assert excess_p(table)[0] == pytest.approx(expected)


def test_strata_with_a_single_case_each_are_drawn_apart() -> None:
    table = counts([1, 1, 0], [10, 30, 5], [0, 0, 1], [30, 30, 15])
    shares = [0.25, 0.5, 0.25]
    exactly = [0.0, 0.0, 0.0, 0.0]
    for drawn in product((0, 1), repeat=3):
        exactly[sum(drawn)] += float(np.prod([s if hit else 1 - s for s, hit in zip(shares, drawn, strict=True)]))
    assert excess_p(table)[0] == pytest.approx(exactly[3] + 0.5 * exactly[2])


def test_where_every_unit_complains_there_is_nothing_to_test() -> None:
    assert excess_p(counts(100, 100, 200, 200))[0] == 1.0


@pytest.mark.parametrize("person_time", [False, True])
def test_the_third_moment_is_that_of_the_law(person_time: bool) -> None:
    law = stats.binom(9, 0.3) if person_time else stats.hypergeom(100, 30, 9)
    third = float(law.stats(moments="s")) * law.std() ** 3
    assert _null_third_moment(counts(4, 30, 5, 70), person_time)[0] == pytest.approx(third)


def test_the_median_unbiased_ratio_makes_all_cases_exposed_in_half_of_the_draws() -> None:
    ratio = median_unbiased(counts(4, 100.0, 0, 300.0))
    assert stats.binom(4, ratio * 100 / (ratio * 100 + 300)).pmf(4) == pytest.approx(0.5, abs=1e-5)
    assert median_unbiased(counts(0, 100.0, 0, 300.0)) == float("inf")


def test_rates_use_the_binomial() -> None:
    table = counts(6, 300.0, 3, 700.0)
    exact = stats.binom(9, 0.3)
    assert excess_p(table, person_time=True)[0] == pytest.approx(exact.sf(6) + 0.5 * exact.pmf(6))


def test_many_cases_use_the_mantel_haenszel_normal() -> None:
    # With half of the units exposed there is no skewness to correct for.
    tables = [np.array([[80, 920], [60, 940]]), np.array([[90, 910], [70, 930]])]
    table = counts([80, 90], [1000, 1000], [60, 70], [1000, 1000])
    two_sided = StratifiedTable(tables).test_null_odds(correction=False).pvalue
    assert excess_p(table)[0] == pytest.approx(two_sided / 2, rel=1e-6)


def test_exact_and_normal_agree_where_they_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    table = counts([30, 26], [800, 700], [40, 36], [1600, 1500])
    normal = excess_p(table)[0]
    monkeypatch.setattr("mapping.association.EXACT_EXPECTED", 100.0)
    assert excess_p(table)[0] == pytest.approx(normal, rel=0.03)


def test_the_normal_tail_follows_the_exact_one_far_out(monkeypatch: pytest.MonkeyPatch) -> None:
    table = counts([56], [1000], [79], [2500])
    exact = stats.hypergeom(3500, 1000, 135)
    assert excess_p(table)[0] == pytest.approx(exact.sf(56) + 0.5 * exact.pmf(56))
    monkeypatch.setattr("mapping.association.EXACT_EXPECTED", 1.0)
    assert excess_p(table)[0] == pytest.approx(exact.sf(56) + 0.5 * exact.pmf(56), rel=0.05)


def test_overdispersion_never_lowers_p() -> None:
    table = counts([6, 5], [300.0, 200.0], [3, 4], [700.0, 900.0])
    plain = excess_p(table, person_time=True)[0]
    assert excess_p(table, person_time=True, dispersion=2.0)[0] > plain


def test_p_values_are_uniform_under_the_null() -> None:
    rng = np.random.default_rng(11)
    exposed, other, cases = np.array([40, 60]), np.array([120, 90]), np.array([9, 11])
    a = np.stack([rng.hypergeometric(e, o, m, 4000) for e, o, m in zip(exposed, other, cases, strict=True)], axis=1)
    shape = np.ones((4000, 1))
    p = excess_p(Counts(a.astype(float), shape * exposed, cases - a.astype(float), shape * other))
    # Mid-p is uniform on average; each share lies within three standard errors.
    for level in (0.05, 0.2, 0.5):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level * (1 - level) / 4000) + 0.02


def test_exact_limits_contain_the_greenland_robins_ones_roughly() -> None:
    low, high = exact_limits(DOCTORS)
    assert (low, high) == pytest.approx((1.1547, 1.7578), rel=0.02)


def test_exact_limits_of_one_rate_are_clopper_pearson_mid_p() -> None:
    # Mid-p limits of a binomial proportion 6 of 9, turned into a ratio of rates with equal time.
    low, high = exact_limits(counts(6, 100.0, 3, 100.0))
    for limit, target in ((low, 0.025), (high, 0.975)):
        law = stats.binom(9, limit / (1 + limit))
        assert law.sf(6) + 0.5 * law.pmf(6) == pytest.approx(target, abs=1e-4)


def test_exact_limits_leave_out_strata_in_which_nothing_meets() -> None:
    table = counts([6, 4, 0], [100.0, 50.0, 0.0], [3, 0, 5], [100.0, 0.0, 80.0])
    assert exact_limits(table) == pytest.approx(exact_limits(counts(6, 100.0, 3, 100.0)))


def test_overdispersion_widens_exact_limits_by_its_root_around_their_middle() -> None:
    low, high = exact_limits(DOCTORS)
    wide_low, wide_high = exact_limits(DOCTORS, dispersion=4.0)
    assert wide_low * wide_high == pytest.approx(low * high)
    assert np.log(wide_high / wide_low) == pytest.approx(2 * np.log(high / low))


@pytest.mark.parametrize("table", [counts(0, 100, 8, 100), counts(8, 100, 0, 100)])
def test_an_end_that_is_open_stays_so_under_overdispersion(table: Counts) -> None:
    assert exact_limits(table, dispersion=4.0) == exact_limits(table)


def test_exact_limits_without_exposed_cases_start_at_zero() -> None:
    low, high = exact_limits(counts(0, 100, 8, 100))
    assert low == 0.0 and 0 < high < 1


def test_exact_limits_without_other_cases_are_open_above() -> None:
    low, high = exact_limits(counts(8, 100, 0, 100))
    assert low > 1 and high == float("inf")


def test_expected_cases_follow_the_exposed_share() -> None:
    assert expected_cases(counts([2, 1], [25, 50], [6, 3], [75, 50]))[0] == pytest.approx(8 * 0.25 + 4 * 0.5)


def test_tests_do_not_influence_each_other() -> None:
    both = Counts(*(np.vstack([getattr(UGDP, n), getattr(UGDP, n) * 3]) for n in Counts.__slots__))
    assert excess_p(both)[0] == pytest.approx(excess_p(UGDP)[0])
    for name in RelativeRisk.__slots__:
        assert getattr(mantel_haenszel(both), name)[0] == pytest.approx(getattr(mantel_haenszel(UGDP), name)[0])
