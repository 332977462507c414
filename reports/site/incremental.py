"""A night's edition of the site: what changed is written, the rest is taken over, old nights are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.fingerprints import bytes_digest
from complaints.messages import LANGUAGES
from reports.site import archive as nights
from reports.site.folder import NewSite
from reports.site.page_index import DIGITS, Known, short
from reports.site.pages import Page, Pages
from reports.site.render_pool import press

if TYPE_CHECKING:
    from reports.site.page_list import Sheet


@dataclass(frozen=True, slots=True)
class Edition:
    """What was written: `changed` holds the paths whose bytes are new, `drawn` counts the sheets made anew."""

    pages: Mapping[str, Known]
    changed: Sequence[str]
    drawn: int


@dataclass
class Editor:
    """Writes an edition.

    Args:
        site: the site's folder.
        pages: writes pages.
        base: digest of all that every page depends on besides its facts (templates, dictionary, settings).
        night: the date that changed pages carry.
        known: the last edition's pages.
        keep_nights: how many nights stay reachable, tonight included.
        workers: processes; None: one a core.
        outward: the path by which pages link recordings beside the site, empty: they link none.
        archive_only: put the pages into the nights/DATE of the site that stands, and leave that site as it is.
    """

    site: Path
    pages: Pages
    base: str
    night: date
    known: Mapping[str, Known]
    keep_nights: int = 0
    workers: int | None = None
    outward: str = ""
    archive_only: bool = False
    _written: dict[str, Known] = field(default_factory=dict)

    def write(self, sheets: Iterable[Sheet]) -> Edition:
        """Write the site from its sheets and put it in the place of the old one, or among its nights."""
        new, drawn = NewSite(self.site), 0

        def to_draw() -> Iterator[Sheet]:
            for sheet in sheets:
                found = short(self.base, sheet.kind, repr(sheet.facts))
                if not self._take_over(new, sheet, found):
                    yield replace(sheet, key=found)

        for sheet, made in press(self.pages, to_draw(), self.workers):
            drawn += 1
            for page in made:
                self._put(new, page, sheet.key)
        new.add_static()
        if self.archive_only:
            self._lay_in(new, self.night)
            new.archive(self.night, self.pages.night_lists(nights.kept(self.site, self.night)))
        else:
            self._keep_nights(new)
            new.swap()
        return Edition(self._written, new.changed, drawn)

    def _take_over(self, new: NewSite, sheet: Sheet, facts: str) -> bool:
        """Take a sheet's files over when its facts stand still and the files are those that were written."""
        paths = [f"{language}/{sheet.path}" for language in LANGUAGES]
        paths += [sheet.path] if sheet.kind == "overview" else []
        found = [self.known.get(path) for path in paths]
        for path, page in zip(paths, found, strict=True):
            file = self.site / path
            if page is None or page.facts != facts or file.is_symlink() or not file.is_file():
                return False
            if bytes_digest(file)[:DIGITS] != page.file:
                return False
        for path, page in zip(paths, found, strict=True):
            assert page is not None
            new.keep(path)
            self._written[path] = page
        return True

    def _put(self, new: NewSite, page: Page, facts: str) -> None:
        text, before = short(page.html), self.known.get(page.path)
        changed = before.changed if before and before.text == text else self.night
        content = self.pages.dated(page, changed).encode("utf-8")
        new.write(page.path, content)
        self._written[page.path] = Known(facts, text, sha256(content).hexdigest()[:DIGITS], changed)

    def _keep_nights(self, new: NewSite) -> None:
        kept = nights.kept(self.site, self.night, self.keep_nights)
        nights.prune(self.site, kept)
        for page in self.pages.night_lists(kept):
            new.write(page.path, page.html.encode("utf-8"))
        if self.night in kept:
            self._lay_in(new, self.night)

    def _lay_in(self, new: NewSite, night: date) -> None:
        nights.copy_in(new.folder, night, self.outward)
        for page in self.pages.night_notices(night):
            path = new.folder / nights.FOLDER / night.isoformat() / page.path
            path.parent.mkdir(exist_ok=True)
            path.write_text(page.html, encoding="utf-8")
