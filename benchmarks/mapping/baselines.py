"""What a plant would do without this tool: the busiest station, a chi-square test a station, routing alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mapping.simulate.plant import Plant

QUANTILES = (0.25, 0.5, 0.75)  # a number is cut into quarters for the chi-square test


def pareto(plant: Plant, complaining: NDArray[np.int64]) -> dict[str, float]:
    """Return the number of complaining units that passed each station."""
    return {station: float(plant.passed(station)[complaining].sum()) for station in plant.stations}


def chi_square(plant: Plant, complaining: NDArray[np.int64]) -> dict[str, float]:
    """Return -log10 of the smallest chi-square p-value over each station's factors, passing it among them."""
    from scipy.stats import chi2_contingency

    marked = np.zeros(plant.units, dtype=bool)
    marked[complaining] = True
    found = dict.fromkeys(plant.stations, 0.0)
    passed = {station: plant.passed(station) for station in plant.stations}
    for station in plant.stations:
        if not passed[station].all():
            found[station] = _minus_log_p(chi2_contingency, passed[station].astype(int), marked)
    for (station, factor), column in plant.values.items():
        units = passed[station]
        values = column[units]
        if factor == "torque":
            levels = np.searchsorted(np.quantile(values.astype(float), QUANTILES), values.astype(float))
        else:
            levels = np.unique(values.astype(str), return_inverse=True)[1]
        found[station] = max(found[station], _minus_log_p(chi2_contingency, levels, marked[units]))
    return found


def _minus_log_p(test: object, levels: NDArray[np.int64], marked: NDArray[np.bool_]) -> float:
    cases = np.bincount(levels, weights=marked)
    units = np.bincount(levels)
    kept = units > 0
    table = np.vstack([cases[kept], (units - cases)[kept]])
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return 0.0
    p = float(test(table).pvalue)  # type: ignore[operator]
    return float(-np.log10(max(p, 1e-300)))


def rank_of(station: str, scores: Mapping[str, float], left_out: Iterable[str] = ()) -> int:
    """Return a station's rank by falling score, ties at their middle (rounded up); `left_out` do not count."""
    apart = set(left_out)
    mine = scores.get(station, 0.0)
    others: Sequence[float] = [s for name, s in scores.items() if name != station and name not in apart]
    above, ties = sum(s > mine for s in others), sum(s == mine for s in others)
    return 1 + above + (ties + 1) // 2
