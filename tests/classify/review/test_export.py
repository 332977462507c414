"""The workbook that reviewers get: no formulas of strangers, ids protected, choices in a list."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from classify.review.choices import category_choices
from complaints.run.night import Night
from tests.classify.review.workbooks import CATEGORIES, exported


def test_a_formula_in_a_text_is_text_in_the_workbook(read_night: Night, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(read_night, tmp_path / "r.xlsx"))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not [c for c in cells if c.data_type == "f"]
    assert not [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "@", "\t"))]


def test_ids_are_protected_and_categories_are_a_list(read_night: Night, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(read_night, tmp_path / "r.xlsx"))
    place = book["cases"]
    assert place.protection.sheet
    assert place.cell(3, 1).protection.locked
    names = [cell.value for cell in place[1]]
    assert not place.cell(3, names.index("decision") + 1).protection.locked
    assert len(place.data_validations.dataValidation) == 1
    choices = category_choices(CATEGORIES, read_night.dictionary)
    shown = [choices.label(category, "zh") for category in CATEGORIES]
    assert [row[0].value for row in book["lists"].iter_rows(max_col=1, max_row=3)] == shown
