"""The words of an issue's typical cases."""

from __future__ import annotations

from collections.abc import Sequence

from complaints.records import IssueQuote
from complaints.store import Store, present
from reports.facts.evidence import Quote

QUOTE_CHARACTERS = 300


def typical_quotes(store: Store, issues: Sequence[str]) -> dict[str, tuple[Quote, ...]]:
    """Return the words of issues' typical cases; of a call they start at the first symptom that its customer names."""
    wanted: dict[str, list[str]] = {}
    for quote in store.rows(IssueQuote, "issue_id IN (SELECT unnest(?))", [list(issues)], "issue_id, place"):
        wanted.setdefault(quote.issue_id, []).append(quote.case_id)
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
