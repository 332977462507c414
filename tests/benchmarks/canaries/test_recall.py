"""Recall on the develop set of canaries, kind by kind."""

from __future__ import annotations

import pytest

from benchmarks.canaries.__main__ import texts_recall, turns_recall
from benchmarks.canaries.forms import written
from benchmarks.canaries.persons import FREE, KINDS
from complaints.redaction import redact
from tests.benchmarks.canaries.people import FRAMES, PERSONS, SEED


@pytest.mark.parametrize("kind", KINDS)
def test_recall_of_a_kind_in_texts_and_turns(kind: str) -> None:
    rows = {f"{p.person}-{p.kind}": (p.turns[0], [p]) for person in PERSONS for p in written(person, FRAMES, SEED)}
    texts = texts_recall(rows, {key: redact(text).text for key, (text, _) in rows.items()})
    least = 0.95 if kind in FREE else 0.99
    assert min(texts.of(kind), turns_recall(PERSONS, SEED).of(kind)) >= least
