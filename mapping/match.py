"""Dictionary codes in what engineers wrote: a cell that is a code or a synonym, or free text that holds some."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from complaints.dictionary import normal_term
from complaints.records import Language, words_of

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

PIECES = re.compile(r"[、,，;；/|\n]+|\s和\s|\sand\s")
LANGUAGES = words_of(Language)


class Matcher:
    """Finds dictionary codes in cells of master files.

    Args:
        dictionary: the shipped dictionary with the plant's own words.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary

    def cell(self, text: str, kind: str) -> tuple[str, ...]:
        """Return the codes that a cell names: whole, piece by piece, else the terms in its words; sorted.

        Args:
            text: a code, a synonym, several of them, or free text.
            kind: symptom or component.
        """
        whole = self.dictionary.resolve(text, kind)
        if whole:
            return (whole,)
        pieces = [piece.strip() for piece in PIECES.split(text) if piece.strip()]
        found = {code for piece in pieces for code in self._piece(piece, kind)}
        return tuple(sorted(found))

    def _piece(self, text: str, kind: str) -> tuple[str, ...]:
        code = self.dictionary.resolve(text, kind)
        return (code,) if code else self.free_text(text, kind)

    def free_text(self, text: str, kind: str) -> tuple[str, ...]:
        """Return the codes of the terms that stand in a text, the longest term first where terms overlap; sorted."""
        codes, longest = self._codes[kind], self._longest[kind]
        folded, found, at = normal_term(text), set(), 0
        while at < len(folded):
            ends = range(min(len(folded), at + longest), at + 1, -1)
            end = next((e for e in ends if folded[at:e] in codes and _whole(folded, at, e)), None)
            if end is not None:
                found.add(codes[folded[at:end]])
            at = end or at + 1
        return tuple(sorted(found))

    def nearest(self, text: str, kind: str) -> str:
        """Return the code that comes nearest to a cell that matched nothing; empty if none does."""
        return self.dictionary.nearest(text, kind) or ""

    @cached_property
    def _codes(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {"symptom": {}, "component": {}}
        for kind, terms in found.items():
            for language in LANGUAGES:
                for term in self.dictionary.terms_of(kind, language):
                    text = normal_term(term.term)
                    if len(text) > 1:
                        terms.setdefault(text, term.code)
        return found

    @cached_property
    def _longest(self) -> dict[str, int]:
        return {kind: max(map(len, terms), default=0) for kind, terms in self._codes.items()}


def _whole(text: str, start: int, end: int) -> bool:
    """Return whether a find is no part of a longer Latin word ("ac" in "vacuum"); Chinese has no word borders."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_latin(before) and _latin(text[start])) and not (_latin(text[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
