"""Who decides the categories tonight: the unlabelled votes, or a model learned from known labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from classify.category import (
    Decision,
    Prototypes,
    Reading,
    category_names,
    decide,
    prototype_texts,
    ranked,
    votes,
)
from classify.content import service_topics
from classify.learned import Model
from complaints.vectors import vectors_for

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.embeddings import Encoder
    from complaints.store import Store


class Decider(Protocol):
    """Decides the categories of a batch."""

    def decide(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> list[Decision]:
        """Return one decision a reading; `vectors` has shape (len(readings), dimension), or is None without a model."""


class Unlabelled:
    """Votes of mentions and nearness to prototypes (`classify.category`).

    Args:
        dictionary: systems and names.
        store: keeps the prototypes' vectors.
        encoder: the open encoder, or None.
    """

    def __init__(self, dictionary: Dictionary, store: Store, encoder: Encoder | None) -> None:
        self._dictionary = dictionary
        self._names = category_names(dictionary)
        self._prototypes = {} if encoder is None else _prototypes(dictionary, store, encoder)

    def decide(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> list[Decision]:
        """Return one decision a reading, all for review."""
        decisions = []
        for row, reading in enumerate(readings):
            near = None
            if vectors is not None:
                language = "en" if reading.language == "en" else "zh"
                near = self._prototypes[language].similarities(vectors[row : row + 1])[0]
            decisions.append(decide(reading, self._dictionary, self._names, near))
        return decisions


class Learned:
    """A fitted model (`classify.learned`)."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def decide(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> list[Decision]:
        """Return one decision a reading."""
        probabilities = self._model.predict(readings, vectors)
        return [self._model.decide(reading, row) for reading, row in zip(readings, probabilities, strict=True)]


def confirmed(reading: Reading, category: str, dictionary: Dictionary) -> Decision:
    """Return the decision on a case that an expert has decided."""
    return ranked([category], np.array([1.0]), "confirmed", [(category, e) for _, e in votes(reading, dictionary)])


def _prototypes(dictionary: Dictionary, store: Store, encoder: Encoder) -> Mapping[str, Prototypes]:
    made = {}
    for language in ("zh", "en"):
        groups = prototype_texts(dictionary, service_topics(language), language)
        flat = vectors_for(store, encoder, [text for group in groups for text in group])
        edges = np.cumsum([0, *(len(group) for group in groups)])
        means = np.stack([flat[a:b].mean(axis=0) for a, b in pairwise(edges)])
        made[language] = Prototypes(means.astype(np.float32))
    return made
