"""Files at other places are taken in once; whatever is wrong there costs that file or that place only."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fsspec
import pytest

from complaints.errors import SettingsError
from complaints.intake import Intake
from complaints.intake.locations import fetch
from complaints.run.night import Night, StageReport
from complaints.settings import Settings, load_settings

TABLE = "complaint_id,text\nA1,发动机漏油\n".encode()
PLACE = "memory://calls/2026"


@pytest.fixture
def place() -> Iterator[Any]:
    """An empty place in memory."""
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    yield memory
    memory.store.clear()


def taken(night: Night, *locations: str, **limits: float) -> StageReport:
    intake = {"settling_seconds": 0.0, "locations": list(locations)} | limits
    return Intake().run(replace(night, settings=Settings.model_validate({"intake": intake})))


def refused(night: Night) -> list[tuple[str, str]]:
    return [(ref.split("/")[-1], why) for ref, why in night.store.query("SELECT source_ref, reason FROM quarantine")]


def test_recordings_tables_and_sidecars_are_taken_in(night: Night, place: Any) -> None:
    place.pipe({"/calls/2026/a/b.wav": b"sound", "/calls/2026/t.csv": TABLE, "/calls/2026/notes.doc": b"x"})
    place.pipe("/calls/2026/a/calls.csv", b"file,call_id\nb.wav,K7\n")
    report = taken(night, PLACE)
    assert (report.counts["recordings"], report.counts["texts"], report.counts["fetched files"]) == (1, 1, 3)
    assert night.store.query("SELECT call_id FROM inputs WHERE kind = 'recording'") == [("K7",)]


def test_the_next_night_fetches_what_is_new_alone(night: Night, place: Any) -> None:
    place.pipe("/calls/2026/a.wav", b"sound")
    taken(night, PLACE)
    place.pipe("/calls/2026/b.wav", b"other sound")
    assert taken(night, PLACE).counts["fetched files"] == 1


def test_a_copy_that_was_deleted_after_it_was_taken_is_not_fetched_again(night: Night, place: Any) -> None:
    place.pipe("/calls/2026/a.wav", b"sound")
    taken(night, PLACE)
    (copy,) = night.workspace.fetched.rglob("*.wav")
    copy.unlink()
    assert taken(night, PLACE).counts["fetched files"] == 0


def test_a_changed_table_is_fetched_again(night: Night, place: Any) -> None:
    place.pipe("/calls/2026/t.csv", TABLE)
    taken(night, PLACE)
    place.pipe("/calls/2026/t.csv", TABLE + "A2,空调不制冷\n".encode())
    assert taken(night, PLACE).counts["texts"] == 2


def test_a_place_that_is_down_is_named_and_the_others_go_on(night: Night, place: Any) -> None:
    place.pipe("/calls/2026/a.wav", b"sound")
    down = "ftp://127.0.0.1:9/calls"
    report = taken(night, down, PLACE)
    assert (report.counts["recordings"], report.quarantined) == (1, 1)
    assert night.store.query("SELECT source_ref, reason FROM quarantine") == [(down, "location_unreachable")]


def test_a_place_that_answers_again_is_no_longer_named(night: Night, place: Any) -> None:
    taken(night, PLACE)
    place.pipe("/calls/2026/a.wav", b"sound")
    assert (taken(night, PLACE).quarantined, refused(night)) == (0, [])


def test_a_place_of_an_unknown_kind_is_named(night: Night) -> None:
    assert (taken(night, "nosuch://x").quarantined, refused(night)) == (1, [("x", "location_unreachable")])


def test_a_missing_package_is_named(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ossfs", None)
    taken(night, "oss://calls")
    assert "ossfs" in night.store.query("SELECT detail FROM quarantine")[0][0]


@pytest.mark.parametrize("listed", [True, False], ids=["as it is listed", "whatever the listing says"])
def test_a_file_that_is_too_large_is_refused(
    listed: bool, night: Night, place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.pipe("/calls/2026/a.wav", b"x" * 2000)
    if not listed:
        honest = type(place).ls
        monkeypatch.setattr(type(place), "ls", lambda self, path, **k: [f | {"size": 9} for f in honest(self, path)])
    taken(night, PLACE, max_file_mb=0.001)
    assert refused(night) == [("a.wav", "too_large")]
    assert [path for path in night.workspace.fetched.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["a\\..\\b.wav", "a\n.wav", "x" * 300 + ".wav"])
def test_a_name_that_is_none_here_is_refused(name: str, night: Night, place: Any) -> None:
    place.pipe(f"/calls/2026/{name}", b"sound")
    taken(night, PLACE)
    assert [why for _, why in refused(night)] == ["unsafe_name"]


def test_a_name_never_leads_out_of_the_folder(night: Night, place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    up = {"name": "/calls/2026/../../up.wav", "type": "file", "size": 1}
    monkeypatch.setattr(type(place), "walk", lambda *_, **__: [("/calls/2026", {}, {"x/../../../up.wav": up})])
    place.pipe("/calls/2026/a.wav", b"sound")
    taken(night, PLACE)
    assert [why for _, why in refused(night)] == ["unsafe_name"]


def test_links_of_a_place_are_not_followed(night: Night, tmp_path: Path) -> None:
    shared, secret = tmp_path / "shared", tmp_path / "secret"
    shared.mkdir()
    secret.mkdir()
    (secret / "s.wav").write_bytes(b"private")
    (shared / "link.wav").symlink_to(secret / "s.wav")
    (shared / "folder").symlink_to(secret)
    taken(night, f"file://{shared}")
    assert (refused(night), list(night.workspace.fetched.rglob("*.wav"))) == ([("link.wav", "link_outside")], [])


def test_a_file_that_still_grows_waits(night: Night, place: Any, tmp_path: Path) -> None:
    place.pipe("/calls/2026/a.wav", b"sound")
    folder = night.workspace.fetched
    done = fetch(night.workspace.root, folder, [PLACE], {}, 1e9, 60.0)
    assert (done.files, done.unfinished) == (0, 1)


def test_files_of_a_web_server_are_taken_in(night: Night, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp", reason="fsspec reads web servers by aiohttp, which is not installed")
    web = tmp_path / "web"
    (web / "calls").mkdir(parents=True)
    (web / "calls" / "a.wav").write_bytes(b"sound")
    (web / "secret.wav").write_bytes(b"above the location")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(web)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        report = taken(night, f"http://127.0.0.1:{server.server_port}/calls")
    finally:
        server.shutdown()
        server.server_close()
    assert (report.counts["recordings"], report.quarantined) == (1, 0)


@pytest.mark.parametrize(
    "location", ["/mnt/calls", "smb://me:secret@server/calls", "simplecache::s3://calls", "https://server/calls?key=1"]
)
def test_an_address_with_a_password_a_query_or_a_chain_is_a_settings_error(location: str, tmp_path: Path) -> None:
    file = tmp_path / "complaints.toml"
    file.write_text(f'[intake]\nlocations = ["{location}"]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"intake\.locations"):
        load_settings(file)
