"""Experts' moves in the book: exact sums, and nothing but the moved cases is read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cluster.batch import Batch
from cluster.mixture import sums_of
from cluster.reassignments import Move, carried_over
from cluster.stream import advance
from cluster.stream_state import Book, empty_book
from tests.cluster.test_stream import RULES, Planted


class Listed(Planted):
    """Planted cases; keeps what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def load(self, cases: Sequence[str]) -> Batch:
        self.read += cases
        return super().load(cases)


def grown() -> tuple[Book, Listed]:
    source = Listed()
    book = advance(empty_book(), source.items(range(120)), source, RULES).book
    source.read.clear()
    return book, source


def issue_of(book: Book, number: int) -> dict[str, str]:
    labels = zip(book.window, book.labels.tolist(), strict=True)
    return {case: book.issues[label] for case, label in labels if label == number}


def assert_sums_are_of(book: Book, source: Planted) -> None:
    batch = source.load(book.window)
    fresh = sums_of(book.points(batch.vectors), book.matrix(batch.evidence), book.labels, len(book.issues))
    for name in ("cases", "vectors", "codes", "scatter"):
        assert np.array_equal(getattr(book.sums, name), getattr(fresh, name)), name


def test_a_merge_moves_the_sums_and_the_empty_issue_goes() -> None:
    book, source = grown()
    gone, heir = book.issues[1], book.issues[0]
    moves = [Move(case, gone, heir) for case in issue_of(book, 1)]
    after = carried_over(book, moves, source)
    assert set(source.read) == {move.case_id for move in moves}
    assert set(after.issues) == set(book.issues) - {gone}
    assert_sums_are_of(after, source)


def test_a_split_founds_an_issue_with_its_cases() -> None:
    book, source = grown()
    chosen = sorted(issue_of(book, 0))[:6]
    after = carried_over(book, [Move(case, book.issues[0], "I_new") for case in chosen], source)
    assert sorted(issue_of(after, after.issues.index("I_new"))) == chosen
    assert_sums_are_of(after, source)


def test_no_moves_read_nothing() -> None:
    book, source = grown()
    assert carried_over(book, [], source) is book
    assert source.read == []
