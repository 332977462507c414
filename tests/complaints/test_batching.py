"""Pieces of work, in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from complaints.batching import batches, in_order


def test_batches_hold_every_item_once_in_order() -> None:
    assert [list(some) for some in batches([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]


def test_results_keep_the_order_of_the_items_however_they_finish() -> None:
    def late_first(number: int) -> int:
        time.sleep(0.05 if number == 0 else 0.0)
        return number * 10

    with ThreadPoolExecutor(3) as pool:
        found = [
            (item, future.result()) for item, future in in_order(range(5), lambda n: pool.submit(late_first, n), 4)
        ]
    assert found == [(0, 0), (1, 10), (2, 20), (3, 30), (4, 40)]


def test_items_are_read_as_they_are_needed_and_in_the_callers_thread() -> None:
    read: list[str] = []

    def items() -> Iterator[int]:
        for number in range(10):
            read.append(threading.current_thread().name)
            yield number

    with ThreadPoolExecutor(2) as pool:
        first, _ = next(in_order(items(), lambda n: pool.submit(abs, n), 3))
    assert (first, read) == (0, [threading.current_thread().name] * 4)
