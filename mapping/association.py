"""The data route's statistics: is a level of a factor over-represented among complaining units?

Pure functions over arrays of counts. A *test* is one level of one factor at one station, a *stratum* one product in
one build week (or one product). Every array has the shape (tests, strata) and holds, of each stratum, numbers of units
or of unit-months at risk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Z_95 = 1.959963984540054
SMALL_CASES = 5  # with fewer cases on either side of the comparison, the normal approximation is not used
EXACT_EXPECTED = 40.0  # expected cases on the rarer side up to which the distribution is computed, not approximated
EXACT_OBSERVED = 400  # beyond so many exposed cases at a small expectation the tail is zero in double precision


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases and the population at risk, at a level and elsewhere; all of shape (tests, strata).

    Args:
        exposed_cases: complaining units at the level.
        exposed: units (or unit-months) at risk at the level.
        other_cases: complaining units elsewhere in the comparison.
        other: units (or unit-months) at risk elsewhere.
    """

    exposed_cases: Array
    exposed: Array
    other_cases: Array
    other: Array

    def rows(self, index: NDArray[np.intp] | slice) -> Counts:
        """Return the counts of some tests."""
        return Counts(self.exposed_cases[index], self.exposed[index], self.other_cases[index], self.other[index])

    @property
    def cases(self) -> Array:
        """All complaining units of each stratum."""
        return self.exposed_cases + self.other_cases

    @property
    def population(self) -> Array:
        """All units (or unit-months) of each stratum."""
        return self.exposed + self.other

    @property
    def share(self) -> Array:
        """Exposed share of each stratum's population; 0 where it is empty."""
        return ratio(self.exposed, self.population)


@dataclass(frozen=True, slots=True)
class RelativeRisk:
    """Relative risks with 95 % limits, one a test; NaN where undefined, infinite where unbounded."""

    estimate: Array
    low: Array
    high: Array


def ratio(numerator: Array, denominator: Array) -> Array:
    """Return the quotient, 0 where the denominator is not positive."""
    return np.asarray(np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0))


def has_contrast(counts: Counts) -> NDArray[np.bool_]:
    """Return which tests have a stratum with cases in which both exposed and other units stand."""
    informative = (counts.cases > 0) & (counts.exposed > 0) & (counts.other > 0)
    return np.asarray(informative.any(axis=1))


def mantel_haenszel(counts: Counts, *, person_time: bool = False, dispersion: Array | float = 1.0) -> RelativeRisk:
    """Return the Mantel-Haenszel risk ratio (or rate ratio) with the limits of Greenland and Robins.

    Source: Greenland and Robins, Biometrics 41 (1985) 55; Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed.,
    chapter 15. Without exposed cases the ratio is 0; without other cases half a case is put among the others, spread
    as the null hypothesis has it, so that the ratio stays finite. In both cases the limits are NaN: see `exact_limits`.

    Args:
        counts: shape (tests, strata).
        person_time: the populations are unit-months, and the cases' variance is Poisson's.
        dispersion: factor on the variance, 1 or more, one a test.
    """
    total = counts.population
    right = ratio(counts.exposed_cases * counts.other, total).sum(axis=1)
    left = ratio(counts.other_cases * counts.exposed, total).sum(axis=1)
    expected_other = counts.cases * (1 - counts.share)
    half = 0.5 * ratio((expected_other * counts.share).sum(axis=1), expected_other.sum(axis=1))
    if person_time:
        spread = ratio(counts.cases * counts.exposed * counts.other, total**2).sum(axis=1)
    else:
        joint = counts.cases * counts.exposed * counts.other - counts.exposed_cases * counts.other_cases * total
        spread = ratio(joint, total**2).sum(axis=1)
    defined = has_contrast(counts)
    estimate = np.where(defined, ratio(right, np.where(left > 0, left, half)), np.nan)
    bounded = defined & (right > 0) & (left > 0)
    # A limit beyond the largest number is an unbounded one.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        error = np.sqrt(np.maximum(ratio(spread, right * left) * dispersion, 0.0))
        low = np.where(bounded, estimate * np.exp(-Z_95 * error), np.nan)
        high = np.where(bounded, estimate * np.exp(Z_95 * error), np.nan)
    return RelativeRisk(estimate, low, high)


