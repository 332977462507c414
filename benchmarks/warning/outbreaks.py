"""Series with planted outbreaks after Noufaily et al., Statistics in Medicine 32 (2013) 1206, section 3.1.

Weekly counts are negative binomial with mean exp(theta + beta t + gamma1 cos(2 pi t / 52) + gamma2 sin(2 pi t / 52))
and variance phi times the mean: seven sets of parameters, with and without trend, with and without season. An outbreak
of size k standard deviations (Poisson) is spread over time by a log-normal distribution. Added here: counts fall on
days, and every event becomes known some days later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

THETA = (0.1, -2.0, 1.5, 0.5, 2.5, 3.75, 5.0)
BETA = (0.0025, 0.005, 0.003, 0.002, 0.001, 0.001, 0.0001)
GAMMA_1 = (0.6, 0.1, 0.2, 0.5, 1.0, 0.1, 0.05)
GAMMA_2 = (0.6, 0.3, -0.4, 0.5, 0.1, -0.1, 0.01)
PHI = (1.5, 2.0, 1.0, 5.0, 3.0, 1.1, 1.2)
BASELINE_WEEKS, CURRENT_WEEKS = 263, 49
PAST_OUTBREAKS = 4  # in the baseline, as in the paper
SIZES = tuple(range(2, 11))  # k
SPREAD_WEEKS = 0.5  # log spread of the log-normal; the unit is a week, times 3: an outbreak lasts some weeks
DELAY_MEAN_DAYS, DELAY_SIZE = 6.0, 1.5  # negative binomial
HORIZON = 35


@dataclass(frozen=True)
class Scenario:
    """One set of parameters."""

    number: int
    theta: float
    beta: float
    gamma1: float
    gamma2: float
    phi: float

    @property
    def name(self) -> str:
        """What is told about it."""
        trend, season = "trend" if self.beta else "-", "season" if self.gamma1 else "-"
        return f"theta {self.theta:g} phi {self.phi:g} {trend} {season}"


def scenarios() -> list[Scenario]:
    """Return the 28 scenarios."""
    found: list[Scenario] = []
    for row in zip(THETA, BETA, GAMMA_1, GAMMA_2, PHI, strict=True):
        for trend in (0, 1):
            for season in (0, 1):
                theta, beta, first, second, phi = row
                found.append(Scenario(len(found), theta, beta * trend, first * season, second * season, phi))
    return found


@dataclass(frozen=True)
class Series:
    """Events of some series.

    Args:
        known: events of each day known so many days later (0 .. HORIZON); shape (series, days, HORIZON + 1).
        start: first day of the planted outbreak, -1 where there is none; shape (series,).
        end: last day on which an event of it happened; shape (series,).
        delays: delays of the baseline's events in days, all series together.
    """

    known: NDArray[np.int32]
    start: NDArray[np.int_]
    end: NDArray[np.int_]
    delays: NDArray[np.int_]


def make(scenario: Scenario, replicates: int, seed: int, *, outbreak: bool) -> Series:
    """Make series of one scenario.

    Args:
        scenario: the parameters.
        replicates: number of series.
        seed: of the draws.
        outbreak: plant one in the current weeks; else none (for thresholds and false alarms).
    """
    rng = np.random.default_rng([seed, scenario.number])
    weeks = BASELINE_WEEKS + CURRENT_WEEKS
    t = np.arange(1, weeks + 1)
    mean = np.exp(
        scenario.theta + scenario.beta * t + scenario.gamma1 * np.cos(2 * np.pi * t / 52)
        + scenario.gamma2 * np.sin(2 * np.pi * t / 52)
    )  # fmt: skip
    counts = _negative_binomial(rng, np.broadcast_to(mean, (replicates, weeks)), scenario.phi)
    days = np.zeros((replicates, weeks * 7), np.int64)
    for series in range(replicates):
        spread = rng.multinomial(counts[series], np.full(7, 1 / 7))
        days[series] = spread.reshape(-1)
    sd = np.sqrt(scenario.phi * mean)
    start, end = np.full(replicates, -1), np.full(replicates, -1)
    for series in range(replicates):
        for week in rng.choice(BASELINE_WEEKS - 20, PAST_OUTBREAKS, replace=False):
            _plant(rng, days[series], int(week) * 7, float(sd[week]) * float(rng.choice(SIZES)))
        if outbreak:
            first = (BASELINE_WEEKS + int(rng.integers(4, CURRENT_WEEKS - 12))) * 7 + int(rng.integers(7))
            size = float(sd[first // 7]) * float(SIZES[series % len(SIZES)])
            start[series], end[series] = _plant(rng, days[series], first, size)
    return _reported(rng, days, start, end)


def _negative_binomial(rng: np.random.Generator, mean: NDArray[np.float64], phi: float) -> NDArray[np.int64]:
    if phi <= 1:
        return np.asarray(rng.poisson(mean))
    return np.asarray(rng.negative_binomial(mean / (phi - 1), 1 / phi))


def _plant(rng: np.random.Generator, days: NDArray[np.int64], first: int, size: float) -> tuple[int, int]:
    number = 0
    while number < 2:
        number = int(rng.poisson(max(size, 1.0)))
    at = first + np.floor(rng.lognormal(0.0, SPREAD_WEEKS, number) * 7).astype(int) - 1
    at = np.clip(at, first, len(days) - 1)
    np.add.at(days, at, 1)
    return int(at.min()), int(at.max())


def _reported(
    rng: np.random.Generator, days: NDArray[np.int64], start: NDArray[np.int_], end: NDArray[np.int_]
) -> Series:
    from scipy.stats import nbinom

    chance = DELAY_SIZE / (DELAY_SIZE + DELAY_MEAN_DAYS)
    share = nbinom.pmf(np.arange(HORIZON + 1), DELAY_SIZE, chance)
    share[-1] += 1 - share.sum()
    split = rng.multinomial(days, share)
    baseline = split[:, : (BASELINE_WEEKS - 6) * 7].sum(axis=(0, 1))
    delays = np.repeat(
        np.arange(HORIZON + 1), np.ceil(baseline * min(1.0, 20_000 / max(baseline.sum(), 1))).astype(int)
    )
    return Series(split.cumsum(axis=2).astype(np.int32), start, end, delays)
