"""Genealogy to counts: serials, dates, levels and bins, bases, age bands, rework, overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from complaints.keyed_hash import normal_serial
from complaints.master import moment
from mapping.comparison import compare, design
from mapping.exposure import BANDS, Exposure, band_of, group_cases, measure_exposure, overlaps
from mapping.genealogy import PlantRecords, PlantTables, plant_tables, serial_key
from mapping.levels import LevelPlan, bin_names, plan_levels

AS_OF = date(2026, 3, 31)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@contextmanager
def loaded(connection: duckdb.DuckDBPyConnection, folder: Path, **tables: str) -> Iterator[PlantTables]:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with plant_tables(connection, folder, folder, AS_OF) as plant:
        yield plant


def records(connection: duckdb.DuckDBPyConnection, folder: Path, **tables: str) -> PlantRecords:
    with loaded(connection, folder, **tables) as plant:
        return plant.records


def measured(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, parallels: dict[str, int] | None = None, **tables: str
) -> tuple[LevelPlan, Exposure]:
    with loaded(connection, folder, **tables) as plant:
        plan = plan_levels(plant, 4, 1)
        return plan, measure_exposure(plant, plan, parallels or {})


def units_at(plan: LevelPlan, exposure: Exposure) -> dict[tuple[str, str, str], int]:
    sums = exposure.units.sum(axis=1)
    return {(x.station_id, x.factor, x.level): int(n) for x, n in zip(plan.levels, sums, strict=True)}


UNITS = "serial,product,built_at,sold_at\n" + "".join(f"TEST{i:04d},P1,2026-01-05,2026-01-20\n" for i in range(8))


def passes(*rows: str, columns: str = "serial,station_id,tool") -> str:
    return "\n".join([columns, *rows]) + "\n"


@pytest.mark.parametrize("written", ["TEST-0001", "test0001", " TEST 0001 ", "ＴＥＳＴ０００１"])
def test_serials_compare_like_the_workspaces_tokens(connection: duckdb.DuckDBPyConnection, written: str) -> None:
    connection.execute("CREATE TABLE t (x VARCHAR)")
    connection.execute("INSERT INTO t VALUES (?)", [written])
    found = connection.execute(f"SELECT {serial_key('x')} FROM t").fetchall()
    assert found == [(normal_serial(written),)] == [("TEST0001",)]


@pytest.mark.parametrize(
    "written", ["2026-03-01", "2026/3/1", "2026年3月1日", "2026.3.1", "20260301", "2026-03-01 08:30"]
)
def test_dates_in_the_usual_forms(connection: duckdb.DuckDBPyConnection, written: str) -> None:
    connection.execute("CREATE TABLE t (x VARCHAR)")
    connection.execute("INSERT INTO t VALUES (?)", [written])
    assert connection.execute(f"SELECT {moment('x', 'VARCHAR')}::DATE FROM t").fetchall() == [(date(2026, 3, 1),)]


def test_a_date_that_is_none_is_unknown(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE t (x VARCHAR)")
    connection.execute("INSERT INTO t VALUES ('soon')")
    assert connection.execute(f"SELECT {moment('x', 'VARCHAR')} FROM t").fetchall() == [(None,)]


def test_a_serial_that_stands_twice_is_one_unit_and_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = records(connection, tmp_path, units=UNITS + "test-0001,P1,2026-01-05,2026-01-20\n")
    assert (found.units, found.facts["serials_twice"]) == (8, 1)


def test_units_built_or_sold_later_are_not_at_risk(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    later = "TEST0100,P1,2026-04-02,\nTEST0101,P1,2026-01-05,2026-04-02\n"
    found = records(connection, tmp_path, units=UNITS + later)
    assert (found.units, found.facts["not_yet_at_risk"]) == (8, 2)


def test_without_units_the_genealogys_serials_are_the_units(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = passes("TEST0001,A,2026-01-07", "TEST0001,B,2026-01-09", columns="serial,station_id,completed_at")
    plan, exposure = measured(connection, tmp_path, genealogy=text)
    assert exposure.strata == (("", date(2026, 1, 5)),)
    assert units_at(plan, exposure) == {("A", "station", "A"): 1, ("B", "station", "B"): 1}


def test_units_without_a_build_date_are_a_stratum_of_their_own(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _, exposure = measured(
        connection,
        tmp_path,
        units="serial,built_at\nTEST0001,\nTEST0002,2026-01-05\n",
        genealogy=passes("TEST0001,A,T1"),
    )
    assert [week for _, week in exposure.strata] == [date(1900, 1, 1), date(2026, 1, 5)]


def test_columns_that_name_persons_are_no_factors(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = records(connection, tmp_path, genealogy=passes("TEST0001,A,Z", columns="serial,station_id,操作工"))
    assert (found.factors, found.ignored) == ((), {"操作工": "personal"})


def test_a_factor_may_have_any_name(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [f"TEST{i:04d},A,{'x' if i % 2 else 'y'}" for i in range(8)]
    plan, exposure = measured(
        connection, tmp_path, units=UNITS, genealogy=passes(*rows, columns='serial,station_id,"unit {it\'s} ""q"""')
    )
    assert units_at(plan, exposure)["A", 'unit {it\'s} "q"', "x"] == 4


