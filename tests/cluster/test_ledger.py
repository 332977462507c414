"""The ledger: what a night did to the issues, as events; and the state of an issue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from cluster.ledger import Change, Counts, Ledger, ledger_of, trend


def changed(
    before: Mapping[str, str],
    after: Mapping[str, str | None],
    sizes: Mapping[str, int],
    parents: Mapping[str, str] | None = None,
    heirs: Mapping[str, str] | None = None,
) -> Ledger:
    return ledger_of(Change(before, after, sizes, parents or {}, heirs or {}, []))


def events(ledger: Ledger) -> set[tuple[str, str]]:
    return {(event.issue_id, event.event) for event in ledger.events}


def test_a_night_without_change_has_no_event() -> None:
    assert changed({"T1": "I1"}, {"T1": "I1"}, {"I1": 5}).events == ()


def test_an_issue_with_new_cases_grew() -> None:
    found = changed({}, {"T6": "I1", "T7": "I1"}, {"I1": 5})
    assert [(e.event, json.loads(e.detail)["new_cases"]) for e in found.events] == [("grew", 2)]


def test_a_new_issue_is_born() -> None:
    assert events(changed({}, {"T1": "I9"}, {"I1": 5})) == {("I9", "born")}


def test_events_count_what_was_received_by_the_night() -> None:
    after = {"T6": "I1", "T7": "I1", "T8": "I2", "T1": "I9", "T2": "I9"}
    later, sizes = {"T5", "T7", "T8", "T2"}, {"I1": 5, "I2": 3}
    found = ledger_of(Change({}, after, sizes, {}, {}, [], later, {"I1": 1})).events
    told = {e.issue_id: json.loads(e.detail) for e in found}
    assert told == {"I1": {"before": 4, "left": 0, "new_cases": 1}, "I9": {"cases": 1, "parents": []}}


def test_an_issue_that_was_born_and_vanished_in_one_night_leaves_no_trace() -> None:
    assert changed({}, {"T1": None}, {}, heirs={"I9": "I1"}).events == ()


def test_an_issue_without_cases_merged_into_its_heir() -> None:
    found = changed({"T1": "I1", "T2": "I1"}, {"T1": "I2", "T2": None}, {"I1": 2, "I2": 5}, heirs={"I1": "I2"})
    assert {("I1", "merged"), ("I1", "closed"), ("I2", "grew")} == events(found)
    assert found.vanished == ("I1",)


def test_an_heir_that_vanished_too_hands_on() -> None:
    found = changed(
        {"T1": "I1", "T2": "I2"}, {"T1": "I3", "T2": "I3"}, {"I1": 1, "I2": 1, "I3": 5}, heirs={"I1": "I2", "I2": "I3"}
    )
    into = {e.issue_id: json.loads(e.detail)["into"] for e in found.events if e.event == "merged"}
    assert into == {"I1": "I3", "I2": "I3"}


def test_an_issue_all_of_whose_cases_went_nowhere_is_closed() -> None:
    assert events(changed({"T1": "I1"}, {"T1": None}, {"I1": 1})) == {("I1", "closed")}


def test_a_part_that_left_is_a_split_with_a_parent() -> None:
    found = changed({"T1": "I1"}, {"T1": "I9"}, {"I1": 9}, parents={"I9": "I1"})
    assert {("I1", "split"), ("I9", "born"), ("I1", "grew")} == events(found)
    assert found.parents == {"I9": ("I1",)}


AS_OF = date(2026, 6, 30)


def state(*days_ago: int, begin: int | None = 400) -> str:
    days = [AS_OF - timedelta(days=ago) for ago in days_ago]
    recent = sum(ago < 28 for ago in days_ago)
    earlier = sum(28 <= ago <= 28 + 182 for ago in days_ago)
    counts = Counts(min(days, default=None), max(days, default=None), recent, earlier)
    since = None if begin is None else AS_OF - timedelta(days=begin)
    return trend(counts, AS_OF, growing_factor=1.5, fading_weeks=8, close_weeks=26, begin=since)


@pytest.mark.parametrize(
    ("days_ago", "status"),
    [
        ((3, 10, 20), "new"),
        ((3, 5, 9, 12, 60, 90, 120), "growing"),
        ((10, 40, 70, 100, 130, 160), "stable"),
        ((60, 90), "fading"),
        ((200, 250), "closed"),
        ((), "stable"),
    ],
)
def test_the_state_follows_from_the_days(days_ago: tuple[int, ...], status: str) -> None:
    assert state(*days_ago) == status


@pytest.mark.parametrize(
    ("first", "begin", "status"),
    [(20, 20, "stable"), (3, 20, "stable"), (3, 30, "stable"), (3, 31, "new"), (27, 400, "new"), (3, None, "stable")],
)
def test_what_the_first_weeks_of_a_history_bring_is_its_baseline(first: int, begin: int | None, status: str) -> None:
    assert state(first, begin=begin) == status


def test_two_recent_cases_are_no_growth() -> None:
    assert state(3, 5, 100, 180) == "stable"
