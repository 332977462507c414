"""The night's last stage: the store in, the site out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.fingerprints import bytes_digest, canonical_json, fingerprint
from complaints.messages import LANGUAGES, sources
from complaints.records import INTERNAL_RECORDS
from complaints.run import Night, StageReport
from complaints.store import known_by
from reports.notify import notify

if TYPE_CHECKING:
    from complaints.run import Task
    from complaints.store import Store
    from reports.site import Edition, Sheet

VERSION = 7
ROOM = Path(__file__).parent
ITEM = "all"
# What the pages read. Other tables may change without a page changing.
READ_TABLES = (
    "cases", "segments", "mentions", "classifications", "issues", "issue_members", "issue_events", "issue_decisions",
    "causes", "warnings", "suppliers", "actions", "reviews", "quarantine", "labels", "stations", "cause_weeks",
    "cause_service", "unmapped_columns", "groups", *INTERNAL_RECORDS,
)  # fmt: skip


class Stage:
    """Writes the site when anything that its pages read has changed."""

    name = "reports"

    def run(self, night: Night) -> StageReport:
        """Write what changed of the site, or leave it when its key is unchanged and it stands."""
        with known_by(night.store, night.as_of):
            return self._run(night)

    def _run(self, night: Night) -> StageReport:
        key = site_key(night)
        site = night.workspace.site
        if self.name not in night.redo and self._key_before(night.store) == key and (site / "index.html").is_file():
            return StageReport(self.name, {"pages": len(_record(night.store)), "pages changed": 0})
        edition = write_edition(night, anew=self.name in night.redo)
        if not night.archive_only:
            with night.store.transaction():
                remember(night, edition)
                night.store.mark(self.name, key, [(ITEM, key)], night.run_id)
        changed = sum(path in edition.pages for path in edition.changed)
        counts = {"pages": len(edition.pages), "pages changed": changed}
        night.log.event(self.name, "site written", pages=counts["pages"], changed=changed, drawn=edition.drawn)
        sent, failed = (0, 0) if night.archive_only else notify(night)  # a night of the past is no news
        counts |= {"messages sent": sent, "messages failed": failed} if sent or failed else {}
        return StageReport(self.name, counts)

    def _key_before(self, store: Store) -> str | None:
        found = store.query("SELECT key FROM stage_state WHERE stage = ? AND item_id = ?", [self.name, ITEM])
        return str(found[0][0]) if found else None


def _record(store: Store) -> dict[str, object]:
    from reports.site import read_record

    return dict(read_record(store))


def remember(night: Night, edition: Edition) -> None:
    """Keep what the nights to come compare themselves with. The caller holds a transaction."""
    from reports.facts import keep_history
    from reports.site import write_record

    write_record(night.store, edition.pages)
    keep_history(night.store, night.as_of)


def write_edition(night: Night, *, anew: bool = False, workers: int | None = None) -> Edition:
    """Write a night's site.

    Args:
        night: the night.
        anew: draw every page, whatever is known of the last site.
        workers: processes that draw; None: one a core.
    """
    from dataclasses import replace

    from reports.facts import media_source, recordings_of
    from reports.site import Editor, Pages, Sheets, code_names, read_record

    general, reports = night.settings.general, night.settings.reports
    promised = night.settings.classify.precision
    recordings = recordings_of(night)
    sheets = Sheets(night.store, night.dictionary, night.as_of, promised, recordings)
    # A page that changed later would carry a day that this night does not know.
    known = {path: page for path, page in read_record(night.store).items() if page.changed <= night.as_of}
    if anew:
        known = {path: replace(page, facts="") for path, page in known.items()}
    media = media_source(reports)
    pages = Pages(code_names(night.dictionary), sheets.station_names, general.language, media)
    base = fingerprint([_base(night), night.store.digest("stations")])
    outward = recordings.outward
    editor = Editor(
        night.workspace.site, pages, base, night.as_of, known, reports.keep_nights, workers, outward,
        night.archive_only,
    )  # fmt: skip
    with night.progress.task("reports", sheets.total) as task:
        return editor.write(_counted(sheets.all(), task))


def _counted(sheets: Iterable[Sheet], task: Task) -> Iterator[Sheet]:
    for sheet in sheets:
        yield sheet
        task.advance()


def _base(night: Night) -> str:
    """Return the key of what every page depends on besides its facts."""
    own = [
        (path.relative_to(ROOM).as_posix(), bytes_digest(path))
        for path in sorted(ROOM.rglob("*"))
        if path.suffix in (".html", ".css", ".js")
    ]
    own += [(f"{language}/{path.name}", bytes_digest(path)) for language in LANGUAGES for path in sources(language)]
    settings = night.settings.key("general", "reports", "classify")
    return fingerprint([VERSION, night.dictionary.fingerprint, settings, canonical_json(own)])


def site_key(night: Night) -> str:
    """Return the key of the whole site: tables, date, dictionary, settings, and this room's own files and words."""
    tables = [night.store.digest(table) for table in READ_TABLES]
    return fingerprint([_base(night), canonical_json(tables), night.as_of])
