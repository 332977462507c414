"""Phonetic repair of English: words that sound like a dictionary term become the term; what was heard is kept.

Sounds are compared by Metaphone (L. Philips, Computer Language 7(12), 1990; from jellyfish). It drops vowels, so the
letters have to be alike as well, and the frequency of a heard word (wordfreq) tells whether it is ordinary speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from asr.repair.mandarin import Repair

if TYPE_CHECKING:
    from complaints.dictionary import Term

RUN = re.compile(r"[A-Za-z]+(?:['\- ][A-Za-z]+)*")  # words with no mark between them
WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")
MOST_WORDS = 5
LEAST_KEY = 3  # consonants: what is shorter sounds like too many words
ALIKE = (
    0.855  # Jaro-Winkler similarity (0..1) of a heard word to the term's: "leek" to "leak" 0.87, "fall" to "fill" 0.85
)
# Zipf frequency (log10 of occurrences in a billion words) from which a heard word stays: of two words with an anchor
# "break" (5.1) is changed and "set" (5.6) is not; alone only what hardly is a word.
ORDINARY, ORDINARY_ALONE = 5.2, 2.0
FUNCTION_WORD = 5.9  # is no anchor: "the", "not", "of"
LEAST_LETTERS = 5  # of a term of one word


@dataclass(frozen=True, slots=True)
class _Heard:
    text: str  # case folded
    start: int
    stop: int
    named: bool  # written like a name: a capital inside a sentence


class EnglishRepairer:
    """Repairs English turns with the terms of a dictionary.

    Args:
        terms: the dictionary's terms; those of other languages are left out.
    """

    def __init__(self, terms: Sequence[Term]) -> None:
        self._known = frozenset(t.term for t in terms if t.language == "en" and PLAIN.fullmatch(t.term))

    @cached_property
    def _by_key(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for term in sorted(self._known):
            if len(term.split()) <= MOST_WORDS and len(key := sound(term)) >= LEAST_KEY:
                found.setdefault(key, []).append(term)
        return found

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """Return a turn's text with its repairs, in order; a text without any is returned as it is."""
        parts: list[str] = []
        repairs: list[Repair] = []
        at = length = 0
        for run in RUN.finditer(text):
            for words, term in self._chosen(_words(text, run.start(), run.end())):
                start, stop = words[0].start, words[-1].stop
                written = term.capitalize() if text[start].isupper() and not words[0].named else term
                length += start - at
                parts += [text[at:start], written]
                repairs.append(Repair(text[start:stop], written, length, start, "same_key"))
                length += len(written)
                at = stop
        return "".join([*parts, text[at:]]), tuple(repairs)

    def _chosen(self, words: list[_Heard]) -> list[tuple[list[_Heard], str]]:
        right = self._right(words)
        taken = [False] * len(words)
        chosen = []
        for first, last, term in sorted(self._candidates(words), key=lambda c: (c[0] - c[1], c[0], c[2])):
            if not any(taken[first:last]) and not _spoils(words, right, first, last, term):
                taken[first:last] = [True] * (last - first)
                chosen.append((words[first:last], term))
        return sorted(chosen, key=lambda c: c[0][0].start)

    def _right(self, words: list[_Heard]) -> list[tuple[int, int]]:
        """Return where terms are written right already, as [first, last) of the words, the longest of each place."""
        found = []
        for first in range(len(words)):
            for last in range(min(first + MOST_WORDS, len(words)), first, -1):
                if " ".join(w.text for w in words[first:last]) in self._known:
                    found.append((first, last))
                    break
        return found

    def _candidates(self, words: list[_Heard]) -> Iterator[tuple[int, int, str]]:
        for first in range(len(words)):
            for last in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
                stretch = words[first:last]
                heard = " ".join(w.text for w in stretch)
                if heard in self._known or any(w.named for w in stretch):
                    continue
                for term in self._by_key.get(sound(heard), ()):
                    if is_misheard([w.text for w in stretch], term.split()):
                        yield first, last, term


def is_misheard(heard: Sequence[str], term: Sequence[str]) -> bool:
    """Tell whether words that have a term's key are the term misheard, and not what somebody said.

    Args:
        heard: words, case folded.
        term: the term's words.
    """
    if len(heard) != len(term):
        # Split otherwise: "tail pipe". Function words join by chance: "I drive".
        return "".join(heard) == "".join(term) and all(ordinary(word) < FUNCTION_WORD for word in heard)
    changed = [(a, b) for a, b in zip(heard, term, strict=True) if a != b]
    if any(_alike(a, b) < ALIKE or _same_stem(a, b) or sound(a) != sound(b) for a, b in changed):
        return False
    if len(term) == 1:
        return len(term[0]) >= LEAST_LETTERS and ordinary(heard[0]) < ORDINARY_ALONE and _one_slip(heard[0], term[0])
    anchors = [a for a, b in zip(heard, term, strict=True) if a == b and ordinary(a) < FUNCTION_WORD]
    return bool(anchors) and all(ordinary(a) < ORDINARY for a, _ in changed)


def sound(text: str) -> str:
    """Return the Metaphone key of a text, word by word, without blanks."""
    return "".join(_key(word) for word in text.replace("-", " ").split())


@cache
def _key(word: str) -> str:
    import jellyfish

    return str(jellyfish.metaphone(word.replace("'", "")))


@cache
def ordinary(word: str) -> float:
    """Return how frequent a word is in English: its Zipf frequency, 0 (unknown) to 8."""
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, "en"))


def _alike(a: str, b: str) -> float:
    import jellyfish

    return float(jellyfish.jaro_winkler_similarity(a, b))


def _one_slip(heard: str, term: str) -> bool:
    import jellyfish

    return heard[0] == term[0] and int(jellyfish.damerau_levenshtein_distance(heard, term)) <= 1


def _same_stem(a: str, b: str) -> bool:
    """Tell whether two words are forms of one: rust and rusty, noise and noisy."""
    short, long = sorted((a, b), key=len)
    return long.startswith(short.rstrip("ey")) and len(short) >= 3


def _words(text: str, start: int, stop: int) -> list[_Heard]:
    """Return the words of a stretch; a capital counts as a name's unless a sentence begins there."""
    found = []
    for match in WORD.finditer(text, start, stop):
        before = text[: match.start()].rstrip()
        begins = not before or before[-1] in ".?!"
        named = match.group()[0].isupper() and not begins and match.group() != "I"
        found.append(_Heard(match.group().casefold(), match.start(), match.end(), named))
    return found


def _spoils(words: list[_Heard], right: Sequence[tuple[int, int]], first: int, last: int, term: str) -> bool:
    """Tell whether a repair would change a term that is right already, other than by making a longer one of it."""
    return any(
        begin < last
        and first < end
        and not (first <= begin and end <= last and " ".join(w.text for w in words[begin:end]) in term)
        for begin, end in right
    )
