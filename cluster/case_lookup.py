"""What a night looks up in the store for its cases, once: where their rows lie, what they are, what they mention.

Each table of the history is looked through once a night for the case ids, and by place from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.store import TemporaryTables, grouping, temporary_tables

KINDS = ("fault", "service")
# Columns a case of its own must satisfy; `c` is a row of cases or of a lookup.
ELIGIBLE = "c.content IN ('fault', 'service') AND c.duplicate_of IS NULL"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was looked up, as temporary tables by name.

    Args:
        cases: (case_id, place, day, serial_token, content, duplicate_of, length, digest, masked, vector_place).
        mentions: (case_id, kind, code, component_code, start, end) of the mentions by which cases are grouped.
    """

    cases: str
    mentions: str


def look_up(own: TemporaryTables, cases: Sequence[str], model: str, *, changed: bool = False) -> Lookup:
    """Look up some cases.

    Args:
        own: owner of the tables, in the store's connection, inside a transaction that does not change cases.
        cases: their ids; those that are not there have no row.
        model: the encoder's fingerprint.
        changed: also look up what changed since the last grouping (`changed_cases`).
    """
    also = " UNION SELECT case_id FROM changed_cases" if changed else ""
    with temporary_tables(own.connection) as passing:
        ids = passing.make("ids", f"SELECT DISTINCT unnest(?::VARCHAR[]) AS case_id{also}", [list(cases)])
        # Places first: a join by id would read the wide columns of every row.
        known = passing.make(
            "known_content",
            "SELECT case_id, content AS digest, masked FROM case_content "
            f"WHERE rowid IN (SELECT rowid FROM case_content SEMI JOIN {ids} USING (case_id))",
        )
        found = own.make(
            "looked_up_cases",
            "SELECT c.case_id, c.place, c.day, c.serial_token, c.content, "
            "c.duplicate_of, c.length, k.digest, k.masked, v.place AS vector_place FROM "
            "(SELECT case_id, rowid AS place, CAST(received_at AS DATE) AS day, serial_token, content, duplicate_of, "
            "length(text) AS length FROM cases "
            f"WHERE rowid IN (SELECT rowid FROM cases SEMI JOIN {ids} USING (case_id))) c "
            f"LEFT JOIN {known} k ON k.case_id = c.case_id "
            "LEFT JOIN (SELECT content, rowid AS place FROM vectors WHERE model = ? AND content IN "
            f"(SELECT masked FROM {known})) v ON v.content = k.masked",
            [model],
        )
        mentions = own.make(
            "looked_up_mentions",
            'SELECT case_id, kind, code, component_code, start, "end" '
            f"FROM mentions WHERE rowid IN (SELECT rowid FROM mentions SEMI JOIN {ids} USING (case_id)) "
            f"AND {grouping('mentions')}",
        )
    return Lookup(found, mentions)
