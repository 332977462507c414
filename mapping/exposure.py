"""Counts of units and complaining units at every level, by product and build week: DuckDB's joins as numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from complaints.store import temporary_tables
from mapping.association import Array
from mapping.levels import STATION, LevelPlan

if TYPE_CHECKING:
    import duckdb

    from mapping.genealogy import PlantTables

DAYS_PER_MONTH = 30.4375
# Bands of time in service, in days. Complaints come early or late in a product's life, so units of different age are
# compared within a band only; time beyond the night is not counted (right-censoring).
AGE_EDGES_DAYS = (0, 31, 92, 183, 365)
BANDS = len(AGE_EDGES_DAYS)
OVERLAP_UNITS = 20_000  # standard error of a share: under 0.004
TRACED = 0  # the base of all units with any pass


@dataclass(frozen=True, slots=True)
class Exposure:
    """The population at risk; nothing in it depends on complaints.

    A *base* is the population in which a level is compared: units of which the factor's value at the station is known;
    for the station itself, units that passed it or a parallel one; without parallel stations, all traced units.

    Args:
        plan: the comparisons.
        strata: (product, Monday of the build week), in order.
        units: units at risk at each level, shape (levels, strata).
        months: their unit-months at risk by age band, shape (bands, levels, strata).
        base_of: each level's base, shape (levels,).
        base_units: units at risk of each base, shape (bases, strata).
        base_months: their unit-months at risk by age band, shape (bands, bases, strata).
        reworked: some unit passed some station more than once.
        bases: name of the table of bases (base, station, factor).
    """

    plan: LevelPlan
    strata: tuple[tuple[str, date], ...]
    units: Array
    months: Array
    base_of: NDArray[np.intp]
    base_units: Array
    base_months: Array
    reworked: bool
    bases: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Units with their days at risk, sparse: an entry for each (row, stratum) with any; `days` by age band."""

    row: NDArray[np.int64]
    stratum: NDArray[np.int64]
    units: NDArray[np.int64]
    days: tuple[NDArray[np.int64], ...]

    def dense(self, rows: int, strata: int) -> tuple[Array, Array]:
        """Return units, shape (rows, strata), and unit-months, shape (bands, rows, strata)."""
        units, months = np.zeros((rows, strata)), np.zeros((BANDS, rows, strata))
        units[self.row, self.stratum] = self.units
        for band, days in enumerate(self.days):
            months[band, self.row, self.stratum] = days / DAYS_PER_MONTH
        return units, months


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Complaining units of all groups, sparse: an entry for each (group, row, stratum, band) with any, by group."""

    group: NDArray[np.int64]
    row: NDArray[np.int64]
    stratum: NDArray[np.int64]
    band: NDArray[np.int64]
    count: NDArray[np.int64]

    def dense(self, group: int, rows: int, strata: int) -> Array:
        """Return one group's counts, shape (bands, rows, strata)."""
        at = slice(*np.searchsorted(self.group, [group, group + 1]))
        table = np.zeros((BANDS, rows, strata))
        table[self.band[at], self.row[at], self.stratum[at]] = self.count[at]
        return table


@dataclass(frozen=True, slots=True)
class GroupCases:
    """One group's complaining units by age at the first complaint.

    Args:
        aged_levels: at each level, shape (bands, levels, strata).
        aged_bases: in each base, shape (bands, bases, strata).
        levels: all ages together, shape (levels, strata).
        bases: all ages together, shape (bases, strata).
    """

    aged_levels: Array
    aged_bases: Array
    levels: Array
    bases: Array


def group_cases(aged_levels: Array, aged_bases: Array) -> GroupCases:
    """Return one group's complaining units, with the sums over ages."""
    return GroupCases(aged_levels, aged_bases, aged_levels.sum(axis=0), aged_bases.sum(axis=0))


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a level's units share with another level: Jaccard overlap, and the share of the level's own units."""

    jaccard: float
    contained: float


@dataclass(frozen=True, slots=True)
class AllCases:
    """Complaining units of all groups at levels and in bases."""

    levels: CaseCounts
    bases: CaseCounts

    def of(self, group: int, exposure: Exposure) -> GroupCases:
        """Return one group's counts as dense arrays."""
        strata = len(exposure.strata)
        return group_cases(
            self.levels.dense(group, len(exposure.units), strata),
            self.bases.dense(group, len(exposure.base_units), strata),
        )


