"""The early warning's statistics against reference implementations and at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from mapping import detection
from mapping.detection import EARS, EWMA, FARRINGTON

WEEKS = np.arange(120, dtype=float)


def drawn(mean: float, weeks: int = 120, seed: int = 1, series: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, (series, weeks)).astype(float)


@pytest.mark.parametrize(("weeks", "rung"), [(7, EARS), (8, EWMA), (103, EWMA), (104, FARRINGTON)])
def test_the_rung_depends_on_the_history(weeks: int, rung: str) -> None:
    assert detection.rung_of(weeks) == rung


def test_trend_and_season_are_those_of_a_poisson_regression() -> None:
    """Reference: statsmodels' GLM with the same design and offset; no week is an outlier here."""
    import statsmodels.api as sm

    exposure = np.linspace(500.0, 900.0, 120)
    season = 0.4 * np.cos(2 * np.pi * WEEKS / detection.YEAR_WEEKS)
    mean = exposure * np.exp(-4.0 + 0.003 * (WEEKS - WEEKS[-1]) + season)
    counts = np.round(mean)[None, :]
    found = detection.fit_baseline(counts, exposure[None, :], WEEKS)
    x = detection.design_matrix(WEEKS, WEEKS[-1])
    reference = sm.GLM(counts[0], x, family=sm.families.Poisson(), offset=np.log(exposure)).fit()
    assert found.rung == FARRINGTON
    np.testing.assert_allclose(found.coefficients[0], reference.params, atol=1e-4)
    np.testing.assert_allclose(found.covariance[0], reference.cov_params(), atol=1e-4)


def test_anscombe_residuals_are_those_of_the_reference() -> None:
    """Reference: statsmodels' Poisson family."""
    import statsmodels.api as sm

    counts, mean = np.array([[0.0, 3.0, 9.0, 30.0]]), np.array([[2.0, 3.0, 5.0, 12.0]])
    reference = sm.families.Poisson().resid_anscombe(counts[0], mean[0])
    np.testing.assert_allclose(detection.anscombe(counts, mean, np.ones(1))[0], reference, atol=1e-9)


def test_a_past_outbreak_is_weighed_down_and_does_not_hide_the_next() -> None:
    counts = drawn(6.0)
    counts[0, 60:64] = 60.0
    found = detection.fit_baseline(counts, np.full((1, 120), 1000.0), WEEKS)
    assert (found.weights[0, 60:64] < 0.2).all()
    assert np.median(found.weights[0]) == 1.0
    expected = 1000 * np.exp(found.coefficients[0] @ detection.design_matrix(np.array([121.0]), found.origin)[0])
    assert expected < 9.0


def test_the_dispersion_is_never_under_that_of_counts() -> None:
    same = np.full((1, 120), 5.0)
    assert detection.fit_baseline(same, np.ones((1, 120)), WEEKS).dispersion[0] == 1.0


def test_the_tail_is_scipys_with_half_of_the_point() -> None:
    from scipy.stats import nbinom, poisson

    plain = poisson.sf(9, 4.0) + 0.5 * poisson.pmf(9, 4.0)
    size = 4.0**2 / (10.0 - 4.0)
    wide = nbinom.sf(9, size, size / (size + 4.0)) + 0.5 * nbinom.pmf(9, size, size / (size + 4.0))
    found = detection.excess_tail(np.array([9.0, 9.0]), np.array([4.0, 4.0]), np.array([4.0, 10.0]))
    np.testing.assert_allclose(found, [plain, wide], rtol=1e-9)


def test_the_limit_is_the_first_count_at_or_under_the_level() -> None:
    expected, variance = np.array([0.2, 4.0, 80.0]), np.array([0.2, 10.0, 200.0])
    limit = detection.limit_of(expected, variance, 0.001)
    assert (detection.excess_tail(limit, expected, variance) <= 0.001).all()
    assert (detection.excess_tail(limit - 1, expected, variance) > 0.001).all()


