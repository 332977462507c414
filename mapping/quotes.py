"""A group's quotes: what customers said, redacted, with the second of the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from complaints.store import Store, counted, temporary_tables
from mapping.night_tables import NightTables

QUOTES = 3
REACH_CHARACTERS = 60  # on either side of the mention, ended earlier by a sentence's end
SENTENCE_END = re.compile(r"[。！？!?；;\n]")


Wanted = tuple[int, int | None]
"""Number of a group and of a level; without a level any case of the group will do."""


def quotes_for(store: Store, tables: NightTables, wanted: Sequence[Wanted]) -> dict[Wanted, list[dict[str, Any]]]:
    """Return quotes of groups' cases, of units at a level where one is given.

    Sure cases come before doubtful ones, the group's own symptom before others, then by case.

    Args:
        store: the public store.
        tables: of the night.
        wanted: for whom quotes are looked up.
    """
    if not wanted:
        return {}
    groups = tables.grouped.groups
    pairs = sorted(set(wanted), key=lambda pair: (pair[0], -1 if pair[1] is None else pair[1]))
    with temporary_tables(store.connection) as own:
        pairs_table = own.make(
            "quotes_wanted",
            "SELECT unnest(?::INTEGER[]) AS grp, unnest(?::INTEGER[]) AS level, unnest(?::VARCHAR[]) AS symptom",
            [[g for g, _ in pairs], [level for _, level in pairs], [groups[g].symptom for g, _ in pairs]],
        )
        levels = own.make("case_levels", _case_levels(tables, pairs_table))
        rows = store.query(
            f"WITH chosen AS (SELECT w.grp, w.level, w.symptom, g.case_id FROM {pairs_table} w "
            f"JOIN {tables.grouped.numbered} g ON g.grp = w.grp WHERE w.level IS NULL OR EXISTS "
            f"(SELECT 1 FROM {tables.units.of_cases} u JOIN {levels} l "
            "ON l.unit = u.unit WHERE u.case_id = g.case_id AND l.level = w.level)), "
            'ranked AS (SELECT c.grp, c.level, m.case_id, m.start, m."end", m.segment_start_s, m.code IS DISTINCT FROM '
            "c.symptom AS other, k.doubtful, m.code FROM chosen c JOIN mentions m USING (case_id) "
            f"JOIN cases k USING (case_id) WHERE m.kind = 'symptom' AND {counted()} QUALIFY row_number() OVER "
            "(PARTITION BY c.grp, c.level, m.case_id ORDER BY m.code IS DISTINCT FROM c.symptom, m.start) = 1), "
            "first AS (SELECT * FROM ranked QUALIFY row_number() OVER (PARTITION BY grp, level ORDER BY doubtful, "
            f"other, case_id) <= {QUOTES}) "
            'SELECT f.grp, f.level, f.case_id, c.text, f.start, f."end", f.segment_start_s FROM first f '
            "JOIN cases c USING (case_id) ORDER BY f.grp, f.level, f.doubtful, f.other, f.case_id"
        )
    found: dict[Wanted, list[dict[str, Any]]] = {pair: [] for pair in pairs}
    for grp, level, case_id, text, start, end, second in rows:
        quote = {"case_id": case_id, "text": clipped(text, start, end), "segment_start_s": second}
        found[grp, level].append(quote)
    return found


def _case_levels(tables: NightTables, wanted: str) -> str:
    """Return the SQL of (unit, level): the wanted levels of complaining units."""
    plan = tables.comparisons
    parts = [
        f"SELECT unit, {column} AS level FROM {plan.passes} WHERE {column} IN (SELECT level FROM {wanted}) "
        f"AND unit IN (SELECT unit FROM {tables.units.of_cases})"
        for column in plan.columns.values()
    ] if plan is not None else []  # fmt: skip
    return " UNION ".join(parts) or "SELECT NULL::INTEGER AS unit, NULL::INTEGER AS level WHERE false"


def clipped(text: str, start: int, end: int) -> str:
    """Return the sentence around characters [start, end), at most REACH_CHARACTERS on either side."""
    before, after = text[:start], text[end:]
    ends = [match.end() for match in SENTENCE_END.finditer(before)]
    left = max(ends[-1] if ends else 0, start - REACH_CHARACTERS)
    stop = SENTENCE_END.search(after)
    right = min(end + (stop.end() if stop else len(after)), end + REACH_CHARACTERS)
    return text[left:right].strip()
