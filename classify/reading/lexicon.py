"""The dictionary as the matchers use it: folded terms of one language, each with the kinds and codes it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from classify.reading.data import table
from classify.reading.normalise import fold, normal_term
from complaints.records import COMPONENT, CONDITION, SYMPTOM, MentionKind

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

KINDS: tuple[MentionKind, ...] = (SYMPTOM, COMPONENT, CONDITION)  # the order decides between readings of the same words
MIN_CHARACTERS = 2  # a one-character term means too many things in running text
LONGEST_ABBREVIATION = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A folded term and what it stands for."""

    term: str
    kind: MentionKind
    code: str


def entries(dictionary: Dictionary, language: str) -> list[Entry]:
    """Return the dictionary's terms of a language, folded, each reading once, in a fixed order.

    Short English terms (ABS, CVT, DPF) serve Chinese texts too: owners write them as they stand on the dashboard.
    """
    found = set()
    for kind in KINDS:
        for other in ("zh", "en"):
            for term in dictionary.terms_of(kind, other):
                folded = normal_term(term.term)
                if other != language and not (language == "zh" and _abbreviation(term.term)):
                    continue
                if len(folded) >= MIN_CHARACTERS:
                    found.add(Entry(folded, kind, term.code))
    return sorted(found, key=lambda e: (e.term, KINDS.index(e.kind), e.code))


def _abbreviation(term: str) -> bool:
    return len(term) <= LONGEST_ABBREVIATION and term.isascii() and term.isalnum()


@cache
def protected_words(language: str) -> tuple[str, ...]:
    """Return the folded words inside which no term is meant (抖音 holds 抖)."""
    return tuple(fold(row["word"]) for row in table("protected") if row["language"] == language)
