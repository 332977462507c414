"""Lists of recordings over a real inbox: what they say reaches its recording, and what does not match is told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from complaints.console.status import read_status
from complaints.intake import Intake
from complaints.records import Quarantine
from complaints.run.night import Night, StageReport


def put(night: Night, name: str, content: str, mtime: int = 1_780_000_000) -> Path:
    path = night.workspace.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    os.utime(path, (mtime, mtime))
    return path


def take(night: Night) -> StageReport:
    return Intake().run(night)


def products(night: Night) -> dict[str, str | None]:
    return dict(night.store.query("SELECT source_ref, product FROM inputs ORDER BY source_ref"))


def gaps(night: Night) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in night.store.query("SELECT * FROM sidecar_gaps ORDER BY ALL")]


@pytest.mark.parametrize(
    "name", ["A.WAV", ".\\a.wav", "D:\\calls\\2026\\a.wav", "file:///D:/calls/a.wav", "a.mp3", "a", "sub/../a.wav"]
)
def test_what_a_list_says_reaches_its_recording_however_it_is_named(name: str, night: Night) -> None:
    put(night, "2026/a.wav", "sound")
    put(night, "calls.csv", f"file,product\n{name},S5\n")
    take(night)
    assert products(night) == {"2026/a.wav": "S5"}
    assert gaps(night) == []


def test_rows_and_recordings_that_do_not_meet_are_kept_and_counted(night: Night) -> None:
    for name in ("calls/a.wav", "calls/b.wav", "calls/x/c.wav", "calls/y/c.wav", "elsewhere/d.wav"):
        put(night, name, f"sound of {name}")
    put(night, "calls/calls.csv", "file,product\na.wav,S5\nnone.wav,S6\nc.wav,S7\n")
    counts = take(night).counts
    assert gaps(night) == [
        ("calls/calls.csv", "ambiguous", "c.wav"), ("calls/calls.csv", "recording", "b.wav"),
        ("calls/calls.csv", "recording", "x/c.wav"), ("calls/calls.csv", "recording", "y/c.wav"),
        ("calls/calls.csv", "row", "none.wav"),
    ]  # fmt: skip
    assert (counts["rows without a recording"], counts["recordings without a row"]) == (2, 3)
    assert products(night)["calls/x/c.wav"] is None


def test_a_recording_that_comes_later_fills_its_gap(night: Night) -> None:
    put(night, "a.wav", "sound")
    put(night, "calls.csv", "file,product\na.wav,S5\nb.wav,S6\n")
    take(night)
    assert gaps(night) == [("calls.csv", "row", "b.wav")]
    put(night, "b.wav", "another sound")
    take(night)
    assert (gaps(night), products(night)["b.wav"]) == ([], "S6")


def test_a_recording_that_was_taken_in_and_deleted_is_no_gap(night: Night) -> None:
    path = put(night, "a.wav", "sound")
    put(night, "calls.csv", "file,product\na.wav,S5\n")
    take(night)
    path.unlink()
    put(night, "calls.csv", "file,product\na.wav,S5\n\n", mtime=1_780_000_900)
    take(night)
    assert gaps(night) == []


def test_a_list_that_is_gone_leaves_no_gaps(night: Night) -> None:
    path = put(night, "calls.csv", "file,product\nnone.wav,S5\n")
    take(night)
    assert len(gaps(night)) == 1
    path.unlink()
    take(night)
    assert gaps(night) == []


def test_of_two_rows_about_one_recording_the_last_counts_and_the_other_is_told(night: Night) -> None:
    put(night, "a.wav", "sound")
    put(night, "calls.csv", "file,product\na.wav,S5\na.wav,S5\na.wav,S6\n")
    take(night)
    assert products(night) == {"a.wav": "S6"}
    assert [(q.source_ref, q.reason) for q in night.store.rows(Quarantine)] == [("calls.csv#3", "listed_twice")]


def test_numbers_of_persons_in_names_are_not_told(night: Night) -> None:
    put(night, "calls.csv", "file,product\n13912345678.wav,S5\n")
    take(night)
    assert gaps(night) == [("calls.csv", "row", "[PHONE].wav")]


def test_a_better_way_of_matching_reaches_lists_that_did_not_change(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(night, "a.wav", "sound")
    put(night, "calls.csv", "file,product\nA.WAV,S5\n")
    with monkeypatch.context() as patch:
        patch.setattr("complaints.intake.sidecars.matched", lambda names, paths: ({}, frozenset()))
        take(night)
        assert products(night) == {"a.wav": None}
    take(night)
    assert products(night) == {"a.wav": None}
    monkeypatch.setattr("complaints.intake.stage.SIDECAR_VERSION", 99)
    take(night)
    assert products(night) == {"a.wav": "S5"}


def test_status_names_the_gaps(night: Night) -> None:
    put(night, "a.wav", "sound")
    put(night, "calls.csv", "file,product\nnone.wav,S5\n")
    take(night)
    night.store.close()
    night.private.close()
    told = json.loads(json.dumps(read_status(night.workspace).as_json()))["sidecar_gaps"]
    assert told == [
        {"source_ref": "calls.csv", "kind": "recording", "name": "a.wav"},
        {"source_ref": "calls.csv", "kind": "row", "name": "none.wav"},
    ]
