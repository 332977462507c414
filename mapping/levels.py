"""Which levels of which factors are compared: values of a text factor, quantile bins of a numeric one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

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
    """

    levels: tuple[Level, ...]
    factors: tuple[str, ...]
    skipped: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Factor -> column of ``plant_coded`` that holds its level numbers."""
        return {STATION: "station"} | {factor: f"f{number}" for number, factor in enumerate(self.factors)}


def plan_levels(connection: duckdb.DuckDBPyConnection, factors: Sequence[str], bins: int, min_units: int) -> LevelPlan:
    """Number the levels and write them into ``plant_coded`` (unit, station, one level number a factor).

    Args:
        connection: with the tables of `mapping.genealogy`; ``plant_coded`` takes the place of ``plant_passes``.
        factors: the factor columns of ``plant_passes``.
        bins: quantile bins of a numeric factor.
        min_units: a level with fewer passes is not compared (its units still count as others).
    """
    planner = _Planner(connection, bins, min_units)
    for number, factor in enumerate(factors):
        planner.add(number, factor)
    columns = "".join(f", {_coded(n)} AS f{n}" for n in range(len(factors)))
    joins = "".join(
        f" LEFT JOIN values_{n} ON values_{n}.station = p.station AND values_{n}.value = p.f{n}::VARCHAR"
        f" LEFT JOIN bins_{n} ON bins_{n}.station = p.station"
        for n in range(len(factors))
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE plant_coded AS SELECT p.unit, p.station{columns} FROM plant_passes p{joins}"
    )
    for number in range(len(factors)):
        connection.execute(f"DROP TABLE values_{number}")
        connection.execute(f"DROP TABLE bins_{number}")
    connection.execute("DROP TABLE plant_passes")
    return LevelPlan(tuple(planner.levels), tuple(factors), planner.skipped)


def _coded(n: int) -> str:
    """Return the SQL of a pass's level number: its bin, else its value, -1 for a value that is not compared."""
    bin_number = (
        f"(bins_{n}.first + len(list_filter(bins_{n}.edges, lambda e: e <= try_cast(p.f{n} AS DOUBLE))))::INTEGER"
    )
    return (
        f"CASE WHEN p.f{n} IS NULL THEN NULL WHEN bins_{n}.first IS NOT NULL THEN {bin_number} "
        f"ELSE coalesce(values_{n}.level, -1) END"
    )


def bin_names(low: float, edges: Sequence[float], high: float) -> list[str]:
    """Return how bins are shown: half-open intervals, the last one closed."""
    ends = [f"{value:.6g}" for value in (low, *edges, high)]
    names = [f"[{a}, {b})" for a, b in itertools.pairwise(ends)]
    return [*names[:-1], f"{names[-1][:-1]}]"]


class _Planner:
    """Collects the levels, and writes the tables bins_N and values_N from which passes are coded."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, bins: int, min_units: int) -> None:
        self.connection, self.bins, self.min_units = connection, bins, min_units
        rows = connection.execute("SELECT station_id FROM plant_stations ORDER BY station").fetchall()
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
            f"FROM plant_passes WHERE {column} IS NOT NULL GROUP BY station ORDER BY station"
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
            f"SELECT station, quantile_disc({value}, [{cuts}]), min({value}), max({value}) FROM plant_passes "
            f"WHERE list_contains(?, station) AND f{number} IS NOT NULL GROUP BY station ORDER BY station",
            [stations],
        ).fetchall()
        self.connection.execute(f"CREATE TEMP TABLE bins_{number} (station INTEGER, first INTEGER, edges DOUBLE[])")
        for station, quantiles, low, high in rows:
            # An edge at the smallest value would cut off an empty bin.
            edges = [edge for edge in sorted(set(quantiles)) if edge > low] or [high]
            self.connection.execute(f"INSERT INTO bins_{number} VALUES (?, ?, ?)", [station, len(self.levels), edges])
            self.levels += [Level(self.stations[station], factor, name) for name in bin_names(low, edges, high)]

    def _write_values(self, number: int, factor: str, stations: list[int]) -> None:
        rows = self.connection.execute(
            f"SELECT station, f{number}::VARCHAR AS value FROM plant_passes "
            f"WHERE list_contains(?, station) AND f{number} IS NOT NULL "
            f"GROUP BY ALL HAVING count(*) >= {self.min_units} ORDER BY ALL",
            [stations],
        ).fetchall()
        first = len(self.levels)
        self.connection.execute(
            f"CREATE TEMP TABLE values_{number} AS SELECT unnest(?::INTEGER[]) AS station, "
            "unnest(?::VARCHAR[]) AS value, unnest(?::INTEGER[]) AS level",
            [[row[0] for row in rows], [row[1] for row in rows], list(range(first, first + len(rows)))],
        )
        self.levels += [Level(self.stations[station], factor, value) for station, value in rows]
