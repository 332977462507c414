"""The category of a case when nobody has labelled any: its vehicle system, or "service".

Categories are the dictionary's systems and ``service``. A case's mentions vote for their systems (a present symptom
through its component, a present component with half the weight, earlier ones more than later ones), words of sales and
service vote for ``service``, and the text's embedding adds its nearness to each category's prototype. The votes become
probabilities by a softmax.

These probabilities order the alternatives; they are not calibrated. Without known labels nobody can guarantee that a
share of them is right, so every decision here is ``review``: deciding alone (``auto``) needs labelled cases to measure
on (`classify.learned`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classify.category.sources import centred
from complaints.records import COMPONENT, SERVICE, SYMPTOM, CategoryDecision

if TYPE_CHECKING:
    from classify.reading import Reading
    from complaints.dictionary import Dictionary

COMPONENT_WEIGHT = 0.5
SERVICE_WEIGHT = 0.5
ORDER_DECAY = 0.85  # each further mention weighs that much less
MENTION_SHARE = 3.0  # logits that separate a case all of whose mentions are of one system
PRIOR_LOGIT = 0.3  # logits of one standard deviation of nearness
ALTERNATIVES = 3
EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Characters [start, end) of the case's text that drove the decision, with their weight."""

    surface: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """A category with its confidence, the runners-up, and the words that drove it."""

    category: str
    confidence: float
    decision: CategoryDecision
    alternatives: tuple[tuple[str, float], ...]
    evidence: tuple[Evidence, ...]


def category_names(dictionary: Dictionary) -> list[str]:
    """Return the categories of unlabelled data, in a fixed order."""
    return [*sorted(dictionary.systems()), SERVICE]


def votes(reading: Reading, dictionary: Dictionary) -> list[tuple[str, Evidence]]:
    """Return who votes for which category: one vote a mention or word of service, weighted."""
    cast: list[tuple[str, int, int, float]] = []
    weight = 1.0
    for mention in reading.mentions:
        if mention.polarity != "present" or mention.kind not in (SYMPTOM, COMPONENT):
            continue
        code = mention.component_code if mention.kind == SYMPTOM else mention.code
        system = dictionary.system_of(code) if code else None
        if system:
            share = 1.0 if mention.kind == SYMPTOM else COMPONENT_WEIGHT
            cast.append((system, mention.start, mention.end, share * weight))
            weight *= ORDER_DECAY
    service = 1.0 if reading.content == SERVICE else SERVICE_WEIGHT
    cast += [(SERVICE, w.start, w.end, service * w.weight / 2) for w in reading.words if w.weight]
    return [(category, Evidence(reading.text[s:e], s, e, round(value, 4))) for category, s, e, value in cast]


def decide(
    reading: Reading,
    dictionary: Dictionary,
    names: Sequence[str],
    similarities: NDArray[np.float32] | None,
) -> Decision:
    """Return the most probable category of an unlabelled workspace's case; always for review.

    Args:
        reading: the case.
        dictionary: for the systems of components.
        names: the categories (`category_names`).
        similarities: shape (len(names),), the text's nearness to each prototype (`Prototypes.similarities`); None
            without an embedding model.
    """
    from scipy.special import softmax

    cast = votes(reading, dictionary)
    totals: dict[str, float] = {}
    for category, evidence in cast:
        totals[category] = totals.get(category, 0.0) + evidence.weight
    logits = np.array([totals.get(name, 0.0) for name in names], dtype=np.float64)
    if logits.sum() > 0:
        logits = MENTION_SHARE * (logits / logits.sum() + 0.25 * np.log1p(logits))
    if similarities is not None:
        logits = logits + PRIOR_LOGIT * similarities
    return ranked(names, softmax(logits), "review", cast)


def ranked(
    names: Sequence[str],
    probabilities: NDArray[np.float64],
    decision: CategoryDecision,
    cast: Sequence[tuple[str, Evidence]],
) -> Decision:
    """Return a decision for the most probable category, ties by name, with its runners-up and evidence."""
    order = sorted(range(len(names)), key=lambda i: (-round(float(probabilities[i]), 9), names[i]))
    best = names[order[0]]
    evidence = sorted((e for category, e in cast if category == best), key=lambda e: (-e.weight, e.start, e.end))
    return Decision(
        category=best,
        confidence=round(float(probabilities[order[0]]), 4),
        decision=decision,
        alternatives=tuple((names[i], round(float(probabilities[i]), 4)) for i in order[1 : 1 + ALTERNATIVES]),
        evidence=tuple(evidence[:EVIDENCE]),
    )


class Prototypes:
    """What each category's texts look like to the encoder: the mean vector of its components' names.

    Args:
        vectors: shape (categories, dimension), unit vectors, in the order of `category_names`.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        # E5's vectors share a large common part; without it, nearness tells categories apart.
        self._centre = vectors.mean(axis=0)
        self._vectors = centred(vectors, self._centre)

    def similarities(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how near texts are to the categories, standardised for each text: shape (texts, categories)."""
        near = centred(vectors, self._centre) @ self._vectors.T
        spread = np.maximum(near.std(axis=1, keepdims=True), 1e-9)
        result: NDArray[np.float32] = ((near - near.mean(axis=1, keepdims=True)) / spread).astype(np.float32)
        return result


def prototype_texts(dictionary: Dictionary, service: Mapping[str, Sequence[str]], language: str) -> list[list[str]]:
    """Return for each category the texts whose mean vector stands for it.

    Args:
        dictionary: names the systems and their components.
        service: words of sales and service by topic.
        language: zh or en.
    """
    components: dict[str, list[str]] = {}
    for term in dictionary.terms_of(COMPONENT, language):
        system = dictionary.system_of(term.code)
        if system:
            components.setdefault(system, []).append(dictionary.name(term.code, language))
    texts = []
    for name in category_names(dictionary):
        if name == SERVICE:
            texts.append(["、".join(list(words)[:8]) for _, words in sorted(service.items())])
        else:
            texts.append(sorted({dictionary.name(name, language), *components.get(name, [])}))
    return texts
