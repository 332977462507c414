from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from complaints.fingerprints import digest
from complaints.models.encoder import Encoder
from complaints.models.vector_cache import vectors_for
from complaints.store.database import Store


class CountingEncoder:
    """Hash vectors, and a count of the texts it was given: what is tested is the cache, not the model."""

    dimension = 8

    def __init__(self, fingerprint: str = "F") -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        rows = [[int(digest(text)[i], 16) + 1.0 for i in range(self.dimension)] for text in texts]
        made = np.array(rows, np.float32)
        halved: NDArray[np.float16] = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16)
        return halved.astype(np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.duckdb") as opened:
        yield opened


def vectors(store: Store, encoder: CountingEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
    return vectors_for(store, cast(Encoder, encoder), texts)


def test_each_text_is_encoded_once(store: Store) -> None:
    encoder = CountingEncoder()
    vectors(store, encoder, ["漏油", "异响", "漏油"])
    vectors(store, encoder, ["异响", "熄火"])
    assert sorted(encoder.seen) == sorted(["漏油", "异响", "熄火"])


def test_a_cached_vector_is_the_fresh_one(store: Store) -> None:
    encoder = CountingEncoder()
    fresh = vectors(store, encoder, ["漏油", "异响"])
    assert np.array_equal(vectors(store, encoder, ["异响", "漏油"]), fresh[::-1])


def test_another_model_does_not_take_the_first_ones_vectors(store: Store) -> None:
    vectors(store, CountingEncoder("F"), ["漏油"])
    other = CountingEncoder("G")
    vectors(store, other, ["漏油"])
    assert other.seen == ["漏油"]


def test_no_texts_give_no_rows(store: Store) -> None:
    assert vectors(store, CountingEncoder(), []).shape == (0, 8)
