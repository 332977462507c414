"""The ledger: which issue a group continues, what is born, merged, split and closed, and the state of an issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from cluster.ledger import Matching, match, trend

A = frozenset({"T01", "T02", "T03", "T04"})
B = frozenset({"T11", "T12", "T13", "T14"})
NEW = frozenset({"T21", "T22", "T23"})


def matched(groups: Sequence[frozenset[str]], known: Mapping[str, frozenset[str]]) -> Matching:
    return match(groups, known, frozenset(known))


def events(matching: Matching) -> set[tuple[str, str]]:
    return {(event.issue_id, event.event) for event in matching.events}


def test_a_group_of_the_same_cases_keeps_its_id_without_an_event() -> None:
    found = matched([A], {"I1": A})
    assert (found.ids, found.events) == (("I1",), ())


def test_a_grown_group_keeps_its_id() -> None:
    found = matched([A | NEW], {"I1": A})
    assert (found.ids, events(found)) == (("I1",), {("I1", "grew")})


def test_a_group_of_new_cases_is_born_with_an_id_from_its_cases() -> None:
    found = matched([NEW], {})
    assert found.ids == matched([NEW], {}).ids
    assert events(found) == {(found.ids[0], "born")}


def test_two_issues_that_become_one_group_are_a_merge() -> None:
    found = matched([A | B | {"T05"}], {"I1": A | {"T05"}, "I2": B})
    assert (found.ids, found.closed) == (("I1",), ("I2",))
    assert {("I2", "merged"), ("I2", "closed")} <= events(found)


def test_an_issue_that_becomes_two_groups_is_a_split_with_a_parent() -> None:
    found = matched([A, frozenset({"T11", "T12"})], {"I1": A | {"T11", "T12"}})
    assert found.ids[0] == "I1"
    assert found.parents[found.ids[1]] == ("I1",)
    assert ("I1", "split") in events(found)


def test_an_issue_without_a_group_is_closed() -> None:
    assert matched([NEW], {"I1": A}).closed == ("I1",)


def test_an_id_is_never_given_twice() -> None:
    first = matched([NEW], {}).ids[0]
    assert match([NEW], {}, frozenset({first})).ids[0] != first


def test_the_order_of_groups_does_not_matter() -> None:
    known = {"I1": A, "I2": B}
    forth, back = matched([A, B, NEW], known), matched([NEW, B, A], known)
    assert (forth.ids, forth.events) == (back.ids[::-1], back.events)


AS_OF = date(2026, 6, 30)


def state(*days_ago: int) -> str:
    days = [AS_OF - timedelta(days=days) for days in days_ago]
    return trend(days, AS_OF, growing_factor=1.5, fading_weeks=8, close_weeks=26).status


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


def test_cases_after_the_night_do_not_count() -> None:
    assert state(-5, -6, -7, 60, 90) == "fading"


def test_two_recent_cases_are_no_growth() -> None:
    assert state(3, 5, 100, 180) == "stable"
