"""Complaints by months in service: units that came to a month without a complaint, and their first complaints in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mapping.exposure import DAYS_PER_MONTH, Exposure, base_queries

if TYPE_CHECKING:
    import duckdb

    from mapping.genealogy import PlantTables

MONTHS = 36  # later months are left out: by then few units are watched
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """A month in service (0 is the first): at a level, and in the rest of the level's base.

    Args:
        month: full months in service at its start.
        exposed_units, other_units: units watched up to its start that had not complained.
        exposed_cases, other_cases: their first complaints within it.
    """

    month: int
    exposed_units: int
    exposed_cases: int
    other_units: int
    other_cases: int


def months_in_service(
    plant: PlantTables, exposure: Exposure, complaining: str, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], list[ServiceMonth]]:
    """Count units at risk and first complaints by month in service.

    A unit is watched from its sale (its build where no sale is known) to the night; it counts up to its first complaint
    of the group.

    Args:
        plant: the plant.
        exposure: its population.
        complaining: name of the table of complaining units (grp, unit, age).
        wanted: (group, level), by number.

    Returns:
        The months up to the last in which a unit at the level was watched, at most MONTHS, and the one after it, whose
        units tell how many came through that last one: at the level none are left, of the others there may be many.
    """
    if not wanted:
        return {}
    plan = exposure.plan
    levels = sorted({level for _, level in wanted})
    bases = sorted({int(exposure.base_of[level]) for level in levels})
    groups = sorted({group for group, _ in wanted})
    cases = f"(SELECT grp, unit, {_month('age')} AS month FROM {complaining} WHERE grp IN ({_list(groups)}))"
    units = f"(SELECT unit, {_month('days')} AS month FROM {plant.units})"
    own = [
        f"SELECT DISTINCT {column} AS row, unit FROM {plan.passes} WHERE {column} IN ({_list(levels)})"
        for column in plan.columns.values()
    ]
    whole = [
        f"SELECT * FROM ({sql}) WHERE row IN ({_list(bases)})"
        for sql in base_queries(plan, exposure.bases, plan.passes)
    ]
    at_level, at_base = (
        _Counted(plant.connection, " UNION ALL ".join(queries), units, cases) for queries in (own, whole)
    )
    return {
        (group, level): list(_months(at_level.of(group, level), at_base.of(group, int(exposure.base_of[level]))))
        for group, level in wanted
    }


def _month(days: str) -> str:
    return f"least(floor({days} / {DAYS_PER_MONTH}), {MONTHS})::INTEGER"


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


class _Counted:
    """Of every row of a query, by month: units whose watch ends, and first complaints, with the end of their watch."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: str, units: str, cases: str) -> None:
        self._units: dict[int, Counts] = {}
        self._cases: dict[tuple[int, int], tuple[Counts, Counts]] = {}
        for row, month, number in connection.execute(
            f"SELECT row, month, count(*) FROM ({rows}) JOIN {units} u USING (unit) GROUP BY ALL"
        ).fetchall():
            self._units.setdefault(row, _empty())[month] = number
        for group, row, month, end, number in connection.execute(
            f"SELECT grp, row, c.month, u.month, count(*) FROM ({rows}) JOIN {cases} c USING (unit) "
            f"JOIN {units} u USING (unit) GROUP BY ALL"
        ).fetchall():
            first, ends = self._cases.setdefault((group, row), (_empty(), _empty()))
            first[month] += number
            ends[end] += number

    def of(self, group: int, row: int) -> tuple[Counts, Counts]:
        """Return units at risk at the start of each month, and first complaints within it."""
        units = self._units.get(row, _empty())
        cases, ends = self._cases.get((group, row), (_empty(), _empty()))
        watched = units[::-1].cumsum()[::-1]
        # Of the units watched so far, those that complained earlier; who is no longer watched is not among them.
        return watched - _before(cases) + _before(ends), cases


def _before(counts: Counts) -> Counts:
    return counts.cumsum() - counts


def _empty() -> Counts:
    return np.zeros(MONTHS + 1, dtype=np.int64)


def _months(exposed: tuple[Counts, Counts], base: tuple[Counts, Counts]) -> Iterator[ServiceMonth]:
    (units, cases), (base_units, base_cases) = exposed, base
    for month in range(MONTHS + 1):
        yield ServiceMonth(
            month, int(units[month]), int(cases[month]),
            int(base_units[month] - units[month]), int(base_cases[month] - cases[month]),
        )  # fmt: skip
        if not units[month]:
            return
