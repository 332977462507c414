"""Web pages that programs save under the name .xls: the rows of their tables."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

from complaints.tables.cells import cell_text
from complaints.tables.delimited import HEAD_ROWS
from complaints.tables.encoding import detect_encoding
from complaints.tables.types import RawRow, Source

CHUNK = 1 << 16
MOST_SPAN = 1_000


class HtmlRows(Source):
    """The rows of all tables of a page, in order."""

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            ItemRefused: `undecodable_bytes`.
        """
        self.path, self.encoding = path, detect_encoding(path)

    def head(self) -> list[RawRow]:
        """Return the first rows."""
        return list(islice(self.rows(0), HEAD_ROWS))

    def rows(self, width: int) -> Iterator[RawRow]:
        """Yield all rows."""
        parser, number = _Rows(), 0
        with self.path.open("r", encoding=self.encoding) as stream:
            while piece := stream.read(CHUNK):
                parser.feed(piece)
                for cells in parser.taken():
                    number += 1
                    yield RawRow(number, cells)


class _Rows(HTMLParser):
    """Collects the cells of table rows; what stands outside of cells is passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[list[str]] = []
        self._row: list[str] = []
        self._words: list[str] | None = None
        self._span = 1

    def taken(self) -> list[list[str]]:
        """Return the rows that ended since the last call."""
        done, self._done = self._done, []
        return done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()
            span = dict(attrs).get("colspan") or "1"
            self._words, self._span = [], min(int(span), MOST_SPAN) if span.isdecimal() else 1
        elif tag in ("br", "p", "div") and self._words is not None:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a row or a cell."""
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        """Take words that stand in a cell."""
        if self._words is not None:
            self._words.append(data)

    def _end_cell(self) -> None:
        if self._words is not None:
            self._row += [cell_text("".join(self._words))] + [""] * (self._span - 1)
            self._words = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self._done.append(self._row)
        self._row = []
