"""Which cases belong together when data are split: those of one vehicle, and copies and near copies of one text.

A case scored by a model that has seen its copy proves nothing. Near copies are found by MinHash over character
shingles (Broder, Compression and Complexity of Sequences, 1997) with banding: pairs of a Jaccard similarity over about
0.6 meet. Groups are the connected components; neither the order of rows nor the machine changes them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from complaints.cases import same_text_key

SHINGLE = 4
HASHES, BANDS = 32, 8  # four rows a band: two texts of similarity 0.6 meet with 0.67, of 0.8 with 0.99
SHORTEST = 12  # characters; shorter texts ("没人联系") agree by chance and are grouped only when equal
PRIME = np.uint64((1 << 61) - 1)
SEED = 20


def group_cases(texts: Sequence[str], vehicles: Sequence[str | None]) -> NDArray[np.int64]:
    """Return a group number for each case: equal for cases of one vehicle and for (near) copies of one text.

    Args:
        texts: the cases' texts.
        vehicles: what stands for each case's vehicle (serial token), None where unknown.

    Returns:
        Shape (len(texts),); a group's number is the lowest row in it.
    """
    parents = list(range(len(texts)))

    def root(row: int) -> int:
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    first: dict[object, int] = {}
    for row, (text, vehicle) in enumerate(zip(texts, vehicles, strict=True)):
        for key in _keys(text, vehicle):
            one, other = root(first.setdefault(key, row)), root(row)
            parents[max(one, other)] = min(one, other)
    return np.array([root(row) for row in range(len(texts))], dtype=np.int64)


def _keys(text: str, vehicle: str | None) -> list[object]:
    keys: list[object] = [("vehicle", vehicle)] if vehicle else []
    kept = same_text_key(text)
    keys.append(("text", kept))
    if len(kept) >= SHORTEST:
        signature = _signature(kept)
        rows = HASHES // BANDS
        keys += [("band", band, signature[band * rows : (band + 1) * rows].tobytes()) for band in range(BANDS)]
    return keys


def _signature(text: str) -> NDArray[np.uint64]:
    shingles = {zlib.crc32(text[i : i + SHINGLE].encode("utf-8", "replace")) for i in range(len(text) - SHINGLE + 1)}
    values = np.fromiter(shingles, dtype=np.uint64, count=len(shingles))
    result: NDArray[np.uint64] = ((values[:, None] * _FACTORS + _OFFSETS) % PRIME).min(axis=0)
    return result


_RANDOM = np.random.default_rng(SEED)
_FACTORS = _RANDOM.integers(1, 1 << 29, HASHES, dtype=np.uint64)  # below 2^29: a product with a CRC fits in 64 bits
_OFFSETS = _RANDOM.integers(0, 1 << 29, HASHES, dtype=np.uint64)
