"""`complaints purge`: forgets what was said before a day, and who said it, and proves it.

Forgotten is the whole case: its transcript, texts, embedding, labels, serial number and every row that names it. What
stays is a keyed tombstone, so that the same recording or row does not come back from the inbox. The steps can be
repeated: a purge that was killed is finished by the next one with the same day.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.batching import batches
from complaints.errors import StoreError, UsageError
from complaints.fingerprints import canonical_json
from complaints.privacy.purge_proof import CASE_ID, Probe, Proof, probes_of, prove
from complaints.privacy.tombstones import Tombstones
from complaints.store import compact, mark_duplicates, tables_by_id

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace

BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Due:
    """What a purge would forget.

    Args:
        before: the day; what was received earlier is due.
        calls: recordings and their transcripts.
        texts: rows of text tables.
        recordings: paths of the recordings' originals, relative to the workspace, that still lie in the inbox.
        tables: text files of the inbox in which a due row stands.
    """

    before: date
    calls: int
    texts: int
    recordings: tuple[Path, ...]
    tables: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge forgot, and the proof.

    `tables` still lie in the inbox, with rows that are due; `models` are trained models that had learned from a
    forgotten case: they are gone, and what is kept was learned anew where labels are left.
    """

    before: date
    calls: int
    texts: int
    originals: int
    tables: tuple[Path, ...]
    models: tuple[str, ...]
    proof: Proof


def due(workspace: Workspace, before: date) -> Due:
    """Return what was received before a day (00:00, as the workspace's dates are written).

    Raises:
        UsageError: the folder is no workspace, or nothing was stored in it yet.
        WorkspaceLocked: a living run holds it.
    """
    workspace.require()
    if not workspace.store_file.exists():
        raise UsageError("privacy.nothing_stored", str(workspace.root))
    with workspace.locked_stores() as (store, private):
        return _due(workspace, store, private, before)


def forget(workspace: Workspace, before: date, *, originals: bool, rebuild: Callable[[], object]) -> Purged:
    """Forget what was received before a day.

    Args:
        workspace: a workspace with a store.
        before: the day; what was received earlier goes.
        originals: also delete the recordings from the inbox, and text files of which every row is due.
        rebuild: makes what derives from the cases (issues, causes, the site, a snapshot) anew.

    Raises:
        UsageError, WorkspaceLocked: as `due`.
        StoreError: the proof found something that should be gone; it names the places.
    """
    found, probes, deleted, models = _forget(workspace, before, originals=originals)
    rebuild()
    _sweep(workspace)
    proof = prove(workspace, probes)
    if proof.places:
        raise StoreError("privacy.still_there", str(workspace.root), places=proof.places[:5])  # fmt: skip
    left = tuple(path for path in found.tables if (workspace.root / path).exists())
    return Purged(before, found.calls, found.texts, deleted, left, models, proof)


def _due(workspace: Workspace, store: Store, private: Store, before: date) -> Due:
    kinds = dict(store.query("SELECT kind, count(*) FROM inputs WHERE received_at < ? GROUP BY 1", [before]))
    paths: dict[str, list[Path]] = {"recording": [], "text": []}
    for some in batches(_ids(store, before), BATCH):
        wanted = dict(some)
        sql = "SELECT input_id, path FROM originals WHERE input_id IN (SELECT unnest(?))"
        for input_id, path in private.query(sql, [list(wanted)]):
            paths[wanted[input_id]].append(Path(path))
    there = {
        kind: tuple(sorted(p for p in set(some) if (workspace.root / p).is_file())) for kind, some in paths.items()
    }
    return Due(before, kinds.get("recording", 0), kinds.get("text", 0), there["recording"], there["text"])


def _ids(store: Store, before: date) -> list[tuple[str, str]]:
    sql = "SELECT input_id, kind FROM inputs WHERE received_at < ? ORDER BY 1"
    return [(input_id, kind) for input_id, kind in store.query(sql, [before])]


def _forget(workspace: Workspace, before: date, *, originals: bool) -> tuple[Due, list[Probe], int, tuple[str, ...]]:
    """Delete the rows, the models that learned from them and, if asked, the originals; write both store files anew."""
    with workspace.lock():
        with workspace.open_stores() as (store, private):
            found = _due(workspace, store, private, before)
            ids = [input_id for input_id, _ in _ids(store, before)]
            probes = probes_of(store, private, ids)
            deleted = _delete_originals(workspace, private, found, ids) if originals else 0
            _delete_copies(workspace, found)
            with private.transaction():
                tombstones = Tombstones(workspace, private)
                tombstones.bury(ids)
            # The store's commit comes last: until it, a purge that is killed finds the same inputs again.
            _forget_private(private, store, ids)
            _forget_rows(store, ids, before)
            models = _forget_models(workspace, tombstones)
        compact(workspace.store_file)
        compact(workspace.private_file)
    return found, probes, deleted, models


