"""Who decides the categories tonight: the unlabelled votes, or a model learned from known labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from classify.category.ensemble import with_decided
from classify.category.history import JOINING_LEVELS, JOINING_MASS, Past
from classify.category.model import Decided, Model
from classify.category.neighbours import Near
from classify.category.unlabelled import Decision, Prototypes, category_names, decide, prototype_texts, ranked, votes
from classify.reading import Dated, Reading, service_topics
from complaints.models import vectors_for

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.models import Encoder
    from complaints.store import Store


NOWHERE = Dated("", None, None, None, "")


class Decider(Protocol):
    """Decides the categories of a batch."""

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the categories, in a fixed order."""

    @property
    def known(self) -> Mapping[str, int]:
        """Cases that are history without being asked for: those it has learned from."""

    def decide(
        self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None, decided: Decided | None
    ) -> list[Decision]:
        """Return one decision a reading.

        Args:
            readings: the cases.
            vectors: shape (len(readings), dimension), or None without a model.
            decided: earlier cases and their categories' probabilities, to which cases without content are joined.
        """

    def joined(self, readings: Sequence[Reading], decided: Decided) -> list[Near | None]:
        """Return the earlier case to which each reading without content of its own was joined."""


class Unlabelled:
    """Votes of mentions and nearness to prototypes (`classify.category.unlabelled`).

    Args:
        dictionary: systems and names.
        store: keeps the prototypes' vectors.
        encoder: the open encoder, or None.
    """

    known: Mapping[str, int] = MappingProxyType({})

    def __init__(self, dictionary: Dictionary, store: Store, encoder: Encoder | None) -> None:
        self._dictionary = dictionary
        self.categories = tuple(category_names(dictionary))
        self._prototypes = {} if encoder is None else _prototypes(dictionary, store, encoder)

    def decide(
        self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None, decided: Decided | None
    ) -> list[Decision]:
        """Return one decision a reading, all for review."""
        decisions = []
        for row, reading in enumerate(readings):
            near = None
            if vectors is not None:
                language = "en" if reading.language == "en" else "zh"
                near = self._prototypes[language].similarities(vectors[row : row + 1])[0]
            decisions.append(decide(reading, self._dictionary, self.categories, near))
        return decisions if decided is None else self._joined(readings, decisions, decided)

    def _joined(self, readings: Sequence[Reading], decisions: list[Decision], decided: Decided) -> list[Decision]:
        """Give cases without content the category of their owner's, or their product's, earlier cases."""
        found, mass = self._past(decided).of([r.dated or NOWHERE for r in readings])
        for row in range(len(readings)):
            if mass[list(JOINING_LEVELS), row].max(initial=0.0) >= JOINING_MASS:
                decisions[row] = ranked(self.categories, found[-1, row], "review", [])
        return decisions

    def joined(self, readings: Sequence[Reading], decided: Decided) -> list[Near | None]:
        """Return the earlier case to which each reading without content of its own was joined."""
        return _joined(self._past(decided), readings, self.categories)

    def _past(self, decided: Decided) -> Past:
        cases, probabilities = decided
        even = np.full(len(self.categories), 1.0 / len(self.categories))
        return Past(cases, probabilities, np.ones(len(cases)), even)


class Learned:
    """A trained model (`classify.category.model`).

    Args:
        model: the model.
        suspended_after: day (ordinal) after which nothing is decided alone; None: the guarantee is in force.
    """

    def __init__(self, model: Model, suspended_after: int | None) -> None:
        self._model, self._suspended_after = model, suspended_after
        self.categories, self.known = model.categories, model.full.known

    def decide(
        self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None, decided: Decided | None
    ) -> list[Decision]:
        """Return one decision a reading."""
        return self._model.decide(readings, vectors, decided, self._suspended_after)

    def joined(self, readings: Sequence[Reading], decided: Decided) -> list[Near | None]:
        """Return the earlier case to which each reading without content of its own was joined."""
        return _joined(with_decided(self._model.full.past, *decided), readings, self.categories)


def _joined(past: Past, readings: Sequence[Reading], categories: Sequence[str]) -> list[Near | None]:
    found = past.joined([r.dated or NOWHERE for r in readings])
    return [
        None
        if one is None
        else Near(past.cases[one[0]].case_id, categories[int(past.probabilities[one[0]].argmax())], why=one[1])
        for one in found
    ]


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
