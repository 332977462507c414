"""Units and first complaints by month in service, against counting one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

from mapping.exposure import Exposure, measure_exposure
from mapping.genealogy import PlantTables, plant_tables
from mapping.levels import plan_levels
from mapping.service import MONTHS, ServiceMonth, months_in_service

AS_OF = date(2026, 3, 31)
DAYS_PER_MONTH = 30.4375
GROUP = 3


@contextmanager
def plant(folder: Path, sold: dict[str, date], tool: dict[str, str]) -> Iterator[tuple[PlantTables, Exposure]]:
    rows = [f"{serial},P1,2024-01-01,{day.isoformat()}" for serial, day in sold.items()]
    passes = [f"{serial},S1,{name}" for serial, name in tool.items()]
    for name, header, lines in (
        ("units", "serial,product,built_at,sold_at", rows), ("genealogy", "serial,station_id,tool", passes)
    ):  # fmt: skip
        (folder / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    with duckdb.connect() as connection, plant_tables(connection, folder, folder, AS_OF) as tables:
        yield tables, measure_exposure(tables, plan_levels(tables, 4, 1), {})


def complain(tables: PlantTables, ages: dict[str, int]) -> str:
    """Return the name of a table of complaining units."""
    return tables.own.make(
        "complaining",
        f"SELECT {GROUP} AS grp, unit, age FROM {tables.units} JOIN (SELECT unnest(?::VARCHAR[]) AS key, "
        "unnest(?::INTEGER[]) AS age) USING (key)",
        [list(ages), list(ages.values())],
    )


def level_of(exposure: Exposure, name: str) -> int:
    return next(i for i, x in enumerate(exposure.plan.levels) if (x.factor, x.level) == ("tool", name))


def test_every_month_counts_those_watched_so_far_and_their_first_complaints(tmp_path: Path) -> None:
    draw = np.random.default_rng(7)
    serials = [f"TEST{i:04d}" for i in range(120)]
    days = {s: int(draw.integers(1, 500)) for s in serials}
    tool = {s: "T1" if i % 3 else "T2" for i, s in enumerate(serials)}
    ages = {s: int(draw.integers(0, days[s])) for s in serials if draw.random() < 0.3}
    expected = []
    for month in range(MONTHS + 1):
        counts = []
        for name in ("T2", "T1"):
            watched = [s for s in serials if tool[s] == name and days[s] // DAYS_PER_MONTH >= month]
            watched = [s for s in watched if s not in ages or ages[s] // DAYS_PER_MONTH >= month]
            counts += [len(watched), sum(s in ages and ages[s] // DAYS_PER_MONTH == month for s in watched)]
        expected.append(ServiceMonth(month, *counts))
        if not counts[0]:
            break
    with plant(tmp_path, {s: AS_OF - timedelta(days=n) for s, n in days.items()}, tool) as (tables, exposure):
        level = level_of(exposure, "T2")
        found = months_in_service(tables, exposure, complain(tables, ages), [(GROUP, level)])
    assert found == {(GROUP, level): expected}


def test_a_unit_reworked_at_a_station_counts_once(tmp_path: Path) -> None:
    sold = {f"TEST{i}": AS_OF - timedelta(days=40) for i in range(4)}
    with plant(tmp_path, sold, dict(zip(sold, ("T1", "T1", "T2", "T2"), strict=True))) as (tables, exposure):
        passes = exposure.plan.passes
        tables.connection.execute(f"INSERT INTO {passes} SELECT * FROM {passes}")
        level = level_of(exposure, "T1")
        found = months_in_service(tables, exposure, complain(tables, {"TEST0": 35}), [(GROUP, level)])
    assert found == {
        (GROUP, level): [ServiceMonth(0, 2, 0, 2, 0), ServiceMonth(1, 2, 1, 2, 0), ServiceMonth(2, 0, 0, 0, 0)]
    }


def test_the_others_who_are_watched_longer_came_through_the_levels_last_month(tmp_path: Path) -> None:
    """A level sold later: its own watch ends in month 1, that of the others goes on."""
    sold = {f"TEST{i}": AS_OF - timedelta(days=40 if i < 2 else 400) for i in range(12)}
    tool = {serial: "T1" if i < 2 else "T2" for i, serial in enumerate(sold)}
    with plant(tmp_path, sold, tool) as (tables, exposure):
        level = level_of(exposure, "T1")
        (months,) = months_in_service(tables, exposure, complain(tables, {"TEST5": 45}), [(GROUP, level)]).values()
    assert [(m.exposed_units, m.other_units, m.other_cases) for m in months] == [(2, 10, 0), (2, 10, 1), (0, 9, 0)]


def test_nothing_is_counted_when_nothing_is_asked_for(tmp_path: Path) -> None:
    with plant(tmp_path, {"TEST1": AS_OF}, {"TEST1": "T1"}) as (tables, exposure):
        assert months_in_service(tables, exposure, complain(tables, {}), []) == {}
