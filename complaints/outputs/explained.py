"""What an explanation is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from complaints.messages import message, named, render

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


def kept(sections: Iterable[tuple[str, tuple[str, ...]]], language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sections that have lines, under their headings in zh or en."""
    return tuple((line(heading, language), lines) for heading, lines in sections if lines)


def line(key: str, language: str, **values: Any) -> str:
    """Return a sentence or a heading of an explanation in zh or en."""
    return render(message(f"explain.{key}", **values), language)


def review_line(review: dict[str, Any], language: str) -> str:
    """Return a review in one line; what was decided may be a word of ours, or the expert's own."""
    what, decision = review["what"], review["decision"]
    kind = {"mention": "mention_verdict", "cause": "decision"}.get(what, "category")
    return line(
        "review", language, day=f"{review['decided_at']:%Y-%m-%d}", reviewer=review["reviewer"],
        what=named("reviewed", what, language), decision=named(kind, decision, language),
    )  # fmt: skip
