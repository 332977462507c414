"""What a level leaves over: counts among the units that were not exposed to it, for conditional analysis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from complaints.store import TemporaryTables, temporary_tables
from mapping.association import Array
from mapping.exposure import (
    BANDS,
    DAYS_PER_MONTH,
    TRACED,
    Counted,
    Exposure,
    GroupCases,
    base_queries,
    case_counts,
    count_units,
    group_cases,
    level_queries,
)
from mapping.levels import LevelPlan

if TYPE_CHECKING:
    from mapping.genealogy import PlantTables

KEPT = 512  # a station's part of a level takes some 0.1 MB


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of the dense tables stations need: their levels, and the bases of these."""

    levels: NDArray[np.intp]
    bases: NDArray[np.intp]


class Remainder:
    """Counts units and cases that a level leaves over.

    What the units of a level have in common with other levels does not depend on complaints. It is counted once and
    taken from the whole for every group that asks; of a group, only its own units' passes are read.

    Args:
        plant: its tables stay as they are as long as this lives.
        exposure: the whole population.
        complaining: name of the table of complaining units (grp, unit, band).
        own: owner of the one table that lives from question to question: the passes of the group asked about.
    """

    def __init__(self, plant: PlantTables, exposure: Exposure, complaining: str, own: TemporaryTables) -> None:
        self._plant, self._exposure, self._complaining, self._own = plant, exposure, complaining, own
        self._connection = plant.connection
        rows = self._connection.execute(f"SELECT station_id, station FROM {plant.stations}").fetchall()
        self._numbers = dict(rows)
        self._group: int | None = None
        self._group_passes = ""
        self._shared = lru_cache(maxsize=KEPT)(self._count_shared)
        self._near = lru_cache(maxsize=KEPT)(self._list_near)

    def of_level(self, group: int, level: int, given: int) -> tuple[Exposure, GroupCases]:
        """Return one level's counts for one group among the units that were not exposed to the level `given`.

        The exposure has that one level and its base, over the same strata.
        """
        whole = self._exposure
        target, base = whole.plan.levels[level], whole.base_of[[level]]
        stations = (target.station_id,)
        at_levels, in_bases = self._shared(given, stations)
        at = np.array([level])
        units, months = _left(whole.units[at], whole.months[:, at], at_levels, at)
        base_units, base_months = _left(whole.base_units[base], whole.base_months[:, base], in_bases, base)
        part = replace(
            whole,
            plan=LevelPlan((target,), whole.plan.factors),
            units=units,
            months=months,
            base_of=np.zeros(1, dtype=np.intp),
            base_units=base_units,
            base_months=base_months,
        )
        cases = self._cases(group, given, stations, _Rows(at, base))
        return part, cases

    def of_stations(self, group: int, given: int, stations: Sequence[str]) -> tuple[Exposure, GroupCases]:
        """Return some stations' counts for one group among the units that were not exposed to the level `given`.

        Shapes are those of the whole exposure; levels of other stations have no units.
        """
        whole, asked = self._exposure, tuple(sorted(stations))
        rows = self._rows(asked)
        at_levels, in_bases = self._shared(given, asked)
        units, months = np.zeros_like(whole.units), np.zeros_like(whole.months)
        base_units, base_months = np.zeros_like(whole.base_units), np.zeros_like(whole.base_months)
        units[rows.levels], months[:, rows.levels] = _left(
            whole.units[rows.levels], whole.months[:, rows.levels], at_levels, rows.levels
        )
        base_units[rows.bases], base_months[:, rows.bases] = _left(
            whole.base_units[rows.bases], whole.base_months[:, rows.bases], in_bases, rows.bases
        )
        part = replace(whole, units=units, months=months, base_units=base_units, base_months=base_months)
        found = self._cases(group, given, asked, rows)
        levels, bases = np.zeros_like(months), np.zeros_like(base_months)
        levels[:, rows.levels], bases[:, rows.bases] = found.aged_levels, found.aged_bases
        return part, group_cases(levels, bases)

    def _rows(self, stations: Collection[str]) -> _Rows:
        own = [number for number, x in enumerate(self._exposure.plan.levels) if x.station_id in stations]
        levels = np.array(own, dtype=np.intp)
        return _Rows(levels, np.union1d(self._exposure.base_of[levels], [TRACED]))

    def _list_near(self, stations: tuple[str, ...]) -> str:
        """Return the SQL list of stations and those that share a base with them."""
        own = sorted(self._numbers[station] for station in stations if station in self._numbers)
        rows = self._connection.execute(
            f"SELECT DISTINCT o.station FROM {self._exposure.bases} b JOIN {self._exposure.bases} o USING (base) "
            "WHERE list_contains(?::INTEGER[], b.station) ORDER BY 1",
            [own],
        ).fetchall()
        return ", ".join(str(number) for number in sorted({*own, *(row[0] for row in rows)})) or "NULL"

    def _count_shared(self, given: int, stations: tuple[str, ...]) -> tuple[Counted, Counted]:
        """Count the units of the level `given` at the levels and in the bases of stations."""
        plan, reworked = self._exposure.plan, self._exposure.reworked
        column = plan.columns[plan.levels[given].factor]
        with temporary_tables(self._connection) as own:
            units = own.make(
                "shared_units",
                f"SELECT unit, stratum, days FROM {self._plant.units} "
                f"WHERE unit IN (SELECT unit FROM {plan.passes} WHERE {column} = {int(given)})",
            )
            passes = own.make(
                "shared_passes",
                f"SELECT p.* FROM {plan.passes} p SEMI JOIN {units} USING (unit) "
                f"WHERE station IN ({self._near(stations)})",
            )
            _, *narrow = base_queries(plan, self._exposure.bases, passes, reworked)
            traced = f"SELECT {TRACED} AS row, unit FROM {units}"
            return (
                count_units(self._connection, level_queries(plan, passes, reworked), units),
                count_units(self._connection, [traced, *narrow], units),
            )

    def _cases(self, group: int, given: int, stations: tuple[str, ...], rows: _Rows) -> GroupCases:
        """Return a group's counts at some rows without units of the level `given`."""
        plan, strata = self._exposure.plan, len(self._exposure.strata)
        all_passes, column = self._passes_of(group), plan.columns[plan.levels[given].factor]
        with temporary_tables(self._connection) as own:
            cases = own.make(
                "chosen_cases",
                f"SELECT DISTINCT grp, unit, band, stratum FROM {all_passes} "
                f"WHERE unit NOT IN (SELECT unit FROM {all_passes} WHERE {column} = {int(given)})",
            )
            here = f"(SELECT * FROM {all_passes} WHERE station IN ({self._near(stations)}))"
            _, *narrow = base_queries(plan, self._exposure.bases, here)
            traced = f"SELECT DISTINCT {TRACED} AS row, unit FROM {all_passes}"
            levels = case_counts(self._connection, level_queries(plan, here), cases)
            bases = case_counts(self._connection, [traced, *narrow], cases)
        return group_cases(
            levels.dense(group, len(plan.levels), strata)[:, rows.levels],
            bases.dense(group, len(self._exposure.base_units), strata)[:, rows.bases],
        )

    def _passes_of(self, group: int) -> str:
        """Return the name of a table of the passes of a group's complaining units; the last group's makes way."""
        if group != self._group:
            if self._group_passes:
                self._own.drop(self._group_passes)
            self._group_passes = self._own.make(
                "group_passes",
                f"SELECT p.*, c.grp, c.band, u.stratum FROM {self._exposure.plan.passes} p "
                f"JOIN {self._complaining} c USING (unit) JOIN {self._plant.units} u USING (unit) "
                f"WHERE c.grp = {int(group)}",
            )
            self._group = group
        return self._group_passes


def _left(units: Array, months: Array, shared: Counted, rows: NDArray[np.intp]) -> tuple[Array, Array]:
    """Return what is left of some rows' units and unit-months, shapes (rows, strata) and (bands, rows, strata)."""
    units, days = units.copy(), np.rint(months * DAYS_PER_MONTH)  # whole days: what is left is exact
    asked = np.isin(shared.row, rows)
    row, stratum = np.searchsorted(rows, shared.row[asked]), shared.stratum[asked]
    units[row, stratum] -= shared.units[asked]
    for band in range(BANDS):
        days[band, row, stratum] -= shared.days[band][asked]
    return units, days / DAYS_PER_MONTH
