"""A mention as every step of the reading hands it on; `complaints.records.Mention` is its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from complaints.records import MentionKind, Polarity

TERM_CONFIDENCE = 0.95
PROTECTED: Final = "protected"  # kind of a find that hides the terms inside it; it is no mention


@dataclass(frozen=True, slots=True)
class ExtractedMention:
    """A mention found in a text.

    Args:
        kind: symptom, component or condition.
        code: the dictionary's code.
        start: first character; in the folded text inside the pipeline, in the original one outside.
        end: one behind the last.
        confidence: how sure the rule is, 0..1.
        rule: term, the name of a pattern's kind, or answer.
        polarity: present, absent or hypothetical.
        component_code: of a symptom, the component it belongs to.
        implied: a component that is only named inside a condition; it is linked to, and is no mention.
    """

    kind: MentionKind | Literal["protected"]
    code: str
    start: int
    end: int
    confidence: float = TERM_CONFIDENCE
    rule: str = "term"
    polarity: Polarity = "present"
    component_code: str | None = None
    implied: bool = False
