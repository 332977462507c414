"""Which cases changed since they were last grouped, and what they were then.

Whoever changes a case notes it here, in the same transaction. So grouping asks for what changed and never compares the
whole history with what it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from complaints.store.temporary_tables import temporary_tables

if TYPE_CHECKING:
    from complaints.store.database import Store


def note_changes(store: Store, cases: Sequence[str], *, mentions: bool = False) -> None:
    """Note cases that are about to be written, changed or deleted (call before the change, inside its transaction).

    Of several changes between two groupings the first one's state counts: it is what was grouped.

    Args:
        store: inside the transaction of the change.
        cases: their ids.
        mentions: what is read out of them changes, though they stay as they are: they are grouped again all the same.
    """
    if not cases:
        return
    with temporary_tables(store.connection) as own:
        changing = own.make("changing", "SELECT DISTINCT unnest(?::VARCHAR[]) AS case_id", [list(cases)])
        store.query(
            "INSERT OR IGNORE INTO changed_cases "
            f"SELECT n.case_id, c.received_at, c.serial_token, c.content, c.duplicate_of, k.content FROM {changing} n "
            f"LEFT JOIN (FROM cases SEMI JOIN {changing} USING (case_id)) c ON c.case_id = n.case_id "
            f"LEFT JOIN (FROM case_content SEMI JOIN {changing} USING (case_id)) k ON k.case_id = n.case_id"
        )
        if mentions:  # without a digest a case counts as one that was not met as it is now
            store.query(f"UPDATE changed_cases SET digest = NULL WHERE case_id IN (SELECT case_id FROM {changing})")
