"""Repair by language: Mandarin by pinyin, English by Metaphone; other languages are not repaired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asr.repair import Repair
    from complaints.dictionary import Term


class RepairsTurns(Protocol):
    """What repairs the turns of one language."""

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """Return a turn's text with its repairs, in order; a text without any is returned as it is."""


def repairers(terms: Sequence[Term]) -> dict[str, RepairsTurns]:
    """Return what repairs turns with a dictionary's terms, by language (zh, en)."""
    from asr.english import EnglishRepairer
    from asr.repair import Repairer

    return {"zh": Repairer(terms), "en": EnglishRepairer(terms)}