def test_the_lots_supplier_is_a_factor(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [f"TEST{i:04d},A,L{i % 2}" for i in range(8)]
    plan, exposure = measured(
        connection,
        tmp_path,
        units=UNITS,
        genealogy=passes(*rows, columns="serial,station_id,part_lot"),
        lots="part_lot,supplier\nL0,North\nL1,South\n",
    )
    assert units_at(plan, exposure)["A", "supplier", "South"] == 4


def test_a_factor_with_one_level_is_not_compared(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    plan, _ = measured(connection, tmp_path, units=UNITS, genealogy=passes("TEST0001,A,T1", "TEST0002,A,T1"))
    assert plan.skipped == {("A", "tool"): "one level"}


def test_a_column_of_part_serials_is_not_compared(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [f"TEST{i:04d},A,N{i:03d}" for i in range(8)]
    genealogy = passes(*rows, columns="serial,station_id,part_serial")
    with loaded(connection, tmp_path, units=UNITS, genealogy=genealogy) as plant:
        assert plan_levels(plant, 4, 5).skipped == {("A", "part_serial"): "identifier"}


def test_a_measurement_is_binned_by_quantiles_that_are_shown(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    units = "serial\n" + "".join(f"TEST{i:04d}\n" for i in range(40))
    rows = [f"TEST{i:04d},A,{i}.5" for i in range(40)]
    plan, exposure = measured(
        connection, tmp_path, units=units, genealogy=passes(*rows, columns="serial,station_id,torque")
    )
    bins = {level: n for (_, factor, level), n in units_at(plan, exposure).items() if factor == "torque"}
    assert sum(bins.values()) == 40 and set(bins.values()) <= {9, 10, 11}
    assert next(iter(bins)).startswith("[0.5, ") and list(bins)[-1].endswith(", 39.5]")


def test_lot_numbers_are_names_however_many(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    units = "serial\n" + "".join(f"TEST{i:04d}\n" for i in range(40))
    rows = [f"TEST{i:04d},A,{1000 + i // 2}" for i in range(40)]
    plan, _ = measured(connection, tmp_path, units=units, genealogy=passes(*rows, columns="serial,station_id,part_lot"))
    assert [x.level for x in plan.levels if x.factor == "part_lot"] == [str(1000 + i) for i in range(20)]


def test_numbers_with_leading_zeros_are_names(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    units = "serial\n" + "".join(f"TEST{i:04d}\n" for i in range(40))
    rows = [f"TEST{i:04d},A,{i // 2:04d}" for i in range(40)]
    plan, _ = measured(connection, tmp_path, units=units, genealogy=passes(*rows, columns="serial,station_id,nest"))
    assert len([x for x in plan.levels if x.factor == "nest"]) == 20


def test_bins_are_half_open_and_the_last_is_closed() -> None:
    assert bin_names(1.0, [2.5, 4.0], 5.0) == ["[1, 2.5)", "[2.5, 4)", "[4, 5]"]


def test_a_unit_reworked_with_another_tool_is_exposed_to_both_and_counted_once(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = passes("TEST0001,A,T1", "TEST0001,A,T2", "TEST0001,A,T1", "TEST0002,A,T1")
    plan, exposure = measured(connection, tmp_path, units=UNITS, genealogy=text)
    found = units_at(plan, exposure)
    assert (found["A", "station", "A"], found["A", "tool", "T1"], found["A", "tool", "T2"]) == (2, 2, 1)


def test_a_station_is_compared_with_its_parallel_ones(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = passes("TEST0001,A,T1", "TEST0002,B,T1", "TEST0003,C,T1", "TEST0003,B,T1")
    plan, exposure = measured(connection, tmp_path, parallels={"A": 0, "B": 0}, units=UNITS, genealogy=text)
    base = {x.station_id: exposure.base_units[exposure.base_of[i]].sum() for i, x in enumerate(plan.levels[:3])}
    assert base == {"A": 3, "B": 3, "C": 3}
    assert exposure.base_of[0] == exposure.base_of[1] != exposure.base_of[2]


def test_units_with_an_unknown_value_are_neither_exposed_nor_other(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = passes("TEST0001,A,T1", "TEST0002,A,", "TEST0003,A,T2")
    plan, exposure = measured(connection, tmp_path, units=UNITS, genealogy=text)
    number = next(i for i, x in enumerate(plan.levels) if x.level == "T1")
    assert exposure.base_units[exposure.base_of[number]].sum() == 2


def test_time_in_service_is_split_into_age_bands(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    # Sold on 20 January, seen on 31 March: 70 days, of which 31 lie in the first month's band.
    _, exposure = measured(connection, tmp_path, units=UNITS, genealogy=passes("TEST0001,A,T1"))
    assert exposure.months[:, 0].sum(axis=1) * 30.4375 == pytest.approx([31, 39, 0, 0, 0])


@pytest.mark.parametrize(("age", "band"), [(0, 0), (30, 0), (31, 1), (91, 1), (92, 2), (364, 3), (365, 4), (4000, 4)])
def test_ages_fall_into_their_bands(connection: duckdb.DuckDBPyConnection, age: int, band: int) -> None:
    assert connection.execute(f"SELECT {band_of(str(age))}").fetchall() == [(band,)]


def test_overlaps_are_jaccards_over_units(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = passes("TEST0001,A,T1", "TEST0002,A,T1", "TEST0002,B,T9", "TEST0003,B,T9", "TEST0004,B,T8", "TEST0001,B,T8")
    with loaded(connection, tmp_path, units=UNITS, genealogy=text) as plant:
        plan = plan_levels(plant, 4, 1)
        numbers = {(x.station_id, x.level): i for i, x in enumerate(plan.levels)}
        found = overlaps(connection, measure_exposure(plant, plan, {}), numbers["A", "A"])
    assert found[numbers["B", "T9"]].jaccard == pytest.approx(1 / 3)
    assert found[numbers["B", "B"]].contained == pytest.approx(1.0)


def test_younger_units_do_not_look_worse_because_complaints_come_early() -> None:
    # All complaints come in the first month; the second lot's units have had only one month, the first lot's ten.
    from mapping.levels import Level

    plan = LevelPlan((Level("A", "part_lot", "old"), Level("A", "part_lot", "new")), ("part_lot",))
    strata = tuple(("P1", date.fromordinal(date(2025, 6, 2).toordinal() + 7 * i)) for i in range(8))
    units, months = np.zeros((2, 8)), np.zeros((BANDS, 2, 8))
    units[0, :4] = units[1, 4:] = 1000
    months[0] = units
    months[1, 0, :4] = 9000
    exposure = Exposure(
        plan, strata, units, months, np.zeros(2, dtype=np.intp), units.sum(0)[None], months.sum(1)[:, None], False
    )
    aged = np.zeros((BANDS, 2, 8))
    aged[0, 0, :4] = aged[0, 1, 4:] = 10
    found = compare(exposure, design(exposure), group_cases(aged, aged.sum(axis=1)[:, None]))
    assert found.rr == pytest.approx([1.0, 1.0])
    assert (found.p > 0.3).all()


@pytest.mark.parametrize(
    ("sold", "units", "unsold", "undated"),
    [
        (("2026-01-20", "2026-02-01", ""), 2, 1, 0),
        (("", "", ""), 3, 0, 3),
        (("2026-01-20", "unknown", ""), 2, 1, 1),
    ],
)
def test_stock_is_not_at_risk_where_others_are_sold(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, sold: tuple[str, ...], units: int, unsold: int, undated: int
) -> None:
    rows = "".join(f"TEST{number},P1,2026-01-05,{day}\n" for number, day in enumerate(sold))
    found = records(connection, tmp_path, units="serial,product,built_at,sold_at\n" + rows)
    assert (found.units, found.facts["unsold"], found.facts["without_sold_at"]) == (units, unsold, undated)
