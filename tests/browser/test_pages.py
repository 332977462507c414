"""Every kind of page in a real Chromium, in both languages, with scripts and without, wide, narrow and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Sites = Callable[[str], Path]
LANGUAGES = ("zh", "en")
LISTS = ("index", "warnings", "stations", "issues", "suppliers", "quality", "data", "guide", "glossary")
KINDS = (*LISTS, "warnings/w0*", "suppliers/*", "stations/st-110*", "stations/st-410*", "issues/i-noise*")
A4_MM = (210, 297)
# A page is too wide when something outside of the boxes that scroll by themselves reaches beyond the window.
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def page_files(site: Path, language: str, kinds: tuple[str, ...] = KINDS) -> list[Path]:
    """Return one page of each kind, the list of nights, and the pages that lead out of an old one."""
    found = [sorted((site / language).glob(f"{kind}.html"))[0] for kind in kinds]
    return [
        *found,
        *sorted(site.glob(f"nights/{language}.html")),
        *sorted(site.glob(f"nights/*/nights/{language}.html")),
    ]


class Watched:
    """A browser page that remembers what went wrong on it."""

    def __init__(self, browser: Browser, width: int, site: Path, *, scripts: bool = True) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.root = site.resolve().as_uri()
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        self.page.on("requestfailed", lambda request: self.errors.append(f"failed {request.url}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.root, "data:")):
            self.outside.append(url)

    def open(self, path: Path) -> Any:
        self.page.goto(path.resolve().as_uri())
        return self.page

    def close(self) -> None:
        self.context.close()


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (1440, False), (390, True), (390, False)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["full", "hostile", "empty"])
def test_pages_open_without_an_error_a_request_outside_or_a_horizontal_scroll(
    browser: Browser, sites: Sites, name: str, language: str, width: int, scripts: bool
) -> None:
    site = sites(name)
    watched = Watched(browser, width, site, scripts=scripts)
    wide = []
    for path in page_files(site, language, LISTS if name == "empty" else KINDS):
        page = watched.open(path)
        if page.evaluate(TOO_WIDE):
            wide.append(path.name)
    watched.close()
    assert (wide, watched.errors, watched.outside) == ([], [], [])


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_no_violation(browser: Browser, sites: Sites, language: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    watched, axe, found = Watched(browser, width, sites("full")), Axe(), {}
    for path in page_files(sites("full"), language):
        page = watched.open(path)
        for violation in axe.run(page).response["violations"]:
            nodes = [(node["target"], node["failureSummary"]) for node in violation["nodes"][:3]]
            found[path.name, violation["id"]] = nodes
    watched.close()
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_style_and_script_are_applied_from_a_file(browser: Browser, sites: Sites, language: str) -> None:
    watched = Watched(browser, 1440, sites("full"))
    page = watched.open(sites("full") / language / "issues.html")
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).borderBottomWidth") == "1px"
    first = "document.querySelector('tbody tr:not([hidden]) th').textContent"
    page.click("thead th:nth-child(4) button")
    page.click("thead th:nth-child(1) button")
    ascending = page.evaluate(first)
    page.click("thead th:nth-child(1) button")
    assert page.evaluate(first) != ascending
    page.fill("input[type=search]", ascending)
    assert page.evaluate("[...document.querySelectorAll('tbody tr:not([hidden])')].length") == 1
    watched.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switch_leads_to_the_same_page_in_the_other_language(browser: Browser, sites: Sites, language: str) -> None:
    watched = Watched(browser, 1440, sites("full"), scripts=False)
    other = "en" if language == "zh" else "zh"
    here, there = (page_files(sites("full"), one) for one in (language, other))
    for path, expected in zip(here, there, strict=True):
        page = watched.open(path)
        page.click(".switch a")
        page.wait_for_load_state()
        assert page.url == expected.resolve().as_uri()
    watched.close()


def test_an_old_night_leads_to_the_newest_report(browser: Browser, sites: Sites) -> None:
    site = sites("full")
    watched = Watched(browser, 1440, site, scripts=False)
    page = watched.open(next(site.glob("nights/*/zh/index.html")))
    page.click("footer a:last-of-type")
    page.click("main a")
    page.wait_for_load_state()
    assert page.url == (site / "zh/index.html").resolve().as_uri()
    watched.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "station"),
    [
        ("full", "st-110"),
        ("full", "st-410"),
        ("crowded_zh", "st-110"),
        ("crowded_en", "st-110"),
        ("crowded_en", "st-120"),
        ("crowded_zh", "st-120"),
    ],
)
def test_a_station_page_prints_on_at_most_two_a4_pages(
    browser: Browser, sites: Sites, name: str, station: str, language: str
) -> None:
    watched = Watched(browser, 1440, sites(name), scripts=False)
    page = watched.open(next((sites(name) / language).glob(f"stations/{station}-*.html")))
    printed = page.pdf(prefer_css_page_size=True)
    watched.close()
    sheets = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    assert 1 <= len(sheets) <= 2
    for sheet in sheets:
        assert [round(float(side) * 25.4 / 72) for side in sheet] == pytest.approx(A4_MM, abs=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_on_paper(browser: Browser, sites: Sites, language: str) -> None:
    watched = Watched(browser, 794, sites("full"))  # the width of A4 at 96 pixels an inch
    watched.page.emulate_media(media="print")
    wide = [path.name for path in page_files(sites("full"), language) if watched.open(path).evaluate(TOO_WIDE)]
    watched.close()
    assert (wide, watched.errors) == ([], [])
