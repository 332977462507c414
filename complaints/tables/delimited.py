"""CSV, TSV and texts that Excel writes: rows of cells, however the quotes in them were forgotten.

A quote that is opened and never closed would take all rows behind it into one cell. So what spans several lines is
believed only if its quotes are right, it has as many cells as the header, and none of its lines reads as a row; else
its first line is read by itself, with the quote as a sign, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from typing import TextIO

from complaints.errors import ItemRefused
from complaints.tables.cells import cleaned
from complaints.tables.dates import date_readings
from complaints.tables.encoding import detect_encoding
from complaints.tables.types import RawRow, Source, TableLimits

HEAD_ROWS = 25  # titles, explanations, two rows of headers: a table's head stands among so many rows
SNIFFED_LINES = 20
DELIMITERS = ",;\t|"
MOST_LINES = 2_000  # of one cell: a long exchange of mails
SEPARATOR = re.compile(r"\ufeff?\"?sep=(.)\"?\s*$", re.I)  # Excel's own first line
SPECIAL = re.compile(r"[\0&#]|_x00|\r(?!\n?\Z)")  # lines without these need no cleaning of their cells


class Delimited(Source):
    """A text whose lines are rows."""

    def __init__(self, path: Path, limits: TableLimits, tabs: bool = False) -> None:
        """Open a file.

        Raises:
            ItemRefused: `undecodable_bytes`.
        """
        csv.field_size_limit(2**31 - 1)
        self.path, self.encoding, self._limits = path, detect_encoding(path), limits
        with self._open() as stream:
            lines = [
                line for line, _ in zip(_lines(stream, limits.cell_characters), range(SNIFFED_LINES), strict=False)
            ]
        self._skipped = 0
        if lines and (separator := SEPARATOR.match(lines[0])):
            self.delimiter, self._skipped = separator[1], 1
        else:
            self.delimiter = "\t" if tabs and any("\t" in line for line in lines) else delimiter_of(*lines)

    def _open(self) -> TextIO:
        return self.path.open("r", encoding=self.encoding, newline="")

    def head(self) -> list[RawRow]:
        """Return the first rows."""
        return list(takewhile(lambda row: row.problem is None, islice(self.rows(0), HEAD_ROWS)))

    def rows(self, width: int) -> Iterator[RawRow]:
        """Yield all rows; without a width (0) quotes are believed as they stand."""
        with self._open() as stream:
            lines = _lines(stream, self._limits.cell_characters)
            reader = _Records(lines, self.delimiter, width, self._limits.cell_characters)
            for row in reader:
                if row.number > self._skipped:
                    yield row


def delimiter_of(*lines: str) -> str:
    """Return what separates the cells of a table: the sign that most of its lines have."""

    def used(sign: str) -> tuple[int, int]:
        return sum(sign in line for line in lines), sum(line.count(sign) for line in lines)

    return max(DELIMITERS, key=used)


def _lines(stream: TextIO, longest: int) -> Iterator[str]:
    """Yield lines; of one that is longer than any row may be, its beginning and then a mark that it was cut."""
    limit = longest * 2
    while line := stream.readline(limit):
        if len(line) == limit and not line.endswith(("\n", "\r")):
            yield line[:longest] + CUT
            while (rest := stream.readline(limit)) and not rest.endswith(("\n", "\r")):
                pass
        else:
            yield line


CUT = "\0\ufffe\0"  # no text holds it: U+FFFE is no character


@dataclass
class _Records:
    """Records of a delimited text, in order, with the number of their first line."""

    source: Iterator[str]
    delimiter: str
    width: int
    longest: int
    _waiting: deque[str] = field(default_factory=deque)
    _shapes: set[str] = field(default_factory=set)
    _number: int = 0

    def __iter__(self) -> Iterator[RawRow]:
        while (line := self._next()) is not None:
            number = self._number
            if CUT in line:
                yield RawRow(number, [], ItemRefused("tables.too_long.row"))
            elif '"' not in line:
                cells = line.rstrip("\r\n").split(self.delimiter)
                if self.width and len(self._shapes) < 50 and len(cells) == self.width:
                    self._shapes.add(_shape(cells[0]))
                yield RawRow(number, _clean(cells, line))
            else:
                yield self._quoted(number, line)

    def _next(self) -> str | None:
        line = self._waiting.popleft() if self._waiting else next(self.source, None)
        self._number += line is not None
        return line

    def _back(self, lines: list[str]) -> None:
        self._waiting.extendleft(reversed(lines))
        self._number -= len(lines)

    def _quoted(self, number: int, line: str) -> RawRow:
        """Read a record whose first line has quotes."""
        lines = [line]
        cells, ended = self._strict(lines)
        while cells is None and not ended and self._may_go_on(lines):
            more = self._next()
            if more is None:
                break
            lines.append(more)
            if more.count('"') % 2:
                cells, ended = self._strict(lines)
        if cells is not None and (len(lines) == 1 or not self.width or self._fits(cells)):
            self._learn(cells)
            return RawRow(number, _clean(cells, "".join(lines)))
        self._back(lines[1:])
        return self._alone(number, line)

    def _strict(self, lines: list[str]) -> tuple[list[str] | None, bool]:
        """Return a record's cells if its quotes are right, and whether it ended (else more may come)."""
        try:
            return next(csv.reader(lines, delimiter=self.delimiter, strict=True), []), True
        except csv.Error as error:
            return None, "unexpected end" not in str(error)

    def _may_go_on(self, lines: list[str]) -> bool:
        """Tell whether a further line may belong to a record: the last one does not read as a row by itself."""
        if len(lines) > MOST_LINES or sum(map(len, lines)) > self.longest * 2:
            return False
        return len(lines) == 1 or not self._reads_as_a_row(lines[-1])

    def _reads_as_a_row(self, line: str) -> bool:
        if self.width < 2:
            return False
        cells = line.rstrip("\r\n").split(self.delimiter)
        if len(cells) != self.width or _shape(cells[0]) not in self._shapes:
            return False
        return any(c in "9" for c in _shape(cells[0])) or any(
            date_readings(cell) for cell in cells if cell[:1].isdigit()
        )

    def _fits(self, cells: list[str]) -> bool:
        return len(cells) <= self.width or not any(cells[self.width :])

    def _learn(self, cells: list[str]) -> None:
        if self.width and len(self._shapes) < 50 and len(cells) == self.width:
            self._shapes.add(_shape(cells[0]))

    def _alone(self, number: int, line: str) -> RawRow:
        """Read one line whose quotes are wrong: as signs of the text, if that gives the header's number of cells."""
        plain = line.rstrip("\r\n")
        for cells in (next(csv.reader([plain], delimiter=self.delimiter), []), plain.split(self.delimiter)):
            if not self.width or len(cells) == self.width:
                self._learn(cells)
                # In a CSV an opening quote is the writer's; in a TSV, which has none, it is a word's (an inch).
                bare = cells if self.delimiter == "\t" else [cell.removeprefix('"') for cell in cells]
                return RawRow(number, _clean(bare if cells is not None else [], line))
        return RawRow(number, [], ItemRefused("tables.unclosed_quote"))


def _shape(cell: str) -> str:
    """Return a cell's kind: runs of digits as 9, of other letters as A, the rest as it is, up to 20 signs."""
    kind = "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in cell.strip()[:40])
    return re.sub(r"(.)\1+", r"\1", kind)[:20]


def _clean(cells: list[str], line: str) -> list[str]:
    if SPECIAL.search(line):
        return [cleaned(cell) for cell in cells]
    return [cell.strip() for cell in cells]
