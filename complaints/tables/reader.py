"""Reading of tables that people made: CSV, TSV, XLSX, JSONL and Parquet, row by row, with one set of rules.

Bytes of CSV, TSV and JSONL are read as BOM, else strict UTF-8, else strict GB18030; anything else is refused with the
row and column, never guessed. Headers are matched through aliases, so Chinese and English names are the same column.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from complaints.errors import ItemRefused
from complaints.messages import message

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")
MAX_FIELD_CHARACTERS = 10_000_000
MAX_XLSX_BYTES = 1 << 30  # unpacked; a workbook that grows beyond is a zip bomb
HEADER_SEARCH_ROWS = 10  # a workbook's header may stand under a title
CHUNK_BYTES = 1 << 20
# What openpyxl, zipfile, zlib and the XML parser raise on bytes that are no workbook (RuntimeError: it has a password).
BAD_WORKBOOK = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: `number` counts from 1 as a spreadsheet shows it; `values` holds the non-empty cells by column.

    A row that could not be read has a `problem`, whose place is for the caller to say, and no values.
    """

    number: int
    values: dict[str, str]
    problem: ItemRefused | None = None


@dataclass(frozen=True)
class Table:
    """A table being read. `columns` are canonical names where an alias is known, else the header as it stands."""

    columns: tuple[str, ...]
    unmapped: tuple[str, ...]
    rows: Iterator[TableRow]


def header_key(header: str) -> str:
    """Return a header as it is compared: NFKC, case folded, without blanks, underscores and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", header).casefold() if not c.isspace() and c not in "_-﻿")


def columns_by_key(aliases: Mapping[str, str]) -> dict[str, str]:
    """Return the canonical column of each header, by its `header_key`.

    Args:
        aliases: header -> canonical column; canonical names are headers of their own.
    """
    return {header_key(header): column for header, column in [*aliases.items(), *((c, c) for c in aliases.values())]}


def delimiter_of(line: str) -> str:
    """Return what separates the cells of a delimited table, by its first line: a comma, a semicolon or a tab."""
    return max(",;\t", key=line.count)


def read_table(path: Path, aliases: Mapping[str, str], required: Iterable[str] = ()) -> Table:
    """Open a table and match its headers.

    Args:
        path: a file with one of TABLE_SUFFIXES.
        aliases: header -> canonical column; compared by `header_key`.
        required: canonical columns that must be there.

    Raises:
        ItemRefused: `empty_file`, `undecodable_bytes`, `not_a_table`, `missing_column` or `double_column`.
    """
    known = columns_by_key(aliases)
    rows = _open(path, known, set(required))
    try:
        header = next(rows)[1]
    except StopIteration:
        raise ItemRefused("tables.empty_file.no_rows", path.name) from None
    columns = [known.get(header_key(name), name) for name in header]
    unmapped = tuple(name for name in header if name and header_key(name) not in known)
    _check(path, columns, header, known, required)
    return Table(tuple(columns), unmapped, _typed(rows, columns))


def _check(
    path: Path, columns: Sequence[str], header: Sequence[str], known: Mapping[str, str], required: Iterable[str]
) -> None:
    for column in required:
        if column not in columns:
            names = [name for name in header if name] or message("tables.no_headers")
            raise ItemRefused("tables.missing_column", path.name, column=column, names=names)
    for column in set(known.values()):
        same = [name for name, found in zip(header, columns, strict=True) if found == column]
        if len(same) > 1:
            raise ItemRefused("tables.double_column", path.name, headers=same, column=column)


def _typed(rows: Iterator[tuple[int, list[str], ItemRefused | None]], columns: Sequence[str]) -> Iterator[TableRow]:
    for number, cells, problem in rows:
        if problem is None and len(cells) > len(columns) and any(cells[len(columns) :]):
            problem = ItemRefused("tables.too_many_cells", cells=len(cells), columns=len(columns))
        if problem is not None:
            yield TableRow(number, {}, problem)
            continue
        values = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
        if values:
            yield TableRow(number, values)


Raw = Iterator[tuple[int, list[str], ItemRefused | None]]


def _open(path: Path, known: Mapping[str, str], required: set[str]) -> Raw:
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise ItemRefused("tables.empty_file", path.name)
    if suffix in (".csv", ".tsv"):
        return _delimited(path, "\t" if suffix == ".tsv" else None)
    if suffix == ".jsonl":
        return _jsonl(path)
    if suffix == ".xlsx":
        return _xlsx(path, known, required)
    if suffix == ".parquet":
        return _parquet(path)
    raise ItemRefused(
        "tables.not_a_table", path.name, suffix=suffix or message("tables.no_suffix"), suffixes=TABLE_SUFFIXES
    )


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file by the rule BOM, else strict UTF-8, else strict GB18030.

    Raises:
        ItemRefused: `undecodable_bytes`, with the row and column of the first byte that fits neither.
    """
    import codecs

    with path.open("rb") as stream:
        start = stream.read(4)
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(bom):
            _check_decodes(path, encoding)
            return encoding
    failures = []
    for encoding in ("utf-8", "gb18030"):
        failure = _first_failure(path, encoding)
        if failure is None:
            return encoding
        failures.append((failure, encoding))
    # The encoding that went further is the likelier one, so its first bad byte is where to look.
    raise _undecodable(path, *max(failures))


