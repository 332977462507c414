"""PFMEA workbooks as plants keep them: titles on top, two header rows, merged cells, blanks that mean "as above"."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.errors import ItemRefused
from complaints.master.columns import MasterTable
from complaints.tables import MAX_XLSX_BYTES, TableRow, cell_text, columns_by_key, header_key

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_SEARCH_ROWS = 25  # above it stand the title, the team, the revision
BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
PIECES = re.compile(r"[\n/|]")
# What a blank cell takes over from the row above: about the same failure mode, about the same station.
SAME_FAILURE = ("component", "symptom", "severity")
SAME_STATION = ("operation",)

Grid = list[list[str]]


def read_pfmea_workbook(path: Path, table: MasterTable) -> Iterator[TableRow]:
    """Yield the rows of a PFMEA workbook's first sheet that has the required columns, under canonical names.

    A header may stand over two rows (a group over its columns); a column is known by its lower header, both together or
    the upper one. Of two columns for one meaning the left counts: on the right stand the ratings after improvement.
    A cell merged over rows holds for all of them, and so does a station or failure mode over the blanks below it.

    Raises:
        ItemRefused: `not_a_table`, `too_large` or `missing_column`.
    """
    nearest: tuple[int, list[str]] = (0, [])
    for sheet in _sheets(path):
        grid = _grid(sheet)
        header = _header(grid, table)
        if header is None:
            continue
        columns, start = header
        missing = [column for column in table.required if column not in columns]
        if not missing:
            yield from _rows(grid, columns, start)
            return
        if len(columns) >= nearest[0]:
            nearest = (len(columns), missing)
    missing = nearest[1] or list(table.required)
    raise ItemRefused("master.missing_column.pfmea", path.name, column=missing[0])


def _sheets(path: Path) -> list[Worksheet]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_XLSX_BYTES:
                raise ItemRefused("tables.too_large.workbook", path.name)
        return list(openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True).worksheets)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, TypeError, SyntaxError) as error:
        raise ItemRefused("tables.not_a_table.workbook", path.name) from error


def _grid(sheet: Worksheet) -> Grid:
    """Return the sheet's cells as text, merged ranges filled with their value."""
    grid = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        value = grid[area.min_row - 1][area.min_col - 1]
        for row in grid[area.min_row - 1 : area.max_row]:
            row[area.min_col - 1 : area.max_col] = [value] * (area.max_col - area.min_col + 1)
    return grid


def _header(grid: Grid, table: MasterTable) -> tuple[dict[str, int], int] | None:
    """Return column -> index and the first data row of the header that names most columns, one row before two."""
    known = columns_by_key(table.aliases)
    best: tuple[int, int, dict[str, int], int] | None = None
    for at in range(min(len(grid), HEADER_SEARCH_ROWS)):
        for height in (1, 2):
            if at + height > len(grid):
                continue
            lower = grid[at + height - 1]
            upper = grid[at] if height == 2 else [""] * len(lower)
            columns = _matched(upper, lower, known)
            score = (sum(column in columns for column in table.required), len(columns))
            if columns and (best is None or score > best[:2]):
                best = (*score, columns, at + height)
    return (best[2], best[3]) if best else None


def _matched(upper: list[str], lower: list[str], known: dict[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
        for text in (bottom, f"{top} {bottom}", top) if top and top != bottom else (bottom,):
            column = next((known[key] for key in _keys(text) if key in known), None)
            if column is not None:
                columns.setdefault(column, index)
                break
    return columns


def _keys(text: str) -> list[str]:
    """Return a header's readings: whole, without brackets, and each of its parts (two languages in one cell)."""
    bare = BRACKETS.sub("", text)
    return [header_key(part) for part in (text, bare, *PIECES.split(text), *PIECES.split(bare)) if part.strip()]


def _rows(grid: Grid, columns: dict[str, int], start: int) -> Iterator[TableRow]:
    above: dict[str, str] = {}
    for number, cells in enumerate(grid[start:], start=start + 1):
        values = {column: cells[index].strip() for column, index in columns.items() if cells[index].strip()}
        if not values:
            continue
        _inherit(values, above, ("station_id",))
        if values.get("station_id") == above.get("station_id"):
            _inherit(values, above, ("failure_mode", *SAME_STATION))
            if values.get("failure_mode") == above.get("failure_mode"):
                _inherit(values, above, SAME_FAILURE)
        above = values
        if "failure_mode" in values:
            yield TableRow(number, values)


def _inherit(values: dict[str, str], above: dict[str, str], columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in values and column in above:
            values[column] = above[column]
