"""The build range to contain: when units at a level were built with the fault, as far as their complaints tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapping.association import Array
from mapping.exposure import BANDS, TRACED, Exposure, GroupCases
from mapping.genealogy import UNKNOWN_WEEK

SIMULATIONS = 999
SEED = 20250602
BLOCKS = 20  # between which it is looked whether the question is settled
LIMITED_P = 0.05  # chance of a window as clear in cases that are spread evenly, under which the range is limited
# Half of chi-square's 95 % point with two degrees of freedom, one an end: windows that are not less likely than that
# are all contained.
NEAR = 2.9957
LONGEST = 0.8  # share of the level's expected cases from which a window is no limitation


@dataclass(frozen=True, slots=True)
class Week:
    """A build week of one comparison: units and complaining units at the level and elsewhere.

    `expected` are the level's cases in proportion, if its units complained alike in all weeks at equal time in service.
    """

    week: date
    exposed_units: int
    exposed_cases: int
    other_units: int
    other_cases: int
    expected: float = 0.0


def weeks_of(exposure: Exposure, cases: GroupCases, level: int) -> list[Week]:
    """Return the build weeks in which the level's base was built, all products together."""
    base = exposure.base_of[level]
    tables = (
        exposure.units[level], cases.levels[level],
        exposure.base_units[base] - exposure.units[level], cases.bases[base] - cases.levels[level],
        _expected(exposure, cases, level),
    )  # fmt: skip
    sums: dict[date, list[float]] = {}
    for stratum, (_, week) in enumerate(exposure.strata):
        if week != UNKNOWN_WEEK and exposure.base_units[base, stratum] > 0:
            row = sums.setdefault(week, [0.0] * len(tables))
            for column, table in enumerate(tables):
                row[column] += float(table[stratum])
    return [Week(w, int(r[0]), int(r[1]), int(r[2]), int(r[3]), r[4]) for w, r in sorted(sums.items())]


def _expected(exposure: Exposure, cases: GroupCases, level: int) -> Array:
    """Return the level's cases by stratum, in proportion, if only product and time in service mattered."""
    products = np.array([product for product, _ in exposure.strata])
    expected = np.zeros(len(products))
    for product in sorted(set(products)):
        at = products == product
        for band in range(BANDS):
            months = exposure.base_months[band, TRACED, at].sum()
            rate = cases.aged_bases[band, TRACED, at].sum() / months if months > 0 else 0.0
            expected[at] += rate * exposure.months[band, level, at]
    return expected


def window(weeks: Sequence[Week]) -> dict[str, Any] | None:
    """Return the build range to contain, None when no unit at the level complained.

    Where the complaints gather in a stretch of weeks more than chance would let them (the scan statistic of Kulldorff,
    Communications in Statistics 26 (1997) 1481, in one dimension, against cases thrown at the weeks as expected), the
    range is the hull of all stretches that the data do not rule out beside the likeliest. Else it runs from the first
    to the last week with a complaining unit.

    Args:
        weeks: in order.

    Returns:
        from and to (days, both included), units (built at the level within), limited (by the scan).
    """
    hit = [number for number, week in enumerate(weeks) if week.exposed_cases]
    if not hit:
        return None
    limited = _limited(weeks)
    first, last = limited if limited is not None else (hit[0], hit[-1])
    units = sum(week.exposed_units for week in weeks[first : last + 1])
    to = weeks[last].week + timedelta(days=6)
    return {
        "from": weeks[first].week.isoformat(), "to": to.isoformat(), "units": units, "limited": limited is not None,
    }  # fmt: skip


def _limited(weeks: Sequence[Week]) -> tuple[int, int] | None:
    expected = np.array([week.expected for week in weeks])
    cases = np.array([[week.exposed_cases for week in weeks]], dtype=np.float64)
    total = int(cases.sum())
    if total < 2 or expected.sum() <= 0:
        return None
    share = expected / expected.sum()
    starts, ends = np.triu_indices(len(weeks))
    ratios = _ratios(cases, share, starts, ends)[0]
    best = ratios.max()
    if best <= 0:
        return None
    thrown = np.random.default_rng([SEED, total]).multinomial(total, share, SIMULATIONS).astype(np.float64)
    as_clear = 0
    for part in np.array_split(thrown, BLOCKS):
        as_clear += int((_ratios(part, share, starts, ends).max(axis=1) >= best).sum())
        if 1 + as_clear > LIMITED_P * (1 + SIMULATIONS):
            return None
    near = ratios >= best - NEAR
    return int(starts[near].min()), int(ends[near].max())


def _ratios(cases: Array, share: Array, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Array:
    """Return the log likelihood ratio of each window having a higher rate; shape (rows of cases, windows)."""
    sums = np.concatenate([np.zeros((len(cases), 1)), cases.cumsum(axis=1)], axis=1)
    shares = np.concatenate([[0.0], share.cumsum()])
    inside, part = sums[:, ends + 1] - sums[:, starts], shares[ends + 1] - shares[starts]
    total = sums[:, -1:]
    possible = (part > 0) & (part < LONGEST)
    part = np.where(possible, part, 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = inside * np.log(inside / (total * part))
        outside = (total - inside) * np.log((total - inside) / (total * (1 - part)))
    ratio = np.nan_to_num(found) + np.nan_to_num(outside)
    return np.where(possible & (inside > total * part), ratio, 0.0)
