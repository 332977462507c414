"""Snapshots: every public table as Parquet, verified, with data/latest switched to the newest; and exports of them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.errors import StoreError, UsageError
from complaints.records import PUBLIC_TABLES

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace

EXPORT_FORMATS = ("csv", "parquet", "xlsx", "json")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run such a cell
MAX_XLSX_ROWS = 1_048_575
MAX_XLSX_CELL = 32_767


def write_snapshot(store: Store, workspace: Workspace, run_id: str) -> Path:
    """Write data/snapshots/RUN_ID, count its rows against the store, and switch data/latest to it.

    Raises:
        StoreError: a written table does not hold the store's rows; data/latest stays as it was.
    """
    target, unfinished = workspace.snapshots / run_id, workspace.snapshots / f".{run_id}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for table in PUBLIC_TABLES:
        file = unfinished / f"{table}.parquet"
        store.query(
            f"COPY (SELECT * FROM {table} ORDER BY ALL) TO '{_quoted(file)}' (FORMAT parquet, COMPRESSION zstd)"
        )
        written = store.query(f"SELECT count(*) FROM read_parquet('{_quoted(file)}')")[0][0]
        held = store.query(f"SELECT count(*) FROM {table}")[0][0]
        if written != held:
            raise StoreError(
                f"the snapshot of {table} holds {written} rows, the store {held}", str(file), "Check the disk"
            )
    if target.exists():
        shutil.rmtree(target)
    unfinished.rename(target)
    _switch(workspace.latest, target)
    return target


def prune_snapshots(workspace: Workspace, keep: int) -> None:
    """Remove all but the `keep` newest snapshots; the one that data/latest shows always stays."""
    latest = workspace.latest.resolve()
    folders = sorted(path for path in workspace.snapshots.iterdir() if path.is_dir() and not path.name.startswith("."))
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime_ns)[: -keep or None]:
        if folder.resolve() != latest:
            shutil.rmtree(folder)


def _switch(link: Path, target: Path) -> None:
    fresh = link.with_name(f".{link.name}.new")
    if fresh.is_symlink() or fresh.exists():
        _remove(fresh)
    try:
        fresh.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)
    except OSError:  # Windows without the right to make links: a copy serves the same readers
        shutil.copytree(target, fresh)
    if link.exists() and not link.is_symlink():
        _remove(link)
    fresh.replace(link)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path)


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")


def export_tables(workspace: Workspace, target: Path, form: str) -> dict[str, int]:
    """Write the public tables of the last snapshot to a folder.

    Args:
        workspace: its data/latest is read, so that a running night is no hindrance.
        target: made if missing; files of the same names are replaced.
        form: one of EXPORT_FORMATS. CSV carries a BOM, so that Excel reads Chinese; cells that a spreadsheet would take
            for a formula get an apostrophe in front (CSV, XLSX).

    Returns:
        Rows by table.

    Raises:
        UsageError: no run has ended yet, or the format is unknown.
    """
    import duckdb

    if form not in EXPORT_FORMATS:
        raise UsageError(f"unknown format {form}", "--format", f"Use one of {', '.join(EXPORT_FORMATS)}")
    source = snapshot_folder(workspace)
    target.mkdir(parents=True, exist_ok=True)
    counts = {}
    with duckdb.connect() as connection:
        for table in PUBLIC_TABLES:
            relation = connection.sql(
                f"SELECT * FROM read_parquet('{_quoted(source / f'{table}.parquet')}') ORDER BY ALL"
            )
            counts[table] = len(relation)
            out = target / f"{table}.{form}"
            if form == "parquet":
                shutil.copyfile(source / f"{table}.parquet", out)
            elif form == "json":
                rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
                out.write_text(json.dumps(rows, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
            elif form == "csv":
                _write_csv(out, relation.columns, relation.fetchall())
            else:
                _write_xlsx(out, table, relation.columns, relation.fetchall())
    return counts


def snapshot_folder(workspace: Workspace) -> Path:
    """Return the folder of the last finished run's tables.

    Raises:
        UsageError: no run has ended yet.
    """
    if not workspace.latest.is_dir():
        raise UsageError(
            "no run has ended here yet", str(workspace.root), f"Start one: complaints run -w {workspace.root}"
        )
    return workspace.latest


def safe_cell(value: object) -> object:
    """Return a cell's value with an apostrophe before text that a spreadsheet would take for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _write_csv(out: Path, columns: list[str], rows: list[tuple[object, ...]]) -> None:
    import csv

    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([safe_cell(value) for value in row] for row in rows)


def _write_xlsx(out: Path, table: str, columns: list[str], rows: list[tuple[object, ...]]) -> None:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(rows) > MAX_XLSX_ROWS:
        raise UsageError(
            f"{table} has {len(rows)} rows, a sheet holds {MAX_XLSX_ROWS}", "--format xlsx", "Use parquet or csv"
        )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(table)
    sheet.freeze_panes = "A2"
    sheet.append(columns)
    for row in rows:
        cells = (safe_cell(v) for v in row)
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", c)[:MAX_XLSX_CELL] if isinstance(c, str) else c for c in cells])
    book.save(out)
