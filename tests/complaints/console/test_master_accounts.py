"""Doctor tells of each master file what was taken for what and what nobody reads, in words and for machines."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from complaints.console.finding import Finding
from complaints.console.master_accounts import tell_account
from complaints.errors import ItemRefused
from complaints.master.accounts import MasterAccount, Passed, SheetLeft, Taken
from complaints.master.reader import read_account
from complaints.messages import knows, render

FORM: list[list[Any]] = [
    ["工位", "失效模式", "失效起因", "失效起因/失效模式的探测度（D）", "备注"],
    ["OP1", "漏装", "疏忽", 4, "x"],
    ["OP2", "错装", "混料", 6, "y"],
    ["OP3", "划伤", "磕碰", 12, "z"],
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    folder = tmp_path_factory.mktemp("master")
    book = openpyxl.Workbook()
    for row in FORM:
        book.worksheets[0].append(row)
    book.create_sheet("说明").append(["先读这里"])
    book.save(folder / "pfmea.xlsx")
    account = read_account(folder, "pfmea")
    assert account is not None
    return list(tell_account(account))


def test_a_detection_number_is_told_as_detection_and_never_as_cause(told: list[Finding]) -> None:
    pairs = {pair["head"]: pair["column"] for pair in told[0].details["taken"]}
    assert (pairs["失效起因"], pairs["失效起因/失效模式的探测度（D）"]) == ("cause", "detection")


def test_each_thing_that_nobody_reads_is_a_note(told: list[Finding]) -> None:
    assert [(one.state, render(one.what, "en")) for one in told[1:]] == [
        ("note", "master/pfmea.xlsx, columns that are not used: 备注"),
        ("note", "master/pfmea.xlsx, sheets that are not read: 说明 (no known headers)"),
        ("note", "master/pfmea.xlsx, ratings that are not 1 to 10, or H, M or L (not used): detection 1"),
    ]


def test_machines_get_the_whole_account_and_findings_without_one_get_none(told: list[Finding]) -> None:
    details = told[0].as_json("zh")["details"]
    assert (details["table"], details["losses"]) == ("pfmea", {"columns": 1, "sheets": 1, "values": 1})
    assert "details" not in told[1].as_json("zh")


def test_columns_of_several_sheets_are_told_once() -> None:
    account = MasterAccount("pfmea", "pfmea.xlsx", taken=[Taken("工位", "station_id", n) for n in "ab"])
    account.passed = [Passed("备注", "unused", "", n) for n in "ab"]
    said = [render(finding.what, "zh") for finding in tell_account(account)]
    assert [line.count("工位") + line.count("备注") for line in said] == [1, 1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_words(language: str) -> None:
    account = MasterAccount("pfmea", "pfmea.xlsx", repeated=1, unjoined=1)
    account.passed = [Passed("a", why, "cause") for why in ("unused", "afterwards", "unlike", "second")]
    sheets = ("hidden", "pivot", "counts", "no_header", "no_sheet", "double_column", "no_station")
    account.sheets_left = [SheetLeft("b", why) for why in sheets]
    account.rows_left.update(["subtotal", "too_many_cells", "too_long", "unclosed_quote", "undecodable_bytes"])
    said = [render(finding.what, language) for finding in tell_account(account)]
    assert len(said) == 6
    assert [line for line in said if "doctor." in line or "sheet." in line or "reason." in line] == []


@pytest.mark.parametrize("reason", ["tables.too_many_cells", "tables.too_long.cell"])
def test_a_refused_row_has_a_word_of_its_own(reason: str) -> None:
    assert knows(f"reason.{ItemRefused(reason).reason}")
