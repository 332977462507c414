"""What a level leaves over equals what is counted in a plant without the units of that level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from mapping.exposure import Exposure, count_cases, measure_exposure
from mapping.genealogy import PlantTables, plant_tables
from mapping.levels import LevelPlan, plan_levels
from mapping.remainder import Remainder

GROUP = 3
PARALLELS = {"B1": 0, "B2": 0}
GIVEN = [("A", "tool", "T1"), ("B1", "station", "B1"), ("A", "station", "A"), ("C", "tool", "T0")]


@dataclass(frozen=True)
class Small:
    plant: PlantTables
    plan: LevelPlan
    complaining: str

    def remainder(self, exposure: Exposure) -> Remainder:
        return Remainder(self.plant, exposure, self.complaining, self.plant.own)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    """Forty units of two products that pass A, one of B1 and B2, and C; some twice, some complain."""
    units, passes = ["serial,product,built_at,sold_at"], ["serial,station_id,tool,torque"]
    for n in range(40):
        units.append(f"TEST{n:04d},P{n % 2},2026-01-{5 + n % 20:02d},2026-02-{1 + n % 20:02d}")
        passes.append(f"TEST{n:04d},A,T{n % 3},")
        passes.append(f"TEST{n:04d},{'B1' if n % 5 < 2 else 'B2'},T{n % 4},{n * 1.5}")
        if n % 7 == 0:
            passes.append(f"TEST{n:04d},A,T{(n + 1) % 3},")
        if n % 4:
            passes.append(f"TEST{n:04d},C,{f'T{n % 2}' if n % 6 else ''},")
    for name, lines in (("units", units), ("genealogy", passes)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with duckdb.connect() as opened, plant_tables(opened, tmp_path, tmp_path, date(2026, 8, 31)) as plant:
        complaining = plant.own.make(
            "complaining",
            f"SELECT unnest([{GROUP}, {GROUP}, {GROUP}, {GROUP}, {GROUP}, 1, 1]) AS grp, "
            "unnest([0, 4, 7, 21, 33, 2, 4])::INTEGER AS unit, false AS doubtful, "
            "unnest([0, 1, 0, 3, 2, 0, 4]) AS band",
        )
        yield Small(plant, plan_levels(plant, 4, 1), complaining)


def measured(small: Small) -> Exposure:
    return measure_exposure(small.plant, small.plan, PARALLELS)


def number(exposure: Exposure, level: tuple[str, str, str]) -> int:
    return [(x.station_id, x.factor, x.level) for x in exposure.plan.levels].index(level)


def without(small: Small, exposure: Exposure, given: int) -> Exposure:
    """Measure anew in a plant that never built the units of a level."""
    column = exposure.plan.columns[exposure.plan.levels[given].factor]
    passes = small.plan.passes
    small.plant.connection.execute(
        f"DELETE FROM {passes} WHERE unit IN (SELECT unit FROM {passes} WHERE {column} = {given})"
    )
    return measured(small)


@pytest.mark.parametrize("given", GIVEN)
def test_stations_without_a_levels_units(small: Small, given: tuple[str, str, str]) -> None:
    whole = measured(small)
    level = number(whole, given)
    stations = sorted({x.station_id for x in whole.plan.levels})
    part, cases = small.remainder(whole).of_stations(GROUP, level, stations)
    expected = without(small, whole, level)
    counted = count_cases(small.plant, whole, small.complaining).of(GROUP, whole)
    for name in ("units", "months", "base_units", "base_months"):
        np.testing.assert_array_equal(getattr(part, name), getattr(expected, name))
    np.testing.assert_array_equal(cases.aged_levels, counted.aged_levels)
    np.testing.assert_array_equal(cases.aged_bases, counted.aged_bases)


@pytest.mark.parametrize("given", GIVEN)
def test_one_level_without_anothers_units(small: Small, given: tuple[str, str, str]) -> None:
    whole = measured(small)
    level = number(whole, given)
    remainder = small.remainder(whole)
    found = [remainder.of_level(GROUP, one, level) for one in range(len(whole.plan.levels))]
    expected = without(small, whole, level)
    counted = count_cases(small.plant, whole, small.complaining).of(GROUP, whole)
    for one, (part, cases) in enumerate(found):
        base = whole.base_of[one]
        np.testing.assert_array_equal(part.units[0], expected.units[one])
        np.testing.assert_array_equal(part.months[:, 0], expected.months[:, one])
        np.testing.assert_array_equal(part.base_units[0], expected.base_units[base])
        np.testing.assert_array_equal(part.base_months[:, 0], expected.base_months[:, base])
        np.testing.assert_array_equal(cases.aged_levels[:, 0], counted.aged_levels[:, one])
        np.testing.assert_array_equal(cases.aged_bases[:, 0], counted.aged_bases[:, base])


def test_levels_of_stations_that_were_not_asked_for_have_no_units(small: Small) -> None:
    whole = measured(small)
    part, cases = small.remainder(whole).of_stations(GROUP, number(whole, ("A", "tool", "T1")), ["B1"])
    others = [n for n, x in enumerate(whole.plan.levels) if x.station_id != "B1"]
    assert not part.units[others].any()
    assert not cases.levels[others].any()


def test_a_station_asked_alone_is_compared_with_its_parallel_one(small: Small) -> None:
    whole = measured(small)
    given, station = number(whole, ("A", "tool", "T1")), number(whole, ("B1", "station", "B1"))
    part, _ = small.remainder(whole).of_stations(GROUP, given, ["B1"])
    expected = without(small, whole, given)
    base = whole.base_of[station]
    assert part.base_units[base].sum() == expected.base_units[base].sum() > part.units[station].sum()


def test_a_station_without_passes_has_nothing(small: Small) -> None:
    whole = measured(small)
    part, cases = small.remainder(whole).of_stations(GROUP, number(whole, ("A", "tool", "T1")), ["Z"])
    assert not part.units.any()
    assert not cases.levels.any()


def test_groups_take_turns(small: Small) -> None:
    whole = measured(small)
    given, station = number(whole, ("A", "tool", "T2")), number(whole, ("A", "station", "A"))
    remainder = small.remainder(whole)
    sums = [remainder.of_level(group, station, given)[1].levels.sum() for group in (GROUP, 1, GROUP)]
    assert sums == [4, 1, 4]
