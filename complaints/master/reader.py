"""The plant's tables in master/: finding and checking them, reading the small ones, offering the large to DuckDB."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.errors import ItemRefused, MasterDataError
from complaints.fingerprints import bytes_digest
from complaints.master.accounts import MasterAccount
from complaints.master.columns import LANGUAGES, MASTER_TABLES, TERM_KINDS, MasterTable
from complaints.master.long_form import Turned, long_columns, turn
from complaints.master.reading import PLAIN, MasterReading
from complaints.master.sql import literal, quoted
from complaints.messages import Message, message
from complaints.tables import (
    TABLE_SUFFIXES,
    TableRow,
    columns_by_key,
    delimiter_of,
    detect_encoding,
    header_key,
    quotable,
)

if TYPE_CHECKING:
    import duckdb

    from complaints.dictionary import PlantTerm


class LargeColumns(tuple[str, ...]):
    """The canonical column names of a large table; `turned` tells what became of a genealogy in long form."""

    turned: Turned | None = None


BATCH_ROWS = 20_000
DUCKDB_READS = (".csv", ".tsv", ".parquet")  # where they lie; other formats are copied, under canonical names
UTF8 = ("utf-8", "utf-8-sig")


def find_master(folder: Path, name: str) -> Path | None:
    """Return the file of a table of master/, or None when there is none.

    Args:
        folder: master/; its sub-folders (templates/) are never read.
        name: a key of MASTER_TABLES.

    Raises:
        MasterDataError: two files for the one table; both are named.
    """
    if not folder.is_dir():
        return None
    found = sorted(
        path
        for path in folder.iterdir()
        if path.stem.casefold() == name and path.suffix.lower() in TABLE_SUFFIXES and path.is_file()
    )
    if len(found) > 1:
        raise MasterDataError("master.two_files", str(folder), names=[path.name for path in found])
    return found[0] if found else None


def master_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every table's file by table name, for the key of a stage that reads them."""
    files = {name: find_master(folder, name) for name in MASTER_TABLES}
    return {name: bytes_digest(path) for name, path in files.items() if path is not None}


def read_small(folder: Path, name: str, how: MasterReading = PLAIN) -> list[TableRow] | None:
    """Return the rows of a small table under canonical column names, or None when the file is missing.

    Raises:
        MasterDataError: the file is unreadable, lacks a required column, or stands there twice.
    """
    account = read_account(folder, name, how)
    return None if account is None else account.rows


def read_account(folder: Path, name: str, how: MasterReading = PLAIN) -> MasterAccount | None:
    """Return a small table with what was taken for what and what was left out; None when the file is missing.

    Of a large table the headers alone are read; `rows` is empty.

    Args:
        folder: master/.
        name: a key of MASTER_TABLES.
        how: the user's headers and limits.

    Raises:
        MasterDataError: the file is unreadable, lacks a required column, or stands there twice.
    """
    path = find_master(folder, name)
    if path is None:
        return None
    table = MASTER_TABLES[name]
    try:
        if name == "pfmea":
            from complaints.master.pfmea import read_pfmea

            return read_pfmea(path.name, how.grids(path), how.own(name))
        account = MasterAccount(name, path.name)
        if table.large:
            sheets = how.head(path, name)
        else:
            read = how.read(path, name)
            account.rows, sheets = list(read.rows), read.accounts
        account.take_sheets(sheets, open_ended=table.open_ended)
        return account
    except ItemRefused as refused:
        raise _fatal(refused, path, table) from refused
    except FileNotFoundError:
        return None


def check_master(folder: Path, how: MasterReading = PLAIN) -> list[MasterAccount]:
    """Look at every file of master/ before a night begins: hours of hearing should not end at a missing column.

    Returns:
        What was taken for what, file by file.

    Raises:
        MasterDataError: a file is unreadable, lacks a required column, or stands there twice.
    """
    accounts = [account for name in MASTER_TABLES if (account := read_account(folder, name, how)) is not None]
    plant_terms(folder, how)
    return accounts


def _fatal(refused: ItemRefused, path: Path, table: MasterTable) -> MasterDataError:
    where = refused.where if isinstance(refused.where, Message) else f"master/{path.name}"
    hint = None
    if refused.reason == "missing_column":
        hint = message("master.required", columns=list(table.required), template=path.stem)
    return MasterDataError(refused.key, where, hint, **refused.values)


