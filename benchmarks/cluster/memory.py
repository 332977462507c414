"""Prepared complaints in memory, as the stream reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from cluster.batch import Batch, Evidence
from cluster.rules import Rules, Stretch
from cluster.stream import advance
from cluster.stream_state import Book, empty_book
from complaints.settings import Cluster

DEFAULTS = Cluster()
RULES = Rules(DEFAULTS.min_cases, DEFAULTS.min_agreement)


@dataclass(frozen=True)
class MemorySource:
    """All cases; `eligible` are the rows that say something of a fault or a service."""

    batch: Batch
    eligible: list[int]
    row: dict[str, int]

    def load(self, cases: Sequence[str]) -> Batch:
        """Return cases in the given order."""
        return self.batch.part([self.row[case] for case in cases])


def read_source(folder: Path) -> MemorySource:
    """Read what `benchmarks.cluster.data.prepare` wrote."""
    facts: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    cases = tuple(f"T{n:06d}" for n in range(len(facts["texts"])))
    batch = Batch(
        cases,
        tuple(date.fromisoformat(day) if day else None for day in facts["days"]),
        np.load(folder / "vectors.npy"),
        tuple(Evidence(tuple(codes), tuple(lead)) for codes, lead in facts["evidence"]),
        (None,) * len(cases),
        np.array(facts["short"], bool),
    )
    return MemorySource(batch, facts["eligible"], {case: n for n, case in enumerate(cases)})


def stream_nights(
    source: MemorySource, nights: Sequence[Sequence[int]], *, dated: bool
) -> list[tuple[Stretch, dict[str, str]]]:
    """Run the nights one after the other, and return what each did and every case's issue after it."""
    book: Book = empty_book()
    found: dict[str, str] = {}
    history = []
    if not dated:
        source = replace(source, batch=replace(source.batch, days=(None,) * len(source.batch)))
    for rows in nights:
        stretch = advance(book, [(source.batch.days[row], source.batch.cases[row]) for row in rows], source, RULES)
        book = stretch.book
        for case, (issue, _) in stretch.members.items():
            found.pop(case, None)
            if issue is not None:
                found[case] = issue
        history.append((stretch, dict(found)))
    return history


def numbered(source: MemorySource, found: dict[str, str]) -> list[int]:
    """Return a label a row, -1 for cases in no issue."""
    number = {issue: n for n, issue in enumerate(sorted(set(found.values())))}
    return [number[found[case]] if case in found else -1 for case in source.batch.cases]


def stream_labels(source: MemorySource, nights: Sequence[Sequence[int]], *, dated: bool) -> list[int]:
    """Return the labels after the last night."""
    return numbered(source, stream_nights(source, nights, dated=dated)[-1][1])
