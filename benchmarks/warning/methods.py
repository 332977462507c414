"""The product's early warning and what it is compared with, all looking every night at the same reported counts.

Each function gives a score a night; an alarm is a score above the method's threshold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.warning.outbreaks import BASELINE_WEEKS, HORIZON, Series
from mapping.detection import GUARD_WEEKS, WINDOWS, completeness, fit_baseline, judge

REFIT_WEEKS = 13
EWMA_LAMBDA = 0.3
METHODS = ("this product", "3-sigma c-chart", "Laney u'", "EARS C2", "EWMA")


def weekly(series: Series, night: int, weeks: int) -> NDArray[np.float64]:
    """Return the counts of the last `weeks` weeks that end on a night, as known that night; oldest first."""
    days = np.arange(night - weeks * 7 + 1, night + 1)
    lag = np.minimum(night - days, HORIZON)
    known = series.known[:, days, lag].astype(float)
    return np.asarray(known.reshape(len(known), weeks, 7).sum(axis=2))


def scores(series: Series, nights: range) -> dict[str, NDArray[np.float64]]:
    """Return each method's scores, shape (series, nights)."""
    found = {name: np.zeros((len(series.known), len(nights))) for name in METHODS}
    first = nights[0]
    phase_one = weekly(series, first - 7 * GUARD_WEEKS, BASELINE_WEEKS - 8)
    mean = np.maximum(phase_one.mean(axis=1), 0.02)
    spread = np.maximum(phase_one.std(axis=1, ddof=1), 0.2)
    z = (phase_one - mean[:, None]) / np.sqrt(mean)[:, None]
    laney = np.maximum(np.abs(np.diff(z, axis=1)).mean(axis=1) / 1.128, 1e-6)
    share = completeness(series.delays, HORIZON)
    smooth = (1 - EWMA_LAMBDA) ** np.arange(29, -1, -1) * EWMA_LAMBDA
    smooth /= smooth.sum()
    for number, night in enumerate(nights):
        counts = weekly(series, night, 30)
        newest = counts[:, -1]
        found["3-sigma c-chart"][:, number] = (newest - mean) / np.sqrt(mean)
        found["Laney u'"][:, number] = (newest - mean) / np.sqrt(mean) / laney
        past = counts[:, -10:-3]
        found["EARS C2"][:, number] = (newest - past.mean(axis=1)) / np.maximum(past.std(axis=1, ddof=1), 0.5)
        level = counts @ smooth
        found["EWMA"][:, number] = (level - mean) / (spread * np.sqrt(EWMA_LAMBDA / (2 - EWMA_LAMBDA)))
    found["this product"] = product_scores(series, nights, share)
    return found


def product_scores(series: Series, nights: range, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the product's scores: minus the log of the night's p-value; limits are frozen for REFIT_WEEKS."""
    found = np.zeros((len(series.known), len(nights)))
    recent = max(WINDOWS)
    part = np.array([share[np.minimum(np.arange(k * 7, k * 7 + 7), HORIZON)].mean() for k in range(recent)])[::-1]
    for number, night in enumerate(nights):
        if number % (REFIT_WEEKS * 7) == 0:
            length = min(BASELINE_WEEKS - 8, (night + 1) // 7 - GUARD_WEEKS - 1)
            end = night - 7 * GUARD_WEEKS
            history = weekly(series, end, length)
            week = (end + 1) / 7 - np.arange(length, dtype=float)[::-1]
            lags = np.minimum(np.arange(length)[::-1] * 7 + 3 + 7 * GUARD_WEEKS, HORIZON)
            exposure = np.broadcast_to(share[lags], history.shape)
            baseline = fit_baseline(history, exposure, week)
        counts = weekly(series, night, recent)
        week = (night + 1) / 7 - np.arange(recent, dtype=float)[::-1]
        judged = judge(baseline, counts, np.broadcast_to(part, counts.shape), week)
        found[:, number] = -np.log10(np.maximum(judged.p, 1e-300))
    return found