@contextmanager
def open_large(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, scratch: Path, how: MasterReading = PLAIN
) -> Iterator[LargeColumns | None]:
    """Offer a large table as the temporary view ``master_NAME``: all columns text or as Parquet has them, blanks NULL.

    Args:
        connection: where the view is made; it is dropped afterwards.
        folder: master/.
        name: a key of MASTER_TABLES.
        scratch: a folder of mode 700 or one that only the user reads; a table in GB18030 is rewritten there as UTF-8.
        how: the user's headers and limits.

    Yields:
        The canonical column names, or None when the file is missing.

    Raises:
        MasterDataError: the file is unreadable, lacks a required column, or stands there twice.
    """
    path = find_master(folder, name)
    if path is None:
        yield None
        return
    import duckdb

    table, view = MASTER_TABLES[name], f"master_{name}"
    with tempfile.TemporaryDirectory(dir=scratch) as place, _dropped_afterwards(connection, view):
        try:
            source = _source(connection, path, name, Path(place), how)
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            names = [row[0] for row in described]
            where_it_lies = path.suffix.lower() in DUCKDB_READS
            columns = _canonical(names, table, path, how.own(name)) if where_it_lies else {n: n for n in names}
            kinds = {row[0]: str(row[1]) for row in described}
            body = ", ".join(
                f"{_cleaned(header, kinds[header])} AS {quoted(column)}" for header, column in columns.items()
            )
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {body} FROM {source}")
            # A scan of everything, so that a broken row is met here, with a message, and not in the middle of a join.
            connection.execute(
                f"SELECT {', '.join(f'count({quoted(c)})' for c in columns.values())} FROM {view}"
            ).fetchall()
            offered = LargeColumns(columns.values())
            if name == "genealogy" and long_columns(offered):
                turned, account = turn(connection, view, offered, columns_by_key(table.aliases), path.name)
                offered = LargeColumns(turned)
                offered.turned = account
        except ItemRefused as refused:
            raise _fatal(refused, path, table) from refused
        except duckdb.Error as error:
            # DuckDB's message quotes the line, which holds serial numbers: its type says enough.
            raise MasterDataError("master.unreadable", f"master/{path.name}", error=type(error).__name__) from None
        yield offered


@contextmanager
def _dropped_afterwards(connection: duckdb.DuckDBPyConnection, view: str) -> Iterator[None]:
    """Drop a view and the rows copied for it, also where reading them failed: they hold serial numbers."""
    try:
        yield
    finally:
        connection.execute(f"DROP VIEW IF EXISTS {view}")
        for kind in ("rows", "long", "wide"):
            connection.execute(f"DROP TABLE IF EXISTS {view}_{kind}")


def _source(connection: duckdb.DuckDBPyConnection, path: Path, name: str, place: Path, how: MasterReading) -> str:
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise ItemRefused("tables.empty_file", path.name)
    if suffix == ".parquet":
        return f"read_parquet({literal(str(path))})"
    if suffix in DUCKDB_READS:
        return _delimited(_utf8(path, place), suffix, path.name, MASTER_TABLES[name])
    return _loaded(connection, path, name, how)


def _delimited(path: Path, suffix: str, file: str, table: MasterTable) -> str:
    """Return the SQL that reads a delimited table strictly: DuckDB's own guess of a header skips broken rows."""
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        first = stream.readline()
        delimiter = "\t" if suffix == ".tsv" else delimiter_of(first)
        stream.seek(0)
        headers = next(csv.reader(stream, delimiter=delimiter), [])
    names = [name.strip() or f"column {number}" for number, name in enumerate(headers, start=1)]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        if not quotable(names):
            raise ItemRefused("tables.no_header", file, columns=len(names), column=table.required[0])
        raise ItemRefused("master.double_column.same_name", file, column=twice)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = "auto_detect=false, header=false, skip=1, quote='\"', escape='\"', max_line_size=10000000"
    return f"read_csv({literal(str(path))}, columns={{{columns}}}, delim={literal(delimiter)}, {options})"