def measure_exposure(plant: PlantTables, plan: LevelPlan, parallels: Mapping[str, int]) -> Exposure:
    """Count units and unit-months at every level and in every base.

    Args:
        plant: gets a table of bases.
        plan: the comparisons, with the coded passes.
        parallels: station_id -> number of its set of parallel stations, for stations that have parallel ones.
    """
    connection = plant.connection
    strata = connection.execute(f"SELECT product, week FROM {plant.strata} ORDER BY stratum").fetchall()
    reworked = _has_rework(connection, plan)
    bases = _number_bases(plant, plan, parallels)
    queries = level_queries(plan, plan.passes, reworked)
    units, months = count_units(connection, queries, plant.units).dense(len(plan.levels), len(strata))
    number = connection.execute(f"SELECT coalesce(max(base), 0) + 1 FROM {bases}").fetchall()[0][0]
    queries = base_queries(plan, bases, plan.passes, reworked)
    base_units, base_months = count_units(connection, queries, plant.units).dense(number, len(strata))
    base_of = _base_of(plant, bases, plan)
    pairs = tuple((str(product), week) for product, week in strata)
    return Exposure(plan, pairs, units, months, base_of, base_units, base_months, reworked, bases)


def count_cases(
    plant: PlantTables, exposure: Exposure, complaining: str, *, without_doubtful: bool = False
) -> AllCases:
    """Count the complaining units of every group, each once a group.

    Args:
        plant: the plant.
        exposure: its population.
        complaining: name of the table of complaining units (grp, unit, doubtful, band).
        without_doubtful: leave out units with doubtful complaints alone.
    """
    chosen = "WHERE NOT doubtful" if without_doubtful else ""
    connection, plan = plant.connection, exposure.plan
    with temporary_tables(connection) as own:
        passes = own.make(
            "case_passes",
            f"SELECT p.* FROM {plan.passes} p WHERE unit IN (SELECT unit FROM {complaining} {chosen})",
        )
        cases = own.make(
            "chosen_cases",
            f"SELECT grp, unit, band, stratum FROM {complaining} JOIN {plant.units} USING (unit) {chosen}",
        )
        levels, bases = level_queries(plan, passes), base_queries(plan, exposure.bases, passes)
        return AllCases(case_counts(connection, levels, cases), case_counts(connection, bases, cases))


def overlaps(connection: duckdb.DuckDBPyConnection, exposure: Exposure, level: int) -> dict[int, Overlap]:
    """Return what a level's units share with every other level that shares any with it, by number.

    Of a level with more than OVERLAP_UNITS units, a fixed sample of about that many stands for all.
    """
    plan, sizes = exposure.plan, exposure.units.sum(axis=1)
    column = plan.columns[plan.levels[level].factor]
    nth = max(1, int(sizes[level]) // OVERLAP_UNITS)
    with temporary_tables(connection) as own:
        passes = own.make(
            "level_passes",
            f"SELECT p.* FROM {plan.passes} p SEMI JOIN (SELECT unit FROM {plan.passes} "
            f"WHERE {column} = {int(level)} AND hash(unit) % {nth} = 0) USING (unit)",
        )
        number = "count(DISTINCT unit)" if exposure.reworked else "count(*)"
        parts = " UNION ALL ".join(
            f"SELECT {name} AS row, {number} AS both FROM {passes} WHERE {name} >= 0 GROUP BY 1"
            for name in plan.columns.values()
        )
        rows = connection.execute(f"{parts} ORDER BY 1").fetchall()
        sampled = connection.execute(f"SELECT count(DISTINCT unit) FROM {passes}").fetchall()[0][0]
    found = {}
    for row, both in rows:
        contained = both / sampled
        shared = contained * sizes[level]
        if row != level:
            found[int(row)] = Overlap(float(shared / (sizes[level] + sizes[row] - shared)), contained)
    return found


def _has_rework(connection: duckdb.DuckDBPyConnection, plan: LevelPlan) -> bool:
    repeated = f"SELECT 1 FROM {plan.passes} GROUP BY unit, station HAVING count(*) > 1 LIMIT 1"
    return bool(connection.execute(f"SELECT count(*) > 0 FROM ({repeated})").fetchall()[0][0])


def _number_bases(plant: PlantTables, plan: LevelPlan, parallels: Mapping[str, int]) -> str:
    """Write the bases (base, station, factor): TRACED, then sets of parallel stations, then station x factor."""
    stations = dict(plant.connection.execute(f"SELECT station_id, station FROM {plant.stations}").fetchall())
    rows: list[tuple[int, int, str]] = []
    number = TRACED + 1
    for parallel in sorted(set(parallels.values())):
        members = sorted(stations[s] for s, p in parallels.items() if p == parallel and s in stations)
        if len(members) > 1:
            rows += [(number, station, STATION) for station in members]
            number += 1
    for factor in plan.factors:
        for station in sorted({stations[x.station_id] for x in plan.levels if x.factor == factor}):
            rows.append((number, station, factor))
            number += 1
    return plant.own.make(
        "bases",
        "SELECT unnest(?::INTEGER[]) AS base, unnest(?::INTEGER[]) AS station, unnest(?::VARCHAR[]) AS factor",
        [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]],
    )


