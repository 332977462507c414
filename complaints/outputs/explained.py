"""What an explanation is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from complaints.outputs.explain_words import said

SHOWN_CASES = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """What is behind an id.

    Args:
        kind: case, issue, cause or warning.
        identity: the id.
        title: one line.
        sections: heading and lines, in order.
        facts: the same for machines.
        vehicles: serial tokens whose serial numbers may be shown.
    """

    kind: str
    identity: str
    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    facts: dict[str, Any]
    vehicles: tuple[str, ...] = field(default=())


def kept(sections: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sections that have lines."""
    return tuple((heading, lines) for heading, lines in sections if lines)


def told_review(review: dict[str, Any], language: str) -> str:
    """Return a review in one line."""
    what, decision = said(review["what"], language), said(review["decision"], language)
    return f"{review['decided_at']:%Y-%m-%d} {review['reviewer']}: {what} {decision}"
