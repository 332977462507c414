"""Which recordings a page may play, and that their links lead there from every copy of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest

from complaints.dictionary import Dictionary
from complaints.records import Segment
from complaints.run.night import Night
from complaints.settings import Reports
from reports.facts.recordings import media_source, recordings_of
from reports.stage import write_edition
from tests.reports.invented import AS_OF, fill, make_night

CALL, TEXT = "T0001", "T0000"  # of the invented plant
Rule = Literal["off", "clean", "all"]


@pytest.fixture
def night(tmp_path: Path, dictionary: Dictionary) -> Iterator[Night]:
    with make_night(tmp_path, dictionary) as made:
        fill(made.store, cases=24)
        names = dict(made.store.query("SELECT case_id, 'inbox/' || source_ref FROM cases"))
        made.private.append_values("originals", [(case, name, None, None) for case, name in names.items()])
        yield made


def ruled(night: Night, rule: Rule, at: str = "") -> Night:
    reports = night.settings.reports.model_copy(update={"play_recordings": rule, "recordings_at": at})
    return replace(night, settings=night.settings.model_copy(update={"reports": reports}))


def test_none_may_be_played_by_default(night: Night) -> None:
    assert recordings_of(night).of([(CALL, 12.0)]) == {}


def test_a_call_is_played_from_the_second_to_the_end_of_the_segment(night: Night) -> None:
    found = recordings_of(ruled(night, "all")).of([(CALL, 12.0)])
    assert found == {(CALL, 12.0): "../inbox/2026/1.wav#t=12,16.5"}


def test_a_second_outside_of_every_segment_has_no_end(night: Night) -> None:
    found = recordings_of(ruled(night, "all")).of([(CALL, 99.5)])
    assert found == {(CALL, 99.5): "../inbox/2026/1.wav#t=99.5"}


def test_a_text_has_nothing_to_play(night: Night) -> None:
    assert recordings_of(ruled(night, "all")).of([(TEXT, None), (TEXT, 1.0)]) == {}


@pytest.mark.parametrize("mark", ["[电话]", "[PHONE]", "[姓名]"])
def test_a_clean_rule_leaves_out_calls_in_which_something_was_redacted(night: Night, mark: str) -> None:
    said = Segment(CALL, 30, 31, "left", "agent", f"号码{mark}", "", "[]", 0.9, False, "[]", "zh")
    night.store.append([said])
    calls = [(CALL, 12.0), ("T0002", 12.0)]
    assert list(recordings_of(ruled(night, "clean")).of(calls)) == [("T0002", 12.0)]


def test_a_recording_whose_name_was_redacted_is_never_linked(night: Night) -> None:
    night.private.query("UPDATE originals SET path = 'inbox/2026/13800000000.wav' WHERE input_id = ?", [CALL])
    assert recordings_of(ruled(night, "all")).of([(CALL, 12.0)]) == {}


def test_a_name_with_special_characters_is_quoted(night: Night) -> None:
    night.store.query("UPDATE cases SET source_ref = '左 \"a\"#1.wav' WHERE case_id = ?", [CALL])
    night.private.query("UPDATE originals SET path = 'inbox/左 \"a\"#1.wav' WHERE input_id = ?", [CALL])
    address = recordings_of(ruled(night, "all")).of([(CALL, 99.0)])[CALL, 99.0]
    assert re.fullmatch(r"[\w./%-]+#t=99", address)
    assert unquote(urlsplit(address).path) == '../inbox/左 "a"#1.wav'


def players(site: Path) -> dict[Path, list[str]]:
    """Return the sources of all players of a site, by page."""
    found = {
        page: re.findall(r'<audio [^>]*src="([^"]+)"', page.read_text(encoding="utf-8"))
        for page in sorted(site.rglob("*.html"))
    }
    return {page: sources for page, sources in found.items() if sources}


def test_players_lead_to_the_original_from_the_site_and_from_its_old_nights(night: Night) -> None:
    write_edition(ruled(night, "all"))
    found = players(night.workspace.site)
    old = [page for page in found if "nights" in page.parts]
    assert len(old) == len(found) / 2 > 0
    for page, sources in found.items():
        for source in sources:
            place = (page.parent / unquote(urlsplit(source).path)).resolve()
            assert place.is_relative_to(night.workspace.inbox.resolve())


def test_pages_without_a_player_are_shared_with_the_old_night(night: Night) -> None:
    write_edition(ruled(night, "all"))
    site = night.workspace.site
    inside = Path("zh/guide.html")
    assert (site / inside).samefile(site / "nights" / AS_OF.isoformat() / inside)


def test_an_address_of_the_plants_own_is_linked_as_it_is(night: Night) -> None:
    write_edition(ruled(night, "all", "file://server/calls"))
    sources = {source for found in players(night.workspace.site).values() for source in found}
    assert sources
    assert all(source.startswith("file://server/calls/2026/") for source in sources)


def test_without_leave_no_page_holds_a_player_or_a_source_for_one(night: Night) -> None:
    write_edition(night)
    assert players(night.workspace.site) == {}
    assert not any("media-src" in p.read_text(encoding="utf-8") for p in night.workspace.site.rglob("*.html"))


@pytest.mark.parametrize(
    ("rule", "at", "source"),
    [
        ("off", "https://voice.example.invalid/x", ""),
        ("all", "", "'self'"),
        ("clean", "file://server/calls", "file:"),
        ("all", "https://voice.example.invalid:8443/x", "https://voice.example.invalid:8443"),
    ],
)
def test_the_content_policy_lets_players_load_from_one_place(rule: Rule, at: str, source: str) -> None:
    assert media_source(Reports(play_recordings=rule, recordings_at=at)) == source
