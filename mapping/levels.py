"""Which levels of which factors are compared: values of a text factor, quantile bins of a numeric one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from complaints.store import TemporaryTables, temporary_tables

if TYPE_CHECKING:
    from mapping.genealogy import PlantTables

STATION = "station"  # the factor "which of the stations": the instance itself
TEXT_FACTORS = frozenset({"shift", "tool", "program", "part_lot", "supplier"})  # numbers there are names
FEW_VALUES = 12  # a numeric column with fewer distinct values at a station names states, not measurements
MAX_LEVELS = 3000  # a text factor with more values at one station identifies parts, it does not group them


@dataclass(frozen=True, slots=True)
class Level:
    """One comparison: units with `level` of `factor` at a station. For `STATION` the level is the station's id."""

    station_id: str
    factor: str
    level: str


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """All comparisons of the night, numbered by position, and what was left out.

    Args:
        levels: the comparisons; those of STATION come first, in order of the stations' numbers.
        factors: the genealogy columns that have levels.
        skipped: (station_id, factor) -> why it has none: one level, identifier, no values.
        passes: name of the table of passes (unit, station, one level number a factor).
    """

    levels: tuple[Level, ...]
    factors: tuple[str, ...]
    skipped: dict[tuple[str, str], str] = field(default_factory=dict)
    passes: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """Factor -> column of the passes that holds its level numbers."""
        return {STATION: "station"} | {factor: f"f{number}" for number, factor in enumerate(self.factors)}


def plan_levels(plant: PlantTables, bins: int, min_units: int) -> LevelPlan:
    """Number the levels, and write the passes with level numbers in the place of values.

    Args:
        plant: gets the coded passes; its `passes` are dropped.
        bins: quantile bins of a numeric factor.
        min_units: a level with fewer passes is not compared (its units still count as others).
    """
    factors = plant.records.factors
    with temporary_tables(plant.connection) as own:
        planner = _Planner(plant, own, bins, min_units)
        for number, factor in enumerate(factors):
            planner.add(number, factor)
        columns = "".join(f", {_coded(n)} AS f{n}" for n in range(len(factors)))
        joins = "".join(
            f" LEFT JOIN {planner.values[n]} v{n} ON v{n}.station = p.station AND v{n}.value = p.f{n}::VARCHAR"
            f" LEFT JOIN {planner.cuts[n]} b{n} ON b{n}.station = p.station"
            for n in range(len(factors))
        )
        coded = plant.own.make("coded_passes", f"SELECT p.unit, p.station{columns} FROM {plant.passes} p{joins}")
    plant.own.drop(plant.passes)
    return LevelPlan(tuple(planner.levels), factors, planner.skipped, coded)


def _coded(n: int) -> str:
    """Return the SQL of a pass's level number: its bin, else its value, -1 for a value that is not compared."""
    bin_number = f"(b{n}.first + len(list_filter(b{n}.edges, lambda e: e <= try_cast(p.f{n} AS DOUBLE))))::INTEGER"
    return (
        f"CASE WHEN p.f{n} IS NULL THEN NULL WHEN b{n}.first IS NOT NULL THEN {bin_number} "
        f"ELSE coalesce(v{n}.level, -1) END"
    )


def bin_names(low: float, edges: Sequence[float], high: float) -> list[str]:
    """Return how bins are shown: half-open intervals, the last one closed."""
    ends = [f"{value:.6g}" for value in (low, *edges, high)]
    names = [f"[{a}, {b})" for a, b in itertools.pairwise(ends)]
    return [*names[:-1], f"{names[-1][:-1]}]"]


class _Planner:
    """Collects the levels, and writes for each factor the tables from which its passes are coded.

    `cuts` are the names of (station, first level, edges) of numeric factors, `values` of (station, value, level) of
    text factors, by the factor's number.
    """

    def __init__(self, plant: PlantTables, own: TemporaryTables, bins: int, min_units: int) -> None:
        self.connection, self.passes, self.own = plant.connection, plant.passes, own
        self.bins, self.min_units = bins, min_units
        self.cuts: list[str] = []
        self.values: list[str] = []
        rows = self.connection.execute(f"SELECT station_id FROM {plant.stations} ORDER BY station").fetchall()
        self.stations = [row[0] for row in rows]
        self.levels = [Level(station, STATION, station) for station in self.stations]
        self.skipped: dict[tuple[str, str], str] = {}

    def add(self, number: int, factor: str) -> None:
        """Plan the levels of one factor at every station."""
        column = f"f{number}"
        rows = self.connection.execute(
            f"SELECT station, count(*), count(DISTINCT {column}), count(*) = count(try_cast({column} AS DOUBLE)) "
            f"AND count(*) FILTER (regexp_matches({column}::VARCHAR, '^[+-]?0[0-9]')) = 0 "
            f"AND bool_and(coalesce(isfinite(try_cast({column} AS DOUBLE)), false)) "
            f"FROM {self.passes} WHERE {column} IS NOT NULL GROUP BY station ORDER BY station"
        ).fetchall()
        numeric, text = [], []
        for station, passes, values, numbers in rows:
            if values == 1:
                self.skipped[self.stations[station], factor] = "one level"
            elif numbers and values > FEW_VALUES and factor not in TEXT_FACTORS:
                numeric.append(station)
            elif values > MAX_LEVELS or passes < self.min_units * values:
                self.skipped[self.stations[station], factor] = "identifier"
            else:
                text.append(station)
        self._write_bins(number, factor, numeric)
        self._write_values(number, factor, text)

    def _write_bins(self, number: int, factor: str, stations: list[int]) -> None:
        value = f"try_cast(f{number} AS DOUBLE)"
        cuts = ", ".join(str(i / self.bins) for i in range(1, self.bins))
        rows = self.connection.execute(
            f"SELECT station, quantile_disc({value}, [{cuts}]), min({value}), max({value}) FROM {self.passes} "
            f"WHERE list_contains(?, station) AND f{number} IS NOT NULL GROUP BY station ORDER BY station",
            [stations],
        ).fetchall()
        firsts, all_edges = [], []
        for station, quantiles, low, high in rows:
            # An edge at the smallest value would cut off an empty bin.
            edges = [edge for edge in sorted(set(quantiles)) if edge > low] or [high]
            firsts.append(len(self.levels))
            all_edges.append(edges)
            self.levels += [Level(self.stations[station], factor, name) for name in bin_names(low, edges, high)]
        self.cuts.append(
            self.own.make(
                "bins",
                "SELECT unnest(?::INTEGER[]) AS station, unnest(?::INTEGER[]) AS first, unnest(?::DOUBLE[][]) AS edges",
                [[row[0] for row in rows], firsts, all_edges],
            )
        )

    def _write_values(self, number: int, factor: str, stations: list[int]) -> None:
        rows = self.connection.execute(
            f"SELECT station, f{number}::VARCHAR AS value FROM {self.passes} "
            f"WHERE list_contains(?, station) AND f{number} IS NOT NULL "
            f"GROUP BY ALL HAVING count(*) >= {self.min_units} ORDER BY ALL",
            [stations],
        ).fetchall()
        first = len(self.levels)
        self.values.append(
            self.own.make(
                "level_values",
                "SELECT unnest(?::INTEGER[]) AS station, unnest(?::VARCHAR[]) AS value, unnest(?::INTEGER[]) AS level",
                [[row[0] for row in rows], [row[1] for row in rows], list(range(first, first + len(rows)))],
            )
        )
        self.levels += [Level(self.stations[station], factor, value) for station, value in rows]
