"""A group's quotes: what customers said, redacted, with the second of the call."""

from __future__ import annotations

import re
from typing import Any

from complaints.store import Store
from mapping.groups import COUNTED, Group
from mapping.levels import LevelPlan

QUOTES = 3
REACH_CHARACTERS = 60  # on either side of the mention, ended earlier by a sentence's end
SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def quotes_of(store: Store, group: Group, plan: LevelPlan | None, level: int | None) -> list[dict[str, Any]]:
    """Return quotes of a group's cases, of units at the level where one is given.

    Sure cases come before doubtful ones, the group's own symptom before others, then by case.

    Args:
        store: the public store with ``group_cases``, ``case_units`` and ``plant_coded``.
        group: whose cases.
        plan: what ``plant_coded`` holds.
        level: number of a level, or None for any case of the group.
    """
    exposed = ""
    if plan is not None and level is not None:
        column = plan.columns[plan.levels[level].factor]
        exposed = (
            "AND g.case_id IN (SELECT case_id FROM case_units WHERE unit IN "
            f"(SELECT unit FROM plant_coded WHERE {column} = {int(level)}))"
        )
    rows = store.query(
        'SELECT m.case_id, c.text, m.start, m."end", m.segment_start_s FROM group_cases g '
        "JOIN mentions m USING (case_id) JOIN cases c USING (case_id) "
        f"WHERE g.grp = ? AND m.kind = 'symptom' AND {COUNTED} {exposed} "
        "QUALIFY row_number() OVER (PARTITION BY m.case_id ORDER BY m.code IS DISTINCT FROM ?, m.start) = 1 "
        "ORDER BY c.doubtful, m.code IS DISTINCT FROM ?, m.case_id LIMIT ?",
        [group.number, group.symptom, group.symptom, QUOTES],
    )
    return [
        {"case_id": case_id, "text": clipped(text, start, end), "segment_start_s": second}
        for case_id, text, start, end, second in rows
    ]


def clipped(text: str, start: int, end: int) -> str:
    """Return the sentence around characters [start, end), at most REACH_CHARACTERS on either side."""
    before, after = text[:start], text[end:]
    ends = [match.end() for match in SENTENCE_END.finditer(before)]
    left = max(ends[-1] if ends else 0, start - REACH_CHARACTERS)
    stop = SENTENCE_END.search(after)
    right = min(end + (stop.end() if stop else len(after)), end + REACH_CHARACTERS)
    return text[left:right].strip()
