"""Since when a station's page says what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from complaints.dictionary import Dictionary
from complaints.records import Cause, Verdict
from complaints.store.database import Store
from reports.facts.history import keep_history, read_changes
from reports.facts.overview import OverviewReader
from reports.facts.types import Change
from tests.reports.invented import cause, make_night, plain

FIRST = date(2026, 6, 1)
STATION = "ST-110"


@pytest.fixture
def store(tmp_path: Path, dictionary: Dictionary) -> Iterator[Store]:
    with make_night(tmp_path, dictionary) as night:
        yield night.store


def found(store: Store, *, rr: float = 5.0, verdict: Verdict = "supported") -> None:
    """Let the station's leading hypothesis be this one."""
    store.replace_all(Cause, [cause(plain, "I-noise", 1, STATION, verdict, rr)])


def change(store: Store, day: date) -> Change | None:
    return read_changes(store, OverviewReader(store, day).station_lines(), day).get(STATION)


def test_a_first_signal_stands_since_its_night(store: Store) -> None:
    found(store)
    assert change(store, FIRST) == Change(FIRST, None)


def test_a_signal_that_stands_still_keeps_its_day(store: Store) -> None:
    found(store)
    keep_history(store, FIRST)
    later = FIRST + timedelta(days=3)
    keep_history(store, later)
    assert change(store, later + timedelta(days=1)) == Change(FIRST, None)


def test_a_changed_signal_tells_what_it_was(store: Store) -> None:
    found(store, verdict="knowledge only")
    keep_history(store, FIRST)
    found(store)
    now = change(store, FIRST + timedelta(days=1))
    assert now is not None
    assert now.before is not None
    assert (now.since, now.before.verdict) == (FIRST + timedelta(days=1), "knowledge only")


def test_a_risk_that_prints_alike_is_no_change(store: Store) -> None:
    found(store, rr=5.01)
    keep_history(store, FIRST)
    found(store, rr=5.04)
    assert change(store, FIRST + timedelta(days=1)) == Change(FIRST, None)


def test_a_signal_that_is_gone_is_told(store: Store) -> None:
    found(store)
    keep_history(store, FIRST)
    row = store.rows(Cause)[0]
    store.replace_all(Cause, [replace(row, station_id="ST-210")])
    store.append_values("stations", [(STATION, "", None, None, None)])
    now = change(store, FIRST + timedelta(days=1))
    assert now is not None
    assert now.before is not None
    assert now.before.verdict == "supported"


def test_a_station_that_never_had_a_signal_has_nothing_to_tell(store: Store) -> None:
    store.append_values("stations", [(STATION, "", None, None, None)])
    assert change(store, FIRST) is None


def test_a_night_run_again_tells_what_it_told_the_first_time(store: Store) -> None:
    found(store, verdict="knowledge only")
    keep_history(store, FIRST)
    found(store)
    day = FIRST + timedelta(days=1)
    once = change(store, day)
    keep_history(store, day)
    assert change(store, day) == once


def test_a_night_run_again_with_other_causes_takes_the_place_of_its_first_run(store: Store) -> None:
    found(store)
    keep_history(store, FIRST)
    found(store, verdict="not separable")
    keep_history(store, FIRST)
    assert store.query("SELECT verdict FROM station_history") == [("not separable",)]
