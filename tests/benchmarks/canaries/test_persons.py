"""The same seed gives the same persons."""

from __future__ import annotations

from benchmarks.canaries.persons import Person, make_persons
from tests.benchmarks.canaries.people import NAMES, PERSONS, SEED


def test_the_same_seed_gives_the_same_persons() -> None:
    assert make_persons(3, SEED, NAMES) == PERSONS[:3]
    assert isinstance(PERSONS[0], Person)
