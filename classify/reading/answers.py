"""Agents' questions answered by the customer: "有没有漏油?" "没有" denies, "有的" confirms."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from classify.reading.mention import ExtractedMention
from complaints.records import Segment
from complaints.store import TurnSpan

ANSWER_CONFIDENCE = 0.7  # a bare yes or no says less than a symptom named
MAX_ANSWER_GAP_S = 12.0
QUESTION = {
    "zh": re.compile(r"[?？]|有没有|是不是|会不会|是否|有无|吗|出现过|什么情况下"),
    "en": re.compile(
        r"\?|^\s*(?:(?:and|so|ok|okay) )?(?:is|are|was|were|do|does|did|have|has|had|can|could|any)\b", re.IGNORECASE
    ),
}
# What may stand before the answer itself.
OPENING_ZH = "嗯|呃|啊|哦|噢|唉|哎|这个|那个|这|那|倒|都|也|好像|应该|目前|现在|暂时|完全|一直"
OPENING_EN = "uh|um|well|oh|so far|actually|i think|i guess"
OPENING = {
    "zh": rf"^[\s,，。.、]*(?:(?:{OPENING_ZH})[\s,，。.、]*)*",
    "en": rf"^[\s,.]*(?:(?:{OPENING_EN})[\s,.]*)*",
}
REST = {"zh": r"[^,，。.!！?？;；\n]{0,8}", "en": r"[^,.!?;\n]{0,20}"}
NO_ZH = "(?:没有|没|不是|不会|不|无|未)(?!错|知道|清楚|好说|止|光|仅|但|注意|留意|确定|一定|太清|晓得|记得)"
NO_EN = r"(?:no|nope|not|never|none|negative)\b(?! idea| sure| doubt)"
YES_ZH = "(?:有的?|有啊|是的?|对的?|会的?|没错|确实|经常|偶尔|时不时|有时候?|就是)(?!没有|不是|不)"
YES_EN = r"(?:yes|yeah|yep|yup|right|correct|sometimes|often|it does|it is|there is|definitely)\b"
DENIAL = {
    "zh": re.compile(f"{OPENING['zh']}(?P<x>{NO_ZH}{REST['zh']})"),
    "en": re.compile(f"{OPENING['en']}(?P<x>{NO_EN}{REST['en']})", re.IGNORECASE),
}
CONFIRMATION = {
    "zh": re.compile(f"{OPENING['zh']}(?P<x>{YES_ZH}{REST['zh']})"),
    "en": re.compile(f"{OPENING['en']}(?P<x>{YES_EN}{REST['en']})", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer's turn says to a question: denied or confirmed, and the characters of the turn that say it."""

    denied: bool
    start: int
    end: int


def read_answer(text: str, language: str) -> Answer | None:
    """Return the answer that a turn begins with, or None when it neither confirms nor denies."""
    for denied, patterns in ((True, DENIAL), (False, CONFIRMATION)):
        found = patterns[language].match(text)
        if found:
            return Answer(denied, found.start("x"), found.start("x") + len(found.group("x").rstrip()))
    return None


def answered_mentions(
    segments: Sequence[Segment],
    spans: Sequence[TurnSpan],
    language: str,
    find: Callable[[str], Sequence[ExtractedMention]],
    named: Sequence[ExtractedMention],
) -> list[ExtractedMention]:
    """Return a mention for every symptom that an agent asked about and the next turn confirms or denies.

    Args:
        segments: all segments of the call.
        spans: where the customer's turns lie in the case's text.
        language: zh or en.
        find: finds mentions in an agent's words.
        named: mentions of the customer's own words; a symptom named in the answer needs no second mention.

    Returns:
        Symptom mentions whose offsets point at the answer in the case's text.
    """
    turns = {(span.segment.start_s, span.segment.channel, span.segment.text): span for span in spans}
    ordered = sorted(segments, key=lambda s: (s.start_s, s.end_s, s.channel, s.text))
    mentions = []
    for asked, reply in pairwise(ordered):
        span = turns.get((reply.start_s, reply.channel, reply.text))
        if asked.speaker != "agent" or span is None or reply.start_s - asked.end_s > MAX_ANSWER_GAP_S:
            continue
        if not QUESTION[language].search(asked.text):
            continue
        answer = read_answer(reply.text, language)
        if answer is None:
            continue
        there = {f.code for f in named if span.start <= f.start < span.end}
        for found in find(asked.text):
            if found.kind == "symptom" and found.code not in there:
                there.add(found.code)
                mentions.append(_as_answered(found, answer, span.start))
    return mentions


def _as_answered(found: ExtractedMention, answer: Answer, offset: int) -> ExtractedMention:
    return replace(
        found,
        start=offset + answer.start,
        end=offset + answer.end,
        polarity="absent" if answer.denied else "present",
        confidence=ANSWER_CONFIDENCE,
        rule="answer",
    )
