"""Writing the review workbook: drop-downs, protected ids, and no cell that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.review.choices import Choices, word_choices
from classify.review.sheets import (
    CASES,
    CAUSE_DECISIONS,
    CAUSES,
    GUIDE,
    GUIDE_LINES,
    LISTS,
    MENTIONS,
    SHEETS,
    SIGNED,
    VERDICTS,
    WIDTHS,
    Sheet,
    title,
)
from complaints.messages import message, render
from complaints.tables import safe_cell

if TYPE_CHECKING:
    from classify.review.rows import Row

FIRST_ROW = 3  # row 1: names for the import, hidden; row 2: titles for people
GREY = "FFEDEDED"
LONGEST = 32_000  # characters; a sheet's cell holds 32,767


def write_workbook(
    path: Path,
    rows: Mapping[str, Sequence[Row]],
    categories: Choices,
    codes: Choices,
    language: str,
) -> None:
    """Write the workbook; an existing file is replaced only when all is written.

    Args:
        path: the file.
        rows: of each sheet, values by column.
        categories: what a case can be decided to be.
        codes: dictionary codes for corrected mentions; both are shown by name beside the code.
        language: zh or en, of titles and guide.
    """
    import openpyxl

    book = openpyxl.Workbook()
    guide = book.active
    guide.title = GUIDE
    for number, line in enumerate(GUIDE_LINES, 1):
        guide.cell(number, 1, render(message(f"review.guide.{line}"), language))
    guide.column_dimensions["A"].width = 110
    lists = book.create_sheet(LISTS)
    words = {MENTIONS: word_choices("mention_verdict", VERDICTS), CAUSES: word_choices("decision", CAUSE_DECISIONS)}
    offered = {CASES: categories, MENTIONS: words[MENTIONS], "codes": codes, CAUSES: words[CAUSES]}
    choices = {name: known.labels(language) for name, known in offered.items()}
    for column, values in enumerate(choices.values(), 1):
        for row, value in enumerate(values, 1):
            _text(lists.cell(row, column), value)
    lists.sheet_state = "hidden"
    lists.protection.sheet = True
    ranges = {name: _range(column, len(values)) for column, (name, values) in enumerate(choices.items(), 1)}
    for sheet in SHEETS:
        if rows[sheet.name]:
            _write_sheet(book.create_sheet(sheet.name), sheet, rows[sheet.name], ranges, language)
    part = path.with_name(f".{path.name}.part")
    book.save(part)
    part.replace(path)


def _range(column: int, count: int) -> str:
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    return f"{LISTS}!${letter}$1:${letter}${max(1, count)}"


def _write_sheet(place: Any, sheet: Sheet, rows: Sequence[Row], ranges: Mapping[str, str], language: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter

    grey = PatternFill("solid", fgColor=GREY)
    editable = (*sheet.asked, *SIGNED)
    for number, name in enumerate(sheet.columns, 1):
        place.cell(1, number, name)
        place.cell(2, number, title(sheet.name, name, language)).font = Font(bold=True)
        place.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 16)
    for at, row in enumerate(rows, FIRST_ROW):
        for number, name in enumerate(sheet.columns, 1):
            cell = place.cell(at, number)
            _text(cell, row.get(name))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if name in editable:
                cell.protection = Protection(locked=False)
            else:
                cell.fill = grey
    place.row_dimensions[1].hidden = True
    place.freeze_panes = place.cell(FIRST_ROW, len(sheet.keys) + 2)
    place.column_dimensions[get_column_letter(len(sheet.keys) + 1)].hidden = True
    place.protection.sheet = True
    # Protected, but a reviewer may still filter, sort and set widths.
    for right in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(place.protection, right, False)
    last = FIRST_ROW + len(rows) - 1
    place.auto_filter.ref = f"A2:{get_column_letter(len(sheet.columns))}{last}"
    _choices(place, sheet, ranges, last, render(message("review.choose"), language))


def _choices(place: Any, sheet: Sheet, ranges: Mapping[str, str], last: int, otherwise: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    wanted = {sheet.asked[0]: ranges[sheet.name]} if sheet.name in ranges else {}
    if "right_code" in sheet.asked:
        wanted["right_code"] = ranges["codes"]
    for name, source in wanted.items():
        letter = get_column_letter(sheet.columns.index(name) + 1)
        rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=True)
        rule.error = otherwise
        place.add_data_validation(rule)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{last}")


def _text(cell: Any, value: object) -> None:
    """Set a cell; text is never a formula, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = str(safe_cell(ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]))
        cell.data_type = "s"
    else:
        cell.value = value
