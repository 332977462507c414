"""What the site consists of: one sheet a set of facts, which becomes one file a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from complaints.night import batches
from reports import paths
from reports.gathering import Gathering
from reports.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.dictionary import Dictionary
    from complaints.store import Store

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
    """

    def __init__(self, store: Store, dictionary: Dictionary, as_of: date) -> None:
        self._reading = reading = Reading(store, as_of)
        self._gathering = Gathering(store, reading.stations, dictionary.system_of, as_of)
        self._issues = reading.issue_ids()

    @property
    def station_names(self) -> Mapping[str, str]:
        """Names of the stations by id."""
        return {s.station_id: s.name for s in self._reading.stations.values()}

    @property
    def total(self) -> int:
        """How many sheets `all` yields."""
        return 5 + len(self._reading.stations) + len(self._issues)

    def all(self) -> Iterator[Sheet]:
        """Yield every sheet, the facts of a batch at a time."""
        overview = self._reading.overview()
        yield Sheet("overview", "index.html", overview)
        yield Sheet("stations", "stations.html", overview.stations)
        yield Sheet("issues", "issues.html", overview.issues)
        yield Sheet("data", "data.html", self._reading.data())
        yield Sheet("guide", "guide.html", None)
        for batch in batches(list(self._reading.stations), BATCH):
            for station in self._gathering.stations(batch):
                yield Sheet("station", paths.station_page(station.station.station_id), station)
        for batch in batches(self._issues, BATCH):
            for issue in self._gathering.issues(batch):
                yield Sheet("issue", paths.issue_page(issue.issue.issue_id), issue)
        self._gathering.close()
