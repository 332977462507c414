"""What `complaints status` shows: counts, what is pending, what was quarantined and why, the last runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.workspace import Workspace

if TYPE_CHECKING:
    from complaints.outputs import Results
    from complaints.records import FileAccount
    from complaints.store import Store

SHOWN_RUNS = 5
WITH_RESULTS = (0, 3, 5, 7)  # exit codes of runs that came to their end
KEPT_RELATIONS = 1000
NOTHING_HELD: dict[str, Any] = {
    "pending": {}, "unmapped_columns": [], "sidecar_gaps": [], "accounts": [], "row_relations": [], "other_files": {},
    "labels": 0, "unsold": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Status:
    """The state of a workspace as of its last snapshot, and whether a run is at work.

    Args:
        sidecar_gaps: rows of lists without a recording, and recordings without a row (`intake.sidecars.SidecarGap`).
        accounts: what became of the rows of each text table (`FileAccount`), as of its last reading.
        row_relations: rows that corrected another one, or that have another complaint's id; the first of them.
        other_files: files that are no inputs, by kind.
        unfinished: id of the last run where it did not come to its end: killed, interrupted or failed; else empty.
        in_review: cases that wait for an expert.
        unsold: units that the last tracing took for stock: no sale date, where others have one.
        labels: known labels, given or confirmed; 0 while a run is at work.
    """

    workspace: str
    running: bool
    tables: dict[str, int]
    pending: dict[str, int]
    quarantined: list[dict[str, Any]]
    unmapped_columns: list[dict[str, Any]]
    sidecar_gaps: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    row_relations: list[dict[str, Any]]
    other_files: dict[str, int]
    runs: list[dict[str, Any]]
    in_review: int
    labels: int
    unfinished: str = ""
    unsold: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values for --json."""
        return asdict(self)


def read_status(workspace: Workspace) -> Status:
    """Read the state of a workspace; a running night is neither waited for nor disturbed.

    Raises:
        ComplaintsError: the folder is no workspace.
    """
    from complaints.errors import WorkspaceLocked

    workspace.require()
    tables, quarantined, runs, in_review = _from_snapshot(workspace)
    held, running = NOTHING_HELD | {"runs": runs}, False
    try:
        with workspace.lock():
            held |= _from_stores(workspace)
    except WorkspaceLocked:
        running = True
    return Status(
        workspace=str(workspace.root), running=running, tables=tables, quarantined=quarantined,
        in_review=in_review, **held,
    )  # fmt: skip


def _from_snapshot(workspace: Workspace) -> tuple[dict[str, int], list[dict[str, Any]], list[dict[str, Any]], int]:
    from complaints.outputs import last_night
    from complaints.records import PUBLIC_TABLES

    if not workspace.latest.is_dir():
        return dict.fromkeys(PUBLIC_TABLES, 0), [], [], 0
    with last_night(workspace) as results:
        tables = {table: results.query(f"SELECT count(*) FROM {table}")[0][0] for table in results.tables}
        quarantined = [_json(row) for row in results.rows("SELECT * FROM quarantine ORDER BY ALL")]
        runs = _runs(results)
        in_review = results.query("SELECT count(*) FROM classifications WHERE decision = 'review'")[0][0]
    return tables, quarantined, runs, in_review


def _runs(source: Results | Store) -> list[dict[str, Any]]:
    last = source.query(
        "SELECT run_id, as_of, started_at, finished_at, exit_code, counts FROM runs "
        f"ORDER BY started_at DESC, run_id DESC LIMIT {SHOWN_RUNS}"
    )
    return [
        {
            "run_id": run, "as_of": as_of.isoformat(), "started_at": str(started), "exit_code": code,
            "seconds": round((ended - started).total_seconds(), 1) if ended else None, "counts": json.loads(counts),
        }
        for run, as_of, started, ended, code, counts in last
    ]  # fmt: skip


def _unfinished(runs: list[dict[str, Any]]) -> str:
    """Return the last run's id where it wrote no results."""
    return str(runs[0]["run_id"]) if runs and runs[0]["exit_code"] not in WITH_RESULTS else ""


def _json(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of quarantine with its day as text and its message read; one of an older night has none."""
    said = row.get("message")
    return row | {"night": row["night"].isoformat(), "message": json.loads(said) if said else None}


def _from_stores(workspace: Workspace) -> dict[str, Any]:
    """Return what only the stores tell, by field of Status."""
    from complaints.records import FileAccount, OtherFiles, RowRelation

    if not (workspace.store_file.exists() and workspace.private_file.exists()):
        return {"pending": {"files": _files(workspace, {})}}
    with workspace.open_stores(read_only=True) as (store, private):
        known = {path: (size, mtime) for path, size, mtime in private.query("SELECT path, size, mtime_ns FROM files")}
        sql = (
            "SELECT count(*) FROM inputs i LEFT JOIN stage_state s ON s.stage = 'asr' AND s.item_id = i.input_id "
            "WHERE i.kind = 'recording' AND s.item_id IS NULL"
        )
        pending = {"files": _files(workspace, known), "recordings": store.query(sql)[0][0]}
        pending["texts"] = store.query(
            "SELECT count(*) FROM cases c LEFT JOIN stage_state s ON s.stage = 'classify' AND s.item_id = c.case_id "
            "WHERE s.item_id IS NULL"
        )[0][0]
        runs = _runs(store)  # a night that was killed before its end left no snapshot
        unmapped = store.query("SELECT source_ref, name FROM unmapped_columns ORDER BY ALL")
        gaps = store.query("SELECT source_ref, kind, name FROM sidecar_gaps ORDER BY ALL")
        return {
            "pending": pending,
            "runs": runs,
            "unfinished": _unfinished(runs),
            "unmapped_columns": [{"source_ref": ref, "column": name} for ref, name in unmapped],
            "sidecar_gaps": [{"source_ref": ref, "kind": kind, "name": name} for ref, kind, name in gaps],
            "accounts": [_account(row) for row in store.rows(FileAccount)],
            "row_relations": [asdict(row) for row in store.rows(RowRelation, order=f"ALL LIMIT {KEPT_RELATIONS}")],
            "other_files": {row.kind: row.files for row in store.rows(OtherFiles)},
            "labels": store.query("SELECT count(*) FROM labels")[0][0],
            "unsold": json.loads(store.notes("mapping").get("records", "{}")).get("unsold", 0),
        }


def _account(row: FileAccount) -> dict[str, Any]:
    return asdict(row) | {"reasons": json.loads(row.reasons), "sheets": json.loads(row.sheets)}


def _files(workspace: Workspace, known: dict[str, tuple[int, int]]) -> int:
    from complaints.intake import scan_inbox

    scan = scan_inbox(workspace.root, workspace.inbox, float("inf"), 0.0)
    scan.add(scan_inbox(workspace.root, workspace.fetched, float("inf"), 0.0))
    return sum(known.get(str(Path(found.path))) != (found.size, found.mtime_ns) for found in scan.files)
