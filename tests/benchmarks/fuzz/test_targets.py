"""A short run of every fuzz target: damaged well-made inputs and any bytes end in a refusal or in rows."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.bad_inputs.mutants import damaged
from benchmarks.fuzz.targets import TARGETS, seeds

ROUNDS = 40


@pytest.mark.parametrize("name", list(TARGETS))
def test_damaged_inputs_are_refused_or_read(name: str) -> None:
    rng, starts = random.Random(3), seeds(name)
    for start in starts:
        TARGETS[name](start)
    for _ in range(ROUNDS):
        TARGETS[name](damaged(rng.choice(starts), rng))


@pytest.mark.parametrize("name", list(TARGETS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_any_bytes_are_refused_or_read(name: str, data: bytes) -> None:
    TARGETS[name](data)
