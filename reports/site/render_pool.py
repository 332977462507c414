"""Many pages at once: sheets become pages in worker processes, a few of them in this one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING

from complaints.batching import in_order
from reports.site.pages import Page, Pages

if TYPE_CHECKING:
    from reports.site.page_list import Sheet

FIRST = 40  # sheets made here before processes, which cost seconds to start, are worth it
CHUNK = 12  # sheets that a process is given at once
MOST_WORKERS = 8

_worker_pages: Pages  # of a worker process


def press(pages: Pages, sheets: Iterable[Sheet], workers: int | None = None) -> Iterator[tuple[Sheet, list[Page]]]:
    """Yield each sheet with its pages, in the order given.

    Args:
        pages: writes pages; a copy of it goes to each worker.
        sheets: read as they are needed, so that few of them are held at once.
        workers: processes; None: one a core, at most MOST_WORKERS; under 2: none.
    """
    remaining = iter(sheets)
    for count, sheet in enumerate(remaining, start=1):
        yield sheet, list(pages.of(sheet))
        if count == FIRST:
            break
    number = min(os.cpu_count() or 1, MOST_WORKERS) if workers is None else workers
    if number < 2:
        for sheet in remaining:
            yield sheet, list(pages.of(sheet))
        return
    yield from _in_processes(pages, remaining, number)


def _in_processes(pages: Pages, sheets: Iterator[Sheet], workers: int) -> Iterator[tuple[Sheet, list[Page]]]:
    # spawn: the store's threads must not be forked.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start, initargs=(pages,))
    try:
        for chunk, future in in_order(_chunks(sheets), partial(_submit, pool), 2 * workers):
            try:
                made = future.result()
            except BrokenProcessPool:  # a worker was killed, for memory most likely: its pages are made here
                made = [list(pages.of(sheet)) for sheet in chunk]
            yield from zip(chunk, made, strict=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, chunk: list[Sheet]) -> Future[list[list[Page]]]:
    try:
        return pool.submit(_make, chunk)
    except BrokenProcessPool as error:
        failed: Future[list[list[Page]]] = Future()
        failed.set_exception(error)
        return failed


def _chunks(sheets: Iterator[Sheet]) -> Iterator[list[Sheet]]:
    while chunk := list(islice(sheets, CHUNK)):
        yield chunk


def _start(pages: Pages) -> None:
    global _worker_pages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the night's own process ends the workers
    _worker_pages = pages


def _make(chunk: list[Sheet]) -> list[list[Page]]:
    return [list(_worker_pages.of(sheet)) for sheet in chunk]
