"""What stands in a workspace's outputs: every text of stores, tables, pages, logs and archives, with its place.

It answers one question: does something that should be gone, or should never have come there, stand anywhere? Every
column of every table is read, archives are unpacked, escapes of HTML and JSON are undone.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from complaints.store import sql_path

if TYPE_CHECKING:
    import duckdb

ARCHIVES = frozenset({".xlsx", ".docx", ".zip"})
MARKUP = frozenset({".html", ".xml", ".svg", ".rels"})
TAG = re.compile(r"<[^<>]*>")
# Marks between which stands another cell, line or paragraph: what one holds does not go on in the next.
APART = re.compile(
    r"</?(?:c|row|si|table|tr|td|th|ul|ol|li|dl|dt|dd|p|div|section|header|footer|figure|figcaption|h[1-6]|option|svg|text)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
BETWEEN_CELLS = " | "
MAX_MEMBER_BYTES = 200_000_000  # of one file in an archive: an archive of ours never holds more
ROWS = 10_000

Found = tuple[str, str]  # where, and the text that stands there


def texts_of(paths: Iterable[Path]) -> Iterator[Found]:
    """Yield every text of files and folders: (file or table.column, text).

    Args:
        paths: files or folders, searched through; links are not followed. DuckDB and Parquet files are read column by
            column, archives member by member, CSV files row by row, other files as bytes that may be UTF-8. File names
            count as texts.
    """
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink()) if path.is_dir() else [path]
        for file in files:
            yield str(file.parent), file.name
            yield from _file(file)


def _file(file: Path) -> Iterator[Found]:
    if file.suffix == ".duckdb":
        yield from _store(file)
    elif file.suffix == ".parquet":
        yield from _table(_connect(), f"read_parquet('{sql_path(file)}')", file.name)
    elif file.suffix in ARCHIVES:
        with file.open("rb") as stream:
            yield from _archive(stream, file.name)
    else:
        yield from _readable(file.name, file.read_bytes())


def _store(file: Path) -> Iterator[Found]:
    connection = _connect()
    connection.execute(f"ATTACH '{sql_path(file)}' AS looked_at (READ_ONLY)")
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'looked_at' ORDER BY 1"
    ).fetchall()
    for (table,) in tables:
        yield from _table(connection, f'looked_at.main."{table}"', f"{file.name}:{table}")


def _table(connection: duckdb.DuckDBPyConnection, source: str, name: str) -> Iterator[Found]:
    cursor = connection.execute(f"SELECT * FROM {source}")
    columns = [column[0] for column in cursor.description or ()]
    while rows := cursor.fetchmany(ROWS):
        for row in rows:
            for column, value in zip(columns, row, strict=True):
                if isinstance(value, str) and value:
                    yield f"{name}.{column}", value
                    if "\\" in value:
                        yield f"{name}.{column}", _unescaped(value)


def _archive(stream: IO[bytes], name: str) -> Iterator[Found]:
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            yield name, member.filename
            if member.file_size > MAX_MEMBER_BYTES:
                raise ValueError(f"{name} holds a member of {member.file_size} bytes")
            content = archive.read(member)
            inner = f"{name}!{member.filename}"
            if Path(member.filename).suffix in ARCHIVES:
                yield from _archive(io.BytesIO(content), inner)
            else:
                yield from _readable(inner, content)


def _readable(name: str, content: bytes) -> Iterator[Found]:
    text = content.decode("utf-8", "replace")
    suffix = Path(name).suffix
    if suffix == ".csv":
        yield from ((name, BETWEEN_CELLS.join(row)) for row in _rows(text))
        return
    yield name, text
    if suffix in MARKUP:
        yield name, html.unescape(TAG.sub("", APART.sub(BETWEEN_CELLS, text)))  # words may be split by other marks
        yield name, html.unescape(text)  # attributes speak, too
    elif suffix in {".json", ".jsonl"} and "\\" in text:
        yield name, _unescaped(text)


def _rows(text: str) -> list[list[str]]:
    """Return the rows of a CSV file, or the whole of one that is none."""
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return [[text]]


def _unescaped(text: str) -> str:
    r"""Return a JSON text with the escapes inside its strings undone (``\u6f0f`` and ``\n``), strings a line each."""
    try:
        values: list[object] = [json.loads(text)]
    except ValueError:
        values = []
        for line in text.splitlines():
            try:
                values.append(json.loads(line))
            except ValueError:
                values.append(line)
    return "\n".join(_strings(values))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value[:1] in "[{" and len(value) > 1:  # JSON inside JSON
            try:
                yield from _strings(json.loads(value))
            except ValueError:
                return
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _strings(inner)


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect()
