"""Doubt: reasons not to trust a turn's text that do not rest on the model's own confidence alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from asr.script import HAN
from asr.transcript import Utterance

IS_HAN = re.compile(rf"[{HAN}]")
LATIN_WORD = re.compile(r"[A-Za-z']+")


@dataclass(frozen=True, slots=True)
class DoubtLimits:
    """Where doubt begins.

    Args:
        compression: length of a text over its compressed length; above it repeats itself (Whisper paper: 2.4).
        repeats: so often in a row the same 1 to 8 characters: a loop, not speech ("对对对" stays under it).
        fast: units (Han characters, Latin words, digits) a second of speech that nobody reaches.
        slow: units a second under which words are missing.
        least_speech_s: turns with less speech have no meaningful rate.
        low_db: below the channel's typical speech: a whisper, a leak or noise.
        confidence: mean probability of the tokens.
        no_speech: the model's own probability that nobody speaks.
        language: probability of the language.
    """

    compression: float = 2.4
    repeats: int = 4
    fast: float = 11.0
    slow: float = 0.8
    least_speech_s: float = 1.0
    low_db: float = -14.0
    confidence: float = 0.45
    no_speech: float = 0.6
    language: float = 0.5


def doubts(utterance: Utterance, limits: DoubtLimits | None = None) -> tuple[str, ...]:
    """Return the reasons to doubt a turn, sorted; empty when there is none.

    Reasons: ``compressed``, ``fast``, ``hotword_only``, ``language_mixed``, ``language_uncertain``, ``low_confidence``,
    ``low_energy``, ``nothing_recognised``, ``phantom``, ``repetition``, ``slow``, ``unlikely_speech``.

    Args:
        utterance: the turn as heard.
        limits: where doubt begins.
    """
    limits = limits or DoubtLimits()
    text = utterance.text
    if not text:
        return ("unlikely_speech",) if utterance.no_speech > limits.no_speech else ("nothing_recognised",)
    rate = units(text) / max(utterance.speech_s, 0.1)
    timed = utterance.speech_s >= limits.least_speech_s
    found = {
        "compressed": utterance.compression > limits.compression,
        "repetition": longest_repeat(text) >= limits.repeats,
        "fast": rate > limits.fast and units(text) > 6,
        "slow": timed and rate < limits.slow,
        "low_energy": utterance.level_db < limits.low_db,
        "low_confidence": utterance.confidence < limits.confidence,
        "unlikely_speech": utterance.no_speech > limits.no_speech and utterance.confidence < limits.no_speech,
        "phantom": is_phantom(text),
        # No Mandarin dictionary or guard fits Cantonese: what was detected as such is for an expert to read.
        "language_uncertain": utterance.language_probability < limits.language or utterance.language == "yue",
        "language_mixed": switches(text, utterance.language),
        "hotword_only": bool(utterance.only_biased),
    }
    return tuple(sorted(name for name, holds in found.items() if holds))


def units(text: str) -> int:
    """Return the length of a text in units of speech: Han characters, Latin words and digits."""
    return len(IS_HAN.findall(text)) + len(LATIN_WORD.findall(text)) + sum(c.isdigit() for c in text)


def longest_repeat(text: str) -> int:
    """Return how often in a row the same stretch of 1 to 8 letters stands, at most, punctuation aside.

    Digits are left out ("0000" is part of a number), and a single syllable counts half ("对对对对" is speech).
    """
    plain = "".join(c for c in text.casefold() if c.isalpha())
    most = 1
    for size in range(1, 9):
        run = 1
        at = 0
        while at + 2 * size <= len(plain):
            if plain[at : at + size] == plain[at + size : at + 2 * size]:
                run += 1
                at += size
                most = max(most, run // 2 if size == 1 else run)
            else:
                run = 1
                at += 1
    return most


def switches(text: str, language: str) -> bool:
    """Tell whether a text is mostly in another script than its language's; foreign brand names are not enough."""
    han, latin = len(IS_HAN.findall(text)), len(LATIN_WORD.findall(text))
    strange = sum(c.isalpha() and not c.isascii() and not IS_HAN.match(c) for c in text)
    if strange >= 2:
        return True
    return han > latin if language == "en" else latin >= 3 and latin > han


def is_phantom(text: str) -> bool:
    """Tell whether a text consists, for its greater part, of phrases that Whisper invents in silence."""
    plain = "".join(c for c in text.casefold() if c.isalnum())
    if not plain:
        return False
    covered = [False] * len(plain)
    for phrase in phantom_phrases():
        at = plain.find(phrase)
        while at >= 0:
            covered[at : at + len(phrase)] = [True] * len(phrase)
            at = plain.find(phrase, at + 1)
    return sum(covered) * 2 > len(plain)


@cache
def phantom_phrases() -> tuple[str, ...]:
    """Return the phrases of data/phantoms.txt without punctuation, longest first."""
    lines = resources.files("asr").joinpath("data/phantoms.txt").read_text(encoding="utf-8").splitlines()
    kept: Sequence[str] = [line for line in lines if line.strip() and not line.startswith("#")]
    plain = {"".join(c for c in line.casefold() if c.isalnum()) for line in kept}
    return tuple(sorted(plain, key=lambda p: (-len(p), p)))
