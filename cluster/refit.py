"""A refit: all issues are refined over the window of recent cases; they keep their ids, and every change is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cluster.batch import Batch
from cluster.mixture import NONE, Fit, Sums, empty_sums, fit, probabilities, scores, sums_of, temperature_of
from cluster.rules import Rules, Source, Stretch, dense_groups, fresh_id
from cluster.seeds import reduction
from cluster.stream_state import Book, empty_book

WINDOW_CASES = 10_000  # recent cases that a refit reads
SEED_CASES = 3_000  # most recent cases among which a refit looks for parts of issues
PART = 0.7  # a group that is at least this part of an issue is that issue
KEPT_PART = 0.5  # most cases that such an issue may lose to others in one refit, as a part of its cases
LOYALTY = 2.0  # log odds by which a refit leaves a case where it is: what people read yesterday should stand
EXCHANGED = 0.15  # two issues that share this part of the smaller one's membership are one
CHUNK_CASES = 2_000


def refit(stretch: Stretch, source: Source, rules: Rules, reason: str) -> None:
    """Refine all issues over the window of the stretch's book, and write the outcome into the stretch.

    Args:
        stretch: its book has at least one issue.
        source: reads the window's cases.
        rules: what holds tonight.
        reason: why, for the events.
    """
    book = stretch.book
    batch = source.load(book.window)
    whole = book.seen <= len(book.window)
    matrix = book.matrix(batch.evidence)
    if whole:
        # Nothing lies outside the window, so the reduction may follow the data.
        mean, axes = reduction(batch.vectors)
        book = replace(book, mean=mean, axes=axes)
    points = book.points(batch.vectors)
    outside = empty_sums(points.shape[1], len(book.codes)).widened(len(book.issues), len(book.codes))
    if not whole:
        outside = _clipped(book.sums.plus(sums_of(points, matrix, book.labels, len(book.issues)), -1.0))
    if book.fitted:
        book = _reseeded(stretch, book, batch, points, rules)
    count = len(book.issues)
    outside = outside.widened(count, len(book.codes))
    held = np.array([case in rules.held for case in batch.cases], bool)
    kept = np.array([issue in rules.pinned for issue in book.issues], bool)
    if book.fitted:
        established = stretch.book.known().established
        kept |= np.array([issue in established for issue in book.issues], bool)
    loyalty = LOYALTY if book.fitted else 0.0
    found = fit(points, matrix, book.labels, book.base, rules.least, outside, held, kept, loyalty)
    found = _unified(book, found, points, matrix, outside, kept | _of_held(found.labels, held, count))
    found = replace(found, confidences=np.where(held, 1.0, found.confidences))
    found = _restored(stretch, book, found, kept, rules)
    labels = np.where(found.confidences >= rules.agreement, found.labels, NONE)
    # An issue whose members are all doubtful keeps them rather than vanish for doubt.
    empty = np.setdiff1d(np.arange(count), labels).astype(np.int64)
    labels = np.where(np.isin(found.labels, empty), found.labels, labels)
    book = _first_heirs(stretch, book, labels)
    _renumber(stretch, book, labels, found, points, matrix, outside, reason)


def _first_heirs(stretch: Stretch, book: Book, labels: NDArray[np.int64]) -> Book:
    """Where parts left an issue, its id goes on with the part that has most of its cases."""
    issues, known = list(book.issues), len(stretch.book.issues)
    for number, issue in enumerate(stretch.book.issues):
        parts = [n for n in range(known, len(issues)) if stretch.parents.get(book.issues[n]) == issue]
        cases = labels[: len(stretch.book.labels)][stretch.book.labels == number]
        most = max([number, *parts], key=lambda n: (int((cases == n).sum()), -n))
        issues[number], issues[most] = issues[most], issues[number]
    return replace(book, issues=tuple(issues))


def _reseeded(stretch: Stretch, book: Book, batch: Batch, points: NDArray[np.float64], rules: Rules) -> Book:
    """Let dense groups that are only a part of an issue start as issues of their own; the fit decides about them."""
    recent = np.arange(max(0, len(batch) - SEED_CASES), len(batch))
    groups = dense_groups(batch.part(recent), points[recent], rules.least)
    labels, issues = book.labels.copy(), list(book.issues)
    sizes = np.bincount(book.labels[book.labels >= 0], minlength=len(issues))
    used = set(rules.taken) | set(stretch.born) | set(issues)
    for number in range(int(groups.max(initial=-1)) + 1):
        rows = recent[groups == number]
        rows = rows[[batch.cases[row] not in rules.held for row in rows]]
        if len(rows) < rules.least:
            continue
        within = book.labels[rows]
        origin = int(np.bincount(within + 1).argmax()) - 1
        if origin != NONE and (book.issues[origin] in rules.pinned or (within == origin).sum() >= PART * sizes[origin]):
            continue
        issues.append(fresh_id([batch.cases[row] for row in rows], used))
        used.add(issues[-1])
        labels[rows] = len(issues) - 1
        if origin != NONE:
            stretch.parents[issues[-1]] = book.issues[origin]
    stretch.born += issues[len(book.issues) :]
    return replace(book, issues=tuple(issues), labels=labels)


def _restored(stretch: Stretch, book: Book, found: Fit, kept: NDArray[np.bool_], rules: Rules) -> Fit:
    """Give an issue that people know its cases back when most of them would leave it other than as parts of its own."""
    labels, confidences = found.labels.copy(), found.confidences.copy()
    start = stretch.book.labels
    for number in np.flatnonzero(kept[: len(stretch.book.issues)]):
        issue = stretch.book.issues[number]
        parts = range(len(stretch.book.issues), len(book.issues))
        family: list[int] = [int(number), *(n for n in parts if stretch.parents.get(book.issues[n]) == issue)]
        rows = np.flatnonzero(start == number)
        away = rows[~np.isin(found.labels[rows], family)]
        if len(away) > KEPT_PART * len(rows):
            labels[away] = number
            confidences[away] = np.maximum(confidences[away], rules.agreement)
    return replace(found, labels=labels, confidences=confidences)


def _of_held(labels: NDArray[np.int64], held: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    return np.isin(np.arange(count), labels[held])


def _clipped(sums: Sums) -> Sums:
    return Sums(np.maximum(sums.cases, 0), sums.vectors, np.maximum(sums.codes, 0), sums.scatter)


def _unified(
    book: Book,
    found: Fit,
    points: NDArray[np.float64],
    matrix: sparse.csr_array,
    outside: Sums,
    kept: NDArray[np.bool_],
) -> Fit:
    """Join issues that the data cannot tell apart: their members are as probable in the one as in the other."""
    count = outside.count
    sums = outside.plus(sums_of(points, matrix, found.labels, count))
    alive = np.flatnonzero(sums.cases > 0)
    position = np.full(count, -1)
    position[alive] = np.arange(len(alive))
    own = np.where(found.labels >= 0, position[found.labels], NONE)
    scored = scores(sums.chosen(alive), book.base, points, matrix, own)
    share = probabilities(scored.logits(found.temperature))
    mass = np.zeros((len(alive), len(alive)))
    np.add.at(mass, own[own >= 0], share[own >= 0, :-1])
    into = np.arange(len(alive))
    while len(alive) > 1:
        size = mass.sum(axis=1)
        exchanged = (mass + mass.T) / np.maximum(np.minimum.outer(size, size), 1e-9)
        np.fill_diagonal(exchanged, 0.0)
        exchanged[size <= 0] = exchanged[:, size <= 0] = 0.0
        pinned = kept[alive]
        exchanged[np.logical_and.outer(pinned, pinned)] = 0.0
        one, two = np.unravel_index(int(exchanged.argmax()), exchanged.shape)
        if exchanged[one, two] < EXCHANGED:
            break
        heir, gone = (one, two) if (pinned[one], size[one]) >= (pinned[two], size[two]) else (two, one)
        mass[heir] += mass[gone]
        mass[:, heir] += mass[:, gone]
        mass[gone] = mass[:, gone] = 0.0
        share[:, heir] += share[:, gone]
        share[:, gone] = 0.0
        into[into == gone] = heir
    own = np.where(own >= 0, into[own], NONE)
    labels = np.where(own >= 0, alive[own], NONE)
    return Fit(labels, share[np.arange(len(own)), own], found.temperature)


def _renumber(
    stretch: Stretch, book: Book, labels: NDArray[np.int64], found: Fit, points: NDArray[np.float64],
    matrix: sparse.csr_array, outside: Sums, reason: str,
) -> None:  # fmt: skip
    """Drop the issues that dissolved, note where their cases went, and write the book."""
    count = len(book.issues)
    sums = outside.plus(sums_of(points, matrix, labels, count))
    alive = np.flatnonzero(sums.cases > 0)
    for gone in np.flatnonzero(sums.cases <= 0):
        moved = found.labels[(book.labels == gone) & (found.labels >= 0)]
        if len(moved):
            stretch.merged[book.issues[gone]] = book.issues[int(np.bincount(moved).argmax())]
    position = np.full(count + 1, NONE)
    position[alive] = np.arange(len(alive))
    stretch.book = replace(
        book, issues=tuple(book.issues[issue] for issue in alive), sums=sums.chosen(alive),
        temperature=found.temperature, labels=position[labels].astype(np.int64), fitted=book.seen,
    )  # fmt: skip
    stretch.refits.append(reason)
    stretch.note(stretch.book.window, stretch.book.labels, found.confidences)


def rebuilt(cases: Sequence[tuple[str, str | None]], source: Source) -> Book:
    """Return a book made from a ledger: the same issues and members, under the vectors and mentions of now.

    Args:
        cases: (case id, issue id or None) of all cases met, in the order of the stream.
        source: reads them, a chunk at a time.
    """
    if not cases:
        return empty_book()
    issues = tuple(sorted({issue for _, issue in cases if issue is not None}))
    number = {issue: n for n, issue in enumerate(issues)}
    window = cases[-WINDOW_CASES:]
    recent = source.load([case for case, _ in window])
    mean, axes = reduction(recent.vectors)
    book = replace(empty_book(), issues=issues, mean=mean, axes=axes)
    book = replace(book, sums=empty_sums(axes.shape[1], 0).widened(len(issues), 0))
    for start in range(0, len(cases), CHUNK_CASES):
        part = cases[start : start + CHUNK_CASES]
        batch = source.load([case for case, _ in part])
        book = book.met(batch.evidence)
        labels = np.array([number.get(issue or "", NONE) for _, issue in part], np.int64)
        sums = sums_of(book.points(batch.vectors), book.matrix(batch.evidence), labels, len(issues))
        book = replace(book, sums=book.sums.plus(sums))
    labels = np.array([number.get(issue or "", NONE) for _, issue in window], np.int64)
    if issues:
        points, matrix = book.points(recent.vectors), book.matrix(recent.evidence)
        heat = temperature_of(scores(book.sums, book.base, points, matrix, labels), labels)
        book = replace(book, temperature=heat)
    book = book.took(recent.cases, recent.days, labels, 0, WINDOW_CASES)
    return replace(book, fitted=len(cases)).known()
