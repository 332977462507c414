"""What other rooms noted for the pages: JSON of another version, perhaps; what is of another shape is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from complaints.store import Store, present
from reports.facts.evidence import Quote

QUOTE_CHARACTERS = 300


def note(store: Store, stage: str, name: str, default: Any) -> Any:
    """Return a stage's note, or `default` when there is none or it cannot be read."""
    text = store.notes(stage).get(name)
    try:
        return default if text is None else json.loads(text)
    except ValueError:
        return default


def object_note(store: Store, stage: str, name: str) -> Mapping[str, Any]:
    """Return a note that is an object, empty when it is none."""
    found = note(store, stage, name, {})
    return found if isinstance(found, dict) else {}


def object_rows(store: Store, stage: str, name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a note that is a list of them, empty when it is none."""
    return objects(store.notes(stage).get(name))


def objects(text: str | None) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list, empty when it is none."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def status_reasons(store: Store) -> dict[str, dict[str, int]]:
    """Return {issue_id: {"recent_cases", "earlier_cases"}}: the counts on which an issue's status rests."""
    found = object_note(store, "cluster", "status_reasons")
    return {
        str(issue): {str(name): n for name, n in counts.items() if isinstance(n, int)}
        for issue, counts in found.items()
        if isinstance(counts, dict)
    }


def typical_quotes(store: Store, issues: Sequence[str]) -> dict[str, tuple[Quote, ...]]:
    """Return the words of issues' typical cases; of a call they start at the first symptom that its customer names."""
    noted = object_note(store, "cluster", "quotes")
    wanted = {i: [str(c) for c in noted[i]] for i in issues if isinstance(noted.get(i), list)}
    ids = sorted({case for cases in wanted.values() for case in cases})
    found = {
        case: Quote(case, text[max(0, (start or 0) - QUOTE_CHARACTERS // 3) :][:QUOTE_CHARACTERS], second)
        for case, text, start, second in store.query(
            "SELECT c.case_id, c.text, min(m.start), arg_min(m.segment_start_s, m.start) FROM cases c"
            f" LEFT JOIN mentions m ON m.case_id = c.case_id AND m.kind = 'symptom' AND {present()}"
            " WHERE c.case_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1, 2",
            [ids],
        )
    }
    return {issue: tuple(found[case] for case in cases if case in found) for issue, cases in wanted.items()}
