"""The language that a channel is decoded in: given, or detected with a floor of confidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DECODED = ("zh", "en")
# Models that tell Cantonese apart call it yue; it is decoded as such, for Mandarin decoding would garble it.
CHINESE = ("zh", "yue")
FLOOR = 0.5  # under this probability a detected language is a guess


@dataclass(frozen=True, slots=True)
class Language:
    """A Whisper language code and its probability (1 when given by the settings or the sidecar)."""

    code: str
    probability: float


def choose_language(setting: str, detect: Callable[[], dict[str, float]], known: Language | None) -> Language:
    """Return the language to decode a channel in.

    Args:
        setting: zh or en to fix it, auto to detect it.
        detect: gives the model's {language: probability} for the channel's first window.
        known: language of the call's other channel; taken when this channel's own is a guess.
    """
    if setting != "auto":
        return Language(setting, 1.0)
    found = detect()
    code = max((*DECODED, "yue"), key=lambda c: found.get(c, 0.0))
    own = Language(code, found.get(code, 0.0))
    if own.probability < FLOOR and known is not None and known.probability >= FLOOR:
        return Language(known.code, own.probability)
    return own
