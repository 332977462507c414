"""Wordings that no list of terms can hold: with gaps, doubled sounds, numbers with units, fault codes.

The patterns lie in classify/data: ``patterns_zh.csv``, ``patterns_en.csv`` (a regular expression each, over folded
text) and ``fault_codes.csv`` (OBD-II codes, SAE J2012, by their first characters). A pattern may have a group ``x``,
the mention's characters; otherwise the whole find is the mention. A group ``number`` is compared with the lowest value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.reading.data import table
from classify.reading.mention import ExtractedMention
from complaints.records import MentionKind

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

FAULT_CODE = re.compile(r"(?<![a-z0-9])([pbcu][0-3][0-9a-f]{3})(?:[- ]?[0-9a-f]{2})?(?![a-z0-9])")
FAULT_CODE_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    Args:
        kind: symptom, component or condition.
        code: the dictionary's code.
        triggers: a text without any of these words cannot match; looked for first because it is cheap.
        lowest: lowest value of the group ``number``, or None.
    """

    kind: MentionKind
    code: str
    rule: str
    expression: re.Pattern[str]
    triggers: tuple[str, ...]
    lowest: float | None
    confidence: float
    component: str | None = None


def patterns(dictionary: Dictionary, language: str) -> list[Pattern]:
    """Return the patterns of a language whose codes the dictionary knows."""
    compiled = []
    for row in table(f"patterns_{language}"):
        kind = dictionary.kind_of(row["code"])
        if kind is None:
            continue
        compiled.append(
            Pattern(
                kind=kind,
                code=row["code"],
                rule=row["rule"],
                expression=re.compile(row["pattern"]),
                triggers=tuple(row["triggers"].split("|")),
                lowest=float(row["lowest"]) if row["lowest"] else None,
                confidence=float(row["confidence"]),
            )
        )
    return compiled + _fault_codes(dictionary)


def _fault_codes(dictionary: Dictionary) -> list[Pattern]:
    compiled = []
    for row in table("fault_codes"):
        if dictionary.kind_of(row["symptom"]) is None:
            continue
        expression = re.compile(rf"(?={re.escape(row['prefix'])}){FAULT_CODE.pattern}")
        # A longer prefix says more, so it wins over a shorter one that finds the same code.
        confidence = FAULT_CODE_CONFIDENCE + len(row["prefix"]) / 1000
        component = row["component"] if dictionary.kind_of(row["component"]) else None
        compiled.append(
            Pattern("symptom", row["symptom"], "fault_code", expression, (row["prefix"],), None, confidence, component)
        )
    return compiled


def find_patterns(text: str, compiled: Sequence[Pattern]) -> Iterator[ExtractedMention]:
    """Yield what the patterns find in a folded text."""
    for pattern in compiled:
        if not any(trigger in text for trigger in pattern.triggers):
            continue
        for found in pattern.expression.finditer(text):
            groups = found.groupdict()
            if pattern.lowest is not None and not _at_least(groups.get("number"), pattern.lowest):
                continue
            start, end = found.span("x") if groups.get("x") else found.span()
            yield ExtractedMention(
                pattern.kind, pattern.code, start, end, pattern.confidence, pattern.rule,
                component_code=pattern.component,
            )  # fmt: skip


def _at_least(number: str | None, lowest: float) -> bool:
    try:
        return number is not None and float(number) >= lowest
    except ValueError:
        return False
