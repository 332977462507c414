"""A real Chromium, and sites of an invented plant for it to open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from complaints.dictionary import load_dictionary
from reports.stage import Stage
from tests.reports.invented import crowd, fill, make_night

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MARKUP = "</script><script>alert(1)</script><img src=https://example.invalid/x onerror=alert(1)>\u202e"
PHRASES = {
    "crowded_zh": "门铰链螺栓扭矩不足导致车门下沉与密封条干涉产生异响",
    "crowded_en": "hinge bolts under torque let the door sag and rub against its seal, ",
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium is installed: the pages were not opened in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Give sites by name, each built once.

    full, empty, hostile (markup and 10,000-character words in every text), crowded_zh and crowded_en (every list at
    its longest).
    """
    dictionary = load_dictionary()

    @cache
    def site(name: str) -> Path:
        with make_night(tmp_path_factory.mktemp(name), dictionary) as night:
            if name == "hostile":
                fill(night.store, lambda text: text + MARKUP + "x" * 10_000, cases=24)
            elif name != "empty":
                fill(night.store)
            if name in PHRASES:
                crowd(night.store, PHRASES[name])
            Stage().run(night)
            return night.workspace.site

    yield site
