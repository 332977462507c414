"""Cases, labels and decisions out of the store, as the category models read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classify.category.history import DECAY_DAYS
from classify.category.taxonomy import learnable, parse_categories
from classify.reading import Dated, dated, read_case, read_corrections, unseen_wordings
from complaints.batching import batches
from complaints.models import vectors_for
from complaints.records import Case, Segment

if TYPE_CHECKING:
    from classify.reading import MentionFinder, Reading, Unseen
    from complaints.models import Encoder
    from complaints.store import Store

BATCH_CASES = 500
CHOSEN = "case_id IN (SELECT unnest(?))"
WINDOW_DAYS = 3 * int(DECAY_DAYS[0])  # older decisions about a product weigh under 5 %


def read_cases(
    store: Store, finder: MentionFinder, ids: Sequence[str], unseen: Unseen | None = None
) -> list[tuple[Reading, list[Segment]]]:
    """Return the readings of cases with their segments, by case_id; with `unseen`, also the symptoms it finds."""
    cases = store.rows(Case, CHOSEN, [list(ids)], order="case_id")
    spoken: dict[str, list[Segment]] = {}
    for segment in store.rows(Segment, CHOSEN, [list(ids)]):
        spoken.setdefault(segment.case_id, []).append(segment)
    corrections = read_corrections(store, ids)
    readings = {c.case_id: read_case(c, spoken.get(c.case_id, []), finder) for c in cases}
    added = unseen.find(list(readings.values())) if unseen else {}
    for case in cases:
        own = case.case_id
        if own in corrections or own in added:
            said, more = corrections.get(own, ()), added.get(own, ())
            readings[own] = read_case(case, spoken.get(own, []), finder, said, more)
    return [(readings[c.case_id], spoken.get(c.case_id, [])) for c in cases]


def read_all(
    store: Store, finder: MentionFinder, encoder: Encoder | None, ids: Sequence[str]
) -> tuple[list[Reading], NDArray[np.float32] | None]:
    """Return the readings and (cached) vectors of many cases, by case_id."""
    unseen = unseen_wordings(finder.dictionary, store, encoder) if encoder is not None else None
    readings: list[Reading] = []
    blocks: list[NDArray[np.float32]] = []
    for batch in batches(sorted(ids), BATCH_CASES):
        some = [reading for reading, _ in read_cases(store, finder, batch, unseen)]
        readings += some
        if encoder is not None:
            blocks.append(vectors_for(store, encoder, [r.masked for r in some]))
    if encoder is None:
        return readings, None
    return readings, np.concatenate(blocks) if blocks else np.zeros((0, encoder.dimension), np.float32)


def labelled_cases(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the categories of every labelled case that stage classify has read, ready to learn from, by case_id."""
    rows = store.query("SELECT case_id, category FROM labels JOIN cases USING (case_id) ORDER BY case_id")
    named = [(case, parse_categories(cell)) for case, cell in rows]
    named = [(case, categories) for case, categories in named if categories]
    return dict(zip([case for case, _ in named], learnable([c for _, c in named]), strict=True))


def dated_cases(store: Store, ids: Sequence[str]) -> Mapping[str, Dated]:
    """Return day, product and vehicle of cases, by case_id; those that are gone are left out."""
    found = {}
    for batch in batches(list(ids), 5000):
        for case in store.rows(Case, CHOSEN, [list(batch)]):
            found[case.case_id] = dated(case)
    return found


def decided_cases(
    store: Store, cases: Sequence[Dated], categories: Sequence[str], without: Mapping[str, int]
) -> tuple[list[Dated], NDArray[np.float64]]:
    """Return earlier cases with content of their own that might be history of some cases, and what was decided.

    Args:
        store: its tables `cases` and `classifications`.
        cases: those whose history is sought.
        categories: column names of the result.
        without: cases that are left out (they are history already).

    Returns:
        The earlier cases, and their categories' probabilities, shape (cases, len(categories)).
    """
    makes = sorted({c.product.split()[0].casefold() for c in cases if c.product and c.product.split()})
    vehicles = sorted({c.vehicle for c in cases if c.vehicle})
    days = [c.day for c in cases if c.day is not None]
    if not days or not (makes or vehicles):
        return [], np.zeros((0, len(categories)))
    from datetime import date

    first = date.fromordinal(min(days)) - timedelta(days=WINDOW_DAYS)
    last = date.fromordinal(max(days)) + timedelta(days=1)
    rows = store.query(
        "SELECT c.case_id, k.category, k.confidence, k.alternatives FROM cases c JOIN classifications k "
        "USING (case_id) WHERE c.content <> 'none' AND c.received_at < ? AND ((list_contains(?, "
        "lower(split_part(c.product, ' ', 1))) AND c.received_at >= ?) OR list_contains(?, c.serial_token)) "
        "ORDER BY c.case_id",
        [last, makes, first, vehicles],
    )
    rows = [row for row in rows if row[0] not in without]
    known = dated_cases(store, [row[0] for row in rows])
    kept = [row for row in rows if row[0] in known]
    columns = {name: column for column, name in enumerate(categories)}
    probabilities = np.stack([_soft(row, columns) for row in kept]) if kept else np.zeros((0, len(categories)))
    return [known[row[0]] for row in kept], probabilities


def _soft(row: tuple[str, str, float, str], columns: Mapping[str, int]) -> NDArray[np.float64]:
    _, category, confidence, alternatives = row
    values = np.zeros(len(columns))
    if category in columns:
        values[columns[category]] = confidence
    for other in json.loads(alternatives):
        if other["category"] in columns:
            values[columns[other["category"]]] = min(float(other["confidence"]), confidence)
    rest = max(0.0, 1.0 - values.sum())
    values += rest / len(values)
    result: NDArray[np.float64] = values / values.sum()
    return result
