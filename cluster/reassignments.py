"""What experts moved since the last night, carried over into the book: it reads the moved cases and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cluster.mixture import NONE, sums_of
from cluster.rules import Source
from cluster.stream_state import Book
from complaints.batching import batches

if TYPE_CHECKING:
    from complaints.store import Store

CHUNK_CASES = 2_000


@dataclass(frozen=True, slots=True)
class Move:
    """A case that experts moved from one issue to another."""

    case_id: str
    origin: str
    goal: str


def note_moves(store: Store, cases: Sequence[str]) -> None:
    """Note members that are about to be moved (inside the transaction that moves them); the first origin counts."""
    store.query(
        "INSERT OR IGNORE INTO moved_cases SELECT case_id, issue_id FROM issue_members "
        "WHERE case_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(cases)],
    )


def read_moves(store: Store) -> list[Move]:
    """Return the moves since the last night that were not taken back."""
    rows = store.query(
        "SELECT w.case_id, w.issue_id, m.issue_id FROM moved_cases w JOIN issue_members m ON m.case_id = w.case_id "
        "WHERE m.issue_id <> w.issue_id ORDER BY 1"
    )
    return [Move(*row) for row in rows]


def carried_over(book: Book, moves: Sequence[Move], source: Source) -> Book:
    """Return the book with moved cases in the sums of their new issues; issues without cases go.

    Args:
        book: as the last night left it.
        moves: of cases that are still there as they were.
        source: reads them.
    """
    if not moves:
        return book
    issues = (*book.issues, *sorted({move.goal for move in moves} - set(book.issues)))
    number = {issue: n for n, issue in enumerate(issues)}
    sums = book.sums.widened(len(issues), len(book.codes))
    for part in batches(moves, CHUNK_CASES):
        batch = source.load([move.case_id for move in part])
        points, matrix = book.points(batch.vectors), book.matrix(batch.evidence)
        for sign, ends in ((-1.0, [move.origin for move in part]), (1.0, [move.goal for move in part])):
            labels = np.array([number.get(issue, NONE) for issue in ends], np.int64)
            sums = sums.plus(sums_of(points, matrix, labels, len(issues)), sign)
    goal = {move.case_id: number[move.goal] for move in moves}
    known = zip(book.window, book.labels.tolist(), strict=True)
    labels = np.array([goal.get(case, label) for case, label in known], np.int64)
    alive = np.flatnonzero(sums.cases > 0)
    position = np.full(len(issues) + 1, NONE, np.int64)
    position[alive] = np.arange(len(alive))
    return replace(
        book, issues=tuple(issues[n] for n in alive.tolist()), sums=sums.chosen(alive), labels=position[labels]
    )
