"""Tables of every format and encoding, and what is refused."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from complaints.errors import ItemRefused
from complaints.tables.headers import header_key
from complaints.tables.reader import read_table

ALIASES = {
    "text": "text",
    "投诉内容": "text",
    "complaint_id": "complaint_id",
    "投诉编号": "complaint_id",
    "里程": "mileage",
}
ROWS = [("A1", "低速换挡顿挫", "12000"), ("A2", "过减速带异响，方向盘抖", "3500")]


def write(path: Path, encoding: str, header: str = "投诉编号,投诉内容,里程") -> Path:
    lines = [header, *(f'{a},"{b}",{c}' for a, b, c in ROWS)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def values(path: Path) -> list[dict[str, str]]:
    return [row.values for row in read_table(path, ALIASES, required=("text",)).rows]


EXPECTED = [{"complaint_id": a, "text": b, "mileage": c} for a, b, c in ROWS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_csv_in_every_allowed_encoding(tmp_path: Path, encoding: str) -> None:
    assert values(write(tmp_path / "t.csv", encoding)) == EXPECTED


def test_semicolons_are_seen_from_the_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("complaint_id;text\nA1;异响, 很大\n", encoding="utf-8")
    assert values(path) == [{"complaint_id": "A1", "text": "异响, 很大"}]


def test_tsv(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("complaint_id\ttext\nA1\t异响, 很大\n", encoding="utf-8")
    assert values(path) == [{"complaint_id": "A1", "text": "异响, 很大"}]


def test_jsonl_with_different_keys_a_line(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = [{"text": "异响"}, {"complaint_id": "A2", "text": "漏油", "mileage": 12000}]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    assert values(path) == [{"text": "异响"}, {"complaint_id": "A2", "text": "漏油", "mileage": "12000"}]


def test_a_broken_jsonl_line_is_a_problem_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "异响"}\n{"text": \n{"text": "漏油"}\n', encoding="utf-8")
    rows = list(read_table(path, ALIASES).rows)
    assert [(row.number, row.problem and row.problem.reason) for row in rows] == [
        (1, None),
        (2, "unreadable_row"),
        (3, None),
    ]


def test_xlsx_with_a_title_above_the_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["三月投诉清单"])
    sheet.append(["投诉编号", "投诉内容", "接收时间", "里程"])
    sheet.append(["A1", "低速换挡顿挫", datetime(2026, 3, 1, 14, 30), 12000])
    book.save(tmp_path / "t.xlsx")
    row = next(read_table(tmp_path / "t.xlsx", ALIASES, required=("text",)).rows)
    assert row.number == 3
    assert row.values == {
        "complaint_id": "A1",
        "text": "低速换挡顿挫",
        "接收时间": "2026-03-01 14:30:00",
        "mileage": "12000",
    }


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["异响", None], "complaint_id": [1, 2]}), tmp_path / "t.parquet")
    assert values(tmp_path / "t.parquet") == [{"text": "异响", "complaint_id": "1"}, {"complaint_id": "2"}]


def test_blank_rows_are_skipped_and_numbers_stay(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text\n异响\n\n漏油\n", encoding="utf-8")
    assert [(row.number, row.values["text"]) for row in read_table(tmp_path / "t.csv", ALIASES).rows] == [
        (2, "异响"),
        (4, "漏油"),
    ]


def test_a_row_with_too_many_cells_is_a_problem_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text\n异响\n漏油,多,余\n", encoding="utf-8")
    problems = [row.problem and row.problem.reason for row in read_table(tmp_path / "t.csv", ALIASES).rows]
    assert problems == [None, "too_many_cells"]


def test_long_cells_are_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["text"], ["异" * 200_000]])
    assert len(values(tmp_path / "t.csv")[0]["text"]) == 200_000


def refusal(path: Path, required: tuple[str, ...] = ("text",)) -> ItemRefused:
    with pytest.raises(ItemRefused) as caught:
        list(read_table(path, ALIASES, required=required).rows)
    return caught.value


def test_undecodable_bytes_are_refused_with_row_and_character(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("text\n异响\n漏".encode() + b"\xff\xff\xff\n")
    found = refusal(tmp_path / "t.csv")
    assert (found.reason, "row 3, character 2" in str(found.what)) == ("undecodable_bytes", True)


def test_the_refusal_quotes_nothing_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"text\n13900001111\xff\xff\n")
    assert "1390000" not in str(refusal(tmp_path / "t.csv"))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.csv", b"", "empty_file"),
        ("t.csv", b"a,b\n1,2\n", "missing_column"),
        ("t.csv", "text,投诉内容\n1,2\n".encode(), "double_column"),
        ("t.xlsx", b"not a workbook", "not_a_table"),
        ("t.parquet", b"not parquet at all", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name).reason == reason


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/a.xml", "w") as part,
    ):
        for _ in range(1100):
            part.write(bytes(1_000_000))
    assert refusal(tmp_path / "t.xlsx").reason == "too_large"


def test_headers_compare_without_case_blanks_and_width() -> None:
    assert header_key(" Complaint－ID ") == header_key("complaint_id") == "complaintid"


def test_half_a_character_of_json_becomes_a_replacement_sign(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(r'{"text": "异响\ud83d", "\ud800": "x"}', encoding="utf-8")
    assert values(path) == [{"text": "异响\ufffd", "\ufffd": "x"}]


def test_a_parquet_value_beyond_pythons_types_costs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    times = pa.array([2**62, 0], pa.timestamp("ms"))
    pq.write_table(pa.table({"text": ["异响", "漏油"], "received_at": times}), path)
    assert [row["text"] for row in values(path)] == ["异响", "漏油"]
    assert values(path)[1]["received_at"] == "1970-01-01 00:00:00"


def test_a_parquet_text_that_is_no_utf8_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    broken = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\4\0\0\0"), pa.py_buffer(b"ab\x92c"))
    pq.write_table(pa.table({"text": broken}), path)
    with pytest.raises(ItemRefused) as refused:
        values(path)
    assert refused.value.reason == "undecodable_bytes"


def test_damage_within_a_sheet_refuses_the_workbook(tmp_path: Path) -> None:
    book, path = openpyxl.Workbook(), tmp_path / "t.xlsx"
    book.active.append(["text"])
    for number in range(300):
        book.active.append([f"异响{number}"])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content = bytearray(path.read_bytes())
    content[at + 200 : at + 260] = bytes(60)
    path.write_bytes(content)
    with pytest.raises(ItemRefused) as refused:
        values(path)
    assert refused.value.reason == "not_a_table"
