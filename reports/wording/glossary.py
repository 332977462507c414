"""The words of the reports: terms of the field, and the dictionary's codes that these complaints name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.store import Store

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

SYNONYMS = 10  # of a code in a language
# Terms explained on the page, in the order in which a reader meets them.
TERMS = (
    "issue", "rr", "interval", "q", "exposed", "factor", "probability", "none", "rate", "iptv", "mis", "pfmea",
    "eightd", "occurrence", "isisnot", "containment", "capa", "warning", "farrington", "ewma", "ears", "laney",
    "doubtful", "repeat", "serial", "membership", "precision", "calibration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A code of the dictionary and the wordings that stand for it."""

    kind: str  # symptom | component | condition
    code: str
    chinese: tuple[str, ...]
    english: tuple[str, ...]


def read_words(store: Store, dictionary: Dictionary) -> tuple[Word, ...]:
    """Return the codes that customers named, by kind and code, with their wordings."""
    named = store.query("SELECT DISTINCT kind, code FROM mentions ORDER BY 1 DESC, 2")
    terms: dict[tuple[str, str], list[str]] = {}
    for term in dictionary.terms:
        terms.setdefault((term.code, term.language), []).append(term.term)
    return tuple(
        Word(kind, code, *(tuple(terms.get((code, language), [])[:SYNONYMS]) for language in ("zh", "en")))
        for kind, code in named
    )
