"""The stream of cases, day by day: cases join issues, what none explains founds new ones, by need all is refitted.

A day's work depends on the book and on that day's cases alone, in an order of their own. So it does not matter how the
days are cut into nights: ten nights in order of receipt end where one night with everything ends. A refit reads the
window of recent cases, never the history, so no night costs more than its own cases and one window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from cluster.batch import Batch
from cluster.mixture import NONE, empty_sums, probabilities, scores, sums_of
from cluster.refit import WINDOW_CASES, refit
from cluster.rules import Rules, Source, Stretch, dense_groups, fresh_id
from cluster.seeds import reduction
from cluster.stream_state import Book

POOL_CASES = 2_000  # most recent cases without an issue among which seeds are looked for
BLOCK_CASES = 5_000  # of a day with more, such as a first import without dates
POOL_GROWTH = 50  # seeds are looked for again when the pool has one new case in so many
REFIT_GROWTH = 1.5  # a refit is due when so many times the cases have come by
RECENT_CASES = 200  # or when of at least so many cases since the last fit
RECENT_OUTSIDE = 0.35  # more than this share found no issue


def advance(
    book: Book,
    cases: Sequence[tuple[date | None, str]],
    source: Source,
    rules: Rules,
    refit_why: str = "",
    night: date = date.min,
) -> Stretch:
    """Take new cases into the book.

    Args:
        book: the state before.
        cases: (day received, case id) of the new cases, in any order; a case without a day counts as the last.
        source: reads vectors and mentions.
        rules: what holds tonight.
        refit_why: a reason to refit at the end in any case; empty for none.
        night: on which the cases came.

    Returns:
        The book after, and all that changed.
    """
    stretch = Stretch(book)
    for block in _blocks(cases):
        _join(stretch, source.load(block), rules, night)
        pool = _pool(stretch.book)
        if stretch.book.fresh * POOL_GROWTH >= max(len(pool), 1):
            _found(stretch, source, rules, pool)
        if reason := _need(stretch.book):
            refit(stretch, source, rules, reason)
        stretch.book = stretch.book.known()
    if refit_why and stretch.book.issues:
        refit(stretch, source, rules, refit_why)
    return stretch


def _blocks(cases: Sequence[tuple[date | None, str]]) -> Iterator[list[str]]:
    ordered = sorted(cases, key=lambda case: (case[0] is None, case[0] or date.min, case[1]))
    for _, group in groupby(ordered, key=lambda case: case[0]):
        day = [case_id for _, case_id in group]
        for start in range(0, len(day), BLOCK_CASES):
            yield day[start : start + BLOCK_CASES]


def _join(stretch: Stretch, batch: Batch, rules: Rules, night: date) -> None:
    """Let new cases join the issues that explain them."""
    book = stretch.book.met(batch.evidence)
    labels, shares = _assigned(book, batch, rules)
    sums = book.sums
    if book.issues:
        sums = sums.plus(sums_of(book.points(batch.vectors), book.matrix(batch.evidence), labels, len(book.issues)))
    book = book.took(batch.cases, batch.days, labels, night.toordinal(), WINDOW_CASES)
    stretch.book = replace(book, sums=sums, fresh=book.fresh + int((labels == NONE).sum()))
    stretch.note(batch.cases, labels, shares)


def _assigned(book: Book, batch: Batch, rules: Rules) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    if not book.issues:
        return np.full(len(batch), NONE, np.int64), np.zeros(len(batch))
    scored = scores(book.sums, book.base, book.points(batch.vectors), book.matrix(batch.evidence))
    share = probabilities(scored.logits(book.temperature))
    return _sure(share, rules)


def _sure(share: NDArray[np.float64], rules: Rules) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    labels, best = share.argmax(axis=1).astype(np.int64), share.max(axis=1)
    return np.where((best >= rules.agreement) & (labels < share.shape[1] - 1), labels, NONE), best


def _pool(book: Book) -> NDArray[np.int64]:
    return np.flatnonzero(book.labels == NONE)[-POOL_CASES:]


def _found(stretch: Stretch, source: Source, rules: Rules, pool: NDArray[np.int64]) -> None:
    """Found issues on the dense groups of the pool, then let the rest of the pool join what explains it now."""
    book = replace(stretch.book, fresh=0)
    stretch.book = book
    if len(pool) < rules.least:
        return
    batch = source.load([book.window[row] for row in pool])
    if not len(book.mean):
        mean, axes = reduction(batch.vectors)
        book = replace(book, mean=mean, axes=axes, sums=empty_sums(axes.shape[1], len(book.codes)))
    points, matrix = book.points(batch.vectors), book.matrix(batch.evidence)
    groups = dense_groups(batch, points, rules.least)
    count = int(groups.max(initial=-1)) + 1
    if not count:
        stretch.book = book if book.issues else stretch.book
        return
    used, ids = set(rules.taken) | set(stretch.born) | set(book.issues), []
    for number in range(count):
        ids.append(fresh_id([batch.cases[row] for row in np.flatnonzero(groups == number)], used))
        used.add(ids[-1])
    known = len(book.issues)
    labels = np.where(groups >= 0, groups + known, NONE)
    total = known + count
    sums = book.sums.widened(total, len(book.codes)).plus(sums_of(points, matrix, labels, total))
    book = replace(book, issues=book.issues + tuple(ids), sums=sums)
    share = probabilities(scores(sums, book.base, points, matrix, labels).logits(book.temperature))
    later = np.where(labels == NONE, _sure(share, rules)[0], NONE)
    sums = sums.plus(sums_of(points, matrix, later, total))
    labels = np.where(labels == NONE, later, labels)
    window = book.labels.copy()
    window[pool] = labels
    stretch.book = replace(book, sums=sums, labels=window)
    stretch.born += ids
    stretch.note(batch.cases, labels, share[np.arange(len(labels)), labels])


def _need(book: Book) -> str:
    """Return why a refit is due, or nothing."""
    if not book.issues:
        return ""
    if book.seen >= REFIT_GROWTH * book.fitted:
        return "growth"
    since = book.labels[-(book.seen - book.fitted) :] if book.seen > book.fitted else book.labels[:0]
    if len(since) >= RECENT_CASES and (since == NONE).mean() > RECENT_OUTSIDE:
        return "cases outside"
    return ""
