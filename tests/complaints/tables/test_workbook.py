"""Workbooks: sheets, merged cells, wrong dimensions, and files that are no workbook."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from tests.complaints.tables.tables import read, refusal, texts, workbook, written

HEAD = ["工单号", "受理时间", "投诉内容"]


def test_every_sheet_with_matching_headers_is_read_and_rows_name_theirs(tmp_path: Path) -> None:
    rows = {f"{m}月": [HEAD, [f"M{m}", datetime(2026, m, 1), f"第{m}个月异响"]] for m in (1, 2, 3)}
    workbook(tmp_path / "t.xlsx", **rows, 说明=[["本表说明"]])
    found, accounts = read(tmp_path / "t.xlsx")
    assert [(row.sheet, row.values["complaint_id"]) for row in found] == [("1月", "M1"), ("2月", "M2"), ("3月", "M3")]
    assert [account.left_out for account in accounts] == ["", "", "", "no_header"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_told_and_not_read(tmp_path: Path, state: str) -> None:
    path = tmp_path / "t.xlsx"
    book = workbook(path, 旧=[HEAD, ["A0", "2020-01-01", "旧投诉"]], 新=[HEAD, ["A1", "2026-01-01", "新投诉"]])
    book["旧"].sheet_state = state
    book.save(path)
    assert texts(path) == ["新投诉"]
    assert [account.left_out for account in read(path)[1]] == ["hidden", ""]


def test_a_workbook_of_hidden_sheets_alone_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = workbook(path, 旧=[HEAD, ["A0", "2020-01-01", "旧投诉"]], 空=[])
    book["旧"].sheet_state = "hidden"
    book.save(path)
    assert refusal(path).reason == "hidden_only"


@pytest.mark.parametrize("title", ["行标签", "部位"])
def test_a_sheet_of_counts_beside_the_data_is_left_out(tmp_path: Path, title: str) -> None:
    workbook(
        tmp_path / "t.xlsx",
        透视=[[title, "内容", "计数"], ["a", "异响", 3]],
        明细=[HEAD, ["A1", "2026-01-01", "漏油"]],
    )
    assert texts(tmp_path / "t.xlsx") == ["漏油"]


@pytest.mark.parametrize("dimension", ["A1", "A1:B2", "A1:XFD1048576", "B5:C6"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path, dimension: str) -> None:
    workbook(tmp_path / "full.xlsx", S=[HEAD, *([f"A{n}", "2026-01-01", f"异响{n}"] for n in range(5))])
    with zipfile.ZipFile(tmp_path / "full.xlsx") as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), content)
            new.writestr(part, content)
    assert texts(tmp_path / "t.xlsx") == [f"异响{n}" for n in range(5)]


def test_cells_that_are_merged_over_rows_hold_for_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = workbook(path, S=[HEAD, ["A1", datetime(2026, 1, 1), "异响"], ["A2", None, "漏油"], ["A3", None, "抖动"]])
    book["S"].merge_cells("B2:B4")
    book.save(path)
    assert [row.values["received_at"] for row in read(path)[0]] == ["2026-01-01 00:00:00"] * 3


def test_headers_that_are_merged_over_two_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = [["工单号", "投诉", None, "车辆", None], [None, "受理时间", "投诉内容", "车型", "车架号"]]
    book = workbook(path, S=[*rows, ["A1", datetime(2026, 1, 1), "异响", "S5", "LXXAA11B0C1000001"]])
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        book["S"].merge_cells(area)
    book.save(path)
    assert set(read(path)[0][0].values) == {"complaint_id", "received_at", "text", "product", "serial"}


@pytest.mark.parametrize("value", [45321, 45321.375, "45321", "2024/1/30 上午 9:00", datetime(2024, 1, 30, 9)])
def test_a_date_is_read_in_any_type_of_cell(tmp_path: Path, value: object) -> None:
    workbook(tmp_path / "t.xlsx", S=[HEAD, ["A1", value, "异响"]])
    assert read(tmp_path / "t.xlsx")[0][0].values["received_at"].startswith("2024-01-30")


def test_error_cells_are_empty(tmp_path: Path) -> None:
    workbook(
        tmp_path / "t.xlsx",
        S=[[*HEAD, "车架号"], ["A1", "2026-01-01", "异响", "#N/A"], ["A2", "#REF!", "漏油", "#VALUE!"]],
    )
    assert [set(row.values) for row in read(tmp_path / "t.xlsx")[0]] == [
        {"complaint_id", "received_at", "text"}, {"complaint_id", "text"},
    ]  # fmt: skip


def test_a_remark_beside_the_table_shifts_nothing(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", S=[HEAD, ["A1", "2026-01-01", "异响", None, "已回访"]])
    assert texts(tmp_path / "t.xlsx") == ["异响"]


@pytest.mark.parametrize("name", ["t.xls", "t.xlsx"])
def test_a_web_page_named_as_a_workbook_is_read(tmp_path: Path, name: str) -> None:
    rows = "<tr><td>A1</td><td>2026-01-01</td><td>won&#39;t<br>start</td></tr>"
    head = "".join(f"<th>{h}</th>" for h in HEAD)
    path = written(tmp_path / name, f"<html><body><table><tr>{head}</tr>{rows}</table></body></html>")
    assert texts(path) == ["won't\nstart"]


@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_text_named_xls_is_read(tmp_path: Path, separator: str) -> None:
    path = written(
        tmp_path / "t.xls", separator.join(HEAD) + "\n" + separator.join(("A1", "2026-01-01", "异响")) + "\n"
    )
    assert texts(path) == ["异响"]


@pytest.mark.parametrize(
    ("content", "key"),
    [(b"PK\x03\x04 nothing", "tables.not_a_table.workbook"),
     (b"\xd0\xcf\x11\xe0 nothing", "tables.not_a_table.workbook"),
     (b'<?xml version="1.0"?><Workbook/>', "tables.not_a_table.xml_2003"),
     (b"\0" * 99, "tables.not_a_table.workbook")],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    assert refusal(written(tmp_path / "t.xls", content)).key == key
