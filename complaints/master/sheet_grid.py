"""The cells of a form's sheets as text, with what is merged filled in: what a person sees who looks at it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.tables import BAD_WORKBOOK, MAX_XLSX_BYTES, cell_text, delimiter_of, detect_encoding, read_table


@dataclass(frozen=True, slots=True)
class Area:
    """A merged range; rows and columns count from 0, ends are not in it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """A sheet.

    Args:
        name: of the sheet, "" where the file has none.
        hidden: the sheet is not shown in the workbook.
        cells: rows of one width; merged ranges hold their value in every cell.
        areas: the merged ranges.
    """

    name: str
    hidden: bool
    cells: list[list[str]]
    areas: Sequence[Area] = ()

    def joined(self, row: int, column: int) -> Area | None:
        """Return the merged range over several columns that a cell belongs to."""
        inside = (a for a in self.areas if a.top <= row < a.bottom and a.left <= column < a.right)
        return next((area for area in inside if area.right - area.left > 1), None)


def read_grids(path: Path) -> Iterator[Grid]:
    """Yield the sheets of a workbook, or the one of another table.

    Raises:
        ItemRefused: `not_a_table`, `too_large`, `empty_file` or `undecodable_bytes`.
    """
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise ItemRefused("tables.empty_file", path.name)
    if suffix in (".xlsx", ".xlsm"):
        yield from _workbook(path)
    elif suffix in (".csv", ".tsv"):
        yield _squared("", _delimited(path))
    else:
        table = read_table(path, {})
        yield _squared(
            "", [list(table.columns), *([row.values.get(c, "") for c in table.columns] for row in table.rows)]
        )


def _workbook(path: Path) -> Iterator[Grid]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_XLSX_BYTES:
                raise ItemRefused("tables.too_large.workbook", path.name)
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
        for sheet in book.worksheets:
            cells = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            areas = [Area(a.min_row - 1, a.min_col - 1, a.max_row, a.max_col) for a in sheet.merged_cells.ranges]
            for area in areas:
                value = cells[area.top][area.left]
                for row in cells[area.top : area.bottom]:
                    row[area.left : area.right] = [value] * (area.right - area.left)
            yield Grid(sheet.title, sheet.sheet_state != "visible", cells, areas)
    except BAD_WORKBOOK as error:
        raise ItemRefused("tables.not_a_table.workbook", path.name) from error


def _delimited(path: Path) -> list[list[str]]:
    with path.open("r", encoding=detect_encoding(path), newline="") as stream:
        delimiter = "\t" if path.suffix.lower() == ".tsv" else delimiter_of(stream.readline())
        stream.seek(0)
        return [[cell.strip() for cell in row] for row in csv.reader(stream, delimiter=delimiter)]


def _squared(name: str, cells: list[list[str]]) -> Grid:
    width = max(map(len, cells), default=0)
    return Grid(name, False, [[*row, *([""] * (width - len(row)))] for row in cells])
