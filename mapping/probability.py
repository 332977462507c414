"""How probable each station is, and that it is none: the prior times what the data say."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from scipy.special import logsumexp

from mapping.association import Array
from mapping.levels import Level

Name = TypeVar("Name", bound=Hashable)
# Shift of the log odds of "none", so that the probabilities mean what they say where about half of the troubles have
# no cause at any station. Fitted to simulated plants, judged on kinds of faults and base rates that were left out;
# printed by `python -m benchmarks.mapping.calibration`.
NONE_SHIFT = 1.8


def posterior(prior: Mapping[str, float], none: float, weights: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return the probability of each station and of none, which add up to 1.

    Args:
        prior: of the stations, before the data.
        none: of no station, before the data.
        weights: log Bayes factor of each station, 0 where it is missing.
    """
    logs = {s: np.log(max(p, 1e-12)) + weights.get(s, 0.0) for s, p in prior.items()}
    nothing = np.log(max(none, 1e-12)) + NONE_SHIFT
    total = float(logsumexp([*logs.values(), nothing]))
    return {s: float(np.exp(value - total)) for s, value in logs.items()}, float(np.exp(nothing - total))


def station_weights(levels: Sequence[Level], weights: Array) -> dict[str, float]:
    """Return each station's log Bayes factor: the mean over its factors of the mean over their levels.

    Args:
        levels: the comparisons.
        weights: log Bayes factor of each, shape (levels,).
    """
    factors = [(level.station_id, level.factor) for level in levels]
    by_factor = _log_means(factors, weights)
    return _log_means([station for station, _ in by_factor], np.array(list(by_factor.values())))


def _log_means(names: Sequence[Name], values: Array) -> dict[Name, float]:
    """Return the log of the mean of exp(values) of each name, in order of first appearance."""
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    at = np.array([order[name] for name in names], dtype=np.intp)
    highest = np.full(len(order), -np.inf)
    np.maximum.at(highest, at, values)
    sums = np.bincount(at, weights=np.exp(values - highest[at]), minlength=len(order))
    means = highest + np.log(sums / np.bincount(at, minlength=len(order)))
    return {name: float(mean) for name, mean in zip(order, means, strict=True)}
