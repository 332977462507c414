"""Which reader a file needs: by its name, and where names lie (.xls, .gz), by its first bytes."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from contextlib import ExitStack
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.tables.delimited import Delimited
from complaints.tables.html_rows import HtmlRows
from complaints.tables.json_rows import JsonRows
from complaints.tables.parquet import ParquetRows
from complaints.tables.types import UNPACKED_FREE, Source, TableLimits
from complaints.tables.workbook import open_workbook

DELIMITED = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
JSON = (".json", ".jsonl", ".ndjson")
PLAIN_SUFFIXES = (*DELIMITED, *WORKBOOKS, *JSON, ".parquet")
TABLE_SUFFIXES = (*PLAIN_SUFFIXES, *(f"{suffix}.gz" for suffix in (*DELIMITED, *JSON)))
CHUNK_BYTES = 1 << 20


def table_suffix(name: str) -> str:
    """Return the ending by which a table's file is read, "" for another kind of file; .gz is part of it."""
    lower = name.lower()
    return max((suffix for suffix in TABLE_SUFFIXES if lower.endswith(suffix)), key=len, default="")


def open_table(path: Path, limits: TableLimits, stack: ExitStack) -> list[Source]:
    """Return the tables of a file: the sheets of a workbook, one of any other.

    Args:
        path: the file.
        limits: what it may cost.
        stack: removes what a packed file was unpacked to, when the caller closes it.

    Raises:
        ItemRefused: `empty_file`, `undecodable_bytes`, `not_a_table`, `password`, `too_large` or `too_many_cells`.
    """
    if path.stat().st_size == 0:
        raise ItemRefused("tables.empty_file", path.name)
    suffix = table_suffix(path.name)
    if suffix.endswith(".gz"):
        suffix = suffix.removesuffix(".gz")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="complaints-table-")))
        path = _unpacked(path, folder / f"unpacked{suffix}", limits)
    if suffix in DELIMITED:
        return [Delimited(path, limits, tabs=suffix in (".tsv", ".txt"))]
    if suffix in JSON:
        return [JsonRows(path, limits)]
    if suffix == ".parquet":
        return [ParquetRows(path, limits)]
    if suffix in WORKBOOKS:
        return _workbook(path, limits)
    raise ItemRefused(
        "tables.not_a_table.suffix", path.name, suffix=path.suffix or "-", known=", ".join(PLAIN_SUFFIXES)
    )


def _workbook(path: Path, limits: TableLimits) -> list[Source]:
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02")):
        return open_workbook(path, limits)
    begin = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if begin.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style")):
        return [HtmlRows(path)]
    if begin.startswith(b"<?xml") or b"<workbook" in begin:
        raise ItemRefused("tables.not_a_table.xml_2003", path.name)
    if path.suffix.lower() == ".xls" and (b"\t" in start or b"," in start) and b"\0" not in start[2::2]:
        return [Delimited(path, limits, tabs=b"\t" in start)]
    return open_workbook(path, limits)


def _unpacked(path: Path, target: Path, limits: TableLimits) -> Path:
    """Unpack a .gz, up to what it may unpack to."""
    most = UNPACKED_FREE + limits.unpacked * path.stat().st_size
    done = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while piece := packed.read(CHUNK_BYTES):
                done += len(piece)
                if done > most:
                    raise ItemRefused("tables.too_large.unpacked", path.name, times=limits.unpacked)
                out.write(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise ItemRefused("tables.not_a_table.gz", path.name) from None
    if done == 0:
        raise ItemRefused("tables.empty_file", path.name)
    return target
