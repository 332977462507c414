"""Workbooks: .xlsx, .xlsm, .xlsb, .xls and .ods by calamine, whatever their sheets say about their own size.

Calamine reads the cells that are there, so that a wrong dimension tag loses none and one far cell costs nothing. A file
named .xls that is a web page or a text, as many programs write, is read as what it is.
"""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.errors import ItemRefused
from complaints.tables.cells import cell_text
from complaints.tables.delimited import HEAD_ROWS
from complaints.tables.types import Merged, RawRow, Source, TableLimits

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_XLSX_BYTES = 1 << 30  # a workbook that grows beyond is a zip bomb


class Sheet(Source):
    """A sheet of an open workbook; its rows are numbered as the program shows them."""

    cells_are_placed = True

    def __init__(self, book: CalamineWorkbook, name: str, left_out: str, path: Path, limits: TableLimits) -> None:
        self.name, self.left_out, self.path = name, left_out, path
        self._book, self._limits = book, limits
        self._sheet: Any = None

    def head(self) -> list[RawRow]:
        """Return the first rows, merged cells filled in all directions."""
        return list(islice(self._filled(wide=True), HEAD_ROWS))

    def rows(self, width: int) -> Iterator[RawRow]:
        """Yield all rows; what is merged over rows holds for all of them."""
        return self._filled(wide=False)

    def look(self) -> Iterator[RawRow]:
        """Yield all rows, merged cells filled in all directions."""
        return self._filled(wide=True)

    def merged(self) -> list[Merged]:
        """Return the merged ranges."""
        return list(self._opened().merged_cell_ranges or [])

    def _filled(self, wide: bool) -> Iterator[RawRow]:
        sheet = self._opened()
        start_row, start_column = sheet.start or (0, 0)
        areas = _Merged(self.merged(), wide)
        before = [""] * start_column
        for number, row in enumerate(sheet.iter_rows(), start=start_row):
            cells = before + [_cell(value) for value in row]
            if areas.any:
                areas.fill(number, cells)
            yield RawRow(number + 1, cells)

    def _opened(self) -> Any:
        if self._sheet is None:
            self._sheet = _guarded(self.path, lambda: self._book.get_sheet_by_name(self.name))
        return self._sheet


class _Merged:
    """Merged areas of a sheet: the value of the first cell holds for the others."""

    def __init__(self, areas: list[Merged], wide: bool) -> None:
        # Over columns only headers are merged; in data a cell that spans two columns is one cell.
        self._areas = sorted((a for a in areas if wide or a[1][0] > a[0][0]), key=lambda area: area[0][0])
        self._starts = [area[0][0] for area in self._areas]
        self._values: dict[Merged, str] = {}
        self._open: list[Merged] = []
        self._next = 0
        self.any = bool(self._areas)
        self._wide = wide

    def fill(self, number: int, cells: list[str]) -> None:
        """Write the values of the areas that a row (from 0) is in."""
        end = bisect_right(self._starts, number)
        self._open = [a for a in [*self._open, *self._areas[self._next : end]] if a[1][0] >= number]
        self._next = max(self._next, end)
        for area in self._open:
            (top, left), (_, right) = area
            if number == top:
                self._values[area] = cells[left] if left < len(cells) else ""
            for column in range(left, min(right, len(cells) - 1) + 1 if self._wide else min(left + 1, len(cells))):
                cells[column] = cells[column] or self._values.get(area, "")


def _cell(value: Any) -> str:
    return value.strip() if type(value) is str and value.isalnum() else cell_text(value) if value != "" else ""


def open_workbook(path: Path, limits: TableLimits) -> list[Source]:
    """Return the sheets of a workbook in order; hidden ones, pivot tables and charts are marked as left out.

    Raises:
        ItemRefused: `not_a_table`, `too_large` or `password`.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    pivots = _pivot_sheets(path)
    book: CalamineWorkbook = _guarded(path, lambda: CalamineWorkbook.from_path(str(path)))
    sheets: list[Source] = []
    for at, known in enumerate(book.sheets_metadata):
        why = ""
        if known.typ != SheetTypeEnum.WorkSheet:
            why = "no_sheet"
        elif known.visible != SheetVisibleEnum.Visible:
            why = "hidden"
        elif at in pivots:
            why = "pivot"
        sheets.append(Sheet(book, known.name, why, path, limits))
    return sheets


def _guarded(path: Path, read: Any) -> Any:
    """Return what a reading of the workbook gives, with its failures as refusals."""
    from python_calamine import CalamineError, PasswordError

    try:
        return read()
    except PasswordError:
        raise ItemRefused("tables.password", path.name) from None
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise ItemRefused("tables.not_a_table.workbook", path.name) from error


def _pivot_sheets(path: Path) -> set[int]:
    """Return the places of the sheets on which a pivot table stands; none in formats other than Excel's since 2007.

    Raises:
        ItemRefused: `too_large`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_XLSX_BYTES:
                raise ItemRefused("tables.too_large.workbook", path.name)
            relations = [p for p in parts if p.filename.startswith("xl/worksheets/_rels/") and p.file_size < 1 << 20]
            with_pivot = {
                part.filename.rpartition("/")[2].removesuffix(".rels")
                for part in relations
                if b"relationships/pivotTable" in archive.read(part)
            }
            return _places(archive, with_pivot) if with_pivot else set()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return set()


def _places(archive: zipfile.ZipFile, files: set[str]) -> set[int]:
    """Return where in the workbook's order of sheets those stand that lie in given files."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return set()
    target_of = {}
    for element in re.findall(r"<Relationship\b[^>]*>", relations):
        found = dict(re.findall(r'(\w+)="([^"]*)"', element))
        target_of[found.get("Id")] = found.get("Target", "").rpartition("/")[2]
    ids = re.findall(r'<(?:\w+:)?sheet\b[^>]*?\b(?:\w+:)?id="([^"]*)"', book)
    return {place for place, relation in enumerate(ids) if target_of.get(relation) in files}
