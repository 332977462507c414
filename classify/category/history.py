"""What earlier cases of the same vehicle, product, series and make were about, as probabilities for a case.

A follow-up ("nobody has called me back") names no trouble; its owner's earlier case does. Where no serial number joins
the two, the product and the time between them do in part: at any time a product has a few troubles that people
complain of. Only cases received earlier count, later ones less the older they are, and each level is shrunk towards
the broader one, the broadest towards all known cases (an empirical-Bayes back-off).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classify.reading import Dated

LEVELS = ("make", "series", "product", "vehicle")
DECAY_DAYS = (21.0, 21.0, 21.0, 180.0)  # an owner's trouble is remembered for longer than a product's wave
SHRINKAGE = (1.0, 2.0, 4.0, 0.5)  # cases' worth of the broader level
JOINING_LEVELS = (LEVELS.index("vehicle"), LEVELS.index("product"))  # what joins a follow-up to its first complaint
JOINING_MASS = 0.5  # an owner's case of the last four months, or a product's of the last two weeks
MOST = 300  # earlier cases of a key that are looked at, the newest


@dataclass(frozen=True, slots=True)
class Past:
    """Earlier cases and what they were about.

    Args:
        cases: in any order.
        probabilities: shape (len(cases), categories): one-hot for a known label, softer for a decided one.
        weights: shape (len(cases),), 0..1: how far each is believed.
        prior: shape (categories,): what a case without any history is about.
    """

    cases: Sequence[Dated]
    probabilities: NDArray[np.float64]
    weights: NDArray[np.float64]
    prior: NDArray[np.float64]

    def of(self, cases: Sequence[Dated]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what the history of cases speaks for.

        Returns:
            Probabilities, shape (levels, cases, categories), and the weight of the earlier cases behind each, shape
            (levels, cases).
        """
        found = np.empty((len(LEVELS), len(cases), len(self.prior)))
        mass = np.zeros((len(LEVELS), len(cases)))
        known = self._by_key()
        for row, case in enumerate(cases):
            base = self.prior
            for level, key in enumerate(level_keys(case)):
                rows = [] if key is None or case.day is None else self._earlier(known.get((level, key)), case)
                if rows:
                    weights = self._weights(rows, case, level)
                    mass[level, row] = weights.sum()
                    base = weights @ self.probabilities[rows] + SHRINKAGE[level] * base
                    base = base / (mass[level, row] + SHRINKAGE[level])
                found[level, row] = base
        return found, mass

    def joined(self, cases: Sequence[Dated]) -> list[tuple[int, str] | None]:
        """Return for each case the earlier one that it most probably goes on from: its row here, and by which level.

        The newest of the same vehicle, else of the same product; None where neither is near enough in time to weigh
        `JOINING_MASS`.
        """
        known = self._by_key()
        return [self._joined(known, case) for case in cases]

    def _joined(self, known: dict[tuple[int, str], tuple[list[str], list[int]]], case: Dated) -> tuple[int, str] | None:
        keys = level_keys(case)
        for level in JOINING_LEVELS:
            key = keys[level]
            rows = [] if key is None or case.day is None else self._earlier(known.get((level, key)), case)
            if rows and self._weights(rows, case, level).sum() >= JOINING_MASS:
                return rows[-1], LEVELS[level]
        return None

    def _by_key(self) -> dict[tuple[int, str], tuple[list[str], list[int]]]:
        keyed: dict[tuple[int, str], tuple[list[str], list[int]]] = {}
        for row in sorted(range(len(self.cases)), key=lambda i: self.cases[i].order):
            case = self.cases[row]
            if case.day is None or self.weights[row] <= 0:
                continue
            for level, key in enumerate(level_keys(case)):
                if key is not None:
                    orders, rows = keyed.setdefault((level, key), ([], []))
                    orders.append(case.order)
                    rows.append(row)
        return keyed

    def _earlier(self, known: tuple[list[str], list[int]] | None, case: Dated) -> list[int]:
        if known is None:
            return []
        orders, rows = known
        end = bisect_left(orders, case.order)
        chosen = rows[max(0, end - MOST) : end]
        return [row for row in chosen if self.cases[row].copy_key != case.copy_key]

    def _weights(self, rows: list[int], case: Dated, level: int) -> NDArray[np.float64]:
        assert case.day is not None
        days = [self.cases[row].day for row in rows]
        ages = np.array([case.day - day for day in days if day is not None], dtype=np.float64)
        result: NDArray[np.float64] = self.weights[rows] * np.exp(-np.maximum(ages, 0.0) / DECAY_DAYS[level])
        return result


def level_keys(case: Dated) -> tuple[str | None, ...]:
    """Return the keys under which a case meets others, one a level; None where nothing is known."""
    words = (case.product or "").casefold().split()
    by_length = [" ".join(words[:count]) if len(words) >= count else None for count in (1, 2)]
    return (*by_length, " ".join(words) if len(words) > 2 else None, case.vehicle)
