"""Series behind a cause, for the charts of a station's page: by build week, and by months in service."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from complaints.store import Store
from reports.facts.types import ServiceMonth, Week

Z_95 = 1.959964
LEAST_AT_RISK = 10  # a curve ends where fewer units are left to watch


def weeks_of(store: Store, cause_ids: Sequence[str]) -> dict[str, tuple[Week, ...]]:
    """Return each cause's build weeks, in order."""
    weeks: dict[str, list[Week]] = defaultdict(list)
    for cause_id, *week in store.query(
        "SELECT cause_id, week, sum(exposed_units)::BIGINT, sum(exposed_cases)::BIGINT, sum(other_units)::BIGINT,"
        " sum(other_cases)::BIGINT FROM cause_weeks WHERE cause_id IN (SELECT unnest(?::VARCHAR[]))"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        [list(cause_ids)],
    ):
        weeks[cause_id].append(Week(*week))
    return {cause_id: tuple(found) for cause_id, found in weeks.items()}


def service_of(store: Store, cause_ids: Sequence[str]) -> dict[str, tuple[ServiceMonth, ...]]:
    """Return each cause's months in service, in order; none of a cause that is no more than a guess.

    The last of them is no month of the curve: its units tell how many came through the one before.
    """
    months: dict[str, list[ServiceMonth]] = defaultdict(list)
    for cause_id, *month in store.query(
        "SELECT cause_id, month, exposed_units, exposed_cases, other_units, other_cases FROM cause_service"
        " WHERE cause_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY 1, 2",
        [list(cause_ids)],
    ):
        months[cause_id].append(ServiceMonth(*month))
    return {cause_id: tuple(found) for cause_id, found in months.items()}


@dataclass(frozen=True, slots=True)
class Risen:
    """Units per 1,000 that had complained by the end of a month in service, with 95 % limits.

    Args:
        month: full months in service.
        units: watched at the start of its last month without a complaint.
    """

    month: int
    units: int
    per_1000: float
    low: float
    high: float


def risen(watched: Sequence[tuple[int, int]], after: int = 0) -> list[Risen]:
    """Return the cumulative share of units that had complained, by the life table (actuarial) estimate.

    Units whose watch ends within a month count half of it: Cutler and Ederer, "Maximum utilization of the life table
    method in analyzing survival", Journal of Chronic Diseases 8 (1958). Limits by Greenwood's variance on the
    complementary log-log scale, so that they stay within 0 and 1,000.

    Args:
        watched: (units at the start, first complaints) of month 0, 1, …; it ends before LEAST_AT_RISK is undercut.
        after: units at the start of the month after the last.
    """
    found: list[Risen] = []
    left, spread = 1.0, 0.0  # share without a complaint, Greenwood's sum
    for month, (units, cases) in enumerate(watched):
        if units < LEAST_AT_RISK:
            break
        came_through = watched[month + 1][0] if month + 1 < len(watched) else after
        ended = max(0, units - cases - came_through)
        at_risk = units - ended / 2
        left *= 1 - cases / at_risk
        spread += cases / (at_risk * (at_risk - cases)) if at_risk > cases else math.inf
        found.append(Risen(month + 1, units, 1000 * (1 - left), *_limits(left, spread)))
    return found


def _limits(left: float, spread: float) -> tuple[float, float]:
    if left >= 1:
        return 0.0, 0.0
    if left <= 0 or math.isinf(spread):
        return 0.0, 1000.0
    wide = Z_95 * math.sqrt(spread) / abs(math.log(left))
    low, high = (1000 * (1 - left ** math.exp(sign * wide)) for sign in (-1, 1))
    return low, high
