"""False discovery rate, shrinkage and Bayes factors against reference implementations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.multitest import multipletests

from mapping.association import Counts
from mapping.weighing import (
    EFFECT_WEIGHTS,
    EFFECTS,
    benjamini_hochberg,
    log_bayes_factor,
    shrinkage_strength,
    shrunken_risk,
)


def one(exposed_cases: float, exposed: float, other_cases: float, other: float) -> Counts:
    return Counts(*(np.array([[float(x)]]) for x in (exposed_cases, exposed, other_cases, other)))


def test_q_values_agree_with_statsmodels() -> None:
    p = np.random.default_rng(3).random(200) ** 3
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_equal_p_values_share_a_q_value() -> None:
    p = np.array([0.01, 0.01, 0.5, 0.02])
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_tests_that_repeat_others_do_not_enlarge_the_family() -> None:
    p = np.array([0.001, 0.2, 0.7, 0.001, 0.2, 0.7])
    counted = np.array([True, True, True, False, False, False])
    q = benjamini_hochberg(p, counted)
    assert q[:3] == pytest.approx(multipletests(p[:3], method="fdr_bh")[1])
    assert q[3:] == pytest.approx(q[:3])


def test_a_repeating_test_is_never_better_than_its_own_p_value_allows() -> None:
    p = np.array([0.04, 0.5, 0.001])
    q = benjamini_hochberg(p, np.array([True, True, False]))
    assert q[2] == pytest.approx(0.002)


def test_no_tests_give_no_discoveries() -> None:
    assert benjamini_hochberg(np.array([0.001]), np.array([False])) == pytest.approx([1.0])


def test_shrunken_risk_is_the_gamma_posterior() -> None:
    mean, low = shrunken_risk(np.array([6.0]), np.array([1.5]), 2.0)
    posterior = stats.gamma(8.0, scale=1 / 3.5)
    assert (mean[0], low[0]) == pytest.approx((posterior.mean(), posterior.ppf(0.05)))


def test_a_small_level_is_shrunk_more_than_a_large_one() -> None:
    mean, _ = shrunken_risk(np.array([3.0, 30.0]), np.array([0.5, 5.0]), 2.0)
    assert 1 < mean[0] < mean[1] < 6


def test_shrinkage_is_strong_where_counts_are_as_expected() -> None:
    rng = np.random.default_rng(2)
    expected = np.full(400, 5.0)
    even = shrinkage_strength(rng.poisson(expected).astype(float), expected)
    spread = shrinkage_strength(rng.poisson(expected * rng.gamma(1.0, 1.0, 400)).astype(float), expected)
    assert even > 4 * spread


def test_shrinkage_is_searched_between_a_half_and_sixteen() -> None:
    expected = np.full(300, 0.8)
    assert shrinkage_strength(np.full(300, 1.0), expected) == pytest.approx(16.0)
    wild = np.where(np.arange(300) % 50 == 0, 40.0, 0.0)
    assert shrinkage_strength(wild, expected) == pytest.approx(0.5)


def test_levels_without_expectation_do_not_count_and_one_level_tells_nothing() -> None:
    observed, expected = np.array([1.0, 0.0, 9.0, 2.0]), np.array([1.0, 1.0, 0.0, 1.5])
    kept = expected > 0
    assert shrinkage_strength(observed, expected) == shrinkage_strength(observed[kept], expected[kept])
    assert shrinkage_strength(np.array([3.0]), np.array([1.0])) == 2.0


def test_the_bayes_factor_is_the_mean_likelihood_over_the_effects() -> None:
    # 7 cases of 10 at 40 % of the units: a sum over the grid, done by hand with scipy's binomial.
    table = one(7, 40, 3, 60)
    chance = EFFECTS * 40 / (EFFECTS * 40 + 60)
    by_hand = (EFFECT_WEIGHTS * stats.binom(10, chance).pmf(7)).sum() / stats.binom(10, 0.4).pmf(7)
    assert log_bayes_factor(table)[0] == pytest.approx(np.log(by_hand))


def test_the_effect_grid_is_a_fair_stand_in_for_the_log_normal() -> None:
    def likelihood(log_rr: float) -> float:
        chance = np.exp(log_rr) * 40 / (np.exp(log_rr) * 40 + 60)
        return float(stats.binom(10, chance).pmf(7) * stats.norm(np.log(4), 0.75).pdf(log_rr))

    low, high = np.log(1.25), np.log(64)
    mass = stats.norm(np.log(4), 0.75).cdf(high) - stats.norm(np.log(4), 0.75).cdf(low)
    exact = integrate.quad(likelihood, low, high)[0] / mass / stats.binom(10, 0.4).pmf(7)
    assert np.exp(log_bayes_factor(one(7, 40, 3, 60))[0]) == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize("table", [one(5, 100, 0, 0), one(0, 0, 5, 100), one(0, 50, 0, 100)])
def test_data_that_cannot_speak_weigh_nothing(table: Counts) -> None:
    assert log_bayes_factor(table)[0] == pytest.approx(0.0)


def test_overdispersion_weakens_the_evidence() -> None:
    table = one(20, 100, 10, 200)
    assert 0 < log_bayes_factor(table, 3.0)[0] < log_bayes_factor(table)[0]


def test_fewer_cases_than_expected_speak_against_a_cause() -> None:
    assert log_bayes_factor(one(2, 100, 28, 100))[0] < -5
