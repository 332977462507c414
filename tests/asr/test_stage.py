"""The stage over a real workspace: nothing heard twice, what is broken named, what is killed goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import psutil
import pytest

from asr.audio.samples import BYTES_A_SAMPLE, SAMPLE_RATE, Audio
from asr.stage import SCRATCH, Stage
from asr.workers.local import LocalWorkers
from complaints.dictionary import PlantTerm, load_dictionary
from complaints.fingerprints import canonical_json
from complaints.intake import Intake
from complaints.records import Case, Quarantine, Segment
from complaints.run.night import Night, StageReport
from complaints.run.progress import SilentProgress
from complaints.run_log import RunLog
from complaints.store.cases import call_text
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace
from tests.asr.killed import DONE
from tests.asr.sounds import noise, write_wav

SIDECAR = "file,call_id,received_at,product,customer_channel,language\na.ogg,K-1,2026-05-02T10:00,E3,right,zh\n"
Open = Callable[..., Night]


@contextmanager
def opened(root: Path, extra: Sequence[PlantTerm] = ()) -> Iterator[Night]:
    """Open a night over a workspace."""
    workspace = Workspace(root)
    with workspace.open_stores() as stores:
        yield Night(
            "2026-06-30-001", date(2026, 6, 30), workspace, workspace.settings(), load_dictionary(extra=extra),
            *stores, SilentProgress(), RunLog(None, ""),
        )  # fmt: skip


@pytest.fixture(scope="module")
def first(call: Path, model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StageReport]:
    """A workspace after its first night: a spoken call, a call of noise, and a text that calls itself a recording."""
    workspace = init_workspace(tmp_path_factory.mktemp("first") / "w", "zh")
    settings = workspace.settings_file.read_text(encoding="utf-8")
    settings = settings.replace("settling_seconds = 5.0", "settling_seconds = 0.0").replace(
        "beam_size = 5", "beam_size = 1"
    )
    workspace.settings_file.write_text(settings, encoding="utf-8")
    shutil.copy(call, workspace.inbox / "a.ogg")
    write_wav(workspace.inbox / "b.wav", [noise(3), noise(3, seed=9)])
    (workspace.inbox / "c.mp3").write_text("no recording at all", encoding="utf-8")
    (workspace.inbox / "calls.csv").write_text(SIDECAR, encoding="utf-8")
    with opened(workspace.root) as night:
        Intake().run(night)
        return workspace.root, Stage().run(night)


@pytest.fixture
def night(first: tuple[Path, StageReport], tmp_path: Path) -> Iterator[Open]:
    """Opens further nights over a copy of that workspace, each ending the one before."""
    root = tmp_path / "w"
    shutil.copytree(first[0], root)
    with ExitStack() as nights:

        def make(extra: Sequence[PlantTerm] = ()) -> Night:
            nights.close()
            return nights.enter_context(opened(root, extra))

        yield make


def case_of(night: Night, source_ref: str) -> Case:
    (case,) = night.store.rows(Case, "source_ref = ?", [source_ref])
    return case


def no_hearing(*_: object) -> None:
    raise AssertionError("a recording was heard again")


def test_the_report_counts_in_an_analysts_words(first: tuple[Path, StageReport]) -> None:
    report = first[1]
    assert report.counts["recordings heard"] == 2
    assert report.counts["recordings refused"] == report.quarantined == 1
    assert report.missing_model is None
    assert list(report.models) == ["whisper-base"]


def test_a_call_becomes_a_case_with_the_customers_words(night: Open) -> None:
    one = night()
    case = case_of(one, "a.ogg")
    segments = one.store.rows(Segment, "case_id = ?", [case.case_id], order="start_s")
    assert (case.source, case.channel, case.external_id, case.product, case.language) == (
        "call",
        "phone",
        "K-1",
        "E3",
        "zh",
    )
    assert case.text == call_text(segments)
    assert "底盘" in case.text and "请问" not in case.text
    assert {s.speaker for s in segments if s.channel == "left"} == {"agent"}
    assert not case.partial


def test_repairs_lie_where_they_say(night: Open) -> None:
    rows = night().store.rows(Segment)
    repairs = [(s, r) for s in rows for r in json.loads(s.repairs)]
    assert repairs
    for segment, repair in repairs:
        assert segment.text[repair["start"] :].startswith(repair["written"])
        assert repair["heard"] in segment.heard


def test_a_call_in_which_nobody_speaks_is_a_doubtful_case_without_words(night: Open) -> None:
    one = night()
    case = case_of(one, "b.wav")
    (segment,) = one.store.rows(Segment, "case_id = ?", [case.case_id])
    assert (case.text, case.doubtful, segment.doubt_reasons) == ("", True, '["no_speech"]')


def test_what_is_no_recording_is_quarantined(night: Open) -> None:
    (entry,) = night().store.rows(Quarantine)
    assert (entry.source_ref, entry.stage, entry.reason) == ("c.mp3", "asr", "not_audio")


def test_a_second_night_does_nothing(night: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalWorkers, "__enter__", no_hearing)
    one = night()
    before = one.store.query("SELECT * FROM segments ORDER BY ALL")
    report = Stage().run(one)
    assert report.counts == {"minutes heard": 0}
    assert report.quarantined == 0
    assert one.store.query("SELECT * FROM segments ORDER BY ALL") == before


def test_voices_that_a_killed_night_left_behind_go_though_nothing_is_heard(night: Open) -> None:
    one = night()
    left = one.workspace.data / SCRATCH / "0"
    left.mkdir(parents=True)
    (left / "left.s16").write_bytes(b"voice")
    Stage().run(one)
    assert not left.parent.exists()


def test_a_new_word_of_the_plant_repairs_without_hearing_again(night: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalWorkers, "__enter__", no_hearing)
    heard = case_of(night(), "a.ogg").text
    place = heard.index("小区")
    said = heard[place : place + 2]
    one = night([PlantTerm("晓渠", "component")])  # sounds like the two characters that were heard
    report = Stage().run(one)
    assert said == "小区" and report.counts["recordings written anew"] == 2
    assert case_of(one, "a.ogg").external_id == "K-1"


def test_new_facts_about_a_call_need_no_hearing(night: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalWorkers, "__enter__", no_hearing)
    one = night()
    sidecar = SIDECAR.replace("E3", "E5").replace("right", "left")
    (one.workspace.inbox / "calls.csv").write_text(sidecar, encoding="utf-8")
    Intake().run(one)
    Stage().run(one)
    case = case_of(one, "a.ogg")
    assert case.product == "E5"
    assert "请问" in case.text


def test_persons_are_in_the_private_store_only(night: Open) -> None:
    one = night()
    (row,) = one.private.query("SELECT count(*) FROM recognised")
    assert row[0] == 2
    assert not (one.workspace.data / SCRATCH).exists()


def test_a_recording_that_vanished_stays_pending_and_is_counted_once(night: Open) -> None:
    one = night()
    one.store.query("DELETE FROM stage_state")
    one.private.query("DELETE FROM recognised")
    for name in ("a.ogg", "b.wav", "c.mp3"):
        (one.workspace.inbox / name).unlink()
    first_night, second_night = Stage().run(one), Stage().run(one)
    assert (first_night.quarantined, second_night.quarantined) == (3, 0)
    assert {q.reason for q in one.store.rows(Quarantine, "reason <> 'not_audio'")} == {"file_missing"}


def test_a_link_out_of_the_inbox_is_refused(night: Open, tmp_path: Path) -> None:
    one = night()
    one.store.query("DELETE FROM stage_state")
    one.private.query("DELETE FROM recognised")
    for name in ("a.ogg", "b.wav", "c.mp3"):
        outside = tmp_path / name
        (one.workspace.inbox / name).rename(outside)
        (one.workspace.inbox / name).symlink_to(outside)
    Stage().run(one)
    assert {q.reason for q in one.store.rows(Quarantine, "reason <> 'not_audio'")} == {"outside_inbox"}


def test_without_a_model_recordings_wait(night: Open, tmp_path: Path) -> None:
    one = night()
    settings = one.settings.model_copy(
        update={"asr": one.settings.asr.model_copy(update={"model": str(tmp_path / "none")})}
    )
    bare = replace(one, settings=settings)
    assert Stage().run(bare).missing_model is None  # all were heard before: this run needs no model
    one.store.query("DELETE FROM stage_state")
    report = Stage().run(bare)
    assert report.counts == {"recordings waiting": 3}
    assert "none" in str(report.missing_model)


def as_stored_before_decoding_had_a_version(night: Night) -> None:
    """Turn the stored words into what an older version left: no version in the key, no treatment."""
    rows = night.private.query("SELECT input_id, key, segments FROM recognised")
    old = []
    for input_id, key, segments in rows:
        words = {name: value for name, value in json.loads(segments).items() if name != "treatment"}
        old.append((input_id, key.split("/")[0], canonical_json(words)))
    night.private.append_values("recognised", old, replace=True)
    night.store.query("UPDATE stage_state SET key = 'old' WHERE stage = 'asr'")


def test_another_way_of_decoding_has_heard_anew_what_it_concerns_alone(night: Open) -> None:
    one = night()
    before = one.store.query("SELECT * FROM segments ORDER BY ALL")
    as_stored_before_decoding_had_a_version(one)
    other = """replace(segments, '"duration_s":3.0', '"duration_s":2.5')"""
    one.private.query(f"UPDATE recognised SET segments = {other}")
    report = Stage().run(one)
    assert (report.counts["recordings that sound as before"], report.counts["recordings heard"]) == (1, 1)
    assert one.store.query("SELECT * FROM segments ORDER BY ALL") == before
    assert set(Stage().run(one).counts) == {"minutes heard"}


def test_whether_a_recording_is_whole_is_looked_at_anew_with_its_decoding(night: Open) -> None:
    one = night()
    as_stored_before_decoding_had_a_version(one)
    other = """replace(segments, '"partial_why":""', '"partial_why":"truncated"')"""
    one.private.query(f"UPDATE recognised SET segments = {other}")
    report = Stage().run(one)
    assert report.counts["recordings that sound as before"] == 2
    assert [case.partial for case in one.store.rows(Case)] == [False, False]


def test_another_way_of_decoding_leaves_the_words_of_a_recording_that_is_gone(night: Open) -> None:
    one = night()
    before = one.store.query("SELECT * FROM segments ORDER BY ALL")
    as_stored_before_decoding_had_a_version(one)
    for name in ("a.ogg", "b.wav"):
        (one.workspace.inbox / name).unlink()
    assert Stage().run(one).quarantined == 0
    assert one.store.query("SELECT * FROM segments ORDER BY ALL") == before


@pytest.mark.slow
def test_the_number_of_workers_and_hearing_anew_change_nothing(night: Open) -> None:
    one = night()
    before = one.store.query("SELECT * FROM segments ORDER BY ALL")
    settings = one.settings.model_copy(update={"asr": one.settings.asr.model_copy(update={"workers": 3})})
    report = Stage().run(replace(one, settings=settings, redo=frozenset({"asr"})))
    assert report.counts["recordings heard"] == 2
    assert one.store.query("SELECT * FROM segments ORDER BY ALL") == before


ROOT = Path(__file__).parents[2]


def run(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.fixture
def workspace(spoken: Audio, model_path: Path, tmp_path: Path) -> Workspace:
    """Two recordings, taken in and not yet heard."""
    made = init_workspace(tmp_path / "w", "zh")
    settings = made.settings_file.read_text(encoding="utf-8")
    for before, after in (
        ("settling_seconds = 5.0", "settling_seconds = 0.0"), ("beam_size = 5", "beam_size = 1"),
        ("workers = 0", "workers = 1"),
    ):  # fmt: skip
        assert before in settings
        settings = settings.replace(before, after)
    made.settings_file.write_text(settings, encoding="utf-8")
    turn = spoken.piece(1, 0, 12 * SAMPLE_RATE)
    for name, level in (("a", 1.0), ("b", 0.8)):
        write_wav(made.inbox / f"{name}.wav", [turn * np.float32(level)])
    with opened(made.root) as night:
        Intake().run(night)
    return made


def rows(root: Path) -> dict[str, list[tuple[object, ...]]]:
    with opened(root) as night:
        Stage().run(night)
        return {table: night.store.query(f"SELECT * FROM {table} ORDER BY ALL") for table in ("cases", "segments")}


def test_a_killed_stage_goes_on_where_it_was(workspace: Workspace, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(workspace.root, whole)
    process = run("tests.asr.killed", str(workspace.root))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == DONE  # one of two is committed, the other is being heard
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []  # orphans end by themselves
    with workspace.open_store(read_only=True) as store:
        (committed,) = store.query("SELECT count(*) FROM cases WHERE source = 'call'")[0]
    assert committed == 1
    assert rows(workspace.root) == rows(whole)
    assert not (workspace.data / SCRATCH).exists()


@pytest.mark.slow
def test_an_hour_is_never_in_memory(spoken: Audio, model_path: Path, tmp_path: Path) -> None:
    rate = 2000  # tiny on disk; 115 MB when decoded
    turn = spoken.piece(1, 0, 12 * SAMPLE_RATE)
    minute = write_wav(tmp_path / "minute.wav", [np.concatenate([turn, noise(48, 0.001)])])
    # Whole minutes of faint noise, the turn at both ends.
    low = turn[:: SAMPLE_RATE // rate]
    hour_long = np.concatenate([low, np.resize(noise(60, 0.001)[: 60 * rate], 3570 * rate), low])
    hour = write_wav(tmp_path / "hour.wav", [hour_long], rate)
    process = run("tests.asr.weigh", str(model_path), str(minute), str(hour))
    out, _ = process.communicate()
    assert process.returncode == 0
    (before, decoding_before), (after, decoding_after) = json.loads(out)
    decoded_bytes = 3590 * SAMPLE_RATE * BYTES_A_SAMPLE
    assert after - before < decoded_bytes / 2
    assert decoding_after - decoding_before < decoded_bytes / 2
