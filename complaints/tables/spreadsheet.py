"""Cells and sheets that a spreadsheet program opens: no text is ever run as a formula, whoever wrote it."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from complaints.errors import UsageError

# A spreadsheet runs a cell that starts so; the full-width signs are run by East Asian versions, and blanks before a
# sign are skipped by some (OWASP, "CSV Injection").
INVISIBLE = r"\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
FORMULA_START = re.compile(rf"[{INVISIBLE}]*[=+\-@＝＋－＠]|[\t\r\n]")
# What openpyxl, zipfile, zlib and the XML parser raise on bytes that are no workbook (RuntimeError: it has a password).
BAD_WORKBOOK = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
MAX_ROWS = 1_048_575  # of an .xlsx sheet, under its header
MAX_CELL = 32_767  # characters
WIDTHS = (8, 60)  # narrowest and widest column, in characters
LOOKED_AT = 200  # rows from which a column's width is taken
CHOICE_CHARACTERS = 255  # that Excel allows for a drop-down's list


def safe_cell(value: object) -> object:
    """Return a cell's value with an apostrophe before a text that a spreadsheet would run; other values as they are."""
    if isinstance(value, str) and FORMULA_START.match(value):
        return f"'{value}"
    return value


def write_csv(out: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file with a byte order mark, so that Excel reads Chinese."""
    import csv

    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([safe_cell(name) for name in columns])
        writer.writerows([safe_cell(value) for value in row] for row in rows)


def write_xlsx(
    out: Path,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write a workbook of one sheet: frozen head, filter buttons, columns as wide as their text, drop-downs.

    Args:
        out: the file.
        title: of the sheet.
        columns: its head.
        rows: texts, numbers, dates; a text longer than a cell holds is cut.
        choices: column -> the values that its drop-down offers; other values are still allowed.

    Raises:
        UsageError: more rows than a sheet holds.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if len(rows) > MAX_ROWS:
        raise UsageError("export.too_many_rows", "--format xlsx", title=title, rows=len(rows), most=MAX_ROWS)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    last = get_column_letter(max(1, len(columns)))
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    for at, name in enumerate(columns, start=1):
        longest = max([_columns_wide(name), *(_columns_wide(row[at - 1]) for row in rows[:LOOKED_AT])])
        sheet.column_dimensions[get_column_letter(at)].width = min(max(longest + 2, WIDTHS[0]), WIDTHS[1])
        offered = ",".join(choices[name]) if choices and name in choices else ""
        if offered and len(offered) <= CHOICE_CHARACTERS and rows:
            menu = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True, showErrorMessage=False)
            menu.add(f"{get_column_letter(at)}2:{get_column_letter(at)}{len(rows) + 1}")
            sheet.data_validations.append(menu)
    head = []
    for name in columns:
        cell = openpyxl.cell.WriteOnlyCell(sheet, _cell(name))
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top", wrap_text=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(value) for value in row])
    book.save(out)


def _cell(value: object) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return value
    # Cleaned first: a control character before "=" must not hide it.
    clean = ILLEGAL_CHARACTERS_RE.sub("", value).encode("utf-8", "replace").decode("utf-8")
    return str(safe_cell(clean))[:MAX_CELL]


def _columns_wide(value: object) -> int:
    text = "" if value is None else str(value)[: WIDTHS[1]]
    return sum(2 if character > "\u2e7f" else 1 for character in text)
