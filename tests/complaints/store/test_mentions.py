"""What counts: by rows of every kind, and that no query of another room says it in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from complaints.records import Mention, MentionKind, Polarity, Speaker, Via, words_of
from complaints.store.database import Store
from complaints.store.mentions import counted, grouping, present
from tests.complaints.records.test_vocabulary import texts

OWN_WAY = re.compile(r"\b(polarity|speaker|via) *(=|<>|!=|IN|NOT IN) *\(?'")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A mention of every kind, polarity, speaker and way of finding it."""
    every = product(words_of(MentionKind), words_of(Polarity), words_of(Speaker), words_of(Via))
    with Store(tmp_path / "s.duckdb") as opened:
        opened.append(
            [
                Mention("T1", kind, "c", "响", 0, 1, polarity, speaker, None, None, via, 0.9)  # type: ignore[arg-type]
                for kind, polarity, speaker, via in every
            ]
        )
        yield opened


def those(store: Store, condition: str, columns: str) -> set[tuple[str, ...]]:
    return set(store.query(f"SELECT DISTINCT {columns} FROM mentions m WHERE {condition}"))


def test_present_is_what_the_customer_or_an_unknown_speaker_says_is_there(store: Store) -> None:
    assert those(store, present(), "polarity, speaker") == {("present", "customer"), ("present", "unknown")}


def test_numbers_count_what_is_present_and_found_by_words(store: Store) -> None:
    assert those(store, counted(), "via") == {("dictionary",), ("phonetic",)}
    assert those(store, f"{counted()} AND NOT {present()}", "via") == set()


def test_cases_are_grouped_by_denied_parts_but_not_by_denied_symptoms(store: Store) -> None:
    assert those(store, f"{grouping()} AND m.polarity = 'absent'", "kind") == {("component",), ("condition",)}
    assert those(store, f"{grouping()} AND m.polarity = 'hypothetical'", "kind") == set()
    assert those(store, grouping(), "speaker") == {("customer",), ("unknown",)}


def test_a_condition_takes_the_name_of_the_row(store: Store) -> None:
    assert store.query(f"SELECT count(*) FROM mentions x WHERE {counted('x')}") == [(3 * 2 * 2,)]


def test_no_query_of_another_room_says_what_counts_in_its_own_way() -> None:
    own = [place for place, text in texts() if OWN_WAY.search(text) and "store/mentions.py" not in place]
    assert own == []
