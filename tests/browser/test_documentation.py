"""The documentation as pages, opened as files: it is searched in both languages, and nothing is asked of a network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `make docs`, made anew."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def search(page: Page, words: str) -> list[str]:
    """Return the links that a search gives."""
    field = page.locator("input.md-search__input")
    field.fill(words)
    field.press("End")
    found = page.locator("a.md-search-result__link")
    found.first.wait_for(state="attached")
    return [link.get_attribute("href") or "" for link in found.all()]


@pytest.mark.parametrize(
    ("start", "words", "wanted"),
    [
        ("zh/index.html", "备份", "zh/guides/operations.html"),
        ("index.html", "quarantined", "guides/operations.html"),
    ],
)
def test_a_page_opened_as_a_file_is_found_by_its_words(
    page: Page, pages: Path, start: str, words: str, wanted: str
) -> None:
    page.goto((pages / start).as_uri())
    assert (pages / wanted).as_uri() in search(page, words)


def test_the_other_language_of_a_page_is_one_click_away(page: Page, pages: Path) -> None:
    page.goto((pages / "guides" / "review.html").as_uri())
    assert page.locator("a.md-select__link[hreflang=zh]").get_attribute("href") == "../zh/guides/review.html"


def test_no_page_asks_for_anything_outside(page: Page, pages: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((pages / "zh" / "guides" / "review.html").as_uri())
    page.wait_for_load_state("load")
    assert [url for url in asked if not url.startswith((pages.as_uri(), "data:", "about:"))] == []
