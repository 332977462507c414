"""Vectors ahead of their stage: a cluster encodes what a night will ask for, and the one process keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from complaints.batching import batches
from complaints.errors import ItemRefused, ModelMissing
from complaints.models import keep_vectors, mask, without_vector
from complaints.run.engine import Step
from complaints.run.night import Night

if TYPE_CHECKING:
    from complaints.models import Encoder

AHEAD_CASES = 50_000  # whose texts are in memory at once
CHUNK_TEXTS = 256  # that a worker encodes in one go
GPU_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class _Setup:
    model: str
    device: str
    download: bool
    fingerprint: str


def encode_ahead(night: Night, encoder: Encoder, case_ids: Sequence[str]) -> None:
    """Let the night's cluster encode the masked texts of cases that have no vector; what it loses is left for later.

    Args:
        night: with an engine; else nothing is done.
        encoder: the night's; a machine whose vectors would be others is refused.
        case_ids: whose texts are to be encoded.

    Raises:
        ModelMissing: a machine of the cluster has not the night's model.
    """
    if night.engine is None:
        return
    setting = night.settings.embeddings
    setup = _Setup(setting.model, encoder.device, setting.download, encoder.fingerprint)
    gpus = GPU_SHARE if encoder.device == "cuda" else 0
    for some in batches(case_ids, AHEAD_CASES):
        rows = night.store.query(
            "SELECT text, language FROM cases WHERE case_id IN (SELECT unnest(?)) ORDER BY case_id", [list(some)]
        )
        missing = without_vector(night.store, encoder.fingerprint, [mask(text, language) for text, language in rows])
        chunks = list(batches(missing, CHUNK_TEXTS))
        if not chunks:
            continue
        made = night.engine.work([Step("embed", serve_encoding, setup, gpus=gpus)], chunks)
        for chunk, vectors in zip(chunks, made, strict=True):
            if not isinstance(vectors, ItemRefused):
                with night.store.transaction():
                    keep_vectors(night.store, encoder.fingerprint, chunk, vectors)


def serve_encoding(setup: _Setup) -> Callable[[Sequence[str]], np.ndarray]:
    """Load the encoder in a worker and return the function that encodes masked texts as float16."""
    from complaints.models import open_encoder

    encoder = open_encoder(setup.model, setup.device, allow_hub=setup.download)
    if encoder.fingerprint != setup.fingerprint:
        raise ModelMissing("run.other_vectors", "embeddings")
    return lambda texts: encoder.encode(texts).astype(np.float16)
