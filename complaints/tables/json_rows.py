"""JSON: a list of objects, an object that holds one, or an object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from complaints.errors import ItemRefused
from complaints.tables.cells import cell_text, whole_characters
from complaints.tables.encoding import detect_encoding
from complaints.tables.types import RawRow, Source, TableLimits


class JsonRows(Source):
    """Objects as rows; `header` holds the names of all of them, in order of appearance."""

    def __init__(self, path: Path, limits: TableLimits) -> None:
        """Open a file.

        Raises:
            ItemRefused: `undecodable_bytes`, `not_a_table` or `too_many_cells`.
        """
        self.path, self.encoding, self._limits = path, detect_encoding(path), limits
        self._whole = self._document()
        names: dict[str, None] = {}
        for _, value in self._objects():
            names.update(dict.fromkeys(map(whole_characters, value or ())))
            if len(names) > limits.cells:
                raise ItemRefused("tables.too_many_cells.names", path.name, most=limits.cells)
        self.header = list(names)

    def head(self) -> list[RawRow]:
        """Return nothing: the names are the headers."""
        return []

    def rows(self, width: int) -> Iterator[RawRow]:
        """Yield an object a row; what is none has a problem."""
        for number, value in self._objects():
            if value is None:
                yield RawRow(number, [], ItemRefused("tables.unreadable_row"))
            else:
                named = {whole_characters(name): cell_text(cell) for name, cell in value.items()}
                yield RawRow(number, [], named={name: cell for name, cell in named.items() if cell})

    def _objects(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        if self._whole is not None:
            yield from (
                (number, value if isinstance(value, dict) else None) for number, value in enumerate(self._whole, 1)
            )
            return
        with self.path.open("r", encoding=self.encoding) as stream:
            number, limit = 0, self._limits.cell_characters * 10
            while line := stream.readline(limit):
                number += 1
                if line.strip():
                    yield number, _object(line)
                if len(line) == limit and not line.endswith("\n"):
                    _to_line_end(stream, limit)

    def _document(self) -> list[Any] | None:
        """Return the list of a file that is one document, None where each line is one.

        Raises:
            ItemRefused: the document is no list of objects.
        """
        with self.path.open("r", encoding=self.encoding) as stream:
            first = ""
            while not first.strip() and (line := stream.readline(self._limits.cell_characters * 10)):
                first = line
            is_line = first.lstrip().startswith("{") and _object(first) is not None
            if is_line and (self.path.name.lower().endswith("l") or _object(stream.readline(1 << 20)) is not None):
                return None
            stream.seek(0)
            try:
                document = json.load(stream)
            except (json.JSONDecodeError, RecursionError):
                return None  # lines, some of them broken: each is looked at
        rows = _list_of(document)
        if rows is None:
            raise ItemRefused("tables.not_a_table.json", self.path.name)
        return rows


def _list_of(document: Any) -> list[Any] | None:
    """Return the list of objects that a document is or holds; an object alone is one row."""
    if isinstance(document, list):
        return document if any(isinstance(value, dict) for value in document) else None
    if not isinstance(document, dict):
        return None
    lists = [v for v in document.values() if isinstance(v, list) and any(isinstance(item, dict) for item in v)]
    if lists:
        return max(lists, key=len)
    inner = [found for v in document.values() if isinstance(v, dict) and (found := _list_of(v)) and found != [v]]
    return max(inner, key=len) if inner else [document]


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line) if line.strip() else None
    except (json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _to_line_end(stream: Any, limit: int) -> None:
    while (rest := stream.readline(limit)) and not rest.endswith("\n"):
        pass
