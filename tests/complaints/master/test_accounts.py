"""The account of a master file names what was taken, counts what was not, and holds nobody's data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complaints.master.accounts import MasterAccount, Passed, SheetLeft, Taken
from complaints.master.reader import read_account


def account(tmp_path: Path, table: str, text: str) -> MasterAccount:
    (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    found = read_account(tmp_path, table)
    assert found is not None
    return found


def test_what_was_taken_for_what_and_what_for_nothing(tmp_path: Path) -> None:
    found = account(tmp_path, "stations", "工位,工位名称,颜色\nS1,Doors,red\n")
    assert [(t.head, t.column) for t in found.taken] == [("工位", "station_id"), ("工位名称", "name")]
    assert ([(p.head, p.why) for p in found.passed], found.losses) == ([("颜色", "unused")], {"columns": 1})


def test_a_further_column_of_the_genealogy_is_a_factor_and_no_loss(tmp_path: Path) -> None:
    assert account(tmp_path, "genealogy", "serial,station_id,颜色\nA1,S1,red\n").losses == {}


def test_rows_that_are_not_read_are_counted_by_reason(tmp_path: Path) -> None:
    found = account(tmp_path, "routing", "零部件,工位号\ndoor,S1\n合计,\nseat,S2,S3\n")
    assert (found.rows_left, found.losses) == ({"too_many_cells": 1, "subtotal": 1}, {"rows": 2})


def test_every_kind_of_loss_is_counted() -> None:
    found = MasterAccount("pfmea", "pfmea.xlsx", unjoined=2)
    found.passed = [Passed("a", "unused"), Passed("b", "unlike", "cause"), Passed("c", "afterwards")]
    found.sheets_left = [SheetLeft("old", "hidden")]
    found.bad_values["severity"] = 4
    assert found.losses == {"columns": 2, "sheets": 1, "values": 4, "ratings": 2}


@pytest.mark.parametrize("head", ["客户张伟 13912345678", "zhang.wei@example.com", "京A12345"])
def test_data_that_stand_where_heads_should_are_not_told(head: str) -> None:
    found = MasterAccount("pfmea", "pfmea.xlsx")
    found.taken, found.passed = [Taken(head, "station_id", head)], [Passed(head, "unused", "", head)]
    found.sheets_left = [SheetLeft(head, "hidden")]
    told = json.dumps(found.as_json(), ensure_ascii=False)
    assert [part for part in head.split() if part in told] == []
