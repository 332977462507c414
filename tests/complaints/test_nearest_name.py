"""The nearest right name for a wrong one."""

from __future__ import annotations

from complaints.nearest_name import meant, nearest


def test_the_nearest_name_is_offered_whatever_its_case() -> None:
    assert nearest("st-11o", ["ST-110", "ST-200"]) == "ST-110"


def test_what_is_like_nothing_gets_no_offer() -> None:
    assert nearest("xyz", ["genealogy", "units"]) is None


def test_the_order_of_known_names_does_not_matter() -> None:
    assert nearest("ab", ["abd", "abc"]) == nearest("ab", ["abc", "abd"])


def test_a_hint_says_what_else_to_do_where_nothing_is_near() -> None:
    assert meant("xyz", ["units"], "See the list") == "See the list"
