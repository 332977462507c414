"""Cached sentence vectors: each masked text is encoded once per model, whichever stage asks first.

A dictionary's terms are the same in every workspace, so that a computer keeps their vectors, too: a plant's first night
does not wait for thousands of terms to be encoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from complaints.fingerprints import digest
from complaints.system import cache_root

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


def vectors_of_terms(store: Store, encoder: Encoder, terms: Sequence[str]) -> NDArray[np.float32]:
    """Return the unit vectors of a dictionary's terms, as `vectors_for` does and with the same rows in the store.

    They are kept in the user's cache folder as well, a file for an encoder and a list of terms; it holds no text. A
    damaged file, or a folder that cannot be written to, costs the time to encode the terms and nothing else.

    Returns:
        Shape (len(terms), encoder.dimension).
    """
    path = cache_root() / "vectors" / f"{digest(encoder.fingerprint, *terms)}.npy"
    half = _read(path, (len(terms), encoder.dimension))
    if half is None:
        vectors = vectors_for(store, encoder, terms)
        _write(path, vectors.astype(np.float16))
        return vectors
    row = {term: number for number, term in enumerate(terms)}
    missing = without_vector(store, encoder.fingerprint, terms)
    keep_vectors(store, encoder.fingerprint, missing, half[[row[term] for term in missing]])
    return half.astype(np.float32)


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


def _read(path: Path, shape: tuple[int, int]) -> NDArray[np.float16] | None:
    """Return an array from the cache folder; None where there is none of that shape."""
    with suppress(OSError, ValueError, EOFError):
        half: NDArray[np.float16] = np.load(path, allow_pickle=False)
        if half.shape == shape and half.dtype == np.float16:
            return half
    return None


def _write(path: Path, half: NDArray[np.float16]) -> None:
    """Put an array into the cache folder, whole or not at all."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as stream:
            try:
                np.save(stream, half, allow_pickle=False)
                Path(stream.name).replace(path)
            except OSError:
                Path(stream.name).unlink()


def _stored(store: Store, columns: str, fingerprint: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield columns of an encoder's stored vectors, for those of the keys that have one."""
    sql = f"SELECT {columns} FROM vectors WHERE model = ? AND content IN (SELECT unnest(?))"
    for start in range(0, len(keys), LOOKUP_TEXTS):
        yield from store.query(sql, [fingerprint, list(keys[start : start + LOOKUP_TEXTS])])
