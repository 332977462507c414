"""Where the headers stand, what they mean, and that a row of somebody's data is never quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.tables.headers import columns_by_key, is_label, quotable
from tests.complaints.tables.tables import read, refusal, texts, workbook, written


@pytest.mark.parametrize(
    "above",
    ["2026年第一季度投诉清单\n", "导出人：系统,,\n导出时间：2026-04-01 08:00,,\n", "\n,,\n客诉汇总表\n\n",
     "报表说明：本表仅供内部使用，请勿外传。,,\n"],
)  # fmt: skip
def test_titles_above_the_headers_are_passed_over(tmp_path: Path, above: str) -> None:
    path = written(tmp_path / "t.csv", f"{above}工单号,投诉内容,受理时间\nA1,雨刮异响,2026-03-01\nA2,漏油,2026-03-02\n")
    assert texts(path) == ["雨刮异响", "漏油"]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("基本信息,,投诉", "工单号,受理时间,内容"),
        ("工单,,客户", "编号,日期,投诉内容"),
        ("工单号,受理时间,投诉内容", ",(年月日),(原话)"),
    ],
)
def test_headers_may_stand_over_two_rows(tmp_path: Path, upper: str, lower: str) -> None:
    path = written(tmp_path / "t.csv", f"{upper}\n{lower}\nA1,2026-03-01,雨刮异响\n")
    rows, _ = read(path)
    assert [row.values for row in rows] == [
        {"complaint_id": "A1", "received_at": "2026-03-01 00:00:00", "text": "雨刮异响"}
    ]


@pytest.mark.parametrize(
    "head",
    ["id,date,description,model", "Case Number,Date Opened,Comments,Vehicle", "ID,Created At,Body,Product",
     "ticket_id,created_at,message,model name", "编号,日期,描述,机型"],
)  # fmt: skip
def test_plain_heads_of_exports_are_known(tmp_path: Path, head: str) -> None:
    rows, _ = read(written(tmp_path / "t.csv", f"{head}\nA1,2026-03-01,leaking,S5\n"))
    assert rows[0].values == {
        "complaint_id": "A1", "received_at": "2026-03-01 00:00:00", "text": "leaking", "product": "S5",
    }  # fmt: skip


def test_a_plain_head_gives_way_to_a_better_one_and_keeps_its_own_name(tmp_path: Path) -> None:
    rows, (account,) = read(written(tmp_path / "t.csv", "投诉内容,description,date\n漏油,short,2026-03-01\n"))
    assert (rows[0].values["text"], rows[0].values["description"]) == ("漏油", "short")
    assert account.passed_over == [("description", "text")]


def test_the_likelier_of_two_plain_heads_counts(tmp_path: Path) -> None:
    rows, _ = read(written(tmp_path / "t.csv", "description,创建时间,date\nleaking,2026-03-01,2026-05-05\n"))
    assert rows[0].values["received_at"] == "2026-03-01 00:00:00"


def test_what_each_column_was_taken_for_is_told(tmp_path: Path) -> None:
    _, (account,) = read(written(tmp_path / "t.csv", "清单\n工单号,投诉内容,城市\nA1,漏油,杭州\n"))
    assert (account.header_row, account.columns, account.unmapped, account.rows) == (
        2, [("工单号", "complaint_id"), ("投诉内容", "text")], ["城市"], 1,
    )  # fmt: skip
    assert account.left_out_rows == {"title": 1}


PERSONS = ("赵六", "13800138000", "浙A88888", "LSVAA4187E2100009", "滨江区江南大道1号")


@pytest.mark.parametrize(
    "row",
    [
        f"W-7,2026-02-03,{PERSONS[0]},{PERSONS[1]},{PERSONS[2]},{PERSONS[3]},发动机异响",
        f"{PERSONS[0]},杭州,发动机异响",
        f"{PERSONS[0]}\t{PERSONS[4]}\t发动机异响，过坎更响",
        f"{PERSONS[0]};{PERSONS[2]};异响",
    ],
)
def test_a_table_without_headers_is_refused_and_quotes_nobody(tmp_path: Path, row: str) -> None:
    found = refusal(written(tmp_path / "t.csv", f"{row}\n{row}\n"))
    said = found.render("zh") + found.render("en")
    assert found.reason in ("no_header", "missing_column")
    assert [person for person in (*PERSONS, "异响", "杭州") if person in said] == []


def test_a_title_with_a_person_in_it_is_not_quoted(tmp_path: Path) -> None:
    found = refusal(written(tmp_path / "t.csv", f"客户{PERSONS[0]}（{PERSONS[1]}）投诉清单,,\n甲,乙,丙\n1,2,3\n"))
    assert PERSONS[0] not in found.render("zh")


def test_headers_that_are_headers_are_quoted_to_be_mapped(tmp_path: Path) -> None:
    found = refusal(written(tmp_path / "t.csv", "单据编码,登记人姓名,车主原话类型\n1,2,3\n"))
    assert (found.reason, "单据编码" in found.render("zh")) == ("missing_column", True)


def test_headers_under_a_title_over_the_whole_width_are_quoted_too(tmp_path: Path) -> None:
    heads = ["单据编码", "车主原话类型", "更换部件名称", None, None]
    book = workbook(tmp_path / "t.xlsx", S=[["返修台账", None, None, None, None], heads, ["1", "2", "3", "4", "5"]])
    book["S"].merge_cells("A1:E1")
    book["S"].merge_cells("C2:E2")
    book.save(tmp_path / "t.xlsx")
    found = refusal(tmp_path / "t.xlsx")
    assert (found.reason, "单据编码、车主原话类型、更换部件名称" in found.render("zh")) == ("missing_column", True)


def test_a_name_of_a_column_that_is_mapped_means_what_it_is_mapped_to() -> None:
    assert columns_by_key({"tool": "station_id", "工装": "tool"})["tool"] == "station_id"


@pytest.mark.parametrize("text", ["张伟", "工单号", "received_at", "VIN码", "行驶里程(km)", "客户诉求"])
def test_short_words_may_be_headers(text: str) -> None:
    assert is_label(text)


@pytest.mark.parametrize("text", ["13800138000", "2026-03-01", "沪A12345", "a@b.cn", "异响，很大", "x" * 41, "12.5"])
def test_numbers_dates_plates_and_sentences_are_no_headers(text: str) -> None:
    assert not is_label(text)


def test_names_and_cities_are_not_quoted() -> None:
    assert quotable(["赵六", "杭州", "异响"]) == []


@pytest.mark.parametrize(
    "rows",
    [
        "故障现象,数量\n异响,12\n",
        "问题分类,问题描述,件数,占比\n底盘,异响,3,10%\n",
        "行标签,内容,计数项:工单号\n1,异响,3\n",
    ],
)
def test_a_table_that_counts_complaints_is_none(tmp_path: Path, rows: str) -> None:
    assert refusal(written(tmp_path / "t.csv", rows)).reason == "counts_only"


@pytest.mark.parametrize(
    "row", ["合计,,{n}", ",3月小计,", "总计：,,", "Grand Total,,99", "底盘 合计,,", "投诉编号,投诉内容,里程"]
)
def test_sub_totals_and_repeated_headers_are_left_out_and_counted(tmp_path: Path, row: str) -> None:
    path = written(tmp_path / "t.csv", f"投诉编号,投诉内容,里程\nA1,异响,10\n{row}\nA2,合计三个问题：漏油,20\n")
    rows, (account,) = read(path)
    assert [r.values["text"] for r in rows] == ["异响", "合计三个问题：漏油"]
    assert (account.rows, account.left_out_rows.total()) == (3, 1)


def test_a_workbooks_titles_are_passed_over(tmp_path: Path) -> None:
    rows = [["投诉月报"], [None], ["工单号", "投诉内容"], ["A1", "异响"]]
    workbook(tmp_path / "t.xlsx", Sheet=rows)
    assert texts(tmp_path / "t.xlsx") == ["异响"]
