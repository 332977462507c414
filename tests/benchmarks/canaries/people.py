"""Persons that the tests of the canaries share."""

from __future__ import annotations

from benchmarks.canaries.persons import make_persons
from benchmarks.canaries.wording import wording

SEED = 5
FRAMES, NAMES = wording("develop")
PERSONS = make_persons(60, SEED, NAMES)
