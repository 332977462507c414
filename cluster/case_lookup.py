"""What a night looks up in the store for its cases, once: where their rows lie, what they are, what they mention.

Each table of the history is looked through once a night for the case ids, and by place from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from complaints.store import grouping

if TYPE_CHECKING:
    from complaints.store import Store

KINDS = ("fault", "service")
# Columns a case of its own must satisfy; `c` is a row of cases or of a look.
ELIGIBLE = "c.content IN ('fault', 'service') AND c.duplicate_of IS NULL"


def look_up(store: Store, name: str, cases: Sequence[str], model: str, *, changed: bool = False) -> None:
    """Make the temporary tables NAME_cases and NAME_mentions of some cases.

    Args:
        store: inside a transaction that does not change cases.
        name: a word; tables of an earlier look of that name go.
        cases: their ids; those that are not there have no row.
        model: the encoder's fingerprint.
        changed: also look up what changed since the last grouping (`changed_cases`).
    """
    also = " UNION SELECT case_id FROM changed_cases" if changed else ""
    store.query(
        f"CREATE OR REPLACE TEMP TABLE {name}_ids AS SELECT DISTINCT unnest(?::VARCHAR[]) AS case_id{also}",
        [list(cases)],
    )
    # Places first: a join by id would read the wide columns of every row.
    store.query(
        f"CREATE OR REPLACE TEMP TABLE {name}_known AS SELECT case_id, content AS digest, masked FROM case_content "
        f"WHERE rowid IN (SELECT rowid FROM case_content SEMI JOIN {name}_ids USING (case_id))"
    )
    store.query(
        f"CREATE OR REPLACE TEMP TABLE {name}_cases AS SELECT c.case_id, c.place, c.day, c.serial_token, c.content, "
        "c.duplicate_of, c.length, k.digest, k.masked, v.place AS vector_place FROM "
        "(SELECT case_id, rowid AS place, CAST(received_at AS DATE) AS day, serial_token, content, duplicate_of, "
        "length(text) AS length FROM cases "
        f"WHERE rowid IN (SELECT rowid FROM cases SEMI JOIN {name}_ids USING (case_id))) c "
        f"LEFT JOIN {name}_known k ON k.case_id = c.case_id "
        "LEFT JOIN (SELECT content, rowid AS place FROM vectors WHERE model = ? AND content IN "
        f"(SELECT masked FROM {name}_known)) v ON v.content = k.masked",
        [model],
    )
    store.query(
        f'CREATE OR REPLACE TEMP TABLE {name}_mentions AS SELECT case_id, kind, code, component_code, start, "end" '
        f"FROM mentions WHERE rowid IN (SELECT rowid FROM mentions SEMI JOIN {name}_ids USING (case_id)) "
        f"AND {grouping('mentions')}"
    )
