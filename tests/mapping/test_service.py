"""Units and first complaints by month in service, against counting one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from mapping.exposure import Exposure, measure_exposure
from mapping.genealogy import load_plant
from mapping.levels import plan_levels
from mapping.service import MONTHS, ServiceMonth, months_in_service

AS_OF = date(2026, 3, 31)
DAYS_PER_MONTH = 30.4375
GROUP = 3


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def plant(connection: duckdb.DuckDBPyConnection, folder: Path, sold: dict[str, date], tool: dict[str, str]) -> Exposure:
    rows = [f"{serial},P1,2024-01-01,{day.isoformat()}" for serial, day in sold.items()]
    passes = [f"{serial},S1,{name}" for serial, name in tool.items()]
    for name, header, lines in (
        ("units", "serial,product,built_at,sold_at", rows), ("genealogy", "serial,station_id,tool", passes)
    ):  # fmt: skip
        (folder / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    loaded = load_plant(connection, folder, folder, AS_OF)
    return measure_exposure(connection, plan_levels(connection, loaded.factors, 4, 1), {})


def complain(connection: duckdb.DuckDBPyConnection, ages: dict[str, int]) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE plant_cases (grp INTEGER, unit INTEGER, age INTEGER)")
    for serial, age in ages.items():
        connection.execute(
            "INSERT INTO plant_cases SELECT ?, unit, ? FROM plant_units WHERE key = ?", [GROUP, age, serial]
        )


def level_of(exposure: Exposure, name: str) -> int:
    return next(i for i, x in enumerate(exposure.plan.levels) if (x.factor, x.level) == ("tool", name))


def test_every_month_counts_those_watched_so_far_and_their_first_complaints(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    draw = np.random.default_rng(7)
    serials = [f"TEST{i:04d}" for i in range(120)]
    days = {s: int(draw.integers(1, 500)) for s in serials}
    tool = {s: "T1" if i % 3 else "T2" for i, s in enumerate(serials)}
    exposure = plant(connection, tmp_path, {s: AS_OF - timedelta(days=n) for s, n in days.items()}, tool)
    ages = {s: int(draw.integers(0, days[s])) for s in serials if draw.random() < 0.3}
    complain(connection, ages)
    level = level_of(exposure, "T2")
    expected = []
    for month in range(MONTHS):
        counts = []
        for name in ("T2", "T1"):
            watched = [s for s in serials if tool[s] == name and days[s] // DAYS_PER_MONTH >= month]
            watched = [s for s in watched if s not in ages or ages[s] // DAYS_PER_MONTH >= month]
            counts += [len(watched), sum(s in ages and ages[s] // DAYS_PER_MONTH == month for s in watched)]
        if counts[0]:
            expected.append(ServiceMonth(month, *counts))
    assert months_in_service(connection, exposure, [(GROUP, level)]) == {(GROUP, level): expected}


def test_a_unit_reworked_at_a_station_counts_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    sold = {f"TEST{i}": AS_OF - timedelta(days=40) for i in range(4)}
    exposure = plant(connection, tmp_path, sold, dict(zip(sold, ("T1", "T1", "T2", "T2"), strict=True)))
    connection.execute("INSERT INTO plant_coded SELECT * FROM plant_coded")
    complain(connection, {"TEST0": 35})
    level = level_of(exposure, "T1")
    found = months_in_service(connection, exposure, [(GROUP, level)])
    assert found == {(GROUP, level): [ServiceMonth(0, 2, 0, 2, 0), ServiceMonth(1, 2, 1, 2, 0)]}


def test_nothing_is_counted_when_nothing_is_asked_for(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    exposure = plant(connection, tmp_path, {"TEST1": AS_OF}, {"TEST1": "T1"})
    assert months_in_service(connection, exposure, []) == {}
