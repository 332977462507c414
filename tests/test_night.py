"""One night, end to end, with every real part: the demo's plant and texts, two of its recordings, the real models."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from complaints.demo import AS_OF, lay_out
from complaints.workspace.layout import Workspace
from tests.demo_night import CUT_OFF, KEPT, NIGHT, Demo, call, can_cut_off

AS_OF_SECONDS = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12).timestamp()


@pytest.fixture
def demo(demo_night: Demo) -> Workspace:
    return demo_night.workspace


def table(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    """Answer a question about the last snapshot; tables are named as {cases}."""
    names = {path.stem: f"read_parquet('{path.as_posix()}')" for path in workspace.latest.glob("*.parquet")}
    return duckdb.execute(sql.format(**names)).fetchall()


def test_the_night_ends_well(demo_night: Demo) -> None:
    assert (demo_night.ended.returncode, demo_night.ended.stderr) == (0, "")


@pytest.mark.skipif(not can_cut_off(), reason="this system lends no network namespace (unshare --net)")
def test_the_night_needs_no_network(demo_night: Demo) -> None:
    assert demo_night.ended.args[: len(CUT_OFF)] == list(CUT_OFF)
    assert demo_night.ended.returncode == 0


def test_every_recording_has_a_transcript_of_its_customer(demo: Workspace) -> None:
    rows = table(demo, "SELECT source_ref, length(text) FROM {cases} WHERE source = 'call' ORDER BY ALL")
    assert [ref for ref, _ in rows] == [f"calls/{name}" for name in KEPT]
    assert all(length > 20 for _, length in rows)


def test_a_mention_of_a_call_carries_the_second(demo: Workspace) -> None:
    sql = (
        "SELECT count(*), count(m.segment_start_s) FROM {mentions} m JOIN {cases} c USING (case_id) "
        "WHERE c.source = 'call'"
    )
    found, timed = table(demo, sql)[0]
    assert found == timed > 0


def test_mentions_point_at_their_words(demo: Workspace) -> None:
    sql = (
        "SELECT count(*) FROM {mentions} m JOIN {cases} c USING (case_id) "
        "WHERE m.surface <> substr(c.text, m.start + 1, m.end - m.start)"
    )
    assert table(demo, sql) == [(0,)]


def test_both_planted_stations_come_first_and_supported(demo: Workspace) -> None:
    planted = json.loads(
        (Path(sys.modules[lay_out.__module__].__file__ or "").parent / "data" / "planted.json").read_text("utf-8")
    )
    expected = {fault["station_id"] for fault in planted["faults"]}
    rows = table(demo, "SELECT DISTINCT station_id FROM {causes} WHERE rank = 1 AND verdict = 'supported'")
    assert {station for (station,) in rows} == expected


def test_the_site_stands_with_a_page_for_each_station(demo: Workspace) -> None:
    pages = list((demo.site / "zh").rglob("*.html"))
    stations = len(list(csv.reader((demo.master / "stations.csv").open(encoding="utf-8-sig")))) - 1
    assert (demo.site / "index.html").is_file()
    assert len(pages) > stations


def test_no_serial_number_leaves_the_private_store(demo: Workspace) -> None:
    serial = next(csv.DictReader((demo.inbox / "calls" / "calls.csv").open(encoding="utf-8-sig")))["serial"]
    public = [
        demo.store_file,
        *demo.snapshots.rglob("*.parquet"),
        *demo.site.rglob("*"),
        *demo.logs.iterdir(),
    ]
    holders = [path.name for path in public if path.is_file() and serial.encode() in path.read_bytes()]
    assert holders == []


def test_a_second_run_does_nothing(demo: Workspace) -> None:
    before = table(demo, "SELECT count(*) FROM {segments}"), table(demo, "SELECT * FROM {causes} ORDER BY ALL")
    pages = {path: path.stat().st_mtime_ns for path in demo.site.rglob("*.html")}
    again = call(*NIGHT, str(demo.root))
    summary = json.loads(again.stdout)
    assert (again.returncode, summary["new_recordings"], summary["new_texts"]) == (0, 0, 0)
    assert (
        table(demo, "SELECT count(*) FROM {segments}"),
        table(demo, "SELECT * FROM {causes} ORDER BY ALL"),
    ) == before
    assert {path: path.stat().st_mtime_ns for path in demo.site.rglob("*.html")} == pages


def test_bad_inputs_cost_themselves_alone(demo: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "w"
    assert call("init", str(root)).returncode == 0
    inbox, source = root / "inbox", demo.inbox
    recording = (source / "calls" / KEPT[0]).read_bytes()
    (inbox / "cut.ogg").write_bytes(recording[: len(recording) // 2])
    # Without a list, a recording was received when its file was written; what came after the night is left out.
    os.utime(inbox / "cut.ogg", (AS_OF_SECONDS, AS_OF_SECONDS))
    (inbox / "zero.wav").write_bytes(b"")
    (inbox / "text.mp3").write_text("这不是录音", encoding="utf-8")
    (inbox / "gbk.csv").write_bytes("投诉编号,投诉内容\nA1,过减速带底盘异响\n".encode("gbk"))
    (inbox / "bytes.csv").write_bytes(b"text\n\xff\xff\xff\n")
    first = call(*NIGHT, str(root))
    assert first.returncode == 3
    workspace = Workspace(root)
    rows = table(workspace, "SELECT source_ref, reason FROM {quarantine} ORDER BY ALL")
    assert [ref for ref, _ in rows] == ["bytes.csv", "text.mp3", "zero.wav"]
    cases = table(workspace, "SELECT source_ref, partial FROM {cases} ORDER BY ALL")
    assert cases == [("cut.ogg", True), ("gbk.csv#2", False)]
    assert call(*NIGHT, str(root)).returncode == 0


def test_without_the_speech_model_the_texts_are_done_and_the_run_ends_with_5(demo: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "w"
    assert call("init", str(root)).returncode == 0
    settings = root / "complaints.toml"
    text = settings.read_text(encoding="utf-8").replace("[asr]", '[asr]\nmodel = "no-such-folder"', 1)
    lines = text.splitlines()
    first = lines.index('model = "no-such-folder"')
    del lines[lines.index('model = "default"', first)]
    settings.write_text("\n".join(lines), encoding="utf-8")
    shutil.copy(demo.inbox / "calls" / KEPT[0], root / "inbox")
    (root / "inbox" / "t.csv").write_text("text\n过减速带底盘异响\n", encoding="utf-8")
    ended = call(*NIGHT, str(root))
    assert (ended.returncode, "no-such-folder" in ended.stderr) == (5, True)
    assert table(Workspace(root), "SELECT source FROM {cases}") == [("text",)]
    assert json.loads(ended.stdout)["pending_recordings"] == 1