def _utf8(path: Path, place: Path) -> Path:
    encoding = detect_encoding(path)
    if encoding in UTF8:
        return path
    copy = place / f"utf8{path.suffix}"
    with path.open("r", encoding=encoding, newline="") as read, copy.open("w", encoding="utf-8", newline="") as write:
        shutil.copyfileobj(read, write, 1 << 20)
    return copy


def _loaded(connection: duckdb.DuckDBPyConnection, path: Path, name: str, how: MasterReading) -> str:
    """Copy a workbook or JSON lines into a temporary table, batch by batch."""
    target = f"master_{name}_rows"
    read = how.read(path, name)
    columns = [column for column in dict.fromkeys(read.columns) if column]
    layout = ", ".join(f"{quoted(column)} VARCHAR" for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {target} ({layout})")
    batch: list[list[str | None]] = []
    for row in read.rows:
        if row.problem is not None:
            raise row.problem.at(message("where.row", file=f"master/{path.name}", row=row.number))
        batch.append([row.values.get(column) for column in columns])
        if len(batch) == BATCH_ROWS:
            _insert(connection, target, columns, batch)
            batch = []
    _insert(connection, target, columns, batch)
    return target


def _insert(
    connection: duckdb.DuckDBPyConnection, target: str, columns: list[str], batch: list[list[str | None]]
) -> None:
    if not batch:
        return
    import pyarrow as pa

    cells = zip(*batch, strict=True)
    block = pa.table([pa.array(list(values), pa.string()) for values in cells], names=columns)
    connection.register("master_batch", block)
    connection.execute(f"INSERT INTO {target} SELECT * FROM master_batch")
    connection.unregister("master_batch")


def _canonical(headers: list[str], table: MasterTable, path: Path, own: Mapping[str, str]) -> dict[str, str]:
    """Return header -> column, the user's before ours; refuse a missing column and two headers for one."""
    keys = {header_key(header) for header in headers}
    mapped = {header_key(header): column for header, column in own.items() if header_key(header) in keys}
    ours = columns_by_key(table.aliases)
    known = {key: column for key, column in ours.items() if column not in mapped.values()} | mapped
    # What the user has mapped another header to is no longer the name of this one.
    plain = {header: header.strip() + (" (2)" if header.strip() in mapped.values() else "") for header in headers}
    columns = {header: known.get(header_key(header), plain[header]) for header in headers}
    for column in table.required:
        if column not in columns.values():
            shown = quotable(headers)
            if not shown and not known.keys() & {header_key(header) for header in headers}:
                raise ItemRefused("tables.no_header", path.name, columns=len(headers), column=column)
            if not shown:
                raise ItemRefused("tables.missing_column.unnamed", path.name, column=column, count=len(headers))
            raise ItemRefused("tables.missing_column", path.name, column=column, names=shown)
    for column in set(columns.values()):
        same = [header for header, found in columns.items() if found == column]
        if len(same) > 1:
            raise ItemRefused("tables.double_column", path.name, headers=same, column=column)
    return columns


def _cleaned(header: str, kind: str) -> str:
    return f"nullif(trim({quoted(header)}), '')" if kind == "VARCHAR" else quoted(header)


def plant_terms(folder: Path, how: MasterReading = PLAIN) -> list[PlantTerm]:
    """Return the plant's own words (master/dictionary), in order of term and kind; empty without the file.

    Raises:
        MasterDataError: the file is unreadable, lacks a required column, or has a kind or language that is none.
    """
    from complaints.dictionary import PlantTerm

    terms = []
    for row in read_small(folder, "dictionary", how) or []:
        where = message("where.row", file="master/dictionary", row=row.number)
        if row.problem is not None:
            raise MasterDataError(row.problem.key, where, **row.problem.values)
        if "term" not in row.values:
            continue
        kind = TERM_KINDS.get(row.values.get("kind", "").casefold())
        if kind is None:
            raise MasterDataError("master.unknown_kind", where, kind=row.values.get("kind", ""))
        written = row.values.get("language", "")
        language = LANGUAGES.get(written.casefold()) if written else None
        if written and language is None:
            raise MasterDataError("master.unknown_language", where, language=written)
        terms.append(PlantTerm(row.values["term"], kind, row.values.get("code"), language))
    return sorted(terms, key=lambda t: (t.term, t.kind, t.code or ""))
