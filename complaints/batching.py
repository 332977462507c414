"""Work in pieces: slices of a sequence, and pieces done side by side whose results keep their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield consecutive slices of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def in_order(
    items: Iterable[Item], submit: Callable[[Item], Future[Result]], ahead: int
) -> Iterator[tuple[Item, Future[Result]]]:
    """Yield each item with its future, in the order of the items, however they finish.

    Not joblib's ordered generator: it reads the items in a thread of its own, where a store must not be used, and the
    first worker that dies ends it, while these callers replace one result.

    Args:
        items: read in the caller's thread, as they are needed.
        submit: hands an item to a pool.
        ahead: items that are handed on and not yet yielded: results of a long night do not pile up behind a slow one.
    """
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    for item in items:
        waiting.append((item, submit(item)))
        if len(waiting) > ahead:
            yield waiting.popleft()
    yield from waiting