def _check_decodes(path: Path, encoding: str) -> None:
    failure = _first_failure(path, encoding)
    if failure is not None:
        raise _undecodable(path, failure, encoding)


def _first_failure(path: Path, encoding: str) -> int | None:
    import codecs

    decoder, done = codecs.getincrementaldecoder(encoding)("strict"), 0
    with path.open("rb") as stream:
        while True:
            piece = stream.read(CHUNK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return max(done - pending + error.start, 0)
            if not piece:
                return None
            done += len(piece)


def _undecodable(path: Path, offset: int, encoding: str) -> ItemRefused:
    with path.open("rb") as stream:
        before = stream.read(offset)
    row = before.count(b"\n") + 1
    column = len(before.rsplit(b"\n", 1)[-1].decode(encoding.removesuffix("-sig"), "replace")) + 1
    return ItemRefused("tables.undecodable_bytes", path.name, row=row, column=column)


def _delimited(path: Path, delimiter: str | None) -> Raw:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    with path.open("r", encoding=detect_encoding(path), newline="") as stream:
        if delimiter is None:
            delimiter = delimiter_of(stream.readline())
            stream.seek(0)
        reader = csv.reader(stream, delimiter=delimiter)
        while True:
            at = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield at, [], ItemRefused("tables.unreadable_row", error=error)
                continue
            yield at, [cell.strip() for cell in cells], None


def _jsonl(path: Path) -> Raw:
    encoding = detect_encoding(path)
    columns: list[str] = []
    with path.open("r", encoding=encoding) as stream:
        for line in stream:
            value = _object(line)
            columns += [] if value is None else [name for name in value if name not in columns]
    yield 0, columns, None
    with path.open("r", encoding=encoding) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            value = _object(line)
            if value is None:
                yield number, [], ItemRefused("tables.unreadable_row.json")
            else:
                yield number, [cell_text(value.get(name)) for name in columns], None


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line) if line.strip() else None
    except (json.JSONDecodeError, RecursionError):
        return None
    return {whole_characters(name): cell for name, cell in value.items()} if isinstance(value, dict) else None


def _xlsx(path: Path, known: Mapping[str, str], required: set[str]) -> Raw:
    """Yield the rows of the first sheet in which a row of the required headers stands near the top.

    Sheets are unpacked while they are read: damage within one shows late.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_XLSX_BYTES:
                raise ItemRefused("tables.too_large", path.name)
        yield from _sheet_rows(path, known, required)
    except BAD_WORKBOOK as error:
        raise ItemRefused("tables.not_a_table.workbook", path.name) from error


def _sheet_rows(path: Path, known: Mapping[str, str], required: set[str]) -> Raw:
    import openpyxl

    # Read whole into memory: openpyxl keeps the file open, and the inbox may be moved under it.
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    for sheet in book.worksheets:
        header_at = None
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=HEADER_SEARCH_ROWS), start=1):
            found = {known.get(header_key(cell_text(cell))) for cell in row}
            if required <= found and found - {None}:
                header_at = number
                break
        if header_at is None:
            continue
        for number, row in enumerate(sheet.iter_rows(values_only=True, min_row=header_at), start=header_at):
            yield number, [cell_text(cell) for cell in row], None
        return
    first = book.worksheets[0].iter_rows(values_only=True, max_row=1) if book.worksheets else iter(())
    yield 1, [cell_text(cell) for cell in next(iter(first), ())], None


def _parquet(path: Path) -> Raw:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        yield 0, list(file.schema_arrow.names), None
        number = 0
        for batch in file.iter_batches(batch_size=1024):
            for row in zip(*(_python_values(column) for column in batch.columns), strict=True):
                number += 1
                yield number, [cell_text(value) for value in row], None
    except UnicodeDecodeError as error:
        raise ItemRefused("tables.undecodable_bytes.parquet", path.name) from error
    except (pa.ArrowException, OSError) as error:
        raise ItemRefused("tables.not_a_table.parquet", path.name) from error


def _python_values(column: Any) -> list[Any]:
    """Return a Parquet column as Python values; a time that Python has no type for (the year 200,000) as a number."""
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        raise
    except (OverflowError, ValueError):
        values = [_python_value(value) for value in column]
    return values


def _python_value(value: Any) -> Any:
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return str(value.value)  # a timestamp's own number, in its unit


def whole_characters(text: str) -> str:
    """Return a text with halves of characters, which JSON may hold and no file can, replaced by U+FFFD."""
    return text if text.isascii() else HALF.sub("\ufffd", text)


def cell_text(value: object) -> str:
    """Return a cell as text: dates in ISO form, whole numbers without a fraction, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict | list):
        return whole_characters(json.dumps(value, ensure_ascii=False))
    return whole_characters(str(value)).strip()
