"""Cached sentence vectors: each masked text is encoded once per model, whichever stage asks first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from complaints.fingerprints import digest

if TYPE_CHECKING:
    from complaints.models.encoder import Encoder
    from complaints.store import Store

LOOKUP_TEXTS = 2000  # texts whose keys go into one question to the store


def masked_digest(masked: str) -> str:
    """Return the key of a masked text in the table `vectors`, and in `case_content.masked`."""
    return digest("masked", masked)


def vectors_for(store: Store, encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the unit vectors of masked texts; those not in the store are encoded and kept there as float16.

    Args:
        store: open for writing. New vectors are written as they are made: call it inside the transaction that commits
            the batch, or outside any, but not inside one that may be rolled back for another reason.
        encoder: the open encoder; its fingerprint is part of the key.
        texts: masked texts (`complaints.models.masking.mask`), repeats allowed.

    Returns:
        Shape (len(texts), encoder.dimension). A row depends on its text alone, not on what was cached.
    """
    keys = [masked_digest(text) for text in texts]
    ordered = sorted(set(keys))
    stored = _stored(store, "content, vector", encoder.fingerprint, ordered)
    known = {key: np.frombuffer(vector, np.float16).astype(np.float32) for key, vector in stored}
    first = dict(zip(reversed(keys), reversed(texts), strict=True))
    missing = [key for key in ordered if key not in known]
    if missing:
        half = encoder.encode([first[key] for key in missing]).astype(np.float16)
        keep_vectors(store, encoder.fingerprint, [first[key] for key in missing], half)
        known |= {key: row.astype(np.float32) for key, row in zip(missing, half, strict=True)}
    if not keys:
        return np.zeros((0, encoder.dimension), np.float32)
    return np.stack([known[key] for key in keys])


def without_vector(store: Store, fingerprint: str, texts: Sequence[str]) -> list[str]:
    """Return those masked texts, each once, whose vector of an encoder is not in the store."""
    of_key = {masked_digest(text): text for text in texts}
    ordered = sorted(of_key)
    stored = {key for (key,) in _stored(store, "content", fingerprint, ordered)}
    return [of_key[key] for key in ordered if key not in stored]


def keep_vectors(store: Store, fingerprint: str, texts: Sequence[str], vectors: NDArray[np.float16]) -> None:
    """Store the vectors of masked texts, shape (len(texts), dimension), as an encoder made them."""
    rows = [(masked_digest(text), fingerprint, row.tobytes()) for text, row in zip(texts, vectors, strict=True)]
    store.append_values("vectors", rows, replace=True)


def _stored(store: Store, columns: str, fingerprint: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield columns of an encoder's stored vectors, for those of the keys that have one."""
    sql = f"SELECT {columns} FROM vectors WHERE model = ? AND content IN (SELECT unnest(?))"
    for start in range(0, len(keys), LOOKUP_TEXTS):
        yield from store.query(sql, [fingerprint, list(keys[start : start + LOOKUP_TEXTS])])
