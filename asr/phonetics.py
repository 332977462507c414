"""Mandarin syllables: what characters sound like, and which syllables the telephone confuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

INITIAL = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)$")
NEUTRAL = "5"
# Contrasts that accents merge (retroflex and dental sibilants, n and l, f and h, n and ng), and those of place that a
# narrow band takes away (Miller and Nicely, J. Acoust. Soc. Am. 27, 1955): p t k, b d g, m n, and the sibilants.
CONFUSED_INITIALS = tuple(
    frozenset(alike.split())
    for alike in ("j q x", "zh z j", "ch c q", "sh s x", "n l", "f h", "p t k", "b d g", "m n", "b p", "d t", "g k")
)
CONFUSED_FINALS = tuple(
    frozenset(alike.split()) for alike in ("an ang", "en eng", "in ing", "ian iang", "uan uang", "un ong")
)


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable: pinyin without tone, and the tone 1 to 5 (5 neutral)."""

    plain: str
    tone: str

    @property
    def initial(self) -> str:
        """Return the initial consonant, or nothing."""
        return _parts(self.plain)[0]

    @property
    def final(self) -> str:
        """Return the pinyin without its initial consonant."""
        return _parts(self.plain)[1]


@cache
def _parts(plain: str) -> tuple[str, str]:
    match = INITIAL.match(plain)
    return (match[1] or "", match[2]) if match else ("", plain)


@lru_cache(maxsize=4096)  # the same text is compared with every hotword
def syllables(han: str) -> tuple[Syllable, ...]:
    """Return a syllable for each of a run of Han characters; characters with several readings are read by context."""
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(han, style=Style.TONE3, neutral_tone_with_five=True)
    return tuple(Syllable(s.rstrip("12345"), s[-1] if s[-1:].isdigit() else NEUTRAL) for s in read)


def sound_confused(a: Syllable, b: Syllable) -> bool:
    """Tell whether two syllables, tones aside, differ in a contrast that accents or the telephone band blur."""
    if a.plain == b.plain:
        return False
    if a.final == b.final:
        return any({a.initial, b.initial} <= alike for alike in CONFUSED_INITIALS)
    return a.initial == b.initial and any({a.final, b.final} <= alike for alike in CONFUSED_FINALS)


def sounds_in(word: str, text: str, language: str) -> bool:
    """Tell whether a word, or what sounds like it, is in a text (in Chinese: the same syllables, tones aside)."""
    if word in text:
        return True
    if language == "en":
        return False
    heard = [s.plain for s in syllables("".join(c for c in text if c.isalpha()))]
    wanted = [s.plain for s in syllables(word)]
    return any(heard[at : at + len(wanted)] == wanted for at in range(len(heard) - len(wanted) + 1))
