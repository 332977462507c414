"""Vectors that a cluster makes ahead: those that the stage would have made, and none that it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from complaints.errors import ItemRefused, ModelMissing
from complaints.models.encoder import Encoder, open_encoder
from complaints.models.masking import mask
from complaints.models.vector_cache import without_vector
from complaints.records import Case
from complaints.run.engine import Step, Worker, packed, unpacked
from complaints.run.night import Night
from complaints.run.prefetch_vectors import encode_ahead
from complaints.store.cases import write_cases

TEXTS = {"T1": "发动机漏油，在 4S店 修了两次", "T2": "空调不制冷", "T3": "空调不制冷"}


class HereEngine:
    """The cluster's contract kept in this process: items travel pickled, through the same workers."""

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.loses = False

    def gpus(self) -> float:
        return 0.0

    def work(self, steps: Sequence[Step], items: Sequence[Any]) -> Iterator[Any]:
        workers = [Worker(step) for step in steps]
        for number, item in enumerate(items):
            self.encoded += item
            row = packed(number, item)
            for worker in workers:
                row = worker(row)
            yield ItemRefused("run.worker_lost") if self.loses else unpacked(row)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    try:
        return open_encoder("default", "cpu")
    except ModelMissing as missing:
        pytest.skip(f"the default embedding model is not installed: {missing}")


@pytest.fixture
def engine() -> HereEngine:
    return HereEngine()


@pytest.fixture
def spread(night: Night, engine: HereEngine) -> Night:
    cases = [
        Case(case_id, "text", None, "a.csv#1", datetime(2026, 6, 1), "given", None, None, None, None, "zh", text, None,
             False, None, False)
        for case_id, text in TEXTS.items()
    ]  # fmt: skip
    write_cases(night.store, cases)
    return replace(night, engine=engine)


def stored(night: Night, encoder: Encoder) -> list[bytes]:
    sql = "SELECT vector FROM vectors WHERE model = ? ORDER BY vector"
    return [vector for (vector,) in night.store.query(sql, [encoder.fingerprint])]


def test_the_vectors_are_those_of_this_machine(spread: Night, encoder: Encoder) -> None:
    encode_ahead(spread, encoder, list(TEXTS))
    here = encoder.encode(sorted({mask(text, "zh") for text in TEXTS.values()})).astype("float16")
    assert stored(spread, encoder) == sorted(row.tobytes() for row in here)


def test_what_has_a_vector_is_not_encoded_again(spread: Night, encoder: Encoder, engine: HereEngine) -> None:
    encode_ahead(spread, encoder, ["T2"])
    encode_ahead(spread, encoder, list(TEXTS))
    assert sorted(engine.encoded) == sorted({mask(text, "zh") for text in TEXTS.values()})


def test_what_the_cluster_loses_is_left_to_the_stage(spread: Night, encoder: Encoder, engine: HereEngine) -> None:
    engine.loses = True
    encode_ahead(spread, encoder, list(TEXTS))
    masked = [mask(text, "zh") for text in TEXTS.values()]
    assert sorted(without_vector(spread.store, encoder.fingerprint, masked)) == sorted(set(masked))


def test_a_machine_with_another_encoder_is_refused(spread: Night, encoder: Encoder) -> None:
    other = Encoder(encoder._model, "", encoder._count_tokens, "0" * 64, "0" * 64, "cpu")
    with pytest.raises(ModelMissing, match="would give other vectors"):
        encode_ahead(spread, other, list(TEXTS))