def _log_binomial_pmf(cases: Array, chance: Array, size: int) -> Array:
    """Return log P(A = 0 .. size) of binomial counts; shape (tests, size + 1)."""
    from scipy.special import gammaln, xlog1py, xlogy

    count = np.arange(size + 1.0)[None, :]
    n, p = cases[:, None], chance[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = gammaln(n + 1) - gammaln(count + 1) - gammaln(np.maximum(n - count, 0) + 1)
        logs = logs + xlogy(count, p) + xlog1py(np.maximum(n - count, 0), -p)
    return np.asarray(np.where(count <= n, logs, -np.inf))


def _log_hypergeometric_pmf(cases: Array, exposed: Array, other: Array, size: int) -> Array:
    """Return log P(A = 0 .. size) of the exposed among `cases` drawn from exposed + other units."""
    from scipy.special import gammaln

    def log_choose(n: Array, k: Array) -> Array:
        valid = (k >= 0) & (k <= n)
        k = np.clip(k, 0, n)
        return np.asarray(np.where(valid, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf))

    count = np.arange(size + 1.0)[None, :]
    n1, n0, m = exposed[:, None], other[:, None], cases[:, None]
    return log_choose(n1, count) + log_choose(n0, m - count) - log_choose(n1 + n0, m)


def _null_distribution(counts: Counts, size: int, person_time: bool) -> Array:
    """Return P(A = 0 .. size) of the exposed cases' total when exposure does not matter; shape (tests, size + 1)."""
    total = np.zeros((len(counts.exposed), size + 1))
    total[:, 0] = 1.0
    for stratum in range(counts.exposed.shape[1]):
        cases = counts.cases[:, stratum]
        width = int(min(cases.max(initial=0), size))
        if width == 0:
            continue
        if cases.max() == 1:
            chance = cases * counts.share[:, stratum]
            part = np.stack([1.0 - chance, chance], axis=1)
        elif person_time:
            part = np.exp(_log_binomial_pmf(cases, counts.share[:, stratum], width))
        else:
            exposed, other = counts.exposed[:, stratum], counts.other[:, stratum]
            part = np.exp(_log_hypergeometric_pmf(cases, exposed, other, width))
        summed = np.zeros_like(total)
        for k in range(width + 1):
            summed[:, k:] += total[:, : size + 1 - k] * part[:, k : k + 1]
        total = summed
    return total


def expected_cases(counts: Counts) -> Array:
    """Return the exposed cases expected if exposure did not matter, one a test."""
    return np.asarray((counts.cases * counts.share).sum(axis=1))


def _null_variance(counts: Counts, person_time: bool) -> Array:
    spread = counts.cases * counts.share * (1 - counts.share)
    if not person_time:
        # Drawing without replacement: every unit complains at most once in a group.
        spread = spread * ratio(np.maximum(counts.population - counts.cases, 0), np.maximum(counts.population - 1, 1))
    return np.asarray(spread.sum(axis=1))


def _null_third_moment(counts: Counts, person_time: bool) -> Array:
    """Return the third central moment of the exposed cases' total when exposure does not matter."""
    share, cases, total = counts.share, counts.cases, counts.population
    third = cases * share * (1 - share) * (1 - 2 * share)
    if not person_time:
        kept = np.maximum(total - cases, 0) * (total - 2 * cases)
        third = third * ratio(kept, np.maximum(total - 1, 1) * np.maximum(total - 2, 1))
    return np.asarray(third.sum(axis=1))


def excess_p(counts: Counts, *, person_time: bool = False, dispersion: Array | float = 1.0) -> Array:
    """Return one-sided p-values of more exposed cases than chance, one a test; 1 where there is no contrast.

    The alternative is fixed beforehand (a cause raises the rate), so the test is one-sided. Mid-p of the exact
    conditional distribution, a sum of hypergeometrics over the strata (of binomials for unit-months), where the
    expected number on the rarer side is at most EXACT_EXPECTED; else the Mantel-Haenszel normal approximation with
    Edgeworth's correction for skewness. With overdispersion the larger of the exact and the inflated normal value
    counts.
    Source: Cochran and Mantel-Haenszel test, Agresti, Categorical Data Analysis, 3rd ed., 7.3.5; mid-p: Lancaster 1961.
    """
    from scipy.stats import norm

    observed = np.asarray(counts.exposed_cases.sum(axis=1))
    expected = expected_cases(counts)
    spread = _null_variance(counts, person_time)
    scale = np.broadcast_to(np.asarray(dispersion, dtype=float), expected.shape)
    contrast = has_contrast(counts)
    z = ratio(observed - expected, np.sqrt(spread * scale))
    skewness = ratio(_null_third_moment(counts, person_time), spread**1.5)
    tail = norm.sf(z) + norm.pdf(z) * skewness * (z**2 - 1) / 6
    p = np.where(contrast & (spread > 0), np.maximum(tail, 0.0), 1.0)
    rarer = np.minimum(expected, counts.cases.sum(axis=1) - expected)
    exact = np.flatnonzero(contrast & (rarer <= EXACT_EXPECTED) & (observed <= EXACT_OBSERVED))
    # Tests of like size share a table: one large one must not widen the table of thousands of small ones.
    exact = exact[np.argsort(observed[exact], kind="stable")]
    for block in np.array_split(exact, max(1, len(exact) // 256)):
        if len(block):
            mid = _exact_mid_p(counts.rows(block), observed[block], person_time)
            p[block] = np.where(scale[block] > 1, np.maximum(mid, p[block]), mid)
    return np.asarray(np.clip(p, 0.0, 1.0))


def _exact_mid_p(counts: Counts, observed: Array, person_time: bool) -> Array:
    size = int(observed.max(initial=0))
    table = _null_distribution(counts, size, person_time)
    at = observed.astype(int)[:, None]
    count = np.arange(size + 1)[None, :]
    below = np.where(count < at, table, 0.0).sum(axis=1)
    here = np.take_along_axis(table, at, axis=1)[:, 0]
    return np.asarray(np.clip(1.0 - below - 0.5 * here, 0.0, 1.0))


def exact_limits(counts: Counts, *, dispersion: float = 1.0) -> tuple[float, float]:
    """Return mid-p 95 % limits of the relative risk of one test (counts of shape (1, strata)).

    Given the cases of a stratum, the exposed ones are binomial with chance RR·e / (RR·e + o): exact for unit-months,
    and for units as long as complaints are rare. The limits are 0 without exposed cases, infinite without other cases.
    Source: Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed., chapter 14. With overdispersion the limits are
    widened on the log scale by its square root.
    """
    observed, logs = _conditional(counts)
    low = _solved(logs, observed, 0.025, 0.5) if observed > 0 else 0.0
    high = _solved(logs, observed, 0.975, 0.5) if observed < len(logs) - 1 else float("inf")
    if dispersion > 1.0 and low > 0 and high < np.inf:
        middle, wide = np.sqrt(low * high), np.sqrt(dispersion)
        low, high = middle * (low / middle) ** wide, middle * (high / middle) ** wide
    return low, high


def median_unbiased(counts: Counts) -> float:
    """Return the median-unbiased relative risk of one test all of whose cases are exposed; infinite without cases.

    It is the ratio at which all cases are exposed with probability one half, where the maximum-likelihood ratio is
    infinite. Source: Hirji, Tsiatis and Mehta, The American Statistician 43 (1989) 7.
    """
    observed, logs = _conditional(counts)
    return _solved(logs, observed, 0.5, 1.0) if observed > 0 else float("inf")


def _conditional(counts: Counts) -> tuple[int, Array]:
    """Return the exposed cases of one test and the log of their null distribution over 0 .. all cases.

    Under a relative risk the probabilities are those of the null times RR^a, normalised.
    """
    informative = ((counts.cases > 0) & (counts.exposed > 0) & (counts.other > 0))[0]
    cases, share = counts.cases[0][informative], counts.share[0][informative]
    table = np.ones(1)
    for m, chance in zip(cases, share, strict=True):
        part = np.exp(_log_binomial_pmf(np.array([m]), np.array([chance]), int(m)))[0]
        table = np.convolve(table, part)
    with np.errstate(divide="ignore"):
        return int(counts.exposed_cases[0][informative].sum()), np.asarray(np.log(np.maximum(table, 0.0)))


def _solved(logs: Array, observed: int, target: float, weight: float) -> float:
    """Return the relative risk at which P(A > observed) + weight · P(A = observed) is `target`."""
    from scipy.optimize import brentq

    count = np.arange(len(logs))

    def excess(log_rr: float) -> float:
        tilted = logs + count * log_rr
        chances = np.exp(tilted - tilted.max())
        return float((chances[observed + 1 :].sum() + weight * chances[observed]) / chances.sum() - target)

    return float(np.exp(brentq(excess, -30.0, 30.0, xtol=1e-7)))
