"""The cells of a file's sheets as text, with what is merged filled in: what a person sees who looks at a form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.tables.open import open_table
from complaints.tables.types import UNPACKED_FREE, RawRow, Source, TableLimits

MOST_CELLS = 5_000_000  # of a file: a form has some ten thousand


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
        left_out: why it is no table of data, as in `SheetAccount`; "" where it may be one.
        cells: rows of one width; merged ranges hold their value in every cell.
        areas: the merged ranges.
        refused: rows that cannot be read, by reason; they are blank in `cells`.
    """

    name: str
    left_out: str
    cells: list[list[str]]
    areas: Sequence[Area] = ()
    refused: Counter[str] = field(default_factory=Counter)

    def joined(self, row: int, column: int) -> Area | None:
        """Return the merged range over several columns that a cell belongs to."""
        inside = (a for a in self.areas if a.top <= row < a.bottom and a.left <= column < a.right)
        return next((area for area in inside if area.right - area.left > 1), None)


def read_grids(path: Path, limits: TableLimits) -> Iterator[Grid]:
    """Yield the sheets of a workbook, or the one table of another file, in the process that calls it.

    Raises:
        ItemRefused: as `open_table` does, or `too_large`.
    """
    with ExitStack() as stack:
        budget = _Budget(path, limits)
        for source in open_table(path, limits, stack):
            yield _grid(source, budget)


@dataclass
class _Budget:
    """What a file's cells may take together."""

    path: Path
    limits: TableLimits
    cells: int = 0
    characters: int = 0

    def spend(self, row: Sequence[str]) -> None:
        """Count a row's cells.

        Raises:
            ItemRefused: `too_large`.
        """
        self.cells += len(row)
        self.characters += sum(map(len, row))
        if self.characters > UNPACKED_FREE + self.limits.unpacked * self.path.stat().st_size:
            raise ItemRefused("tables.too_large.unpacked", self.path.name, times=self.limits.unpacked)
        if self.cells > MOST_CELLS:
            raise ItemRefused("tables.too_large.form", self.path.name, most=MOST_CELLS)


def _grid(source: Source, budget: _Budget) -> Grid:
    cells: list[list[str]] = [] if source.header is None else [list(source.header)]
    refused: Counter[str] = Counter()
    if source.left_out != "no_sheet":  # a chart has no cells
        for row in source.look():
            if row.problem is not None:
                refused[row.problem.reason] += 1
            if source.cells_are_placed:
                cells += [[]] * (row.number - 1 - len(cells))
            cells.append(_trimmed(_placed(row, source.header)))
            budget.spend(cells[-1])
    width = max(map(len, cells), default=0)
    budget.spend([""] * (width * len(cells)))
    # Merged ranges may reach beyond the cells that are there.
    areas = [
        Area(top, left, min(bottom + 1, len(cells)), min(right + 1, width))
        for (top, left), (bottom, right) in source.merged()
        if top < len(cells) and left < width
    ]
    squared = [[*row, *([""] * (width - len(row)))] for row in cells]
    return Grid(source.name, source.left_out, squared, areas, refused)


def _placed(row: RawRow, header: list[str] | None) -> list[str]:
    if row.named is None:
        return list(row.cells)
    return [row.named.get(name, "") for name in header or ()]


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
