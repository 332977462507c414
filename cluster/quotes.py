"""Typical cases of an issue: central ones that do not all say the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUOTES = 3
BALANCE = 0.4  # weight of centrality against likeness to what is chosen already


def typical(vectors: NDArray[np.float32], most: int = QUOTES) -> list[int]:
    """Return the rows of up to `most` typical cases, the most central first.

    Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each next one is near the centre and far
    from those chosen before.

    Args:
        vectors: (n, d) unit vectors of an issue's cases; ties go to the earlier row.
        most: how many.
    """
    if not len(vectors):
        return []
    exact = np.asarray(vectors, np.float64)
    centre = exact.mean(axis=0)
    central = exact @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    chosen = [int(central.argmax())]
    while len(chosen) < min(most, len(vectors)):
        alike = (exact @ exact[chosen].T).max(axis=1)
        worth = BALANCE * central - (1 - BALANCE) * alike
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
    return chosen
