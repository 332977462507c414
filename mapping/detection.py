"""Early warning's statistics: is a series of complaints above what its own past leads one to expect?

Pure functions over arrays of shape (series, weeks). A *series* is one group of complaints; its weeks end on the night
that looks at them. What is expected is a quasi-Poisson regression of weekly counts on units in service, whose form
depends on how much history there is (`rung_of`):

- fewer than 8 weeks: the mean of the last weeks, the two newest left out (the EARS idea; Fricker, Hegler and Dunfee,
  Statistics in Medicine 27 (2008) 3407), drawn towards the mean of all series;
- up to two years: an exponentially weighted mean (EWMA; Roberts, Technometrics 1 (1959) 239);
- beyond: trend and season with past outbreaks down-weighted (Noufaily et al., Statistics in Medicine 32 (2013) 1206).

Variance beyond Poisson's is estimated from the same weeks, as Laney's u' does for control charts (Laney, Quality
Engineering 14 (2002) 531).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapping.association import Array

EARS, EWMA, FARRINGTON = "EARS", "EWMA", "Farrington flexible"
EARS_WEEKS, EWMA_FROM, FARRINGTON_FROM = 7, 8, 104  # weeks of history
GUARD_WEEKS = 2  # newest weeks that a baseline leaves out: an outbreak that begins would hide itself
SMOOTHING = 0.1  # weight of the newest week in the EWMA rung
OUTLIER, OUTLIER_POWER = 2.58, 2  # Anscombe residual from which a week is down-weighted by its square (Noufaily et al.)
REWEIGHTINGS = 3
YEAR_WEEKS = 365.25 / 7
WINDOWS = (1, 2, 4)  # weeks that are summed: a short wave and a slow rise are both seen
PRIOR_CASES = 1.0  # weight of the mean of all series in the EARS rung, in expected cases
MAX_LOG_TREND = 0.02  # a week; a steeper trend is a short history's accident


@dataclass(frozen=True, slots=True)
class Baseline:
    """Phase I of some series: what they are compared with until a new version is made.

    Args:
        rung: EARS, EWMA or FARRINGTON.
        coefficients: intercept, trend a week, cosine, sine of the log rate; shape (series, 4).
        covariance: of the coefficients, dispersion included; shape (series, 4, 4).
        dispersion: variance over Poisson's, 1 or more; shape (series,).
        weights: of the weeks, below 1 where a week was taken for an outbreak; shape (series, weeks).
        origin: week number at which the trend is zero.
    """

    rung: str
    coefficients: Array
    covariance: Array
    dispersion: Array
    weights: Array
    origin: float


def rung_of(weeks: int) -> str:
    """Return the rung of the ladder for so many weeks of history."""
    if weeks < EWMA_FROM:
        return EARS
    return EWMA if weeks < FARRINGTON_FROM else FARRINGTON


def design_matrix(week: Array, origin: float) -> Array:
    """Return intercept, trend, cosine and sine of the year for week numbers; shape (weeks, 4)."""
    angle = 2 * np.pi * week / YEAR_WEEKS
    return np.stack([np.ones_like(week), week - origin, np.cos(angle), np.sin(angle)], axis=-1)


def fit_baseline(counts: Array, exposure: Array, week: Array, rung: str | None = None) -> Baseline:
    """Fit what is expected.

    Args:
        counts: cases, shape (series, weeks), oldest first; the guard weeks are left out by the caller.
        exposure: units in service times the share of complaints reported by now; same shape, all positive.
        week: week numbers, shape (weeks,), any origin, one a calendar week.
        rung: of the ladder; by default the one for the number of weeks.
    """
    rung = rung or rung_of(len(week))
    origin = float(week[-1]) if len(week) else 0.0
    columns = 4 if rung == FARRINGTON else 1
    x = design_matrix(week, origin)[:, :columns]
    memory = np.ones(len(week))
    if rung == EWMA:
        memory = (1 - SMOOTHING) ** (week[-1] - week)
    elif rung == EARS:
        memory = (np.arange(len(week)) >= len(week) - EARS_WEEKS).astype(float)
    outlier = np.ones_like(counts)
    prior = np.zeros(columns)
    if rung == EARS:
        prior[0] = PRIOR_CASES
    for _ in range(REWEIGHTINGS if rung != EARS else 1):
        beta, mean, information = _irls(counts, exposure, x, memory * outlier, prior)
        dispersion = _dispersion(counts, mean, memory * outlier, columns)
        if rung != EARS:
            outlier = _down_weighted(counts, mean, dispersion)
    full, covariance = np.zeros((len(counts), 4)), np.zeros((len(counts), 4, 4))
    full[:, :columns] = beta
    full[:, 1] = np.clip(full[:, 1], -MAX_LOG_TREND, MAX_LOG_TREND)
    covariance[:, :columns, :columns] = np.linalg.inv(information) * dispersion[:, None, None]
    return Baseline(rung, full, covariance, dispersion, outlier, origin)


def _irls(counts: Array, exposure: Array, x: Array, weights: Array, prior: Array) -> tuple[Array, Array, Array]:
    """Return coefficients, means and information of weighted Poisson regressions, one a series.

    `prior[0]` pulls the intercept towards the log of the mean rate of all series with the weight of so many cases.
    """
    weights = np.broadcast_to(weights, counts.shape)
    start = np.log((counts * weights).sum(axis=1) + 0.5) - np.log((exposure * weights).sum(axis=1) + 1e-12)
    pooled = np.log(max(counts.sum(), 0.5) / max(exposure.sum(), 1e-12))
    beta = np.zeros((len(counts), x.shape[1]))
    beta[:, 0] = start
    ridge = np.diag(np.maximum(prior, 1e-6))
    for _ in range(12):
        eta = np.clip(beta @ x.T, -30, 30)
        mean = exposure * np.exp(eta)
        information = np.einsum("sw,wi,wj->sij", weights * mean, x, x) + ridge
        score = np.einsum("sw,wi->si", weights * (counts - mean), x)
        score[:, 0] += prior[0] * (pooled - beta[:, 0])
        step = np.linalg.solve(information, score[..., None])[..., 0]
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-6:
            break
    return beta, np.asarray(exposure * np.exp(np.clip(beta @ x.T, -30, 30))), information


def _dispersion(counts: Array, mean: Array, weights: Array, columns: int) -> Array:
    """Return Pearson's chi-square over its degrees of freedom, at least 1."""
    weights = np.broadcast_to(weights, counts.shape)
    chi = (weights * (counts - mean) ** 2 / np.maximum(mean, 1e-9)).sum(axis=1)
    freedom = np.maximum(weights.sum(axis=1) - columns, 1.0)
    return np.asarray(np.maximum(chi / freedom, 1.0))


