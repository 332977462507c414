"""Tombstones: keyed hashes of forgotten inputs, which keep them from coming back while nobody can read who they were.

Their key is not the serial tokens' key: a tombstone cannot be made anew once its input is gone, so it never rotates.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from complaints.keyed_hash import read_or_make_key

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace


class Tombstones:
    """The forgotten inputs of a workspace.

    Args:
        workspace: for the key (mode 600, made when the first input is forgotten).
        private: the private store, which holds the tombstones.
    """

    def __init__(self, workspace: Workspace, private: Store) -> None:
        self._workspace, self._private = workspace, private
        self._any = bool(private.query("SELECT 1 FROM tombstones LIMIT 1"))

    def bury(self, input_ids: Iterable[str]) -> None:
        """Remember inputs as forgotten (call inside a transaction of the private store)."""
        marks = sorted({self._mark(input_id) for input_id in input_ids})
        self._private.append_values("tombstones", [(mark,) for mark in marks], replace=True)
        self._any = self._any or bool(marks)

    def among(self, input_ids: Sequence[str]) -> set[str]:
        """Return those of the inputs that were forgotten."""
        if not self._any or not input_ids:
            return set()
        marks = {self._mark(input_id): input_id for input_id in input_ids}
        sql = "SELECT tombstone FROM tombstones WHERE tombstone IN (SELECT unnest(?))"
        return {marks[mark] for (mark,) in self._private.query(sql, [list(marks)])}

    def _mark(self, input_id: str) -> str:
        key = read_or_make_key(self._workspace.tombstone_key_file)
        return hmac.new(key, input_id.encode(), hashlib.sha256).hexdigest()
