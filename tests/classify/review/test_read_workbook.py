"""A filled-in workbook is read row by row: bad rows are named, the rest is taken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from complaints.errors import UsageError
from complaints.records import Review
from complaints.run.night import Night
from tests.classify.made import a_case, put
from tests.classify.review.workbooks import edited, exported, fill, reasons, taken

CHINESE = re.compile("[一-鿿]")


def test_an_untouched_workbook_changes_nothing(read_night: Night, tmp_path: Path) -> None:
    done = taken(read_night, exported(read_night, tmp_path / "r.xlsx"))
    assert (done.taken, done.refused) == ({}, [])
    assert read_night.store.rows(Review) == []


def test_bad_rows_are_named_one_by_one_and_the_rest_is_taken(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")

    def edit(book: Any) -> None:
        fill(book, "cases", "T1", decision="breaks", reviewer="A")
        fill(book, "cases", "T2", decision="brakes", reviewer="A", case_id="T1")
        fill(book, "cases", "T3", comment="?", reviewer="A")
        fill(book, "cases", "C1", decision="engine", reviewer="A")

    done = taken(read_night, edited(path, edit))
    assert sorted(reasons(done)) == ["changed_row", "half_filled", "unknown_category"]
    assert "brakes" in next(str(one.why) for one in done.refused if one.reason == "unknown_category")
    assert all("sheet cases, row" in str(one.where) for one in done.refused)
    chinese = done.as_json("zh")["refused"]
    assert all(CHINESE.search(one["where"]) and CHINESE.search(one["hint"]) for one in chinese)
    assert done.taken == {"category": 1}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"decision": "engine"}, "half_filled"),
        ({"decision": "engine", "reviewer": "A", "decided_on": "2027-01-01"}, "bad_date"),
        ({"decision": "engine", "reviewer": "A", "decided_on": "soon"}, "bad_date"),
        ({"decision": "engine", "reviewer": "A", "case_id": "T999"}, "unknown_id"),
        ({"decision": "engine", "reviewer": "A", "hash": "0000"}, "changed_row"),
    ],
)
def test_a_row_is_refused(read_night: Night, tmp_path: Path, values: dict[str, object], reason: str) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    assert reasons(taken(read_night, edited(path, lambda b: fill(b, "cases", "T1", **values)))) == [reason]


def test_a_text_that_changed_since_the_export_is_refused(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    put(read_night, [a_case("T1", "发动机漏水")])
    edited(path, lambda b: fill(b, "cases", "T1", decision="engine", reviewer="A"))
    assert reasons(taken(read_night, path)) == ["changed_row"]


def test_a_row_copied_by_its_reviewer_is_taken_once(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")

    def edit(book: Any) -> None:
        row = fill(book, "cases", "T1", decision="engine", reviewer="A")
        book["cases"].append([cell.value for cell in book["cases"][row]])

    done = taken(read_night, edited(path, edit))
    assert (reasons(done), done.taken) == (["duplicate"], {"category": 1})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"case_id,decision\n"])
def test_a_file_that_is_no_workbook_is_named(read_night: Night, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no review workbook"):
        taken(read_night, path)
