"""How much of everything the demo holds, and the dates it lives in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEED = 20260630
FIRST_RECEIVED = date(2025, 12, 29)
LAST_RECEIVED = date(2026, 6, 28)


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of texts by sort; the planted ones come on top of the flat rate of the same symptom."""

    planted_suspension: int = 40
    planted_transmission: int = 40
    flat_suspension: int = 42
    flat_transmission: int = 22
    flat_other: int = 126
    service: int = 40
    follow_ups: int = 10
    repeats: int = 10
    copies: int = 3


COUNTS = Counts()
ENGLISH_SHARE = 0.11