def base_queries(plan: LevelPlan, bases: str, passes: str, reworked: bool = True) -> list[str]:
    """Return the SQL of (row, unit) of every base, each unit once, that of all traced units first.

    Args:
        plan: what the passes hold.
        bases: name of the table of bases.
        passes: table or subquery.
        reworked: some unit passed some station more than once.
    """
    queries = [f"SELECT DISTINCT {TRACED} AS row, unit FROM {passes}"]
    for factor, column in plan.columns.items():
        name = factor.replace("'", "''")
        # Parallel stations share a base, which a unit may have passed twice even without rework.
        distinct = "DISTINCT " if reworked or factor == STATION else ""
        queries.append(
            f"SELECT {distinct}b.base AS row, unit FROM {passes} p JOIN {bases} b "
            f"ON b.station = p.station AND b.factor = '{name}' WHERE p.{column} IS NOT NULL"
        )
    return queries


def _base_of(plant: PlantTables, bases: str, plan: LevelPlan) -> NDArray[np.intp]:
    rows = plant.connection.execute(
        f"SELECT s.station_id, b.factor, b.base FROM {bases} b JOIN {plant.stations} s USING (station)"
    ).fetchall()
    found = {(station, factor): base for station, factor, base in rows}
    return np.array([found.get((x.station_id, x.factor), TRACED) for x in plan.levels], dtype=np.intp)


def band_of(age: str) -> str:
    """Return the SQL of the band that an age in days falls into."""
    return "(" + " + ".join(f"({age} >= {edge})::INTEGER" for edge in AGE_EDGES_DAYS[1:]) + ")"


def level_queries(plan: LevelPlan, table: str, reworked: bool = True) -> list[str]:
    """Return the SQL of (row, unit) of every factor's levels, each unit once a level, over the passes of a table.

    Args:
        plan: what the passes hold.
        table: table or subquery.
        reworked: some unit passed some station more than once.
    """
    distinct = "DISTINCT " if reworked else ""
    return [
        f"SELECT {distinct}{column} AS row, unit FROM {table} WHERE {column} >= 0" for column in plan.columns.values()
    ]


def count_units(connection: duckdb.DuckDBPyConnection, queries: Sequence[str], units: str) -> Counted:
    """Count units and their days at risk by row and stratum.

    Args:
        connection: with the tables of the queries.
        queries: of (row, unit), that share no row.
        units: table (unit, stratum, days) of the units that are counted.
    """
    # Days are whole numbers, so that their sum does not depend on the order in which threads add.
    ends = (*AGE_EDGES_DAYS[1:], 1 << 30)
    bands = ", ".join(
        f"sum(greatest(least(days, {end}) - {start}, 0))::BIGINT AS days_{band}"
        for band, (start, end) in enumerate(zip(AGE_EDGES_DAYS, ends, strict=True))
    )
    parts = [
        connection.execute(
            f"SELECT row, stratum, count(*) AS units, {bands} FROM ({rows}) "
            f"JOIN {units} USING (unit) GROUP BY row, stratum"
        ).fetchnumpy()
        for rows in queries
    ]

    def joined(name: str) -> NDArray[np.int64]:
        return np.concatenate([np.asarray(part[name]) for part in parts]).astype(np.int64)

    days = tuple(joined(f"days_{band}") for band in range(BANDS))
    return Counted(joined("row"), joined("stratum"), joined("units"), days)


def case_counts(connection: duckdb.DuckDBPyConnection, queries: Sequence[str], cases: str) -> CaseCounts:
    """Count complaining units by group, row, stratum and band.

    Args:
        connection: with the tables of the queries.
        queries: of (row, unit).
        cases: name of the table of complaining units (grp, unit, band, stratum).
    """
    parts = [
        connection.execute(
            f"SELECT grp, row, stratum, band, count(*) AS number FROM {cases} JOIN ({sql}) USING (unit) GROUP BY ALL"
        ).fetchnumpy()
        for sql in queries
    ]
    columns = [np.concatenate([np.asarray(part[name]) for part in parts]).astype(np.int64) for name in _COLUMNS]
    order = np.lexsort(columns[3::-1])
    return CaseCounts(*(column[order] for column in columns))


_COLUMNS = ("grp", "row", "stratum", "band", "number")
