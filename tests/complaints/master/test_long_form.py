"""A genealogy in long form is known by its columns and turned; the last of repeated measurements counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from complaints.errors import MasterDataError
from complaints.master import long_form
from complaints.master.reader import open_large

ENGLISH = (
    "serial,station_id,timestamp,parameter,value\n"
    "U1,OP10,2026-03-01 08:00:00,Torque,9.5\n"
    "U1,OP10,2026-03-01 08:00:05,Angle,42\n"
    "U2,OP10,2026-03-01 08:01:00,Torque,9.9\n"
)
CHINESE = (
    "序列号,工位号,过站时间,参数名称,实测值,单位\n"
    "U1,OP10,2026/3/1 8:00,拧紧扭矩,9.5,Nm\n"
    "U1,OP10,2026/3/1 8:00,程序号,P7,\n"
    "U2,OP10,2026年3月1日,拧紧扭矩,9.9,Nm\n"
)


def turned(folder: Path, text: str, select: str = "*") -> tuple[Any, list[tuple[Any, ...]]]:
    (folder / "genealogy.csv").write_text(text, encoding="utf-8")
    with duckdb.connect() as connection, open_large(connection, folder, "genealogy", folder) as columns:
        assert columns is not None
        return columns, connection.execute(f"SELECT {select} FROM master_genealogy ORDER BY serial").fetchall()


def test_english_heads(tmp_path: Path) -> None:
    columns, rows = turned(tmp_path, ENGLISH, "serial, torque, angle")
    assert (columns.turned.factors, rows) == (
        {"Angle": "angle", "Torque": "torque"}, [("U1", "9.5", "42"), ("U2", "9.9", None)],
    )  # fmt: skip


def test_chinese_heads(tmp_path: Path) -> None:
    columns, rows = turned(tmp_path, CHINESE, "serial, torque, program")
    assert (columns.turned.unused, rows) == (("单位",), [("U1", "9.5", "P7"), ("U2", "9.9", None)])


def test_values_of_a_parquet_file(tmp_path: Path) -> None:
    target = str(tmp_path / "genealogy.parquet")
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'U1' AS sn, 'OP1' AS station, TIMESTAMP '2026-03-01' AS completed_at, 'Leak' AS tag, 0.25 "
            f"AS reading) TO '{target}'"
        )
        with open_large(connection, tmp_path, "genealogy", tmp_path):
            assert connection.execute('SELECT serial, "Leak" FROM master_genealogy').fetchall() == [("U1", "0.25")]


def test_the_last_by_time_counts_and_repeats_are_told(tmp_path: Path) -> None:
    text = ENGLISH + "U1,OP10,2026-03-01 07:00:00,Torque,1.0\nU1,OP10,2026-03-02 08:00:00,Torque,2.0\n"
    columns, rows = turned(tmp_path, text, "serial, torque")
    assert (columns.turned.repeats, rows[0]) == (2, ("U1", "2.0"))


def test_the_order_of_rows_is_irrelevant_at_one_time(tmp_path: Path) -> None:
    extra = "U1,OP10,2026-03-01 08:00:00,Torque,8.8\n"
    head, *rest = ENGLISH.splitlines(keepends=True)
    one = turned(tmp_path, ENGLISH + extra)[1]
    assert turned(tmp_path, head + extra + "".join(rest))[1] == one


def test_it_is_turned_alike_in_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = turned(tmp_path, ENGLISH)[1]
    monkeypatch.setattr(long_form, "PASS_ROWS", 1)
    assert turned(tmp_path, ENGLISH)[1] == whole


def test_two_parameters_of_one_meaning_keep_their_names(tmp_path: Path) -> None:
    text = "serial,station_id,参数,值\nU1,OP1,扭矩,1\nU1,OP1,力矩,2\n"
    assert turned(tmp_path, text)[0].turned.factors == {"力矩": "力矩", "扭矩": "扭矩"}


def test_a_parameter_named_like_a_key_does_not_take_its_place(tmp_path: Path) -> None:
    text = "serial,station_id,参数,值\nU1,OP1,serial,X\n"
    assert turned(tmp_path, text)[1] == [("U1", "OP1", "X")]


def test_a_wide_genealogy_with_a_result_is_left_as_it_is(tmp_path: Path) -> None:
    columns, rows = turned(tmp_path, "serial,station_id,值,shift\nU1,OP1,7,A\n")
    assert (columns.turned, rows) == (None, [("U1", "OP1", "7", "A")])


def test_a_column_of_texts_is_no_column_of_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_form, "MAX_PARAMETERS", 1)
    with pytest.raises(MasterDataError, match="parameters"):
        turned(tmp_path, ENGLISH)


@pytest.mark.parametrize(
    "first", ["LSVAA0000B1234567,OP10,2026-03-01 08:00:00,9.5", "LSVAA0000B1234567,OP10,OP10", "王小明,张小红,沪A12345"]
)
def test_a_table_without_heads_is_refused_and_not_quoted(tmp_path: Path, first: str) -> None:
    with pytest.raises(MasterDataError) as refused:
        turned(tmp_path, f"{first}\n{first}\n")
    said = f"{refused.value} {refused.value.values}"
    assert not [cell for cell in first.split(",") if cell in said]
