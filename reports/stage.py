"""The night's last stage: the store in, the site out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.ids import bytes_digest, canonical_json, fingerprint
from complaints.night import Night, StageReport

if TYPE_CHECKING:
    from complaints.night import Task
    from complaints.store import Store
    from reports.pages import Page

VERSION = 1
ROOM = Path(__file__).parent
ITEM = "all"
# What the pages read. Other tables may change without a page changing.
READ_TABLES = (
    "cases", "segments", "mentions", "classifications", "issues", "issue_members", "issue_events", "causes", "actions",
    "quarantine", "stations", "cause_weeks", "notes", "unmapped_columns",
)  # fmt: skip


class Stage:
    """Writes the site when anything that its pages read has changed."""

    name = "reports"

    def run(self, night: Night) -> StageReport:
        """Write the site as a whole, or leave it when its key is unchanged and it stands."""
        key = site_key(night)
        site = night.workspace.site
        if self.name not in night.redo and self._key_before(night.store) == key and (site / "index.html").is_file():
            return StageReport(self.name, {"pages": sum(1 for _ in site.rglob("*.html"))})
        written = self._write(night, site)
        with night.store.transaction():
            night.store.mark(self.name, key, [(ITEM, key)], night.run_id)
        night.log.event(self.name, "site written", pages=written)
        return StageReport(self.name, {"pages": written})

    def _key_before(self, store: Store) -> str | None:
        found = store.query("SELECT key FROM stage_state WHERE stage = ? AND item_id = ?", [self.name, ITEM])
        return str(found[0][0]) if found else None

    def _write(self, night: Night, site: Path) -> int:
        from reports.pages import Pages
        from reports.site import write_site

        pages = Pages(night.store, night.dictionary, night.as_of, night.settings.general.language)
        with night.progress.task("reports", pages.total) as task:
            return write_site(site, _counted(pages.all(), task))


def _counted(pages: Iterable[Page], task: Task) -> Iterator[Page]:
    for page in pages:
        yield page
        task.advance()


def site_key(night: Night) -> str:
    """Return the key of the whole site: tables, date, dictionary, settings, and this room's own files."""
    own = [
        (path.relative_to(ROOM).as_posix(), bytes_digest(path))
        for path in sorted(ROOM.rglob("*"))
        if path.suffix in (".html", ".css", ".po")
    ]
    tables = canonical_json([table_digest(night.store, table) for table in READ_TABLES])
    settings = night.settings.key("general", "reports")
    return fingerprint([VERSION, tables, night.as_of, night.dictionary.fingerprint, settings, canonical_json(own)])


def table_digest(store: Store, table: str) -> str:
    """Return a digest of a table's rows, whatever their order; no row leaves DuckDB."""
    count, total = store.query(f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM {table} t")[0]
    return f"{table}:{count}:{total}"
