"""What a stretch of days is given and gives back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cluster.batch import Batch
from cluster.mixture import NONE
from cluster.seeds import joined_points, seeds, shared_leads, voices
from cluster.stream_state import Book
from complaints.fingerprints import content_id


@dataclass(frozen=True)
class Rules:
    """What holds tostretch.

    Args:
        least: fewest cases of an issue.
        agreement: least membership probability with which a case joins.
        pinned: issues that neither merge nor dissolve.
        held: cases that an expert placed.
        taken: issue ids ever given; none is given twice.
    """

    least: int
    agreement: float
    pinned: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


class Source(Protocol):
    """Reads cases."""

    def load(self, cases: Sequence[str]) -> Batch:
        """Return cases in the given order."""


@dataclass
class Stretch:
    """What a stretch of days did: `members` by case (issue None: left), parents of the born, heirs of the merged."""

    book: Book
    members: dict[str, tuple[str | None, float]] = field(default_factory=dict)
    born: list[str] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    refits: list[str] = field(default_factory=list)

    def note(self, cases: Sequence[str], labels: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
        """Keep the issues of cases, numbered as in the book."""
        for case, label, share in zip(cases, labels, shares, strict=True):
            self.members[case] = (self.book.issues[label], float(share)) if label != NONE else (None, 0.0)


def dense_groups(batch: Batch, points: NDArray[np.float64], least: int) -> NDArray[np.int64]:
    """Return (n,) numbers of the dense groups among cases, -1 for none; one owner's repeats are one voice."""
    first = voices(batch.vectors, batch.vehicles, batch.short)
    speakers = np.unique(first)
    leads = [batch.evidence[row].lead for row in speakers]
    labels = seeds(joined_points(points[speakers], leads), least)
    # Cases of one component and symptom are an issue even where their words differ too much to be dense.
    rest = np.flatnonzero(labels == NONE)
    paired = shared_leads([leads[row] if len(leads[row]) > 1 else () for row in rest], least)
    labels[rest] = np.where(paired >= 0, paired + labels.max(initial=-1) + 1, NONE)
    by_speaker = dict(zip(speakers.tolist(), labels.tolist(), strict=True))
    return np.array([by_speaker[row] for row in first.tolist()], np.int64)


def fresh_id(founders: Sequence[str], used: Collection[str]) -> str:
    """Return the id of a new issue, of its founding cases and unlike all in `used`."""
    # An issue is named after its founding cases: the same cases found the same issue in any workspace.
    number = 0
    while (issue := content_id("I", *sorted(founders), *([number] if number else []))) in used:
        number += 1
    return issue
