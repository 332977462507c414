from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from complaints.fingerprints import digest
from complaints.models.encoder import Encoder
from complaints.models.vector_cache import vectors_for, vectors_of_terms
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


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache folder of the user."""
    monkeypatch.setenv("COMPLAINTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def term_vectors(
    root: Path, encoder: CountingEncoder, terms: Sequence[str]
) -> tuple[NDArray[np.float32], list[tuple[Any, ...]]]:
    """The vectors of terms in a new store, and what the store keeps of them."""
    with Store(root / f"{len(list(root.glob('*.duckdb')))}.duckdb") as opened:
        made = vectors_of_terms(opened, cast(Encoder, encoder), terms)
        return made, opened.query("SELECT * FROM vectors ORDER BY ALL")


def test_terms_are_encoded_once_for_all_workspaces(cache: Path, tmp_path: Path) -> None:
    encoder = CountingEncoder()
    first = term_vectors(tmp_path, encoder, ["漏油", "异响", "漏油"])
    second = term_vectors(tmp_path, encoder, ["漏油", "异响", "漏油"])
    assert sorted(encoder.seen) == sorted(["漏油", "异响"])
    assert np.array_equal(first[0], second[0])
    assert first[1] == second[1]


def test_terms_of_another_dictionary_or_model_are_encoded(cache: Path, tmp_path: Path) -> None:
    term_vectors(tmp_path, CountingEncoder("F"), ["漏油"])
    model, dictionary = CountingEncoder("G"), CountingEncoder("F")
    term_vectors(tmp_path, model, ["漏油"])
    term_vectors(tmp_path, dictionary, ["漏油", "熄火"])
    assert (model.seen, sorted(dictionary.seen)) == (["漏油"], sorted(["漏油", "熄火"]))


@pytest.mark.parametrize("damage", [b"", b"no array", b"\x93NUMPY\x01\x00v\x00"], ids=["empty", "text", "cut"])
def test_a_damaged_file_of_the_cache_is_made_anew(cache: Path, tmp_path: Path, damage: bytes) -> None:
    whole = term_vectors(tmp_path, CountingEncoder(), ["漏油"])[0]
    (file,) = (cache / "vectors").iterdir()
    file.write_bytes(damage)
    assert np.array_equal(term_vectors(tmp_path, CountingEncoder(), ["漏油"])[0], whole)
    assert np.load(file).shape == (1, 8)


def test_a_cache_folder_that_cannot_be_made_costs_nothing_but_time(cache: Path, tmp_path: Path) -> None:
    cache.write_text("a file where the folder should be", encoding="utf-8")
    assert term_vectors(tmp_path, CountingEncoder(), ["漏油"])[0].shape == (1, 8)
