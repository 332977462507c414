"""Waiting for what may never come: an iterator whose next item has a limit of time."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

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
        BaseException: whatever the iterator raises.
    """
    ready: Queue[tuple[Item] | BaseException | None] = Queue(1)  # an item, why there is none, or the end

    def read() -> None:
        ended: BaseException | None = None
        try:
            for item in items:
                ready.put((item,))
        except BaseException as error:  # it is raised where the items are wanted
            ended = error
        ready.put(ended)

    Thread(target=read, daemon=True, name="each_within").start()
    while True:
        try:
            found = ready.get(timeout=limit_s or None)
        except Empty:
            raise StoodStill from None
        if found is None:
            return
        if isinstance(found, BaseException):
            raise found
        yield found[0]
