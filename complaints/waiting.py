"""Waiting for what may never come: an iterator whose next item has a limit of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Thread
from typing import NoReturn, TypeVar

Item = TypeVar("Item")


class StoodStill(Exception):
    """No item came in time."""


def each_within(items: Iterator[Item], limit_s: float) -> Iterator[Item]:
    """Yield the items of an iterator, which is read in a thread of its own, an item ahead.

    The thread is a daemon: an iterator that never comes back does not keep the program from ending.

    Args:
        items: what is read.
        limit_s: seconds that one item may take; 0: for ever.

    Raises:
        StoodStill: an item took longer; whoever made the iterator has to end it.
        Exception: whatever the iterator raises, StopIteration aside.
    """
    ready: Queue[Callable[[], Item]] = Queue(1)  # each gives the next item, or raises why there is none

    def read() -> None:
        try:
            for item in items:
                ready.put(lambda item=item: item)  # type: ignore[misc]
            ended: BaseException = StopIteration()
        except BaseException as error:
            ended = error
        ready.put(lambda: _throw(ended))

    Thread(target=read, daemon=True, name="each_within").start()
    while True:
        try:
            take = ready.get(timeout=limit_s or None)
        except Empty:
            raise StoodStill from None
        try:
            item = take()
        except StopIteration:
            return
        yield item


def _throw(error: BaseException) -> NoReturn:
    raise error
