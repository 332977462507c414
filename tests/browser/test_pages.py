"""Every kind of page in a real Chromium, in both languages, wide, narrow and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Sites = Callable[[str], Path]
WIDTHS = (1440, 390)
LANGUAGES = ("zh", "en")
KINDS = ("index", "stations", "issues", "data", "guide", "stations/st-110-*", "stations/st-410-*", "issues/i-noise-*")
EMPTY_KINDS = KINDS[:5]
A4_MM = (210, 297)
# A page is too wide when something outside of the boxes that scroll by themselves reaches beyond the window.
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LOW_CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const rgba = s => s.match(/[\\d.]+/g).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll('body *:not(svg *)')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
    const s = getComputedStyle(e), a = light(rgba(s.color).slice(0, 3)), b = light(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push([e.tagName, e.className, ratio]);
  }
  return found; }"""


def page_file(site: Path, language: str, kind: str) -> Path:
    (path,) = (site / language).glob(f"{kind}.html")
    return path


class Watched:
    """A browser page that remembers what went wrong on it."""

    def __init__(self, browser: Browser, width: int, site: Path) -> None:
        # Scripts are on: what must not run could, if it were there.
        self.context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
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


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["full", "hostile", "empty"])
def test_pages_open_without_an_error_a_request_outside_or_a_horizontal_scroll(
    browser: Browser, sites: Sites, name: str, language: str, width: int
) -> None:
    site = sites(name)
    watched = Watched(browser, width, site)
    for kind in EMPTY_KINDS if name == "empty" else KINDS:
        page = watched.open(page_file(site, language, kind if name != "hostile" else kind.replace("-*", "*")))
        assert not page.evaluate(TOO_WIDE), (name, language, kind, width)
    watched.close()
    assert (watched.errors, watched.outside) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stylesheet_is_applied_from_a_file(browser: Browser, sites: Sites, language: str) -> None:
    watched = Watched(browser, 1440, sites("full"))
    page = watched.open(page_file(sites("full"), language, "stations/st-110-*"))
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).borderBottomWidth") == "1px"
    watched.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_text_has_the_contrast_that_wcag_aa_asks_for(browser: Browser, sites: Sites, kind: str, language: str) -> None:
    watched = Watched(browser, 1440, sites("full"))
    page = watched.open(page_file(sites("full"), language, kind))
    low = page.evaluate(LOW_CONTRAST)
    watched.close()
    assert low == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_step_down_one_level_at_a_time_and_charts_have_a_text(
    browser: Browser, sites: Sites, language: str
) -> None:
    watched = Watched(browser, 1440, sites("full"))
    for kind in KINDS:
        page = watched.open(page_file(sites("full"), language, kind))
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1, kind
        assert all(after - before <= 1 for before, after in pairwise(levels)), kind
        unnamed = "[...document.querySelectorAll('figure svg:not([aria-hidden])')].filter(s => !s.ariaLabel).length"
        assert page.evaluate(unnamed) == 0, kind
    watched.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switch_leads_to_the_same_page_in_the_other_language(browser: Browser, sites: Sites, language: str) -> None:
    watched = Watched(browser, 1440, sites("full"))
    other = "en" if language == "zh" else "zh"
    for kind in KINDS:
        page = watched.open(page_file(sites("full"), language, kind))
        page.click(".switch a")
        page.wait_for_load_state()
        assert page.url == page_file(sites("full"), other, kind).resolve().as_uri()
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
    ],
)
def test_a_station_page_prints_on_at_most_two_a4_pages(
    browser: Browser, sites: Sites, name: str, station: str, language: str
) -> None:
    watched = Watched(browser, 1440, sites(name))
    page = watched.open(page_file(sites(name), language, f"stations/{station}-*"))
    printed = page.pdf(prefer_css_page_size=True)
    watched.close()
    sheets = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    assert 1 <= len(sheets) <= 2
    for sheet in sheets:
        assert [round(float(side) * 25.4 / 72) for side in sheet] == pytest.approx(A4_MM, abs=1)
