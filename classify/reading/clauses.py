"""Wordings that may name a trouble for which the dictionary has no term: clauses in which no symptom is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from classify.reading.content import ServiceWord
from classify.reading.mention import ExtractedMention
from classify.reading.normalise import fold
from classify.reading.polarity import CLAUSE_BREAKS
from classify.reading.stemming import stem
from complaints.models import mask
from complaints.records import COMPONENT, CONDITION, SYMPTOM

EDGES = ",，、;；。.!！?？…:：()（）\"“”'’-—"
SHORTEST = {"zh": 3, "en": 8}  # characters of a masked clause
LONGEST = {"zh": 40, "en": 120}
NEGATIONS = {
    "zh": frozenset("不没无未非别勿"),
    "en": frozenset(["no", "not", "never", "none", "without", "unable", "cannot", "fail", "fails", "failed"]),
}
WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")


@dataclass(frozen=True, slots=True)
class Wording:
    """A clause that might name a trouble.

    Args:
        start, end: its characters in the text.
        folded: as compared with terms (`classify.reading.normalise.fold`).
        masked: as embedded (`complaints.models.masking.mask`).
        bare: the same without the words of components and conditions; `masked` where nothing would stay.
        components: codes of the components in it.
        service: whether a word of sales and service stands in it.
        language: zh or en.
    """

    start: int
    end: int
    folded: str
    masked: str
    bare: str
    components: tuple[str, ...]
    service: bool
    language: str


def wordings(
    text: str,
    language: str,
    mentions: Sequence[ExtractedMention],
    words: Sequence[ServiceWord],
    hidden: ExtractedMention | None = None,
) -> Iterator[Wording]:
    """Yield the clauses of a text that hold no symptom and are neither too short nor too long to tell.

    Args:
        text: the text as written.
        language: zh or en.
        mentions: what the rules found in it.
        words: of sales and service in it.
        hidden: a symptom that is taken for unknown (to measure how often it is found again).
    """
    edges = [0, *(found.end() for found in CLAUSE_BREAKS[language].finditer(text)), len(text)]
    others = [m for m in mentions if m is not hidden]
    symptoms = [m for m in others if m.kind == SYMPTOM]
    named = [m for m in others if m.kind in (COMPONENT, CONDITION)]
    for first, last in pairwise(edges):
        start, end = _trimmed(text, first, last)
        masked = mask(text[start:end], language) if end - start >= SHORTEST[language] else ""
        if not SHORTEST[language] <= len(masked) <= LONGEST[language]:
            continue
        if any(m.start < end and start < m.end for m in symptoms):
            continue
        inside = [m for m in named if start <= m.start and m.end <= end]
        yield Wording(
            start,
            end,
            fold(text[start:end]),
            masked,
            _bare(text, start, end, inside, language) or masked,
            tuple(m.code for m in inside if m.kind == COMPONENT),
            any(w.weight and start <= w.start < end for w in words),
            language,
        )


def units(folded: str, language: str) -> list[str]:
    """Return what wordings are compared by: characters in Chinese, stems in English."""
    return [stem(word) for word in WORD.findall(folded)] if language == "en" else [c for c in folded if c.isalnum()]


def denies(folded: str, language: str) -> bool:
    """Whether a wording holds a negation."""
    if language == "zh":
        return not NEGATIONS["zh"].isdisjoint(folded)
    return not NEGATIONS["en"].isdisjoint(WORD.findall(folded)) or "n't" in folded


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and _edge(text[start]):
        start += 1
    while start < end and _edge(text[end - 1]):
        end -= 1
    return start, end


def _edge(character: str) -> bool:
    return character in EDGES or character.isspace()


def _bare(text: str, start: int, end: int, named: Sequence[ExtractedMention], language: str) -> str:
    characters = list(text[start:end])
    for mention in named:
        for at in range(mention.start - start, mention.end - start):
            characters[at] = " "
    bare = mask("".join(characters), language)
    return bare if len(bare) >= 2 else ""
