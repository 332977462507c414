"""A group's quotes: what customers said, redacted, with the second of the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from complaints.store import Store, counted
from mapping.groups import Group
from mapping.levels import LevelPlan

QUOTES = 3
REACH_CHARACTERS = 60  # on either side of the mention, ended earlier by a sentence's end
SENTENCE_END = re.compile(r"[。！？!?；;\n]")


Wanted = tuple[int, int | None]
"""Number of a group and of a level; without a level any case of the group will do."""


def quotes_for(
    store: Store, groups: Sequence[Group], plan: LevelPlan | None, wanted: Sequence[Wanted]
) -> dict[Wanted, list[dict[str, Any]]]:
    """Return quotes of groups' cases, of units at a level where one is given.

    Sure cases come before doubtful ones, the group's own symptom before others, then by case.

    Args:
        store: the public store with ``group_cases``, ``case_units`` and ``plant_coded``.
        groups: all of the night, by number.
        plan: what ``plant_coded`` holds.
        wanted: for whom quotes are looked up.
    """
    if not wanted:
        return {}
    db = store.connection
    pairs = sorted(set(wanted), key=lambda pair: (pair[0], -1 if pair[1] is None else pair[1]))
    db.execute(
        "CREATE OR REPLACE TEMP TABLE quote_wanted AS SELECT unnest(?::INTEGER[]) AS grp, "
        "unnest(?::INTEGER[]) AS level, unnest(?::VARCHAR[]) AS symptom",
        [[g for g, _ in pairs], [level for _, level in pairs], [groups[g].symptom for g, _ in pairs]],
    )
    _write_case_levels(store, plan)
    rows = store.query(
        "WITH chosen AS (SELECT w.grp, w.level, w.symptom, g.case_id FROM quote_wanted w JOIN group_cases g "
        "ON g.grp = w.grp WHERE w.level IS NULL OR EXISTS (SELECT 1 FROM case_units u JOIN case_levels l "
        "ON l.unit = u.unit WHERE u.case_id = g.case_id AND l.level = w.level)), "
        'said AS (SELECT c.grp, c.level, m.case_id, m.start, m."end", m.segment_start_s, '
        "m.code IS DISTINCT FROM c.symptom AS other, k.doubtful, m.code FROM chosen c JOIN mentions m USING (case_id) "
        f"JOIN cases k USING (case_id) WHERE m.kind = 'symptom' AND {counted()} QUALIFY row_number() OVER "
        "(PARTITION BY c.grp, c.level, m.case_id ORDER BY m.code IS DISTINCT FROM c.symptom, m.start) = 1), "
        "first AS (SELECT * FROM said QUALIFY row_number() OVER (PARTITION BY grp, level ORDER BY doubtful, other, "
        f"case_id) <= {QUOTES}) "
        'SELECT f.grp, f.level, f.case_id, c.text, f.start, f."end", f.segment_start_s FROM first f '
        "JOIN cases c USING (case_id) ORDER BY f.grp, f.level, f.doubtful, f.other, f.case_id"
    )
    for table in ("quote_wanted", "case_levels"):
        db.execute(f"DROP TABLE {table}")
    found: dict[Wanted, list[dict[str, Any]]] = {pair: [] for pair in pairs}
    for grp, level, case_id, text, start, end, second in rows:
        quote = {"case_id": case_id, "text": clipped(text, start, end), "segment_start_s": second}
        found[grp, level].append(quote)
    return found


def _write_case_levels(store: Store, plan: LevelPlan | None) -> None:
    """Write ``case_levels`` (unit, level): the wanted levels of complaining units."""
    parts = [
        f"SELECT unit, {column} AS level FROM plant_coded WHERE {column} IN (SELECT level FROM quote_wanted) "
        "AND unit IN (SELECT unit FROM case_units)"
        for column in (plan.columns.values() if plan is not None else ())
    ]
    body = " UNION ".join(parts) or "SELECT NULL::INTEGER AS unit, NULL::INTEGER AS level WHERE false"
    store.connection.execute(f"CREATE OR REPLACE TEMP TABLE case_levels AS {body}")


def clipped(text: str, start: int, end: int) -> str:
    """Return the sentence around characters [start, end), at most REACH_CHARACTERS on either side."""
    before, after = text[:start], text[end:]
    ends = [match.end() for match in SENTENCE_END.finditer(before)]
    left = max(ends[-1] if ends else 0, start - REACH_CHARACTERS)
    stop = SENTENCE_END.search(after)
    right = min(end + (stop.end() if stop else len(after)), end + REACH_CHARACTERS)
    return text[left:right].strip()
