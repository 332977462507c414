"""Texts as they are compared: width, case, script and usual typos folded, with a map back to the characters as written.

Folding works character by character, so that every offset in the folded text leads back to one in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from classify.reading.data import table
from complaints.records import Language, words_of

LANGUAGES = words_of(Language)
LAST_ASCII = 0x7F
# Kept apart by dictionaries, mixed up by owners: 档/挡 in 换档, curly and straight apostrophes.
SAME_CHARACTER = {"档": "挡", "擋": "挡", "檔": "挡", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"}
# Zero-width characters and byte order marks: invisible, so they may stand inside a word without anybody noticing.
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True)
class NormalText:
    """A folded text.

    Args:
        text: the folded text.
        origin: for each folded character the offset of the original character it came from, or None when the two texts
            correspond one to one.
        length: characters of the original text.
    """

    text: str
    origin: Sequence[int] | None
    length: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original characters [start, end) that folded into the folded characters [start, end)."""
        if self.origin is None:
            return start, end
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else self.length
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out each character once; `uneven` are those that do not fold to one."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold_character(character)
        self[code] = folded
        if len(folded) != 1:
            self.uneven.add(character)
        return folded


def fold_character(character: str) -> str:
    """Return a character as it is compared: NFKC, case folded, simplified; "" for invisible ones."""
    if character in INVISIBLE:
        return ""
    if unicodedata.category(character) == "Cs":
        return "\ufffd"
    folded = unicodedata.normalize("NFKC", SAME_CHARACTER.get(character, character)).casefold()
    if len(folded) == 1 and ord(folded) > LAST_ASCII:
        import zhconv

        folded = zhconv.convert(folded, "zh-hans")
    return "".join(SAME_CHARACTER.get(c, c) for c in folded)


_FOLDING = _Folding()


@cache
def _typos() -> tuple[re.Pattern[str], dict[str, str]]:
    meant = {fold(row["written"]): fold(row["meant"]) for row in table("typos_zh")}
    return re.compile("|".join(map(re.escape, sorted(meant, key=lambda word: (-len(word), word))))), meant


def fold(text: str) -> str:
    """Return a text folded character by character, typos left alone."""
    return text.translate(_FOLDING)


def normal_text(text: str, language: str) -> NormalText:
    """Return a text as it is compared, with its map back; never fails, whatever characters it holds.

    Args:
        text: any string.
        language: zh or en; usual typos are mended in Chinese only, each by as many characters as it has.
    """
    folded = fold(text)
    origin: Sequence[int] | None = None
    if not _FOLDING.uneven.isdisjoint(text):
        origin = [at for at, character in enumerate(text) for _ in range(len(_FOLDING[ord(character)]))]
    if language == "zh":
        pattern, meant = _typos()
        folded = pattern.sub(lambda found: meant[found.group()], folded)
    return NormalText(folded, origin, len(text))


def normal_term(term: str) -> str:
    """Return a dictionary term as it is compared."""
    return " ".join(fold(term).split())
