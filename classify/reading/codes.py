"""What is known of a case as names, one a fact: the codes that models learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from complaints.records import COMPONENT, SYMPTOM

if TYPE_CHECKING:
    from classify.reading.content import ServiceWord
    from classify.reading.mention import ExtractedMention
    from complaints.dictionary import Dictionary


def mention_codes(
    mentions: Sequence[ExtractedMention], words: Sequence[ServiceWord], content: str, dictionary: Dictionary
) -> tuple[str, ...]:
    """Return what is known of a case as names: codes, systems, symptom with component, topics of service, content.

    Repeats count: a system named three times weighs more than one named in passing.
    """
    found = [f"content:{content}", *(f"topic:{word.topic}" for word in words)]
    for mention in mentions:
        if mention.kind not in (SYMPTOM, COMPONENT):
            continue
        if mention.polarity != "present":
            found.append(f"{mention.polarity}:{mention.code}")
            continue
        found.append(f"{mention.kind}:{mention.code}")
        part = mention.component_code if mention.kind == SYMPTOM else mention.code
        if part:
            found.append(f"system:{dictionary.system_of(part)}")
        if mention.component_code:
            found.append(f"{mention.component_code}+{mention.code}")
    return tuple(found)
