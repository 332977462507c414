"""A quote's player in a real Chromium: it starts at the second that is quoted, from the site and from an old night."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from complaints.dictionary import load_dictionary
from reports.stage import Stage
from tests.reports.invented import AS_OF, fill, make_night

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
RATE, SECONDS = 8000, 120
START = """new Promise((resolve, reject) => {
  const audio = document.querySelector('audio');
  audio.addEventListener('canplay', () => resolve(audio.currentTime));
  audio.addEventListener('error', () => reject(audio.error.message));
  audio.preload = 'auto';
  audio.load();
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with make_night(tmp_path_factory.mktemp("played"), load_dictionary()) as night:
        fill(night.store)
        names = night.store.query("SELECT case_id, source_ref FROM cases WHERE source = 'call'")
        night.private.append_values("originals", [(case, f"inbox/{name}", None, None) for case, name in names])
        tone = struct.pack(f"<{RATE}h", *(int(8000 * math.sin(i / 5)) for i in range(RATE))) * SECONDS
        for _, name in names:
            path = night.workspace.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes(tone)
        reports = night.settings.reports.model_copy(update={"play_recordings": "all"})
        Stage().run(replace(night, settings=night.settings.model_copy(update={"reports": reports})))
    yield night.workspace.site


@pytest.mark.parametrize("root", ["zh", "en", f"nights/{AS_OF.isoformat()}/zh"])
def test_a_player_starts_at_the_second_that_is_quoted(browser: Browser, site: Path, root: str) -> None:
    context = browser.new_context()
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(next((site / root).glob("stations/st-110-*.html")).resolve().as_uri())
    started = page.evaluate(START)
    context.close()
    assert (errors, started) == ([], pytest.approx(74.4, abs=0.2))


def test_a_page_with_players_asks_for_no_recording_until_one_is_played(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(next((site / "zh").glob("stations/st-110-*.html")).resolve().as_uri())
    context.close()
    assert [url for url in asked if url.endswith(".wav")] == []


def test_axe_finds_no_violation_on_a_page_with_players(browser: Browser, site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context()
    page = context.new_page()
    page.goto(next((site / "zh").glob("stations/st-110-*.html")).resolve().as_uri())
    found = Axe().run(page).response["violations"]
    context.close()
    assert [violation["id"] for violation in found] == []
