"""The key of the serial tokens: where it lies, what it makes, and its rotation, which survives a kill at any point.

A serial number stands in public tables as HMAC-SHA-256 under a key that only this workspace has. Whoever learns the key
can recompute every token from a list of serial numbers; then the key is rotated, and every token in the workspace, old
snapshots and reports included, is written anew.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.batching import batches
from complaints.errors import UsageError
from complaints.keyed_hash import read_or_make_key, token_of

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace

TOKEN = re.compile(rb"V[0-9a-f]{20}(?![0-9a-f])")
META = "serial_key"  # in the store's meta: the fingerprint of the key that its tokens were made with
TOKEN_TABLES = ("cases", "inputs", "changed_cases")
TEXT_FILES = frozenset({".html", ".json", ".csv", ".svg", ".txt", ".jsonl"})
BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation wrote anew.

    Args:
        vehicles: serial tokens.
        cases: cases with a token.
        snapshots: Parquet files with a token in them.
        pages: files of the site with a token in them.
    """

    vehicles: int
    cases: int
    snapshots: int
    pages: int


def rotate_key(workspace: Workspace) -> Rotation:
    """Give the workspace a new key, and write every token in it anew.

    Order: the new key beside the old one, the store in one commit (which decides), the private store, snapshots, site,
    and at last the new key in the old one's place. `settle_rotation` finishes what a kill left behind.

    Raises:
        UsageError: the folder is no workspace, or nothing was stored in it yet.
        WorkspaceLocked: a living run holds it.
    """
    workspace.require()
    if not workspace.store_file.exists():
        raise UsageError("privacy.no_key", str(workspace.root))
    with workspace.locked_stores() as (store, private):
        settle_rotation(workspace, store, private)
        read_or_make_key(workspace.next_key_file)
        return _finish(workspace, store, private)


def settle_rotation(workspace: Workspace, store: Store, private: Store) -> None:
    """Finish a rotation that was killed after its commit, and forget one that was killed before (under the lock)."""
    if not workspace.next_key_file.exists():
        return
    if _fingerprint(workspace.next_key_file.read_bytes()) == _stored_fingerprint(store):
        _finish(workspace, store, private)
    else:
        workspace.next_key_file.unlink()


def _finish(workspace: Workspace, store: Store, private: Store) -> Rotation:
    old, new = read_or_make_key(workspace.key_file), workspace.next_key_file.read_bytes()
    serials = [serial for (serial,) in private.query("SELECT DISTINCT serial FROM serials ORDER BY 1")]
    renewed = {token_of(serial, old): token_of(serial, new) for serial in serials}
    cases = _rekey_store(store, renewed, _fingerprint(new))
    with private.transaction():
        private.query("DELETE FROM serials")
        private.append_values("serials", [(token_of(serial, new), serial) for serial in serials])
    snapshots = sum(_rekey_parquet(file, renewed) for file in sorted(workspace.snapshots.glob("*/*.parquet")))
    pages = sum(_rekey_text(file, renewed) for file in sorted(workspace.site.rglob("*")))
    workspace.next_key_file.replace(workspace.key_file)
    workspace.forget_key()
    return Rotation(len(renewed), cases, snapshots, pages)


def _rekey_store(store: Store, renewed: dict[str, str], fingerprint: str) -> int:
    """Write the store's tokens and what was hashed from them anew, in one commit; return the cases with a token."""
    from complaints.records import Case
    from complaints.store import case_contents, temporary_tables

    with store.transaction():
        if _stored_fingerprint(store) != fingerprint:
            with temporary_tables(store.connection) as own:
                pairs = "SELECT unnest(?::VARCHAR[]) AS old, unnest(?::VARCHAR[]) AS new"
                tokens = own.make("renewed", pairs, [list(renewed), list(renewed.values())])
                for table in TOKEN_TABLES:
                    store.query(f"UPDATE {table} SET serial_token = r.new FROM {tokens} r WHERE serial_token = r.old")
            ids = [
                case for (case,) in store.query("SELECT case_id FROM cases WHERE serial_token IS NOT NULL ORDER BY 1")
            ]
            for some in batches(ids, BATCH):
                rows = store.rows(Case, "case_id IN (SELECT unnest(?))", [list(some)])
                _rekey_content(store, case_contents(store, rows))
            store.query("INSERT OR REPLACE INTO meta VALUES (?, ?)", [META, fingerprint])
        return int(store.query("SELECT count(*) FROM cases WHERE serial_token IS NOT NULL")[0][0])


def _rekey_content(store: Store, contents: dict[str, str]) -> None:
    """Give cases their new content digests where the stages keep them, so that no work is done again for a new key."""
    from complaints.store import temporary_tables

    with temporary_tables(store.connection) as own:
        fresh = own.make(
            "fresh",
            "SELECT n.case_id, c.content AS old, n.content AS new "
            "FROM (SELECT unnest(?::VARCHAR[]) AS case_id, unnest(?::VARCHAR[]) AS content) n "
            "JOIN case_content c USING (case_id)",
            [list(contents), list(contents.values())],
        )
        store.query(
            f"UPDATE stage_state SET content = f.new FROM {fresh} f "
            "WHERE item_id = f.case_id AND stage_state.content = f.old"
        )
        store.query(
            f"UPDATE changed_cases SET digest = f.new FROM {fresh} f "
            "WHERE changed_cases.case_id = f.case_id AND changed_cases.digest = f.old"
        )
        store.query(f"UPDATE case_content SET content = f.new FROM {fresh} f WHERE case_content.case_id = f.case_id")


def _rekey_parquet(file: Path, renewed: dict[str, str]) -> bool:
    """Write a snapshot's table anew if it has tokens; in one step, so that a reader meets the old file or the new."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if "serial_token" not in pq.read_schema(file).names:
        return False
    table = pq.read_table(file)
    place = table.column_names.index("serial_token")
    tokens = [renewed.get(token, token) for token in table.column(place).to_pylist()]
    fresh = file.with_name(f".{file.name}.part")
    pq.write_table(
        table.set_column(place, table.field(place), pa.array(tokens, pa.string())), fresh, compression="zstd"
    )
    fresh.replace(file)
    return True


def _rekey_text(file: Path, renewed: dict[str, str]) -> bool:
    """Write a file of the site anew if a token stands in it."""
    if file.suffix not in TEXT_FILES or file.is_symlink() or not file.is_file():
        return False
    before = file.read_bytes()
    after = TOKEN.sub(lambda found: renewed.get(found[0].decode(), found[0].decode()).encode(), before)
    if after == before:
        return False
    # Nights share unchanged files by hard links: a new file in the place of the old leaves the others alone.
    fresh = file.with_name(f".{file.name}.part")
    fresh.write_bytes(after)
    fresh.replace(file)
    return True


def _stored_fingerprint(store: Store) -> str | None:
    found = store.query("SELECT value FROM meta WHERE name = ?", [META])
    return str(found[0][0]) if found else None


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"fingerprint\x00" + key).hexdigest()[:16]
