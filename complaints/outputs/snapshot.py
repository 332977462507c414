"""Snapshots: every public table as Parquet, verified, with data/latest switched to the newest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.errors import StoreError, UsageError
from complaints.records import PUBLIC_TABLES
from complaints.store import sql_path

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace


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
            f"COPY (SELECT * FROM {table} ORDER BY ALL) TO '{sql_path(file)}' (FORMAT parquet, COMPRESSION zstd)"
        )
        written = store.query(f"SELECT count(*) FROM read_parquet('{sql_path(file)}')")[0][0]
        held = store.query(f"SELECT count(*) FROM {table}")[0][0]
        if written != held:
            raise StoreError("snapshot.incomplete", str(file), table=table, written=written, held=held)
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


def snapshot_folder(workspace: Workspace) -> Path:
    """Return the folder of the last finished run's tables.

    Raises:
        UsageError: no run has ended yet.
    """
    if not workspace.latest.is_dir():
        raise UsageError("snapshot.no_run", str(workspace.root), folder=workspace.root)
    return workspace.latest
