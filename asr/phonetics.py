"""Mandarin syllables: what characters sound like, and which syllables the telephone confuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

INITIAL = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)$")
NEUTRAL = "5"


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable: pinyin without tone, and the tone 1 to 5 (5 neutral)."""

    plain: str
    tone: str

    @property
    def final(self) -> str:
        """Return the pinyin without its initial consonant."""
        return _final(self.plain)


@cache
def _final(plain: str) -> str:
    match = INITIAL.match(plain)
    return match[2] if match else plain


def syllables(han: str) -> tuple[Syllable, ...]:
    """Return a syllable for each of a run of Han characters; characters with several readings are read by context."""
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(han, style=Style.TONE3, neutral_tone_with_five=True)
    return tuple(Syllable(s.rstrip("12345"), s[-1] if s[-1:].isdigit() else NEUTRAL) for s in read)


def sound_near(a: Syllable, b: Syllable) -> bool:
    """Tell whether two syllables differ in their initial consonant alone: the telephone band cuts consonants off."""
    return a.plain != b.plain and a.final == b.final


def sounds_in(word: str, text: str, language: str) -> bool:
    """Tell whether a word, or what sounds like it, is in a text (in Chinese: the same syllables, tones aside)."""
    if word in text:
        return True
    if language == "en":
        return False
    heard = [s.plain for s in syllables("".join(c for c in text if c.isalpha()))]
    wanted = [s.plain for s in syllables(word)]
    return any(heard[at : at + len(wanted)] == wanted for at in range(len(heard) - len(wanted) + 1))
