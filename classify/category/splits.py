"""Which cases belong together when data are split: those of one vehicle, and copies and near copies of one text.

A case scored by a model that has seen its copy proves nothing. Near copies are found by MinHash over shingles of four
characters (Chinese) or three words (Broder, Compression and Complexity of Sequences, 1997) with banding, and told by
the whole signature. Groups are the connected components; neither the order of rows nor the machine changes them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from complaints.store import same_text_key, text_language

SHINGLE = {"zh": 4, "en": 3}  # characters, words: any two English texts share most of their four-character strings
HASHES, BANDS, BAND_ROWS = 64, 16, 4  # two texts of similarity 0.6 meet with 0.89, of 0.8 with 0.9999
SIMILAR = 0.55  # Jaccard similarity, estimated by the share of equal hashes, from which two texts are near copies
SHORTEST = 12  # characters; shorter texts ("没人联系") agree by chance and are grouped only when equal
SEED = 20


def group_cases(texts: Sequence[str], vehicles: Sequence[str | None]) -> NDArray[np.int64]:
    """Return a group number for each case: equal for cases of one vehicle and for (near) copies of one text.

    Args:
        texts: the cases' texts.
        vehicles: what stands for each case's vehicle (serial token), None where unknown.

    Returns:
        Shape (len(texts),); a group's number is the lowest row in it.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs: list[tuple[int, int]] = []
    first: dict[object, int] = {}
    alike: dict[object, list[int]] = {}
    signatures: dict[int, NDArray[np.uint64]] = {}
    for row, (text, vehicle) in enumerate(zip(texts, vehicles, strict=True)):
        kept = same_text_key(text)
        for key in [("text", kept), *([("vehicle", vehicle)] if vehicle else [])]:
            pairs.append((row, first.setdefault(key, row)))
        if len(kept) < SHORTEST or first["text", kept] != row:
            continue
        own = signatures[row] = _signature(text, kept)
        for band in range(BANDS):
            bucket = alike.setdefault((band, own[band * BAND_ROWS : (band + 1) * BAND_ROWS].tobytes()), [])
            # Unlike texts meet in a band by chance once in some thousand pairs; the whole signature tells.
            for other in bucket:
                if (signatures[other] == own).mean() >= SIMILAR:
                    pairs.append((row, other))
                    break
            else:
                bucket.append(row)
    if not pairs:
        return np.zeros(0, dtype=np.int64)
    rows, others = np.array(pairs).T
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (rows, others)), shape=(len(texts), len(texts)))
    _, numbers = connected_components(graph, directed=False)
    _, lowest = np.unique(numbers, return_index=True)
    result: NDArray[np.int64] = lowest[numbers]
    return result


def _signature(text: str, kept: str) -> NDArray[np.uint64]:
    language = text_language(text)
    units: Sequence[str] = kept if language == "zh" else text.casefold().split()
    size = SHINGLE[language]
    runs = {"\x1f".join(units[i : i + size]) for i in range(max(1, len(units) - size + 1))}
    shingles = {zlib.crc32(run.encode("utf-8", "replace")) for run in runs}
    values = np.fromiter(shingles, dtype=np.uint64, count=len(shingles))
    # Multiplication wraps at 2^64: Dietzfelbinger's multiply-shift hashing, the high bits decide the order.
    result: NDArray[np.uint64] = (values[:, None] * _FACTORS + _OFFSETS).min(axis=0)
    return result


_RANDOM = np.random.default_rng(SEED)
_FACTORS = _RANDOM.integers(0, 1 << 64, HASHES, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _RANDOM.integers(0, 1 << 64, HASHES, dtype=np.uint64)
