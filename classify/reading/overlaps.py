"""Which of several overlapping finds is the mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from classify.reading.compatibility import weak_components
from classify.reading.lexicon import KINDS
from classify.reading.mention import PROTECTED, ExtractedMention
from complaints.records import COMPONENT, CONDITION, SYMPTOM


def longest_finds(
    found: Sequence[ExtractedMention], broader: Mapping[str, str]
) -> tuple[list[ExtractedMention], list[ExtractedMention]]:
    """Settle overlaps: of a kind, and of readings of the same characters, the longest and first stays.

    A component inside a symptom's words is kept (it tells the component of 方向盘抖动) unless it is named in passing
    (烧机油); a symptom or condition inside a component's name is not meant, and a component inside a condition
    (踩刹车时) is only implied. A symptom gives way to a narrower one that it overlaps ("grinding noise comes from").

    Args:
        found: finds in any order.
        broader: the broader code of each symptom code that has one.

    Returns:
        The mentions in order of place, and the implied components.
    """
    ordered = sorted(_narrowed(_merged(found), broader), key=_preference)
    kept: list[ExtractedMention] = []
    implied: list[ExtractedMention] = []
    for one in ordered:
        over = [other for other in kept if one.start < other.end and other.start < one.end]
        if not over:
            kept.append(one)
        elif one.kind == COMPONENT and all(_holds(other, one) and other.kind in (SYMPTOM, CONDITION) for other in over):
            named = one.code not in weak_components() and all(other.kind == SYMPTOM for other in over)
            if named:
                kept.append(one)
            else:
                implied.append(replace(one, implied=True))
    mentions = [f for f in kept if f.kind != PROTECTED]
    return sorted(mentions, key=lambda f: (f.start, f.end, _rank(f.kind))), implied


def _merged(found: Sequence[ExtractedMention]) -> list[ExtractedMention]:
    """Make one find of two of the same code that overlap in part: 车机卡 and 卡顿 are one wording."""
    merged: list[ExtractedMention] = []
    for one in sorted(found, key=lambda f: (f.kind, f.code, f.start, -f.end)):
        last = merged[-1] if merged else None
        if last and (last.kind, last.code) == (one.kind, one.code) and one.start < last.end < one.end:
            merged[-1] = replace(last, end=one.end, confidence=max(last.confidence, one.confidence))
        else:
            merged.append(one)
    return merged


def _narrowed(found: Sequence[ExtractedMention], broader: Mapping[str, str]) -> list[ExtractedMention]:
    narrow = [f for f in found if f.kind == SYMPTOM and f.code in broader]
    return [
        one
        for one in found
        if not any(broader[n.code] == one.code and n.start < one.end and one.start < n.end for n in narrow)
    ]


def _preference(found: ExtractedMention) -> tuple[int, bool, int, int, float, str]:
    length = found.end - found.start
    return -length, found.kind != PROTECTED, found.start, _rank(found.kind), -found.confidence, found.code


def _rank(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else -1


def _holds(outer: ExtractedMention, inner: ExtractedMention) -> bool:
    inside = outer.start <= inner.start and inner.end <= outer.end
    return inside and outer.end - outer.start > inner.end - inner.start
