"""Decisions with their reasons."""

from __future__ import annotations

import pytest

from complaints.run.night import Night
from reports.facts.explained import TEXT_CHARACTERS, pieces, read_explained, spans

TEXT = "过减速带的时候左前门咯噔咯噔响"


def test_words_that_drove_a_decision_are_marked() -> None:
    assert pieces(TEXT, [(7, 10), (10 + 4, 15)]) == (
        ("过减速带的时候", False), ("左前门", True), ("咯噔咯噔", False), ("响", True),
    )  # fmt: skip


def test_the_pieces_are_the_text() -> None:
    assert "".join(piece for piece, _ in pieces(TEXT, [(0, 3), (4, 5)])) == TEXT


def test_a_long_text_is_cut_around_its_first_word() -> None:
    text = "前" * 500 + "异响" + "后" * 500
    found = pieces(text, [(500, 502)])
    assert ("异响", True) in found
    assert (found[0], found[-1]) == (("…", False), ("…", False))
    assert sum(len(piece) for piece, _ in found) <= TEXT_CHARACTERS + 2


def test_a_word_that_reaches_beyond_the_cut_is_cut() -> None:
    text = "异响" * TEXT_CHARACTERS
    assert pieces(text, [(0, len(text))]) == ((text[:TEXT_CHARACTERS], True), ("…", False))


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([{"start": 4, "end": 6}, {"start": 0, "end": 2}], [(0, 2), (4, 6)]),
        ([{"start": 0, "end": 4}, {"start": 2, "end": 3}], [(0, 4)]),
        ([{"start": 0, "end": 2}, {"start": 2, "end": 3}], [(0, 3)]),
        ([{"start": "0", "end": 2}, {"surface": "x"}, {"start": 3, "end": 3}], []),
    ],
)
def test_spans_are_in_order_and_do_not_overlap(evidence: list[dict[str, object]], expected: list[object]) -> None:
    assert spans(evidence) == expected


def test_a_decision_that_waits_shows_its_runner_up_and_a_case_to_compare_with(night: Night) -> None:
    waiting, _ = read_explained(night.store)
    assert {one.decision for one in waiting} == {"review"}
    first = waiting[0]
    assert first.runner_up == ("漏水", 0.05)
    assert [(near.why, near.similarity) for near in first.compared] == [("meaning", 0.91)]


def test_the_newest_decisions_that_were_taken_alone_come_first(night: Night) -> None:
    _, alone = read_explained(night.store)
    days = [one.received_at for one in alone if one.received_at is not None]
    assert days == sorted(days, reverse=True)
    assert {one.decision for one in alone} == {"auto"}


def test_a_store_without_decisions_has_none(empty_night: Night) -> None:
    assert read_explained(empty_night.store) == ((), ())
