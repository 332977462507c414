"""Mentions of troubles in words that the dictionary lacks, in texts in which the rules find no symptom.

The step comes after the rules and is asked only where they are silent: in texts that are not about sales and service
and have no present symptom. It reads their clauses (`classify.reading.clauses`), takes the nearest symptom by meaning
(`classify.reading.nearest_symptom`), and writes a mention (`via = model`) only where the judge's probability reaches
its threshold. The mention's characters are the clause; its polarity and component come from the same rules as all
others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from classify.reading.clauses import Wording, denies, wordings
from classify.reading.compatibility import Affinity
from classify.reading.linking import Linker
from classify.reading.mention import ExtractedMention
from classify.reading.nearest_symptom import Encode, Meanings, Nearest, fitted_for, judge
from classify.reading.normalise import NormalText, normal_text
from classify.reading.polarity import Scopes
from classify.reading.read_case import MEANING
from complaints.records import COMPONENT, SERVICE, SYMPTOM, Polarity

if TYPE_CHECKING:
    from classify.reading.types import Reading
    from complaints.dictionary import Dictionary
    from complaints.models import Encoder
    from complaints.store import Store

SHORTEST_CORE = 2  # characters that a clause and a term must share to tell what a cue in the clause is about


class Unseen:
    """Finds symptoms by meaning.

    Args:
        dictionary: the terms.
        encode: gives the vectors of masked texts.
        encode_terms: gives those of a language's terms, where another way is quicker.
    """

    def __init__(self, dictionary: Dictionary, encode: Encode, encode_terms: Encode | None = None) -> None:
        self._dictionary, self._encode, self._encode_terms = dictionary, encode, encode_terms or encode
        self._affinity = Affinity(dictionary)
        self._meanings: dict[str, Meanings] = {}

    def find(self, readings: Sequence[Reading]) -> dict[str, list[ExtractedMention]]:
        """Return the mentions that meaning adds to what the rules found, by case_id; cases without any are left out.

        Args:
            readings: cases as the rules read them.
        """
        asked = [(r, list(wordings(r.text, r.language, r.mentions, r.words))) for r in readings if silent(r)]
        texts = sorted({text for _, some in asked for one in some for text in (one.masked, one.bare)})
        if not texts:
            return {}
        vectors = dict(zip(texts, self._encode(texts), strict=True))
        found = {}
        for reading, some in asked:
            meanings = self.meanings(reading.language) if some else None
            mentions = []
            for one in some:
                assert meanings is not None
                nearest = meanings.nearest(one, vectors[one.masked], vectors[one.bare])
                mention = self._mention(reading, one, nearest, judge(reading.language).probability(nearest.facts))
                mentions += [mention] if mention else []
            if mentions:
                found[reading.case_id] = mentions
        return found

    def meanings(self, language: str) -> Meanings:
        """Return the symptom terms of a language by meaning; they are read when first asked for."""
        if language not in self._meanings:
            self._meanings[language] = Meanings(self._dictionary, language, self._encode_terms)
        return self._meanings[language]

    def _mention(self, reading: Reading, one: Wording, nearest: Nearest, probability: float) -> ExtractedMention | None:
        if probability < judge(reading.language).threshold:
            return None
        normal = normal_text(reading.text, reading.language)
        start, end = _led(normal, one.start, one.end)
        polarity = _polarity(reading, normal, start, end, nearest.term)
        if polarity is None:
            return None
        components = [_folded(m, normal) for m in reading.mentions if m.kind == COMPONENT]
        linker = Linker(normal.text, components, reading.language, self._affinity.fits, self._affinity.natural)
        part = linker.component(ExtractedMention(SYMPTOM, nearest.code, start, end))
        return ExtractedMention(SYMPTOM, nearest.code, one.start, one.end, probability, MEANING, polarity, part)


def silent(reading: Reading) -> bool:
    """Whether the rules leave a case without a symptom although it is not about sales and service."""
    present = any(m.kind == SYMPTOM and m.polarity == "present" for m in reading.mentions)
    return reading.language in ("zh", "en") and reading.content != SERVICE and not present


def unseen_wordings(dictionary: Dictionary, store: Store, encoder: Encoder) -> Unseen | None:
    """Return the step over a store's cached vectors; None for an encoder for which the judge was not fitted.

    Nearness of other models is of another size: with them the step abstains from everything.
    """
    from complaints.models import vectors_for, vectors_of_terms

    if encoder.model_fingerprint != fitted_for():
        return None
    return Unseen(
        dictionary,
        lambda texts: vectors_for(store, encoder, texts),
        lambda terms: vectors_of_terms(store, encoder, terms),
    )


def _polarity(reading: Reading, normal: NormalText, start: int, end: int, term: str) -> Polarity | None:
    """The polarity of a clause that means a term; None where a negation in one of them has no match in the other."""
    clause, language = normal.text[start:end], reading.language
    denied, inside = denies(clause, language), denies(term, language)
    if inside and not denied:
        return None
    # A negation that belongs to the trouble itself ("升不上去") is no cue: the clause is asked about as a whole.
    first, last = (start, end) if inside else _core(clause, term, start)
    others = [_folded(m, normal) for m in reading.mentions]
    others = [other for other in others if other.end <= first or last <= other.start]
    core = ExtractedMention(SYMPTOM, "", first, last)
    polarity = Scopes(normal.text, [*others, core], language).polarity(core)
    return None if denied and not inside and polarity == "present" else polarity


def _core(clause: str, term: str, start: int) -> tuple[int, int]:
    """The longest run of characters that a clause shares with a term; the clause where they share hardly any."""
    block = SequenceMatcher(None, clause, term, autojunk=False).find_longest_match()
    return (
        (start + block.a, start + block.a + block.size) if block.size >= SHORTEST_CORE else (start, start + len(clause))
    )


def _folded(mention: ExtractedMention, normal: NormalText) -> ExtractedMention:
    start, end = _led(normal, mention.start, mention.end)
    return replace(mention, start=start, end=end)


def _led(normal: NormalText, start: int, end: int) -> tuple[int, int]:
    """The folded characters that original characters [start, end) folded into."""
    if normal.origin is None:
        return start, end
    inside = [at for at, origin in enumerate(normal.origin) if start <= origin < end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
