"""What the site consists of: one sheet a set of facts, which becomes one file a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from complaints.batching import batches
from reports.facts import OverviewReader, PageFactsReader, StationsFacts, read_changes, read_quality
from reports.site import paths
from reports.wording import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.dictionary import Dictionary
    from complaints.store import Store
    from reports.facts import IssueFacts, Recordings

BATCH = 50  # pages whose facts are read together


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page before it is written: `kind` names its template, `path` is relative to the language's folder.

    `key` is a digest of all that the page depends on.
    """

    kind: str
    path: str
    facts: Any
    key: str = ""


class Sheets:
    """Reads the store as sheets.

    Args:
        store: the public store.
        dictionary: words for codes, and the systems of components.
        as_of: the night's date.
        promised: the promised precision of decisions without a person, from the settings.
        recordings: finds those that a page may play; None: none may.
    """

    def __init__(
        self,
        store: Store,
        dictionary: Dictionary,
        as_of: date,
        promised: float,
        recordings: Recordings | None = None,
    ) -> None:
        self._store, self._dictionary, self._promised = store, dictionary, promised
        self._overview = overview = OverviewReader(store, as_of)
        self._page_facts = PageFactsReader(store, overview.stations, as_of, recordings)
        self._issues = overview.issue_ids()

    @property
    def station_names(self) -> Mapping[str, str]:
        """Names of the stations by id."""
        return {s.station_id: s.name for s in self._overview.stations.values()}

    @property
    def issue_ids(self) -> list[str]:
        """Ids of all issues."""
        return self._issues

    def issue(self, issue_id: str) -> IssueFacts | None:
        """Return the facts of one issue; None for an unknown id."""
        return next(self._page_facts.issues([issue_id]), None) if issue_id in self._issues else None

    @property
    def total(self) -> int:
        """How many sheets `all` yields."""
        warnings, suppliers = self._store.query(
            "SELECT (SELECT count(*) FROM warnings), (SELECT count(DISTINCT supplier) FROM suppliers)"
        )[0]
        return 9 + len(self._overview.stations) + len(self._issues) + int(warnings) + int(suppliers)

    def all(self) -> Iterator[Sheet]:
        """Yield every sheet, the facts of a batch at a time."""
        overview = self._overview.overview()
        changes = read_changes(self._store, overview.stations, overview.night)
        yield Sheet("overview", "index.html", overview)
        yield Sheet("stations", "stations.html", StationsFacts(overview.stations, self._overview.pfmea_gaps()))
        yield Sheet("issues", "issues.html", overview.issues)
        yield Sheet("warnings", "warnings.html", overview.warnings)
        suppliers = tuple(self._overview.suppliers())
        yield Sheet("suppliers", "suppliers.html", suppliers)
        yield Sheet("quality", "quality.html", read_quality(self._store, self._promised))
        yield Sheet("data", "data.html", self._overview.data())
        yield Sheet("guide", "guide.html", None)
        yield Sheet("glossary", "glossary.html", read_words(self._store, self._dictionary))
        for supplier in suppliers:
            yield Sheet("supplier", paths.supplier_page(supplier.supplier), supplier)
        for batch in batches([line.warning.warning_id for line in overview.warnings], BATCH):
            for warning in self._page_facts.warnings(batch):
                yield Sheet("warning", paths.warning_page(warning.warning.warning_id), warning)
        for batch in batches(list(self._overview.stations), BATCH):
            for station in self._page_facts.stations(batch, changes):
                yield Sheet("station", paths.station_page(station.station.station_id), station)
        for batch in batches(self._issues, BATCH):
            for issue in self._page_facts.issues(batch):
                yield Sheet("issue", paths.issue_page(issue.issue.issue_id), issue)