def _forget_models(workspace: Workspace, tombstones: Tombstones) -> tuple[str, ...]:
    """Remove every trained model that names a forgotten case, whole: no part of it can be said not to rest on it.

    The note of which model is in use goes with the model; the next night trains on what is kept.
    """
    gone = []
    for folder in sorted(path for path in workspace.models.glob("*") if path.is_dir()):
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.glob("*.json"))]
        if tombstones.among(sorted({found for text in texts for found in CASE_ID.findall(text)})):
            shutil.rmtree(folder)
            gone.append(folder.name)
    for note in workspace.models.glob("*.json"):
        if any(name in note.read_text(encoding="utf-8") for name in gone):
            note.unlink()
    return tuple(gone)


def _forget_private(private: Store, store: Store, ids: Sequence[str]) -> None:
    gone = set(ids)
    held = store.query("SELECT input_id, serial_token FROM inputs WHERE serial_token IS NOT NULL")
    kept = sorted({token for input_id, token in held if input_id not in gone})
    with private.transaction():
        for table in tables_by_id(private):
            for column in table[1]:
                private.delete(table[0], column, ids)
        private.query("DELETE FROM serials WHERE serial_token NOT IN (SELECT unnest(?::VARCHAR[]))", [kept])


def _forget_rows(store: Store, ids: Sequence[str], before: date) -> None:
    with store.transaction():
        for table, columns in tables_by_id(store):
            for column in columns:
                store.delete(table, column, ids)
        _forget_in_decisions(store, ids)
        store.query("DELETE FROM quarantine WHERE night < ?", [before])
        used = "SELECT masked FROM case_content WHERE masked IS NOT NULL"
        store.query(f"DELETE FROM vectors WHERE content NOT IN ({used})")
        # Sums over what is gone are made anew from what is left.
        store.query("DELETE FROM issue_sums")
        store.query("UPDATE issue_book SET key = ''")
        mark_duplicates(store)


def _forget_in_decisions(store: Store, ids: Sequence[str]) -> None:
    """Take forgotten cases out of the lists of cases that experts moved; the decisions stay."""
    gone = set(ids)
    for decision_id, detail in store.query("SELECT decision_id, detail FROM issue_decisions ORDER BY number"):
        facts = json.loads(detail)
        kept = [case for case in facts.get("cases", []) if case not in gone]
        if kept != facts.get("cases", []):
            sql = "UPDATE issue_decisions SET detail = ? WHERE decision_id = ?"
            store.query(sql, [canonical_json(facts | {"cases": kept}), decision_id])


def _delete_originals(workspace: Workspace, private: Store, found: Due, ids: Sequence[str]) -> int:
    """Delete due recordings, and text files of which no row is younger; the only place that deletes from the inbox."""
    gone = set(ids)
    sql = "SELECT path, input_id FROM originals WHERE path IN (SELECT unnest(?))"
    rows = private.query(sql, [[str(path) for path in found.tables]])
    mixed = {path for path, input_id in rows if input_id not in gone}
    doomed = [*found.recordings, *(path for path in found.tables if str(path) not in mixed)]
    doomed = [path for path in doomed if not (workspace.root / path).is_relative_to(workspace.fetched)]
    for path in doomed:
        (workspace.root / path).unlink(missing_ok=True)
    with private.transaction():
        private.delete("files", "path", [str(path) for path in doomed])
    return len(doomed)


def _delete_copies(workspace: Workspace, found: Due) -> None:
    """Delete what was fetched from locations; it is known as taken and is not fetched again."""
    for path in (*found.recordings, *found.tables):
        if (workspace.root / path).is_relative_to(workspace.fetched):
            (workspace.root / path).unlink(missing_ok=True)


def _sweep(workspace: Workspace) -> None:
    """Remove old nights and snapshots, and the log lines that name what is forgotten."""
    latest = workspace.latest.resolve()
    for folder in workspace.snapshots.iterdir() if workspace.snapshots.is_dir() else ():
        if folder.resolve() != latest:
            shutil.rmtree(folder)
    shutil.rmtree(workspace.site / "nights", ignore_errors=True)
    with workspace.lock(), workspace.open_private() as private:
        tombstones = Tombstones(workspace, private)
        for log in sorted(workspace.logs.glob("*.jsonl")):
            _sweep_log(log, tombstones)


def _sweep_log(log: Path, tombstones: Tombstones) -> None:
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    named = sorted({found for line in lines for found in CASE_ID.findall(line)})
    gone = tombstones.among(named)
    if gone:
        kept = [line for line in lines if not gone.intersection(CASE_ID.findall(line))]
        fresh = log.with_name(f".{log.name}.part")
        fresh.write_text("".join(kept), encoding="utf-8")
        fresh.replace(log)
