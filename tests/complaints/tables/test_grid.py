"""A form's cells are what a person sees: merged ranges filled, blanks kept, every row of one width."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.errors import ItemRefused
from complaints.tables import grid as module
from complaints.tables.grid import Area, Grid, read_grids
from complaints.tables.types import TableLimits
from tests.complaints.tables.tables import workbook, written


def grids(path: Path) -> list[Grid]:
    return list(read_grids(path, TableLimits()))


def test_merged_cells_hold_their_value_in_all_directions(tmp_path: Path) -> None:
    book = workbook(tmp_path / "t.xlsx", S=[["工位", "风险", None], [None, "S", "O"], ["OP1", 7, 3]])
    book["S"].merge_cells("A1:A2")
    book["S"].merge_cells("B1:C1")
    book.save(tmp_path / "t.xlsx")
    (found,) = grids(tmp_path / "t.xlsx")
    assert found.cells == [["工位", "风险", "风险"], ["工位", "S", "O"], ["OP1", "7", "3"]]
    assert (found.joined(0, 2), found.joined(1, 0)) == (Area(0, 1, 1, 3), None)


def test_a_merged_range_beyond_the_cells_ends_with_them(tmp_path: Path) -> None:
    book = workbook(tmp_path / "t.xlsx", S=[["a", "b"], ["c", "d"]])
    book["S"].merge_cells("A2:Z900")
    book.save(tmp_path / "t.xlsx")
    (found,) = grids(tmp_path / "t.xlsx")
    assert all(area.bottom <= len(found.cells) and area.right <= len(found.cells[0]) for area in found.areas)


def test_blank_rows_keep_their_place_and_all_rows_one_width(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", S=[["title"], [], [None, "a", "b", "c"]])
    (found,) = grids(tmp_path / "t.xlsx")
    assert found.cells == [["title", "", "", ""], [""] * 4, ["", "a", "b", "c"]]


def test_a_hidden_sheet_comes_with_its_reason(tmp_path: Path) -> None:
    book = workbook(tmp_path / "t.xlsx", S=[["a"]], Old=[["b"]])
    book["Old"].sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    assert [(one.name, one.left_out) for one in grids(tmp_path / "t.xlsx")] == [("S", ""), ("Old", "hidden")]


def test_a_format_that_names_its_columns_gives_them_as_first_row(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", '{"工位": "OP1", "S": 7}\n{"S": 3}\n')
    assert grids(path)[0].cells == [["工位", "S"], ["OP1", "7"], ["", "3"]]


def test_a_row_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", '{"工位": "OP1"}\n{"工位": \n{"工位": "OP3"}\n')
    found = grids(path)[0]
    assert (found.cells, found.refused) == ([["工位"], ["OP1"], [""], ["OP3"]], {"unreadable_row": 1})


def test_a_form_of_more_cells_than_any_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 20)
    with pytest.raises(ItemRefused, match="more than 20 cells"):
        grids(written(tmp_path / "t.csv", "a,b,c\n" * 10))
