"""The book of issues: what is carried from night to night so that a night reads its own cases and few others."""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cluster.batch import Evidence
from cluster.mixture import Sums, empty_sums

FORMAT = 1


@dataclass(frozen=True)
class Book:
    """The state of the stream after a day.

    Args:
        issues: issue ids, one a component of the mixture.
        sums: of the components, over reduced vectors and codes.
        mean: (d,) of the reduction; length 0 before the first fit.
        axes: (d, k) of the reduction.
        temperature: of the sentence part.
        codes: vocabulary, in the order of the columns.
        code_cases: (V,) cases that have each code.
        seen: cases that came by.
        fitted: cases that had come by at the last fit.
        window: the most recent cases, oldest first.
        labels: (len(window),) their component, -1 for none.
        fresh: cases without an issue since seeds were last looked for.
    """

    issues: tuple[str, ...]
    sums: Sums
    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    temperature: float
    codes: tuple[str, ...]
    code_cases: NDArray[np.float64]
    seen: int
    fitted: int
    window: tuple[str, ...]
    labels: NDArray[np.int64]
    fresh: int

    def points(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Reduce (n, d) vectors to (n, k) points."""
        return np.asarray((np.asarray(vectors, np.float64) - self.mean) @ self.axes)

    def matrix(self, evidence: tuple[Evidence, ...]) -> sparse.csr_array:
        """Return (n, V) with 1 where a case has a known code."""
        column = {code: n for n, code in enumerate(self.codes)}
        rows = [(row, column[code]) for row, case in enumerate(evidence) for code in case.codes if code in column]
        where = (np.array([r for r, _ in rows], np.int64), np.array([c for _, c in rows], np.int64))
        return sparse.csr_array((np.ones(len(rows)), where), shape=(len(evidence), len(self.codes)))

    @property
    def base(self) -> NDArray[np.float64]:
        """Share of all cases that have each code, (V,)."""
        return (self.code_cases + 1.0) / (self.seen + 2.0)

    def met(self, evidence: tuple[Evidence, ...]) -> Book:
        """Return the book with new cases' codes counted and new codes given a column."""
        new = sorted({code for case in evidence for code in case.codes} - set(self.codes))
        codes = self.codes + tuple(new)
        column = {code: n for n, code in enumerate(codes)}
        counts = np.pad(self.code_cases, (0, len(new)))
        for case in evidence:
            for code in case.codes:
                counts[column[code]] += 1
        sums = self.sums.widened(self.sums.count, len(codes))
        return replace(self, codes=codes, code_cases=counts, sums=sums, seen=self.seen + len(evidence))

    def without(self, cases: Collection[str]) -> Book:
        """Return the book with some cases out of the window; what they added to the sums goes with the next refit."""
        gone = set(cases)
        stay = [row for row, case in enumerate(self.window) if case not in gone]
        if len(stay) == len(self.window):
            return self
        return replace(self, window=tuple(self.window[row] for row in stay), labels=self.labels[stay])

    def to_bytes(self) -> bytes:
        """Return the book as an .npz file (arrays and JSON text, nothing that could run)."""
        facts = {
            "format": FORMAT, "issues": self.issues, "codes": self.codes, "window": self.window, "seen": self.seen,
            "fitted": self.fitted, "fresh": self.fresh, "temperature": self.temperature,
        }  # fmt: skip
        stream = io.BytesIO()
        np.savez_compressed(
            stream, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), cases=self.sums.cases,
            vectors=self.sums.vectors, by_code=self.sums.codes, scatter=self.sums.scatter, mean=self.mean,
            axes=self.axes, code_cases=self.code_cases, labels=self.labels,
        )  # fmt: skip
        return stream.getvalue()


def empty_book() -> Book:
    """Return the book of no case."""
    nothing = np.zeros(0)
    return Book((), empty_sums(0, 0), nothing, np.zeros((0, 0)), 1.0, (), nothing, 0, 0, (), np.zeros(0, np.int64), 0)


def read_book(data: bytes) -> Book | None:
    """Return the book that `Book.to_bytes` wrote; None when another version of it was written."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        facts = json.loads(stored["facts"].tobytes())
        if facts["format"] != FORMAT:
            return None
        return Book(
            tuple(facts["issues"]),
            Sums(stored["cases"], stored["vectors"], stored["by_code"], stored["scatter"]),
            stored["mean"], stored["axes"], float(facts["temperature"]), tuple(facts["codes"]), stored["code_cases"],
            int(facts["seen"]), int(facts["fitted"]), tuple(facts["window"]), stored["labels"], int(facts["fresh"]),
        )  # fmt: skip