def anscombe(counts: Array, mean: Array, dispersion: Array) -> Array:
    """Return standardised Anscombe residuals of Poisson counts (McCullagh and Nelder, 2.4.2)."""
    mean = np.maximum(mean, 1e-9)
    residual = 1.5 * (counts ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6)
    return np.asarray(residual / np.sqrt(dispersion)[:, None])


def _down_weighted(counts: Array, mean: Array, dispersion: Array) -> Array:
    residual = anscombe(counts, mean, dispersion)
    return np.where(residual > OUTLIER, np.maximum(residual, 1e-9) ** -OUTLIER_POWER, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One night's verdict on some series, of the window that speaks loudest.

    Args:
        p: chance of so many cases or more if nothing has changed, windows accounted for; shape (series,).
        window: weeks of that window.
        observed: cases in it.
        expected: cases expected in it as reported by now.
        variance: of the cases around the expectation.
    """

    p: Array
    window: NDArray[np.int_]
    observed: Array
    expected: Array
    variance: Array


def judge(baseline: Baseline, counts: Array, exposure: Array, week: Array) -> Judged:
    """Compare the newest weeks with what was expected.

    Args:
        baseline: Phase I.
        counts: cases of the newest max(WINDOWS) weeks, newest last; shape (series, weeks).
        exposure: units in service times the share of that week's complaints that is reported by now; same shape.
        week: their week numbers, in the baseline's count.
    """
    x = design_matrix(week, baseline.origin)
    mean = exposure * np.exp(np.clip(baseline.coefficients @ x.T, -30, 30))
    best: list[Array] = []
    for window in WINDOWS:
        observed, expected = counts[:, -window:].sum(axis=1), mean[:, -window:].sum(axis=1)
        # Delta method: the gradient of the expectation by the coefficients.
        gradient = np.einsum("sw,wi->si", mean[:, -window:], x[-window:])
        unsure = np.einsum("si,sij,sj->s", gradient, baseline.covariance, gradient)
        variance = baseline.dispersion * expected + unsure
        best.append(np.stack([excess_tail(observed, expected, variance), observed, expected, variance]))
    table = np.stack(best)
    at = table[:, 0].argmin(axis=0)
    chosen = np.take_along_axis(table, at[None, None, :], axis=0)[0]
    p = np.minimum(chosen[0] * len(WINDOWS), 1.0)
    return Judged(p, np.array(WINDOWS)[at], chosen[1], chosen[2], chosen[3])


def excess_tail(observed: Array, expected: Array, variance: Array) -> Array:
    """Return the mid-p of `observed` or more under a negative binomial of this mean and variance (Poisson at most)."""
    from scipy.stats import nbinom, poisson

    expected = np.maximum(expected, 1e-9)
    over = variance > expected * (1 + 1e-6)
    size = expected**2 / np.maximum(variance - expected, 1e-12)
    chance = np.clip(size / (size + expected), 1e-12, 1 - 1e-12)
    wide = nbinom.sf(observed, size, chance) + 0.5 * nbinom.pmf(observed, size, chance)
    plain = poisson.sf(observed, expected) + 0.5 * poisson.pmf(observed, expected)
    return np.asarray(np.where(over, wide, plain))


def limit_of(expected: Array, variance: Array, p: float) -> Array:
    """Return the cases from which the tail is at or under `p`: the upper limit of the chart; shape (series,)."""
    low, high = np.floor(expected), np.ceil(expected + 60 * np.sqrt(variance) + 60)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        under = excess_tail(middle, expected, variance) <= p
        low, high = np.where(under, low, middle), np.where(under, middle, high)
    return np.asarray(high)


def completeness(delays_days: NDArray[np.int_], horizon: int) -> Array:
    """Return the share of complaints that is in the store so many days after the day of receipt, 0 .. horizon.

    Args:
        delays_days: of complaints old enough that none can still be missing.
        horizon: days after which everything counts as reported.
    """
    if not len(delays_days):
        return np.ones(horizon + 1)
    counts = np.bincount(np.clip(delays_days, 0, horizon), minlength=horizon + 1)
    # One complaint more at the end of the scale keeps every share below 1 positive where nothing was seen on the day.
    return np.asarray((np.cumsum(counts) + 0.5) / (counts.sum() + 0.5))
