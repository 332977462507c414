"""The language that a channel is decoded in: given, or detected with a floor of confidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DECODED = ("zh", "en")
# Models that tell Cantonese apart (Whisper large-v3) call it yue; it is decoded as such, for Mandarin decoding would
# garble it, and doubted (`asr.doubt`). Smaller models know zh only and give dialect a lower probability at best.
CANTONESE = "yue"
DIALECT = 0.2  # a share of Cantonese from which a call decoded as Mandarin is uncertain too
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
    code = max((*DECODED, CANTONESE), key=lambda c: found.get(c, 0.0))
    own = Language(code, found.get(code, 0.0))
    if code != CANTONESE and found.get(CANTONESE, 0.0) >= DIALECT:
        return Language(code, min(own.probability, FLOOR - 0.01))  # a dialect between the two
    if own.probability < FLOOR and known is not None and known.probability >= FLOOR:
        return Language(known.code, own.probability)
    return own
