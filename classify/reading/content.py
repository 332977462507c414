"""What a complaint's text is about: fault, service, or none (no content of its own).

- fault: at least one present symptom; or, with no strong word of sales and service, a component with a word of trouble
  in its clause ("变速箱坏了"): something is wrong with the product, only the dictionary has no name for it.
- service: no present symptom, and words of sales and service (price cut, deposit, delivery, attitude, charges).
- none: neither; follow-ups ("还没有人联系我", "nobody has called me back") and texts in which nothing is recognised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from classify.reading.cues import alternation
from classify.reading.data import table
from classify.reading.mention import ExtractedMention
from classify.reading.normalise import fold, normal_text
from classify.reading.polarity import CLAUSE_BREAKS
from complaints.records import COMPONENT, FAULT, NO_CONTENT, SERVICE, SYMPTOM

STRONG = 2


@dataclass(frozen=True, slots=True)
class ServiceWord:
    """A word of sales and service found in a text: characters [start, end) of the original, topic, weight 0 to 2."""

    start: int
    end: int
    topic: str
    weight: int


@cache
def _vocabulary(language: str) -> tuple[re.Pattern[str], dict[str, tuple[str, int]]]:
    rows = table("service_en" if language == "en" else "service_zh")
    topics = {fold(row["term"]): (row["topic"], int(row["weight"])) for row in rows}
    return re.compile(alternation(topics, language)), topics


def service_topics(language: str) -> dict[str, list[str]]:
    """Return the words of sales and service by topic, in the file's order."""
    topics: dict[str, list[str]] = {}
    for word, (topic, weight) in _vocabulary(language)[1].items():
        if weight:
            topics.setdefault(topic, []).append(word)
    return topics


def service_words(text: str, language: str) -> list[ServiceWord]:
    """Return the words of sales, service, follow-up and trouble in a text, by place."""
    normal = normal_text(text, language)
    pattern, topics = _vocabulary(language)
    return [
        ServiceWord(*normal.original_span(found.start(), found.end()), *topics[found.group()])
        for found in pattern.finditer(normal.text)
    ]


def content_of(text: str, language: str, mentions: Sequence[ExtractedMention], words: Sequence[ServiceWord]) -> str:
    """Return fault, service or none for a case.

    Args:
        text: the case's text.
        language: zh or en.
        mentions: all mentions of the text.
        words: `service_words` of the text.
    """
    if any(m.kind == SYMPTOM and m.polarity == "present" for m in mentions):
        return FAULT
    if any(word.weight >= STRONG for word in words):
        return SERVICE
    if _troubled_component(text, language, mentions, words):
        return FAULT
    return SERVICE if any(word.weight for word in words) else NO_CONTENT


def _troubled_component(
    text: str, language: str, mentions: Sequence[ExtractedMention], words: Sequence[ServiceWord]
) -> bool:
    troubles = [word.start for word in words if word.topic == "trouble"]
    components = [m.start for m in mentions if m.kind == COMPONENT and m.polarity == "present"]
    if not troubles or not components:
        return False
    edges = [0, *(found.end() for found in CLAUSE_BREAKS[language].finditer(text)), len(text) + 1]
    return any(
        any(start <= c < end for c in components) and any(start <= t < end for t in troubles)
        for start, end in pairwise(edges)
    )
