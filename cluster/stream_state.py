"""The book of issues: what is carried from night to night so that a night reads its own cases and few others."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cluster.batch import Evidence
from cluster.mixture import Sums, empty_sums

FORMAT = 3
ESTABLISHED_CASES = 20  # from here on people know an issue: only they merge it away, even if it shrinks later
GRID = 2.0**16  # points lie on multiples of 1 / GRID, finer than the half precision of the vectors that they come from
NO_DAY = date.max.toordinal()  # a case without a day counts as the last


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
        window: the most recent cases, in order of the night on which they came, the day received, and their id.
        nights: (len(window),) those nights, as ordinals.
        days: (len(window),) those days, as ordinals, NO_DAY where unknown.
        labels: (len(window),) their component, -1 for none.
        fresh: cases without an issue since seeds were last looked for.
        established: issues that have had ESTABLISHED_CASES.
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
    nights: NDArray[np.int64]
    days: NDArray[np.int64]
    labels: NDArray[np.int64]
    fresh: int
    established: frozenset[str] = frozenset()

    def points(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Reduce (n, d) vectors to (n, k) points on a grid.

        Half-precision vectors, axes and points on grids make every product and sum of them exact in double precision:
        what the book holds does not depend on how the cases were cut into batches and runs.
        """
        exact = np.asarray(vectors, np.float16).astype(np.float64)
        return np.asarray(np.rint((exact @ self.axes - self.mean @ self.axes) * GRID) / GRID)

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
        codes = tuple(sorted({code for case in evidence for code in case.codes} | set(self.codes)))
        column = {code: n for n, code in enumerate(codes)}
        known = np.array([column[code] for code in self.codes], np.int64)
        counts, by_code = np.zeros(len(codes)), np.zeros((self.sums.count, len(codes)))
        counts[known], by_code[:, known] = self.code_cases, self.sums.codes
        for case in evidence:
            for code in case.codes:
                counts[column[code]] += 1
        sums = replace(self.sums, codes=by_code)
        return replace(self, codes=codes, code_cases=counts, sums=sums, seen=self.seen + len(evidence))

    def took(
        self, cases: Sequence[str], days: Sequence[date | None], labels: NDArray[np.int64], night: int, most: int
    ) -> Book:
        """Return the book with cases taken into the window, which keeps the last `most`.

        Cases of one night stand in order of receipt, however many runs that night took.
        """
        ordinals = np.array([day.toordinal() if day else NO_DAY for day in days], np.int64)
        window, nights = self.window + tuple(cases), np.append(self.nights, np.full(len(cases), night, np.int64))
        ordinals, labels = np.append(self.days, ordinals), np.append(self.labels, labels)
        keys = list(zip(nights.tolist(), ordinals.tolist(), window, strict=True))
        order = np.arange(len(keys))
        joint = keys[max(len(self.window) - 1, 0) :]
        if any(later < earlier for earlier, later in pairwise(joint)):
            order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)
        order = order[-most:]
        return replace(
            self, window=tuple(window[row] for row in order.tolist()), nights=nights[order], days=ordinals[order],
            labels=labels[order],
        )  # fmt: skip

    def known(self) -> Book:
        """Return the book with the issues marked that are established by now."""
        alive = frozenset(self.issues)
        big = {self.issues[n] for n in np.flatnonzero(self.sums.cases >= ESTABLISHED_CASES).tolist()}
        return replace(self, established=(self.established & alive) | big)

    def without(self, cases: Collection[str]) -> Book:
        """Return the book with some cases out of the window; what they added to the sums goes with the next refit."""
        gone = set(cases)
        stay = [row for row, case in enumerate(self.window) if case not in gone]
        if len(stay) == len(self.window):
            return self
        return replace(
            self, window=tuple(self.window[row] for row in stay), nights=self.nights[stay], days=self.days[stay],
            labels=self.labels[stay],
        )  # fmt: skip

    def to_bytes(self) -> bytes:
        """Return the book as an .npz file (arrays and JSON text, nothing that could run)."""
        facts = {
            "format": FORMAT, "issues": self.issues, "codes": self.codes, "window": self.window, "seen": self.seen,
            "fitted": self.fitted, "fresh": self.fresh, "temperature": self.temperature,
            "established": sorted(self.established),
        }  # fmt: skip
        stream = io.BytesIO()
        np.savez_compressed(
            stream, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), cases=self.sums.cases,
            vectors=self.sums.vectors, by_code=self.sums.codes, scatter=self.sums.scatter, mean=self.mean,
            axes=self.axes, code_cases=self.code_cases, nights=self.nights, days=self.days, labels=self.labels,
        )  # fmt: skip
        return stream.getvalue()


def empty_book() -> Book:
    """Return the book of no case."""
    nothing, no_case = np.zeros(0), np.zeros(0, np.int64)
    return Book(
        (), empty_sums(0, 0), nothing, np.zeros((0, 0)), 1.0, (), nothing, 0, 0, (), no_case, no_case, no_case, 0
    )


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
            int(facts["seen"]), int(facts["fitted"]), tuple(facts["window"]), stored["nights"], stored["days"],
            stored["labels"], int(facts["fresh"]),
            frozenset(facts["established"]),
        )  # fmt: skip
