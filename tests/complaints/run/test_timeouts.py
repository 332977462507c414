"""An iterator with a limit of time for each item."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from complaints.run.timeouts import StoodStill, each_within


def test_the_items_come_in_order_and_end() -> None:
    assert list(each_within(iter([3, 1, 2]), 60.0)) == [3, 1, 2]


def test_an_item_that_never_comes_is_not_waited_for() -> None:
    never = Event()

    def items() -> Iterator[int]:
        yield 1
        never.wait()

    found = each_within(items(), 0.05)
    assert next(found) == 1
    with pytest.raises(StoodStill):
        next(found)
    never.set()


def test_what_the_iterator_raises_is_raised_where_its_items_are_wanted() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    found = each_within(items(), 0.0)
    assert next(found) == 1
    with pytest.raises(ValueError, match="broken"):
        next(found)