def test_an_unchanged_rate_seldom_speaks_and_a_tripled_one_does() -> None:
    exposure = np.full((400, 120), 1000.0)
    baseline = detection.fit_baseline(drawn(5.0, series=400), exposure, WEEKS)
    week = np.arange(122.0, 126.0)
    quiet = detection.judge(baseline, drawn(5.0, 4, seed=2, series=400), exposure[:, :4], week)
    loud = detection.judge(baseline, drawn(15.0, 4, seed=3, series=400), exposure[:, :4], week)
    assert (quiet.p <= 0.01).mean() <= 0.02
    assert (loud.p <= 0.001).mean() >= 0.95


@pytest.mark.parametrize(("counts", "window"), [([5, 5, 5, 40], 1), ([5, 5, 22, 22], 2), ([13, 13, 13, 13], 4)])
def test_the_window_that_speaks_loudest_is_told_with_its_cases(counts: list[int], window: int) -> None:
    baseline = detection.fit_baseline(np.full((1, 120), 5.0), np.ones((1, 120)), WEEKS)
    found = detection.judge(baseline, np.array([counts], float), np.ones((1, 4)), np.arange(122.0, 126.0))
    assert (found.window[0], found.observed[0]) == (window, sum(counts[-window:]))
    assert found.expected[0] == pytest.approx(5.0 * window, rel=0.02)
    assert found.variance[0] > found.expected[0]
    tail = detection.excess_tail(found.observed, found.expected, found.variance)[0]
    assert found.p[0] == pytest.approx(3 * tail)


def test_weeks_not_yet_reported_are_expected_to_be_low() -> None:
    exposure = np.full((1, 120), 1000.0)
    baseline = detection.fit_baseline(np.full((1, 120), 10.0), exposure, WEEKS)
    week = np.arange(120.0, 124.0)
    whole = detection.judge(baseline, np.full((1, 4), 10.0), exposure[:, :4], week)
    half = detection.judge(baseline, np.full((1, 4), 10.0), exposure[:, :4] * 0.5, week)
    assert half.p[0] < whole.p[0]


def test_no_case_ever_is_no_error_and_no_alarm() -> None:
    none = np.zeros((2, 120))
    baseline = detection.fit_baseline(none, np.ones((2, 120)), WEEKS)
    verdict = detection.judge(baseline, np.zeros((2, 4)), np.ones((2, 4)), np.arange(120.0, 124.0))
    assert np.isfinite(baseline.coefficients).all()
    assert (verdict.p > 0.1).all()


def test_a_short_history_leans_on_all_series() -> None:
    counts = np.vstack([np.zeros(5), np.full((9, 5), 4.0)])
    found = detection.fit_baseline(counts, np.full((10, 5), 100.0), np.arange(5.0))
    assert found.rung == EARS
    assert np.exp(found.coefficients[0, 0]) * 100 > 0.2


@pytest.mark.parametrize("weeks", [6, 60])
def test_a_short_history_has_neither_trend_nor_season(weeks: int) -> None:
    found = detection.fit_baseline(drawn(6.0, weeks, series=3), np.ones((3, weeks)), np.arange(float(weeks)))
    assert not found.coefficients[:, 1:].any()
    assert not found.covariance[:, 1:, 1:].any()


def test_completeness_is_the_share_that_has_come_in() -> None:
    found = detection.completeness(np.array([0, 0, 1, 3]), 3)
    np.testing.assert_allclose(found, [2.5 / 4.5, 3.5 / 4.5, 3.5 / 4.5, 1.0])


def test_completeness_has_a_share_for_every_day_up_to_the_horizon() -> None:
    found = detection.completeness(np.array([0, 1]), 4)
    np.testing.assert_allclose(found, [1.5 / 2.5, 1.0, 1.0, 1.0, 1.0])


def test_what_comes_after_the_horizon_counts_on_it_and_what_comes_early_at_once() -> None:
    found = detection.completeness(np.array([-3, 0, 90]), 2)
    np.testing.assert_allclose(found, [2.5 / 3.5, 2.5 / 3.5, 1.0])


def test_without_delays_everything_counts_as_reported() -> None:
    np.testing.assert_array_equal(detection.completeness(np.array([], dtype=int), 5), np.ones(6))
