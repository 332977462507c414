"""What the last night wrote: by it a page whose figures stand still keeps its file and its date, undrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date

from complaints.fingerprints import canonical_json, digest
from complaints.store import Store

STAGE, NOTE = "reports", "pages"
DIGITS = 16


@dataclass(frozen=True, slots=True)
class Known:
    """A page of the last site: digests of its facts, of its text without the date, of its file, and that date."""

    facts: str
    text: str
    file: str
    changed: date


def short(*parts: object) -> str:
    """Return a digest as it is kept here."""
    return digest(*parts)[:DIGITS]


def read_record(store: Store) -> dict[str, Known]:
    """Return what is known of the last site's pages, by path; an unreadable note counts as nothing known."""
    try:
        raw = json.loads(store.notes(STAGE).get(NOTE, "{}"))
        return {
            path: Known(facts, text, file, date.fromisoformat(day)) for path, (facts, text, file, day) in raw.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def write_record(store: Store, known: Mapping[str, Known]) -> None:
    """Keep what was written, in the place of what was known."""
    rows = {path: [*astuple(page)[:3], page.changed.isoformat()] for path, page in known.items()}
    store.note(STAGE, NOTE, canonical_json(rows))
