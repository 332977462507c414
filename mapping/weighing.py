"""What the night's tests are worth together: false discovery rate, shrunken relative risk, Bayes factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mapping.association import Array, Counts

EFFECTS = np.exp(np.linspace(np.log(1.25), np.log(64.0), 24))  # relative risks that a true cause may have
# How plausible each is before the data: log-normal, median 4 and 90 % between about 1.25 and 13.
EFFECT_WEIGHTS = np.exp(-0.5 * ((np.log(EFFECTS) - np.log(4.0)) / 0.75) ** 2)
EFFECT_WEIGHTS /= EFFECT_WEIGHTS.sum()


def benjamini_hochberg(p: Array, counted: NDArray[np.bool_] | None = None) -> Array:
    """Return q-values of the Benjamini-Hochberg procedure over the counted tests.

    Source: Benjamini and Hochberg, JRSS B 57 (1995) 289. A test that is not counted (it repeats a counted one: an
    issue's test where its symptom group stands for the family) gets the smallest false discovery rate at which a
    counted test with its p-value would be declared.

    Args:
        p: p-values, shape (tests,).
        counted: which tests make up the family; all by default.
    """
    if counted is None:
        counted = np.ones(len(p), dtype=bool)
    family = np.sort(p[counted])
    number = len(family)
    if number == 0:
        return np.ones_like(p)
    steps = np.minimum.accumulate((family * number / np.arange(1, number + 1))[::-1])[::-1]
    # Equal p-values share the best rank, hence side="left" finds the first of them with the same running minimum.
    at = np.searchsorted(family, p, side="left")
    from_family = np.where(at < number, steps[np.minimum(at, number - 1)], 1.0)
    rank = np.searchsorted(family, p, side="right")
    own = p * number / np.maximum(rank, 1)
    return np.asarray(np.clip(np.where(counted, from_family, np.minimum(from_family, own)), 0.0, 1.0))


def shrinkage_strength(observed: Array, expected: Array) -> float:
    """Return the gamma prior's strength a (of Gamma(a, a), mean 1) by maximum marginal likelihood over the tests.

    Observed counts are negative binomial around the expected ones; a small a means that large risks are common.
    Source: Clayton and Kaldor, Biometrics 43 (1987) 671. Searched between 0.5 and 16.
    """
    from scipy.special import gammaln

    keep = expected > 0
    o, e = observed[keep][:, None], expected[keep][:, None]
    if len(o) < 2:
        return 2.0
    a = np.exp(np.linspace(np.log(0.5), np.log(16.0), 26))[None, :]
    fit = gammaln(o + a) - gammaln(a) + a * np.log(a / (a + e)) + o * np.log(e / (a + e))
    return float(a[0, int(np.argmax(fit.sum(axis=0)))])


def shrunken_risk(observed: Array, expected: Array, strength: float) -> tuple[Array, Array]:
    """Return the gamma-Poisson posterior mean and 5 % quantile of the relative risk (EBGM-like and EB05).

    Args:
        observed: exposed cases, one a test.
        expected: exposed cases at the rate of the other units.
        strength: the prior's a, see `shrinkage_strength`.

    Source: DuMouchel, The American Statistician 53 (1999) 177, with one gamma component.
    """
    from scipy.stats import gamma

    mean = (observed + strength) / (expected + strength)
    return mean, np.asarray(gamma.ppf(0.05, observed + strength, scale=1.0 / (expected + strength)))


def log_bayes_factor(counts: Counts, dispersion: Array | float = 1.0) -> Array:
    """Return the log of how much likelier the cases are if the level is a cause than if it is none, one a test.

    The likelihood is that of the exposed cases given each stratum's cases (binomial with chance RR·e / (RR·e + o)), the
    relative risk of a cause is spread over EFFECTS. With overdispersion the log-likelihood is divided by it. 0 without
    contrast: data that cannot speak change nothing.
    """
    return mixed(log_likelihood_ratios(counts) / dispersion)


def mixed(logs: Array) -> Array:
    """Return the log of likelihood ratios averaged over EFFECTS; from shape (effects, tests) to (tests,)."""
    from scipy.special import logsumexp

    return np.asarray(logsumexp(logs, axis=0, b=EFFECT_WEIGHTS[:, None]))


def log_likelihood_ratios(counts: Counts) -> Array:
    """Return the log likelihood ratio of each relative risk of EFFECTS to none; shape (effects, tests)."""
    used = (counts.exposed > 0) & (counts.other > 0)
    exposed_cases = np.where(used, counts.exposed_cases, 0.0).sum(axis=1)
    cases, share = np.where(used, counts.cases, 0.0), counts.share
    logs = np.empty((len(EFFECTS), len(exposed_cases)))
    for row, effect in enumerate(EFFECTS):
        logs[row] = exposed_cases * np.log(effect) - (cases * np.log1p((effect - 1.0) * share)).sum(axis=1)
    return logs
