"""The review workbook: its sheets, their columns, and the hash that ties each row to what was shown."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.fingerprints import digest
from complaints.messages import message, render
from complaints.records import ExpertDecision, MentionVerdict, words_of

REVIEWER, DECIDED_ON, COMMENT = "reviewer", "decided_on", "comment"
CASES, MENTIONS, TRANSCRIPTS, CAUSES, LISTS, GUIDE = "cases", "mentions", "transcripts", "causes", "lists", "guide"
VERDICTS = words_of(MentionVerdict)
CAUSE_DECISIONS = words_of(ExpertDecision)
SIGNED = (REVIEWER, DECIDED_ON, COMMENT)
HASH_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet.

    Args:
        name: of the sheet.
        keys: columns that say what the row is about; protected.
        shown: further protected columns.
        asked: columns in which a decision is made; the first is the decision, the rest goes with it.
        width: of columns, by name, in characters.
    """

    name: str
    keys: tuple[str, ...]
    shown: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order; `hash` stands behind the keys."""
        return (*self.keys, "hash", *self.shown, *self.asked, *SIGNED)


SHEETS = (
    Sheet(
        CASES,
        ("case_id",),
        ("received_at", "product", "text", "category", "confidence", "runners_up", "words", "earlier_reviews"),
        ("decision",),
    ),
    Sheet(
        MENTIONS,
        ("case_id", "kind", "code", "start", "end"),
        ("quote", "name", "component", "polarity", "via"),
        ("verdict", "right_code"),
    ),
    Sheet(TRANSCRIPTS, ("case_id", "start_s", "channel"), ("speaker", "text", "doubt"), ("right_text",)),
    Sheet(
        CAUSES, ("cause_id",), ("about", "station_id", "cause", "probability", "verdict", "decided"), ("decision",)
    ),
)  # fmt: skip
WIDTHS = {"text": 70, "quote": 50, "right_text": 60, "words": 30, "comment": 30, "about": 30, "cause": 40, "doubt": 24}
GUIDE_LINES = ("cells", "signed", "list", "majority", "import")


def title(sheet: str, column: str, language: str) -> str:
    """Return a column's title in zh or en; a cause's verdict is the machine's, a mention's the reviewer's."""
    own = "cause_verdict" if (sheet, column) == (CAUSES, "verdict") else column
    return render(message(f"review.column.{own}"), language)


def row_hash(sheet: Sheet, keys: tuple[object, ...], content: str) -> str:
    """Return the check of a row: its sheet, its keys, and what the reviewer was shown."""
    return digest("review", sheet.name, *(str(key) for key in keys), content)[:HASH_DIGITS]
