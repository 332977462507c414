"""Facts in, pages out: one template a kind of page, every page in every language."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from complaints.night import batches
from reports import paths, sentences
from reports.charts import Charts
from reports.facts import StationFacts
from reports.figures import heat_figure, pareto_figure, rate_figure, trend_figure
from reports.gathering import Gathering
from reports.messages import LANGUAGES, Words
from reports.reading import Reading
from reports.terms import NO_STATION, SHOWN_QUARANTINE, STATUSES, VERDICTS

if TYPE_CHECKING:
    from jinja2 import Environment

    from complaints.dictionary import Dictionary
    from complaints.store import Store

TEMPLATES = Path(__file__).parent / "templates"
LOOKED_AT = 8  # stations on the overview
ISSUES_SHOWN = 10
OTHER_GROUPS = 4  # on a station's page
QUOTES = 3
EVIDENCE_ROWS = 2  # PFMEA rows of a hypothesis; what speaks against it may have one more
ACTIONS = 5
BATCH = 50  # pages whose facts are read together
RR_SCALE = (0.25, 16.0)  # ends of the drawn interval


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site."""

    path: str
    html: str


def environment(words: Words) -> Environment:
    """Return the templates' environment: everything escaped, an unknown name is an error."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    made.filters["clip"] = clip
    made.globals |= {"w": words, "t": words.t, "s": sentences, "rr_mark": rr_mark, "NO_STATION": NO_STATION}
    made.globals |= {"verdicts": VERDICTS, "statuses": STATUSES}
    made.globals |= {"quarantine_shown": SHOWN_QUARANTINE, "shown_rows": EVIDENCE_ROWS}
    return made


def _clean(value: Any) -> Any:
    """Drop control characters, which no HTML text may hold; markup of our own passes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return "".join(c for c in value if c >= " " or c in "\n\t") if not value.isprintable() else value
    return value


def clip(text: str, columns: int) -> str:
    """Return a text cut to a width in columns, of which a Chinese character takes two."""
    width = 0
    for at, character in enumerate(text):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return text[:at].rstrip() + "…"
    return text


class Pages:
    """Writes the pages of a night.

    Args:
        store: the public store.
        dictionary: words for codes, and the systems of components.
        as_of: the night's date.
        first_language: the language of site/index.html.
    """

    def __init__(self, store: Store, dictionary: Dictionary, as_of: date, first_language: str) -> None:
        self._reading = reading = Reading(store, as_of)
        self._gathering = Gathering(store, reading.stations, dictionary.system_of, as_of)
        self._issues = reading.issue_ids()
        self._as_of = as_of
        self._first = first_language
        names = {s.station_id: s.name for s in reading.stations.values()}
        self._words = {language: Words(language, dictionary.name, names) for language in LANGUAGES}
        self._environments = {language: environment(words) for language, words in self._words.items()}
        self._charts = Charts()

    @property
    def total(self) -> int:
        """How many pages `all` yields."""
        kinds = 5 + len(self._reading.stations) + len(self._issues)
        return len(LANGUAGES) * kinds + 1

    def all(self) -> Iterator[Page]:
        """Yield every page, the facts of one at a time."""
        yield from self._lists()
        for batch in batches(list(self._reading.stations), BATCH):
            for station in self._gathering.stations(batch):
                yield from self._station(station)
        for batch in batches(self._issues, BATCH):
            for issue in self._gathering.issues(batch):
                for language, words in self._words.items():
                    context = {"facts": issue, "figure": trend_figure(issue, words, self._charts)}
                    yield self._page(language, paths.issue_page(issue.issue.issue_id), "issue.html", context)
        self._gathering.close()

    def _station(self, facts: StationFacts) -> Iterator[Page]:
        best = sentences.leading(facts)
        for language, words in self._words.items():
            context = {
                "facts": facts,
                "figure": rate_figure(facts, words, self._charts),
                "best": best,
                "others": facts.groups[1 : 1 + OTHER_GROUPS],
                "more_groups": max(0, len(facts.groups) - 1 - OTHER_GROUPS),
                "quotes": best.evidence.quotes[:QUOTES] if best else (),
                "actions": facts.actions[:ACTIONS],
            }
            yield self._page(language, paths.station_page(facts.station.station_id), "station.html", context)

    def _lists(self) -> Iterator[Page]:
        overview, data = self._reading.overview(), self._reading.data()
        looked_at = sorted(
            (line for line in overview.stations if line.best and line.best.cause.decision != "rejected"),
            key=lambda line: line.place,
        )
        for language, words in self._words.items():
            context = {
                "facts": overview,
                "as_of": self._as_of,
                "looked_at": looked_at[:LOOKED_AT],
                "moving": [i for i in overview.issues if i.status in ("new", "growing")][:ISSUES_SHOWN],
                "pareto": pareto_figure(overview, words, self._charts),
                "heat": heat_figure(overview, words, self._charts),
            }
            yield self._page(language, "index.html", "overview.html", context)
            if language == self._first:
                yield self._page(language, "index.html", "overview.html", context, at_root=True)
            yield self._page(language, "stations.html", "stations.html", {"facts": overview})
            yield self._page(language, "issues.html", "issues.html", {"facts": overview})
            yield self._page(language, "data.html", "data.html", {"facts": data, "as_of": self._as_of})
            yield self._page(language, "guide.html", "guide.html", {})

    def _page(
        self, language: str, path: str, template: str, context: Mapping[str, Any], *, at_root: bool = False
    ) -> Page:
        """Render one page; `path` is relative to the language's folder, in which links stay."""
        where = path if at_root else f"{language}/{path}"
        root = "../" * where.count("/")
        links = {
            "root": root,
            "here": path,
            "href": lambda target: f"{root}{language}/{target}",
            "switch": {other: f"{root}{other}/{path}" for other in LANGUAGES if other != language},
            "station_href": lambda station_id: f"{root}{language}/{paths.station_page(station_id)}",
            "issue_href": lambda issue_id: f"{root}{language}/{paths.issue_page(issue_id)}",
        }
        made = self._environments[language].get_template(template).render({**links, **context})
        return Page(where, made)


@dataclass(frozen=True, slots=True)
class RiskMark:
    """Where a relative risk, its interval and 1 lie on a log axis of 0 to 100."""

    one: float
    low: float
    high: float
    at: float


def rr_mark(rr: float | None, low: float | None, high: float | None) -> RiskMark | None:
    """Return the places to draw a relative risk with its interval; what lies beyond the axis stands at its end."""
    if rr is None:
        return None
    first, last = (math.log(end) for end in RR_SCALE)

    def place(value: float) -> float:
        inside = min(max(value, RR_SCALE[0]), RR_SCALE[1])
        return round(100 * (math.log(inside) - first) / (last - first), 1)

    return RiskMark(place(1.0), place(low if low is not None else RR_SCALE[0]), place(high or RR_SCALE[1]), place(rr))
