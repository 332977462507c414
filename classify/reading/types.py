"""What is known of a case before its category is decided."""

from __future__ import annotations

from dataclasses import dataclass

from classify.reading.content import ServiceWord
from classify.reading.mention import ExtractedMention


@dataclass(frozen=True, slots=True)
class Dated:
    """Where a case stands among others.

    Args:
        order: sorts by time (received_at as text, then case_id); the earlier case has the lower.
        day: its day as an ordinal number; None: undated, it has neither history nor place in one.
        product: as given: "MAKE SERIES MODEL"; words from the left are levels.
        vehicle: serial token.
        copy_key: equal for copies of one text; a copy is no history.
    """

    order: str
    day: int | None
    product: str | None
    vehicle: str | None
    copy_key: str

    @property
    def case_id(self) -> str:
        """The case's id, which ends `order`."""
        return self.order.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a case before its category is decided.

    Args:
        case_id: the case.
        text: as stored (redacted).
        masked: as embedded.
        language: zh or en.
        content: fault, service or none.
        mentions: of the text.
        words: of sales and service.
        codes: `classify.reading.codes.mention_codes`.
        dated: its place in time, its product and vehicle; None: it has no history.
    """

    case_id: str
    text: str
    masked: str
    language: str
    content: str
    mentions: tuple[ExtractedMention, ...]
    words: tuple[ServiceWord, ...]
    codes: tuple[str, ...] = ()
    dated: Dated | None = None
