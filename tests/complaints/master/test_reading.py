"""[master.columns] means the same in every format, and a file that would cost too much costs one bounded try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from complaints.errors import MasterDataError
from complaints.master.columns import MASTER_TABLES
from complaints.master.reader import check_master, open_large, read_account, read_small
from complaints.master.reading import MasterReading
from complaints.settings import MASTER_COLUMNS
from complaints.tables import TableLimits

ENDINGS = ["csv", "xlsx", "jsonl", "parquet"]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def write(path: Path, heads: list[str], *rows: list[str]) -> Path:
    """Write a table in the format of its ending."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in (heads, *rows):
            book.worksheets[0].append(row)
        book.save(path)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({head: [row[n] for row in rows] for n, head in enumerate(heads)}), path)
    elif path.suffix == ".jsonl":
        pairs = [", ".join(f'"{h}": "{cell}"' for h, cell in zip(heads, row, strict=True)) for row in rows]
        path.write_text("".join(f"{{{one}}}\n" for one in pairs), encoding="utf-8")
    else:
        path.write_text("".join(",".join(row) + "\n" for row in (heads, *rows)), encoding="utf-8")
    return path


def test_the_settings_know_the_columns_of_every_table() -> None:
    assert {name: set(columns) for name, columns in MASTER_COLUMNS.items()} == {
        name: set(table.columns) for name, table in MASTER_TABLES.items()
    }


def test_a_header_mapped_for_one_table_means_nothing_in_another() -> None:
    how = MasterReading({"Cell": "genealogy.station_id", "Nr": "serial", "Wer": "owner"})
    assert [how.own(name) for name in ("genealogy", "units", "actions", "lots")] == [
        {"Cell": "station_id", "Nr": "serial"}, {"Nr": "serial"}, {"Wer": "owner"}, {},
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_small_table_is_read_by_the_users_headers(ending: str, tmp_path: Path) -> None:
    write(tmp_path / f"stations.{ending}", ["Cell", "Benennung"], ["Z1", "Doors"])
    rows = read_small(tmp_path, "stations", MasterReading({"cell": "station_id", "Benennung": "name"}))
    assert [row.values for row in rows or []] == [{"station_id": "Z1", "name": "Doors"}]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_large_table_is_read_by_the_users_headers(
    ending: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write(tmp_path / f"genealogy.{ending}", ["Nr", "Cell", "Druck"], ["A1", "Z1", "3"])
    how = MasterReading({"Nr": "serial", "Cell": "genealogy.station_id"})
    with open_large(connection, tmp_path, "genealogy", tmp_path, how):
        found = connection.execute('SELECT serial, station_id, "Druck" FROM master_genealogy').fetchall()
    assert found == [("A1", "Z1", "3")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_users_header_wins_over_the_name_of_the_column(
    ending: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write(tmp_path / f"genealogy.{ending}", ["serial", "station_id", "Cell"], ["A1", "old", "Z1"])
    how = MasterReading({"Cell": "station_id"})
    with open_large(connection, tmp_path, "genealogy", tmp_path, how):
        assert connection.execute("SELECT station_id FROM master_genealogy").fetchall() == [("Z1",)]


def test_two_names_that_are_exchanged_are_exchanged_once(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write(tmp_path / "genealogy.xlsx", ["serial", "tool", "station_id"], ["A1", "Z1", "T1"])
    how = MasterReading({"tool": "station_id", "station_id": "tool"})
    with open_large(connection, tmp_path, "genealogy", tmp_path, how):
        assert connection.execute("SELECT station_id, tool FROM master_genealogy").fetchall() == [("Z1", "T1")]


def test_a_form_is_read_by_the_users_headers(tmp_path: Path) -> None:
    write(tmp_path / "pfmea.xlsx", ["Zelle", "Was schiefgeht", "S"], ["Z1", "left out", "7"])
    account = read_account(tmp_path, "pfmea", MasterReading({"Zelle": "station_id", "Was schiefgeht": "failure_mode"}))
    assert account is not None
    assert account.rows[0].values == {"station_id": "Z1", "failure_mode": "left out", "severity": "7"}


@pytest.mark.parametrize("table", ["stations", "genealogy"])
def test_two_headers_for_one_column_are_refused_before_the_night(table: str, tmp_path: Path) -> None:
    needed = list(MASTER_TABLES[table].required)
    extra = "line" if table == "stations" else "tool"
    write(tmp_path / f"{table}.csv", [*needed, "Eins", "Zwei"], ["x"] * (len(needed) + 2))
    with pytest.raises(MasterDataError, match=extra):
        check_master(tmp_path, MasterReading({"Eins": extra, "Zwei": extra}))


@pytest.mark.parametrize("table", ["stations", "genealogy", "pfmea"])
def test_a_line_without_end_costs_one_bounded_try(table: str, tmp_path: Path) -> None:
    with (tmp_path / f"{table}.csv").open("wb") as stream:
        stream.write(b"station_id,serial,name,failure_mode\n")
        stream.truncate(3_000_000_000)  # the file takes no room
    with pytest.raises(MasterDataError):
        read_account(tmp_path, table, MasterReading(limits=TableLimits(quiet_s=0.002)))


@pytest.mark.parametrize("table", ["stations", "pfmea"])
def test_a_value_that_repeats_fills_no_memory_and_the_next_file_is_read(table: str, tmp_path: Path) -> None:
    value = pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), pa.array(["a" * 200_000]))
    columns = dict.fromkeys(MASTER_TABLES[table].required, value)
    pq.write_table(pa.table(columns), tmp_path / f"{table}.parquet", compression="zstd")
    write(tmp_path / "routing.csv", ["component", "station_id"], ["door", "S1"])
    with pytest.raises(MasterDataError, match=f"{table}.parquet"):
        read_small(tmp_path, table)
    assert len(read_small(tmp_path, "routing") or []) == 1
