"""The stream: planted issues are found, nights do not matter, experts' placements stand, odd input is survived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from cluster.batch import Batch, Evidence
from cluster.mixture import sums_of
from cluster.rules import Rules, Stretch
from cluster.stream import advance
from cluster.stream_state import empty_book, read_book

START = date(2026, 1, 1)
RULES = Rules(least=5, agreement=0.6)


class Planted:
    """Cases about `groups` troubles, four a day, with a mention in every second one."""

    def __init__(self, groups: int = 4, size: int = 30, noise: float = 0.2, leads: bool = True) -> None:
        rng = np.random.default_rng(7)
        centres = rng.normal(size=(groups, 96))
        self.truth = [n % groups for n in range(groups * size)]
        points = centres[self.truth] + rng.normal(scale=noise, size=(len(self.truth), 96))
        vectors = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
        evidence = tuple(self._evidence(group, leads and row % 2 == 0) for row, group in enumerate(self.truth))
        count = len(self.truth)
        self.batch = Batch(
            tuple(f"T{row:04d}" for row in range(count)), tuple(START + timedelta(row // 4) for row in range(count)),
            vectors, evidence, (None,) * count, np.zeros(count, bool),
        )  # fmt: skip
        self.row = {case: row for row, case in enumerate(self.batch.cases)}

    @staticmethod
    def _evidence(group: int, named: bool) -> Evidence:
        if not named:
            return Evidence(("content:fault",), ())
        lead = (f"component:c{group}", f"pair:s{group}+c{group}", f"symptom:s{group}")
        return Evidence(("content:fault", *lead), lead)

    def load(self, cases: Sequence[str]) -> Batch:
        return self.batch.part([self.row[case] for case in cases])

    def items(self, rows: Sequence[int]) -> list[tuple[date | None, str]]:
        return [(self.batch.days[row], self.batch.cases[row]) for row in rows]


def labels(members: dict[str, tuple[str | None, float]], cases: Sequence[str]) -> list[str]:
    return [members.get(case, (None, 0.0))[0] or case for case in cases]


def nights(source: Planted, cuts: Sequence[Sequence[int]], rules: Rules = RULES) -> tuple[Stretch, list[str]]:
    book, members = empty_book(), dict[str, tuple[str | None, float]]()
    stretch = Stretch(book)
    for rows in cuts:
        stretch = advance(book, source.items(rows), source, rules)
        book = stretch.book
        members |= stretch.members
    return stretch, labels(members, source.batch.cases)


def test_planted_issues_are_found() -> None:
    source = Planted()
    _, found = nights(source, [range(120)])
    assert adjusted_rand_score(source.truth, found) > 0.95


def test_issues_that_no_mention_names_are_found_too() -> None:
    source = Planted(leads=False)
    _, found = nights(source, [range(120)])
    assert adjusted_rand_score(source.truth, found) > 0.9


def test_ten_nights_end_where_one_night_ends() -> None:
    source = Planted()
    whole, at_once = nights(source, [range(120)])
    parts, by_night = nights(source, [range(n, n + 12) for n in range(0, 120, 12)])
    assert by_night == at_once
    assert parts.book.issues == whole.book.issues


def test_the_order_of_a_nights_rows_does_not_matter() -> None:
    source = Planted()
    forth, back = nights(source, [range(120)]), nights(source, [range(119, -1, -1)])
    assert forth[1] == back[1]


def test_the_book_survives_being_written() -> None:
    source = Planted()
    stretch, _ = nights(source, [range(100)])
    again = read_book(stretch.book.to_bytes())
    assert again is not None
    first = advance(stretch.book, source.items(range(100, 120)), source, RULES)
    second = advance(again, source.items(range(100, 120)), source, RULES)
    assert first.members == second.members


def test_an_issue_id_is_never_given_twice() -> None:
    source = Planted()
    stretch, _ = nights(source, [range(120)])
    again, _ = nights(source, [range(120)], Rules(5, 0.6, taken=frozenset(stretch.book.issues)))
    assert not set(again.book.issues) & set(stretch.book.issues)


def test_a_held_case_stays_where_an_expert_put_it() -> None:
    source = Planted()
    stretch, _ = nights(source, [range(120)])
    book = stretch.book
    rows = book.labels.copy()
    other = int((rows[0] + 1) % len(book.issues))
    rows[0] = other
    moved = advance(
        type(book)(**{**{f: getattr(book, f) for f in book.__dataclass_fields__}, "labels": rows}),
        [], source, Rules(5, 0.6, held=frozenset({book.window[0]})), "redo",
    )  # fmt: skip
    assert moved.members[book.window[0]] == (book.issues[other], 1.0)


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_too_few_cases_are_no_issue(count: int) -> None:
    source = Planted()
    stretch = advance(empty_book(), source.items(range(count)), source, RULES)
    assert stretch.book.issues == ()


def test_probabilities_are_shares() -> None:
    source = Planted(noise=0.6)
    book, stretch = empty_book(), advance(empty_book(), source.items(range(120)), source, RULES)
    assert book.issues == ()
    assert all(0.0 <= share <= 1.0 for _, share in stretch.members.values())


@pytest.mark.parametrize("known", [False, True])
def test_only_an_issue_that_people_know_is_not_merged_away(known: bool) -> None:
    """Twelve cases each of one trouble in two issues: the machine joins them unless both once had twenty."""
    source = Planted(groups=3, size=24)
    book = advance(empty_book(), source.items(range(72)), source, RULES).book
    rows = np.flatnonzero(book.labels == 0)
    labels = book.labels.copy()
    labels[rows[::2]] = len(book.issues)
    ids = (*book.issues, "I_twin")
    batch = source.load(book.window)
    sums = sums_of(book.points(batch.vectors), book.matrix(batch.evidence), labels, len(ids))
    established = frozenset(ids) if known else frozenset()
    book = replace(book, issues=ids, labels=labels, sums=sums, established=established)
    alive = advance(book, [], source, RULES, "redo").book.issues
    assert ({book.issues[0], "I_twin"} <= set(alive)) is known


def test_what_people_know_is_kept_with_the_book() -> None:
    source = Planted()
    book = advance(empty_book(), source.items(range(120)), source, RULES).book
    shrunk = replace(book, sums=replace(book.sums, cases=np.full(len(book.issues), 5.0)))
    again = read_book(shrunk.known().to_bytes())
    assert again is not None
    assert again.established == frozenset(book.issues)
