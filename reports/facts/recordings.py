"""Which recordings a page may play, and where they lie: originals are linked, never copied.

Pages are redacted, recordings are not: a setting decides, and it is off by default. Where it says "clean", a call in
which redaction found anything is never linked. A recording whose name is personal data is linked in no case: the link
would print the name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit

from reports.facts.types import Played

if TYPE_CHECKING:
    from pathlib import Path

    from complaints.run import Night
    from complaints.settings import Reports
    from complaints.store import Store

Rule = Literal["off", "clean", "all"]
INBOX = "inbox"  # the private store's paths begin with it, those of cases do not
TAIL_SECONDS = 1.0  # after the segment's end


class Recordings:
    """Finds recordings for quotes.

    Args:
        store: the public store.
        private: the private store: it knows the true names.
        rule: off, clean (calls in which nothing personal was found) or all.
        place: where readers find inbox/: an address, or a path from site/.
    """

    def __init__(self, store: Store, private: Store, rule: Rule, place: str) -> None:
        self._store, self._private, self._rule = store, private, rule
        self._place = place.rstrip("/") + "/"

    @property
    def outward(self) -> str:
        """The relative path from site/ by which pages link recordings; empty when they link none, or by an address."""
        return "" if self._rule == "off" or "://" in self._place else self._place

    def of(self, quotes: Sequence[tuple[str, float | None]]) -> Played:
        """Return addresses with the seconds to play (a media fragment, W3C Media Fragments URI 1.0).

        Args:
            quotes: (case_id, second of the call, None for a text).
        """
        wanted = sorted({(case, second) for case, second in quotes if second is not None})
        if self._rule == "off" or not wanted:
            return {}
        names = self._names(sorted({case for case, _ in wanted}))
        ends = {
            (case, second): end
            for case, second, end in self._store.query(
                "SELECT case_id, second, min(end_s) FROM segments JOIN"
                " (SELECT unnest(?::VARCHAR[]) AS case_id, unnest(?::DOUBLE[]) AS second) USING (case_id)"
                " WHERE start_s <= second AND end_s > second GROUP BY ALL",
                [[case for case, _ in wanted], [second for _, second in wanted]],
            )
        }
        return {
            (case, second): self._place + quote(names[case]) + _fragment(second, ends.get((case, second)))
            for case, second in wanted
            if case in names
        }

    def _names(self, cases: Sequence[str]) -> dict[str, str]:
        """Return the paths under inbox/ of the calls that may be played."""
        some = "IN (SELECT unnest(?::VARCHAR[]))"
        called = f"SELECT case_id, source_ref FROM cases WHERE source = 'call' AND case_id {some}"
        true_names = dict(self._private.query(f"SELECT input_id, path FROM originals WHERE input_id {some}", [cases]))
        names = {
            case: name for case, name in self._store.query(called, [cases]) if true_names.get(case) == f"{INBOX}/{name}"
        }
        for case in self._with_persons(sorted(names)) if self._rule == "clean" else ():
            del names[case]
        return names

    def _with_persons(self, cases: Sequence[str]) -> set[str]:
        from complaints.redaction import KINDS, placeholder

        marks = [placeholder(kind, language) for kind in KINDS for language in ("zh", "en")]
        rows = self._store.query(
            "SELECT DISTINCT case_id FROM segments WHERE case_id IN (SELECT unnest(?::VARCHAR[]))"
            " AND list_bool_or([contains(text || heard, mark) FOR mark IN ?::VARCHAR[]])",
            [list(cases), marks],
        )
        return {row[0] for row in rows}


def _fragment(second: float, end: float | None) -> str:
    return f"#t={second:g}" if end is None else f"#t={second:g},{end + TAIL_SECONDS:g}"


def recordings_of(night: Night) -> Recordings:
    """Return the recordings that a night's pages may link."""
    settings = night.settings.reports
    place = settings.recordings_at or _from_site(night.workspace.inbox, night.workspace.site)
    return Recordings(night.store, night.private, settings.play_recordings, place)


def media_source(settings: Reports) -> str:
    """Return the source from which a page may play recordings, for its content security policy; empty: from none."""
    if settings.play_recordings == "off":
        return ""
    place = urlsplit(settings.recordings_at)
    if not place.scheme:
        return "'self'"
    return "file:" if place.scheme == "file" else f"{place.scheme}://{place.netloc}"


def _from_site(inbox: Path, site: Path) -> str:
    return os.path.relpath(inbox, site).replace(os.sep, "/")
