"""Repair of a turn: what rescoring found, then Mandarin by pinyin or English by Metaphone; no other language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from asr.repair.mandarin import Repair
from asr.script import HAN_RUN

if TYPE_CHECKING:
    from asr.transcript import Utterance
    from complaints.dictionary import Term


class RepairsTurns(Protocol):
    """What repairs the turns of one language."""

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """Return a turn's text with its repairs, in order; a text without any is returned as it is."""


def repairers(terms: Sequence[Term]) -> dict[str, RepairsTurns]:
    """Return what repairs turns with a dictionary's terms, by language (zh, en)."""
    from asr.repair.english import EnglishRepairer
    from asr.repair.mandarin import Repairer

    return {"zh": Repairer(terms), "en": EnglishRepairer(terms)}


def repaired(utterance: Utterance, by_language: Mapping[str, RepairsTurns]) -> tuple[str, tuple[Repair, ...]]:
    """Return a turn's text with its repairs, in order of place.

    Args:
        utterance: as it was heard.
        by_language: what repairs; a language that is missing stays as heard.
    """
    if utterance.language not in by_language:
        return utterance.text, ()
    text, found = _with_rescored(utterance.text, utterance.rescored)
    again, repairs = by_language[utterance.language].repair(text)
    # A longer term may take in a rescored word. Both are as long as what was heard, so offsets stay.
    kept = [f for f in found if not any(_overlap(f, r) for r in repairs)]
    if found:
        repairs = tuple(replace(r, heard=utterance.text[r.heard_start : r.heard_start + len(r.heard)]) for r in repairs)
    return again, tuple(sorted([*kept, *repairs], key=lambda r: r.start))


def _with_rescored(text: str, pairs: Sequence[tuple[str, str]]) -> tuple[str, list[Repair]]:
    """Put the rescored words into a text, in order; one whose stretch is cut by a pause is left out."""
    found, at = [], 0
    for heard, word in pairs:
        start = text.find(heard, at)
        if start < 0 or not HAN_RUN.fullmatch(word) or len(word) != len(heard):
            continue
        text = text[:start] + word + text[start + len(heard) :]
        found.append(Repair(heard, word, start, start, "rescored"))
        at = start + len(heard)
    return text, found


def _overlap(a: Repair, b: Repair) -> bool:
    return a.start < b.start + len(b.written) and b.start < a.start + len(a.written)
