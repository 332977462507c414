"""Tables are read in a process of their own: what a file does to it costs that file."""

from __future__ import annotations

import os
import signal
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from complaints.errors import ItemRefused
from complaints.tables.child import TableReader
from complaints.tables.types import TableLimits
from tests.complaints.tables.tables import READING, read, workbook, written

LIMITS = TableLimits(memory_bytes=500 << 20)  # pyarrow alone takes 310 MB of address space


@pytest.fixture(scope="module")
def reader() -> Iterator[TableReader]:
    with TableReader(LIMITS) as one:
        yield one


def test_rows_and_accounts_come_as_if_they_were_read_here(reader: TableReader, tmp_path: Path) -> None:
    body = "".join(f"A{n},03/{n % 28 + 1:02d}/2026,异响{n}\n" for n in range(1200))
    path = written(tmp_path / "t.csv", f"清单\n工单号,受理时间,投诉内容\n{body}合计,,\nA9,a,b,c\n")
    table = reader.read(path, READING, "t.csv")
    rows, accounts = read(path)
    come = list(table.rows)
    assert [(r.number, r.values, r.undated) for r in come] == [(r.number, r.values, r.undated) for r in rows]
    assert table.accounts == accounts


def test_a_refusal_keeps_its_words_and_the_next_file_is_read(reader: TableReader, tmp_path: Path) -> None:
    with pytest.raises(ItemRefused, match="the file is empty"):
        reader.read(written(tmp_path / "t.csv", b""), READING, "t.csv")
    table = reader.read(written(tmp_path / "u.csv", "text\n异响\n"), READING, "u.csv")
    assert [row.values["text"] for row in table.rows] == ["异响"]


def test_a_file_that_is_left_half_read_costs_the_next_one_nothing(reader: TableReader, tmp_path: Path) -> None:
    long = written(tmp_path / "t.csv", "text\n" + "异响\n" * 100_000)
    rows = reader.read(long, READING, "t.csv").rows
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    table = reader.read(written(tmp_path / "u.csv", "text\n漏油\n"), READING, "u.csv")
    assert [row.values["text"] for row in table.rows] == ["漏油"]


def test_a_file_that_needs_too_much_memory_is_refused(reader: TableReader, tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", b'{"text": "' + b"a" * 400_000_000 + b'"}\n')
    with pytest.raises(ItemRefused) as refused:
        list(reader.read(path, READING, "t.jsonl").rows)
    assert refused.value.reason in ("reader_memory", "reader_died")


def test_one_far_cell_costs_nothing(reader: TableReader, tmp_path: Path) -> None:
    book = workbook(tmp_path / "t.xlsx", S=[["text"], ["异响"]])
    book["S"]["XFD1048576"] = "x"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ItemRefused) as refused:
        list(reader.read(tmp_path / "t.xlsx", READING, "t.xlsx").rows)
    assert refused.value.reason in ("reader_memory", "reader_died", "unreadable")


def test_entities_that_multiply_are_not_unpacked(reader: TableReader, tmp_path: Path) -> None:
    workbook(tmp_path / "one.xlsx", S=[["text"], ["异响"]])
    laughs = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    head = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">{laughs}]>'.encode()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sharedStrings.xml"):
                content = head + content[content.index(b"<sst") :].replace("异响".encode(), b"&j;")
            new.writestr(part, content)
    try:
        rows = list(reader.read(tmp_path / "t.xlsx", READING, "t.xlsx").rows)
    except ItemRefused:
        rows = []
    assert all(len(row.values["text"]) < 1000 for row in rows)


def test_a_value_that_repeats_is_no_way_to_fill_the_store(reader: TableReader, tmp_path: Path) -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), pa.array(["a" * 200_000]))
    pq.write_table(pa.table({"text": values}), tmp_path / "t.parquet", compression="zstd")
    with pytest.raises(ItemRefused) as refused:
        list(reader.read(tmp_path / "t.parquet", READING, "t.parquet").rows)
    assert refused.value.reason == "too_large"


def test_objects_with_names_of_their_own_are_refused(reader: TableReader, tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", "".join(f'{{"text": "a", "k{n}": 1}}\n' for n in range(20_000)))
    with pytest.raises(ItemRefused) as refused:
        reader.read(path, READING, "t.jsonl")
    assert refused.value.reason == "too_many_cells"


def test_a_reader_that_is_silent_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as stream:
        stream.write(b"text\n")
        stream.truncate(3_000_000_000)  # a line without end; the file takes no room
    limits = replace(LIMITS, quiet_s=0.002)
    with TableReader(limits) as one, pytest.raises(ItemRefused) as refused:
        list(one.read(path, READING, "t.csv").rows)
    assert refused.value.reason == "reader_stalled"


def test_a_reader_that_is_killed_costs_its_file_alone(tmp_path: Path) -> None:
    with TableReader(LIMITS) as one:
        rows = one.read(written(tmp_path / "t.csv", "text\n" + "异响\n" * 200_000), READING, "t.csv").rows
        next(rows)
        os.kill(one._child._process.pid, signal.SIGKILL)  # type: ignore[union-attr,arg-type]
        with pytest.raises(ItemRefused) as refused:
            list(rows)
        assert refused.value.reason == "reader_died"
        table = one.read(written(tmp_path / "u.csv", "text\n漏油\n"), READING, "u.csv")
        assert [row.values["text"] for row in table.rows] == ["漏油"]
