"""Units that passed a station, sold or not: where each of them is, as far as the plant's dates tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from complaints.master import MasterReading
from mapping.built import built_units
from tests.mapping.small_plant import AS_OF, PASSES, UNITS, write_plant


def states(folder: Path, station: str = "ST10", **written: Any) -> dict[str, str]:
    write_plant(folder, **written)
    with duckdb.connect() as connection, built_units(connection, folder, folder, AS_OF, [station]) as built:
        assert built is not None
        return dict(connection.execute(f"SELECT serial, state FROM {built.units} ORDER BY 1").fetchall())


def test_each_unit_is_where_its_dates_put_it(tmp_path: Path) -> None:
    assert states(tmp_path) == {
        "U01": "sold", "U02": "sold", "U03": "sold", "U04": "sold", "U05": "unsold",
        "U06": "unsold",  # sold after the night
        "U07": "sold", "U08": "unsold",
        "U09": "in plant",  # no build date, where others have one
        "U10": "unknown",  # not in units
    }  # fmt: skip


def test_a_pass_after_the_night_is_not_known_yet(tmp_path: Path) -> None:
    assert "U11" not in states(tmp_path)


def test_only_units_of_the_station_are_read(tmp_path: Path) -> None:
    assert list(states(tmp_path, "ST20")) == ["U01"]


def without(column: int, rows: Sequence[str] = UNITS) -> list[str]:
    """Return rows with one column empty."""
    return [",".join("" if n == column else cell for n, cell in enumerate(row.split(","))) for row in rows]


def test_where_no_unit_has_a_day_of_sale_nobody_knows_what_is_sold(tmp_path: Path) -> None:
    found = states(tmp_path, units=without(3))
    assert set(found.values()) == {"unknown", "in plant"} and found["U09"] == "in plant"


def test_where_no_unit_has_a_build_date_none_counts_as_in_the_plant(tmp_path: Path) -> None:
    assert states(tmp_path, units=without(2))["U09"] == "unsold"


def test_a_day_of_sale_that_cannot_be_read_is_no_stock(tmp_path: Path) -> None:
    assert states(tmp_path, units=[*UNITS[:-1], "U09,P,2026-06-20,soon"])["U09"] == "unknown"


def test_without_units_nothing_is_known_of_sales(tmp_path: Path) -> None:
    assert set(states(tmp_path, units=None).values()) == {"unknown"}


def test_without_genealogy_there_are_no_tables(tmp_path: Path) -> None:
    write_plant(tmp_path, passes=None)
    with duckdb.connect() as connection, built_units(connection, tmp_path, tmp_path, AS_OF, ["ST10"]) as built:
        assert built is None


@pytest.mark.parametrize("written", ["ｕ-02", "U 02"])
def test_a_serial_is_one_however_it_is_written(tmp_path: Path, written: str) -> None:
    found = states(tmp_path, passes=[*PASSES, f"{written},ST10,2026-06-01,L1,48"])
    assert len(found) == 10


def test_nothing_stays_in_the_connection(tmp_path: Path) -> None:
    write_plant(tmp_path)
    with duckdb.connect() as connection:
        with built_units(connection, tmp_path, tmp_path, AS_OF, ["ST10"]):
            pass
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_headers_of_the_plants_own_are_understood(tmp_path: Path) -> None:
    write_plant(tmp_path)
    for name in ("units", "genealogy"):
        path = tmp_path / f"{name}.csv"
        path.write_text(path.read_text().replace("serial", "Fgst").replace("station_id", "Zelle"), encoding="utf-8")
    how = MasterReading({"Fgst": "serial", "Zelle": "station_id"})
    with duckdb.connect() as connection, built_units(connection, tmp_path, tmp_path, AS_OF, ["ST20"], how) as built:
        assert built is not None
        assert connection.execute(f"SELECT serial FROM {built.units}").fetchall() == [("U01",)]
