"""Facts in, pages out: one template a kind of page, every page in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from complaints.messages import LANGUAGES
from reports.charts import (
    Charts,
    calibration_figure,
    heat_figure,
    pareto_figure,
    rate_figure,
    service_figure,
    supplier_figure,
    trend_figure,
    warning_figure,
)
from reports.facts import IssueFacts, OverviewFacts, QualityFacts, StationFacts, SupplierFacts, WarningFacts
from reports.site import paths
from reports.site.environment import environment
from reports.wording import NameOf, Words, sentences

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from reports.site.page_list import Sheet

LOOKED_AT = 8  # stations on the overview
ISSUES_SHOWN = 10
WARNINGS_SHOWN = 6
OTHER_GROUPS = 4  # on a station's page
QUOTES = 3
ACTIONS = 4
CHANGED = "\x00"  # stands for the day on which a page's figures last changed; no text that people write keeps it


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site."""

    path: str
    html: str


@dataclass(frozen=True, slots=True)
class CodeNames:
    """Names of dictionary codes, (zh, en), as `Words` asks for them; it travels to worker processes."""

    names: Mapping[str, tuple[str, str]]

    def __call__(self, code: str, language: str) -> str:
        """Return a code's name in a language, an unknown code itself."""
        found = self.names.get(code)
        return code if found is None else found[LANGUAGES.index(language)]


def code_names(dictionary: Dictionary) -> CodeNames:
    """Return the names of all codes of a dictionary."""
    zh, en = LANGUAGES
    return CodeNames({code: (dictionary.name(code, zh), dictionary.name(code, en)) for code in dictionary.codes})


Context = Mapping[str, Any]


@cache
def _charts() -> Charts:
    """Return the charts of this process: what was drawn once serves every site that it writes."""
    return Charts()


class Pages:
    """Writes pages from sheets; the same sheet gives the same pages in every process.

    Args:
        name_of: gives the word for a dictionary code in a language.
        station_names: station ids and their names.
        first_language: the language of index.html at the root.
        media: where recordings may be played from, as a source of a content security policy; empty: none are.
    """

    def __init__(self, name_of: NameOf, station_names: Mapping[str, str], first_language: str, media: str = "") -> None:
        self._given = (name_of, station_names, first_language, media)
        self._first = first_language
        self._words = {language: Words(language, name_of, station_names) for language in LANGUAGES}
        self._environments = {language: environment(words, media) for language, words in self._words.items()}
        self._charts = _charts()

    def __reduce__(self) -> tuple[type[Pages], tuple[Any, ...]]:
        return Pages, self._given  # to a worker process goes what it is made from

    def of(self, sheet: Sheet) -> Iterator[Page]:
        """Yield a sheet's pages: one a language, and the overview once more as the way in."""
        context_of = CONTEXTS.get(sheet.kind, _plain)
        for language, words in self._words.items():
            context = context_of(sheet.facts, words, self._charts)
            yield self._page(language, sheet, context)
            if sheet.kind == "overview" and language == self._first:
                yield self._page(language, sheet, context, at_root=True)

    def dated(self, page: Page, changed: date) -> str:
        """Return a page's text with the day on which its figures last changed."""
        language = page.path.split("/")[0] if "/" in page.path else self._first
        return page.html.replace(CHANGED, self._words[language].day(changed))

    def night_lists(self, nights: Sequence[date]) -> Iterator[Page]:
        """Yield nights/LANGUAGE.html, the list of the nights that are kept (the newest first)."""
        for language in LANGUAGES:
            yield self._night_page(language, {"nights": nights, "night": None})

    def night_notices(self, night: date) -> Iterator[Page]:
        """Yield the pages that stand in the place of that list in the copy of a night, and lead back out of it."""
        for language in LANGUAGES:
            yield self._night_page(language, {"nights": (), "night": night})

    def _night_page(self, language: str, context: Context) -> Page:
        links = {
            "root": "../",
            "here": "",
            "changed": None,
            "href": lambda target: f"../{language}/{target}",
            "nights_href": f"{language}.html",
            "switch": {other: f"{other}.html" for other in LANGUAGES if other != language},
        }
        template = self._environments[language].get_template("nights.html")
        return Page(f"nights/{language}.html", template.render({**links, **context}))

    def _page(self, language: str, sheet: Sheet, context: Context, *, at_root: bool = False) -> Page:
        """Render one page; links stay in the language's folder."""
        where = sheet.path if at_root else f"{language}/{sheet.path}"
        root = "../" * where.count("/")
        links = {
            "root": root,
            "here": sheet.path,
            "changed": Markup(CHANGED),
            "nights_href": f"{root}nights/{language}.html",
            "href": lambda target: f"{root}{language}/{target}",
            "switch": {other: f"{root}{other}/{sheet.path}" for other in LANGUAGES if other != language},
            "station_href": lambda station_id: f"{root}{language}/{paths.station_page(station_id)}",
            "issue_href": lambda issue_id: f"{root}{language}/{paths.issue_page(issue_id)}",
            "warning_href": lambda warning_id: f"{root}{language}/{paths.warning_page(warning_id)}",
            "supplier_href": lambda supplier: f"{root}{language}/{paths.supplier_page(supplier)}",
            "play_href": lambda address: address if "://" in address else f"{root}{address}",
        }
        template = self._environments[language].get_template(f"{sheet.kind}.html")
        return Page(where, template.render({**links, **context}))


def _plain(facts: Any, words: Words, charts: Charts) -> Context:
    return {"facts": facts}


def _station(facts: StationFacts, words: Words, charts: Charts) -> Context:
    best = sentences.leading(facts)
    return {
        "facts": facts,
        "figure": rate_figure(facts, words, charts),
        "service": service_figure(facts, words, charts),
        "best": best,
        "others": facts.groups[1 : 1 + OTHER_GROUPS],
        "more_groups": max(0, len(facts.groups) - 1 - OTHER_GROUPS),
        "quotes": best.evidence.quotes[:QUOTES] if best else (),
        "actions": facts.actions[:ACTIONS],
    }


def _issue(facts: IssueFacts, words: Words, charts: Charts) -> Context:
    return {"facts": facts, "figure": trend_figure(facts, words, charts)}


def _warning(facts: WarningFacts, words: Words, charts: Charts) -> Context:
    return {"facts": facts, "figure": warning_figure(facts, words, charts), "quotes": facts.quotes[:QUOTES]}


def _supplier(facts: SupplierFacts, words: Words, charts: Charts) -> Context:
    return {"facts": facts, "figure": supplier_figure(facts, words, charts)}


def _quality(facts: QualityFacts, words: Words, charts: Charts) -> Context:
    return {"facts": facts, "figure": calibration_figure(facts, words, charts)}


def _overview(facts: OverviewFacts, words: Words, charts: Charts) -> Context:
    looked_at = sorted(
        (line for line in facts.stations if line.best and line.best.cause.decision != "rejected"),
        key=lambda line: line.place,
    )
    return {
        "facts": facts,
        "looked_at": looked_at[:LOOKED_AT],
        "warnings": [line for line in facts.warnings if line.warning.status != "closed"][:WARNINGS_SHOWN],
        "moving": [i for i in facts.issues if i.status in ("new", "growing")][:ISSUES_SHOWN],
        "pareto": pareto_figure(facts, words, charts),
        "heat": heat_figure(facts, words, charts),
    }


CONTEXTS: Mapping[str, Callable[[Any, Words, Charts], Context]] = {
    "overview": _overview,
    "station": _station,
    "warning": _warning,
    "supplier": _supplier,
    "quality": _quality,
    "issue": _issue,
}
