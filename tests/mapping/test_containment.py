"""What to contain: sets within sets, what each holds, and whether the lot is in use still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from complaints.records import Containment
from complaints.store import temporary_tables
from mapping.built import built_units
from mapping.containment import Claim, Complaining, Contained
from tests.mapping.small_plant import AS_OF, PASSES, UNITS, write_plant

LOT = Claim("symptom", "noise/door", "ST10", "part_lot", "L1", None)
FIRST_WEEK = (date(2026, 6, 1), date(2026, 6, 7))
# Cases by unit: two of U02, one of U04 and of U07, one without a serial number.
CASES = {"C1": "U02", "C2": "U02", "C3": "U04", "C4": "U07", "C5": None}


def asked(
    folder: Path, claim: Claim, number: int = 1, cases: Mapping[str, str | None] = CASES, **written: Any
) -> tuple[Containment | None, list[tuple[Any, ...]]]:
    """Return a claim's sets, and the units of one."""
    write_plant(folder, **written)
    with (
        duckdb.connect() as connection,
        built_units(connection, folder, folder, AS_OF, [claim.station_id]) as built,
        temporary_tables(connection) as own,
    ):
        assert built is not None
        members = own.make(
            "members",
            "SELECT 'symptom' AS group_kind, 'noise/door' AS group_id, unnest(?::VARCHAR[]) AS case_id "
            "UNION ALL SELECT 'symptom', 'other', 'C9'",
            [list(cases)],
        )
        keys = own.make(
            "keys",
            "SELECT * FROM (SELECT unnest(?::VARCHAR[]) AS case_id, unnest(?::VARCHAR[]) AS key) WHERE key IS NOT NULL "
            "UNION ALL SELECT 'C9', 'U05'",
            [list(cases), list(cases.values())],
        )
        contained = Contained(own, built, Complaining(members, keys), claim)
        return contained.figures(), contained.listed(number)


def found(folder: Path, claim: Claim, **written: Any) -> Containment:
    sets = asked(folder, claim, **written)[0]
    assert sets is not None
    return sets


def held(sets: Containment) -> list[tuple[str, int, int, int]]:
    """Return each set's kind, units, complaints and complaining units."""
    return [(one.kind, one.units, one.complaints, one.complained) for one in sets.sets]


def test_the_sets_go_from_the_lot_in_its_weeks_to_the_whole_station(tmp_path: Path) -> None:
    assert held(found(tmp_path, replace(LOT, window=FIRST_WEEK))) == [
        ("level_in_window", 2, 3, 2), ("level", 4, 3, 2), ("station_in_span", 5, 3, 2), ("station", 10, 4, 3),
    ]  # fmt: skip


def test_where_the_complaints_do_not_gather_the_whole_lot_is_the_narrowest_set(tmp_path: Path) -> None:
    assert held(found(tmp_path, LOT))[0] == ("level", 4, 3, 2)


def test_a_set_tells_where_its_units_are(tmp_path: Path) -> None:
    lot, _, station = found(tmp_path, LOT).sets
    assert astuple(lot)[-4:] == (0, 2, 2, 0)
    assert astuple(station)[-4:] == (1, 3, 5, 1)


def test_the_days_of_a_set_are_those_of_its_units_or_of_the_weeks(tmp_path: Path) -> None:
    weeks, lot, *_ = found(tmp_path, replace(LOT, window=FIRST_WEEK)).sets
    assert (weeks.first, weeks.last) == FIRST_WEEK
    assert (lot.first, lot.last) == (date(2026, 6, 1), date(2026, 6, 8))


def test_complaints_without_a_serial_number_are_told_apart(tmp_path: Path) -> None:
    sets = found(tmp_path, LOT)
    assert (sets.complaints, sets.without_serial) == (5, 1)


def test_a_lot_that_is_gone_says_since_when_and_what_passed_since(tmp_path: Path) -> None:
    sets = found(tmp_path, LOT)
    assert (sets.last, sets.running, sets.passed_since) == (date(2026, 6, 8), False, 4)


def test_a_lot_of_the_last_days_is_in_use_still(tmp_path: Path) -> None:
    sets = found(tmp_path, replace(LOT, level="L2"))
    assert (sets.last, sets.running, sets.passed_since) == (date(2026, 6, 20), True, 0)


def test_a_station_without_a_level_has_all_its_units_in_one_set(tmp_path: Path) -> None:
    whole = replace(LOT, factor=None, level=None)
    assert held(found(tmp_path, whole)) == [("station", 10, 4, 3)]
    assert held(found(tmp_path, replace(whole, window=FIRST_WEEK)))[0] == ("station_in_span", 3, 3, 2)


def test_a_station_that_stands_still_while_the_plant_builds_is_no_longer_running(tmp_path: Path) -> None:
    sets = found(tmp_path, Claim("symptom", "noise/door", "ST20", None, None, None))
    assert (sets.last, sets.running) == (date(2026, 5, 25), False)


@pytest.mark.parametrize(
    ("level", "units"), [("[48, 49)", ["U02", "U05"]), ("[49, 50]", ["U03", "U04", "U07", "U09", "U10"])]
)
def test_a_tail_of_a_number_holds_its_lower_edge_and_the_last_one_its_upper(
    tmp_path: Path, level: str, units: Sequence[str]
) -> None:
    _, listed = asked(tmp_path, replace(LOT, factor="torque", level=level))
    assert [row[1] for row in listed] == units


def test_the_supplier_of_a_lot_is_a_level_too(tmp_path: Path) -> None:
    assert held(found(tmp_path, replace(LOT, factor="supplier", level="South")))[0] == ("level", 4, 3, 2)


@pytest.mark.parametrize("wrong", [replace(LOT, level="L9"), replace(LOT, factor="shift", level="A")])
def test_a_level_that_the_records_no_longer_hold_has_no_sets(tmp_path: Path, wrong: Claim) -> None:
    assert asked(tmp_path, wrong)[0] is None


def test_a_unit_that_was_reworked_at_the_level_belongs_to_it_once(tmp_path: Path) -> None:
    again = [*PASSES, "U03,ST10,2026-06-04,L1,50"]
    assert held(found(tmp_path, LOT, passes=again))[0] == ("level", 5, 3, 2)


def test_a_unit_without_a_build_date_counts_by_its_pass(tmp_path: Path) -> None:
    undated = ["U02,P,,2026-06-05" if row.startswith("U02") else row for row in UNITS]
    assert held(found(tmp_path, replace(LOT, window=FIRST_WEEK), units=undated))[0] == ("level_in_window", 2, 3, 2)


def test_a_list_holds_the_set_and_those_within_it_each_with_its_narrowest(tmp_path: Path) -> None:
    _, listed = asked(tmp_path, replace(LOT, window=FIRST_WEEK), number=2)
    assert [(row[0], row[1], row[-1]) for row in listed] == [(1, "U02", 2), (1, "U04", 1), (2, "U05", 0), (2, "U06", 0)]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    one = found(tmp_path / "a", LOT)
    assert found(tmp_path / "b", LOT, units=UNITS[::-1], passes=PASSES[::-1]) == one
