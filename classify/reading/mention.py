"""A mention as the rules hand it on."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.vocabulary import Polarity

TERM_CONFIDENCE = 0.95
PROTECTED = "protected"  # kind of a find that hides the terms inside it


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in a text.

    Args:
        kind: symptom, component or condition.
        code: the dictionary's code.
        start: first character; in the folded text inside the pipeline, in the original one outside.
        end: one behind the last.
        confidence: how sure the rule is, 0..1.
        rule: term, the name of a pattern's kind, or answer.
        polarity: present, absent or hypothetical.
        component_code: of a symptom, the component it belongs to.
    """

    kind: str
    code: str
    start: int
    end: int
    confidence: float = TERM_CONFIDENCE
    rule: str = "term"
    polarity: Polarity = "present"
    component_code: str | None = None
