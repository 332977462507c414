"""Intake: what becomes a case or an input, what is nothing new, what is refused."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from complaints.intake import Intake
from complaints.records import Case, Quarantine
from complaints.run.night import Night, StageReport
from complaints.settings import Settings
from complaints.tables.child import TableReader
from complaints.tables.types import Reading, Table
from complaints.workspace.create import init_workspace

HEADER = "complaint_id,text,received_at,serial,product,mileage,channel,category"
TEXT = "过减速带底盘异响"


def put(night: Night, name: str, content: str | bytes, mtime: int = 1_780_000_000) -> Path:
    path = night.workspace.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (mtime, mtime))
    return path


def take(night: Night) -> StageReport:
    return Intake().run(night)


def cases(night: Night) -> list[Case]:
    return night.store.rows(Case, order="source_ref")


def refused(night: Night) -> list[tuple[str, str]]:
    return [(row.source_ref, row.reason) for row in night.store.rows(Quarantine)]


def test_a_row_becomes_a_case_with_all_its_columns(night: Night) -> None:
    put(night, "t.csv", f"{HEADER}\nA1,{TEXT},2026年3月1日,LXXAA11B0C1000001,星岚 S5,1.2万公里,热线,底盘\n")
    take(night)
    case = cases(night)[0]
    assert (case.external_id, case.text, case.received_at, case.received_at_from) == (
        "A1", TEXT, datetime(2026, 3, 1), "given",
    )  # fmt: skip
    assert (case.product, case.mileage, case.channel, case.language, case.source_ref) == (
        "星岚 S5", 12000.0, "热线", "zh", "t.csv#2",
    )  # fmt: skip


def test_a_known_label_is_kept_apart_from_the_case(night: Night) -> None:
    put(night, "t.csv", f"{HEADER}\nA1,{TEXT},,,,,,底盘\n")
    take(night)
    assert night.store.query("SELECT category, origin FROM labels") == [("底盘", "given")]


def test_a_label_is_redacted_like_all_else(night: Night) -> None:
    put(night, "t.csv", f"{HEADER}\nA1,{TEXT},,,,,,京A12345\n")
    take(night)
    assert night.store.query("SELECT category FROM labels") == [("[车牌]",)]


def test_the_serial_lies_in_the_private_store_alone(night: Night) -> None:
    put(night, "t.csv", f"{HEADER}\nA1,{TEXT},,lxxaa11b0c1000001,,,,\n")
    take(night)
    token = cases(night)[0].serial_token
    assert night.private.query("SELECT * FROM serials") == [(token, "LXXAA11B0C1000001")]
    dump = [night.store.query(f"SELECT * FROM {table}") for (table,) in night.store.query("SHOW TABLES")]
    assert "1000001" not in repr(dump)


def test_chinese_headers_in_gb18030(night: Night) -> None:
    put(night, "t.csv", f"投诉编号,投诉内容,接收时间\nA1,{TEXT},2026/3/1\n".encode("gb18030"))
    take(night)
    assert [(case.external_id, case.text) for case in cases(night)] == [("A1", TEXT)]


def test_a_mapped_column_is_read(night: Night) -> None:
    settings = night.workspace.settings_file
    settings.write_text('[intake]\nsettling_seconds = 0\n[intake.columns]\n"备注" = "text"\n', encoding="utf-8")
    put(night, "t.csv", f"备注,投诉内容\n{TEXT},别的\n")
    Intake().run(replace(night, settings=night.workspace.settings()))
    assert [case.text for case in cases(night)] == [TEXT]


def test_personal_data_are_redacted_and_the_original_is_private(night: Night) -> None:
    put(night, "t.csv", f"text\n{TEXT}，我的电话是13900001234\n")
    take(night)
    assert "13900001234" not in cases(night)[0].text
    assert "13900001234" in night.private.query("SELECT raw_text FROM originals")[0][0]


def test_a_second_look_at_an_unchanged_inbox_reads_nothing(night: Night) -> None:
    put(night, "t.csv", f"text\n{TEXT}\n")
    take(night)
    before = cases(night)
    report = take(night)
    assert (report.counts["new texts"], report.counts["changed texts"], cases(night)) == (0, 0, before)


def test_a_grown_table_adds_only_its_new_rows(night: Night) -> None:
    put(night, "t.csv", f"complaint_id,text\nA1,{TEXT}\n")
    take(night)
    put(night, "t.csv", f"complaint_id,text\nA1,{TEXT}\nA2,漏油\n", mtime=1_780_000_100)
    assert take(night).counts["new texts"] == 1


def test_a_changed_row_supersedes(night: Night) -> None:
    put(night, "t.csv", f"complaint_id,text\nA1,{TEXT}\n")
    take(night)
    put(night, "t.csv", "complaint_id,text\nA1,换挡顿挫\n", mtime=1_780_000_100)
    assert take(night).counts["changed texts"] == 1
    assert [case.text for case in cases(night)] == ["换挡顿挫"]


def test_a_deleted_file_keeps_its_cases(night: Night) -> None:
    path = put(night, "t.csv", f"text\n{TEXT}\n")
    take(night)
    path.unlink()
    take(night)
    assert len(cases(night)) == 1


def test_rows_in_another_order_are_the_same_cases(night: Night, tmp_path: Path) -> None:
    put(night, "t.csv", f"text\n{TEXT}\n换挡顿挫\n")
    take(night)
    before = {case.case_id for case in cases(night)}
    put(night, "t.csv", f"text\n换挡顿挫\n{TEXT}\n", mtime=1_780_000_100)
    take(night)
    assert {case.case_id for case in cases(night)} == before


def test_the_same_words_about_two_vehicles_are_two_cases(night: Night) -> None:
    put(night, "t.csv", f"text,serial\n{TEXT},LXXAA11B0C1000001\n{TEXT},LXXAA11B0C1000002\n")
    take(night)
    assert len(cases(night)) == 2
    put(night, "t.csv", f"text,serial\n{TEXT},LXXAA11B0C1000002\n{TEXT},LXXAA11B0C1000001\n", mtime=1_780_000_100)
    take(night)
    assert len(cases(night)) == 2


def test_ids_do_not_depend_on_the_workspaces_key(night: Night) -> None:
    put(night, "t.csv", f"text,serial\n{TEXT},LXXAA11B0C1000001\n")
    take(night)
    first = cases(night)[0]
    other = init_workspace(night.workspace.root / "other", "zh")
    with other.open_stores() as (store, private):
        elsewhere = replace(night, workspace=other, store=store, private=private)
        put(elsewhere, "t.csv", f"text,serial\n{TEXT},LXXAA11B0C1000001\n")
        take(elsewhere)
        second = cases(elsewhere)[0]
    assert (first.case_id, first.serial_token == second.serial_token) == (second.case_id, False)


def test_the_date_falls_back_on_the_files_name(night: Night) -> None:
    put(night, "export-2026-03-05.csv", f"text\n{TEXT}\n")
    take(night)
    assert (cases(night)[0].received_at, cases(night)[0].received_at_from) == (datetime(2026, 3, 5), "file_name")


def test_a_date_that_cannot_be_read_leaves_the_complaint_undated(night: Night) -> None:
    put(night, "t.csv", f"text,received_at\n{TEXT},上周\n")
    report = take(night)
    assert (cases(night)[0].received_at, cases(night)[0].received_at_from) == (None, "unknown")
    assert report.counts["texts without a date"] == 1


def test_the_files_time_stands_in_where_a_setting_says_so(night: Night) -> None:
    put(night, "t.csv", f"text,received_at\n{TEXT},上周\n")
    Intake().run(replace(night, settings=Settings.model_validate({"intake": {"undated": "file_time"}})))
    assert cases(night)[0].received_at_from == "file_time"


def test_a_files_name_dates_no_row_whose_own_date_cannot_be_read(night: Night) -> None:
    put(night, "export-2026-03-05.csv", f"text,received_at\n{TEXT},上周\n")
    take(night)
    assert cases(night)[0].received_at is None


@pytest.mark.parametrize("written", ["1900-01-01", "1970-01-01 08:00:00", "9999-12-31", "0001-01-01"])
def test_a_programs_zero_is_no_date(night: Night, written: str) -> None:
    put(night, "t.csv", f"text,received_at\n{TEXT},{written}\n")
    assert take(night).counts["texts without a date"] == 1


def test_dates_in_the_future_are_counted(night: Night) -> None:
    put(night, "t.csv", f"text,received_at\n{TEXT},2026-07-01\n漏油,2026-06-30\n")
    assert take(night).counts["texts dated in the future"] == 1


def test_a_moment_falls_on_the_day_of_the_plants_zone(night: Night) -> None:
    put(night, "t.csv", f"text,received_at\n{TEXT},2026-03-01T20:00:00Z\n")
    take(night)
    assert cases(night)[0].received_at == datetime(2026, 3, 2, 4)


def test_another_zone_reads_the_files_again(night: Night) -> None:
    put(night, "t.csv", f"complaint_id,text,received_at\nA1,{TEXT},2026-03-01T20:00:00Z\n")
    take(night)
    Intake().run(replace(night, settings=Settings.model_validate({"general": {"time_zone": "Europe/Berlin"}})))
    assert [case.received_at for case in cases(night)] == [datetime(2026, 3, 1, 21)]


def test_a_row_without_text_is_quarantined_alone(night: Night) -> None:
    put(night, "t.csv", f"complaint_id,text\nA1,{TEXT}\nA2,\n")
    assert take(night).quarantined == 1
    assert (refused(night), len(cases(night))) == ([("t.csv#3", "no_text")], 1)


def test_a_long_text_is_cut_and_marked(night: Night) -> None:
    put(night, "t.csv", f"text\n{'异响' * 20_000}\n")
    take(night)
    assert (len(cases(night)[0].text), cases(night)[0].partial) == (20_000, True)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bad.csv", b"text\n\xff\xff\xff\n", "undecodable_bytes"),
        ("none.csv", b"a,b\n1,2\n", "missing_column"),
        ("zero.wav", b"", "empty_file"),
        ("zero.csv", b"", "empty_file"),
        ("no.xlsx", b"text", "not_a_table"),
    ],
)
def test_a_bad_file_is_quarantined_once_and_its_neighbours_are_read(
    night: Night, name: str, content: bytes, reason: str
) -> None:
    put(night, name, content)
    put(night, "good.csv", f"text\n{TEXT}\n")
    assert take(night).quarantined == 1
    assert (refused(night), len(cases(night))) == ([(name, reason)], 1)
    assert take(night).quarantined == 0
    assert refused(night) == [(name, reason)]


def test_a_mended_file_leaves_the_quarantine(night: Night) -> None:
    put(night, "t.csv", b"a,b\n1,2\n")
    take(night)
    put(night, "t.csv", f"text\n{TEXT}\n", mtime=1_780_000_100)
    take(night)
    assert (refused(night), len(cases(night))) == ([], 1)


@pytest.mark.parametrize("name", [".hidden.csv", "~$t.csv", "t.csv.part", "t.csv.crdownload", ".git/t.csv"])
def test_unfinished_and_hidden_files_are_left(night: Night, name: str) -> None:
    put(night, name, f"text\n{TEXT}\n")
    take(night)
    assert cases(night) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_out_of_the_inbox_is_refused_once(night: Night, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(f"text\n{TEXT}\n", encoding="utf-8")
    (night.workspace.inbox / "t.csv").symlink_to(tmp_path / "secret.csv")
    assert take(night).quarantined == 1
    assert (refused(night), cases(night)) == ([("t.csv", "link_outside")], [])
    assert take(night).quarantined == 0


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux's")
def test_a_name_that_is_no_text_is_refused_once_and_its_neighbours_are_read(night: Night) -> None:
    put(night, "good.csv", f"text\n{TEXT}\n")
    with open(os.fsencode(night.workspace.inbox) + b"/\xb6\xcd.csv", "wb") as stream:  # noqa: PTH123  # a name of bytes
        stream.write(b"text\nx\n")
    assert take(night).quarantined == 1
    assert refused(night) == [("\\xb6\\xcd.csv", "undecodable_name")]
    assert len(cases(night)) == 1
    assert take(night).quarantined == 0


def test_a_reader_that_fails_unforeseen_costs_the_file_alone(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    put(night, "a.csv", f"text\n{TEXT}\n")
    put(night, "b.csv", f"text\n{TEXT}啊\n")

    read = TableReader.read

    def fail(reader: TableReader, path: Path, reading: Reading, name: str) -> Table:
        if path.name == "a.csv":
            raise OverflowError("13912345678")
        return read(reader, path, reading, name)

    monkeypatch.setattr(TableReader, "read", fail)
    assert take(night).quarantined == 1
    assert (refused(night), len(cases(night))) == ([("a.csv", "unreadable")], 1)
    assert "1391" not in night.store.rows(Quarantine)[0].detail


def test_a_recording_takes_its_facts_from_the_sidecar(night: Night) -> None:
    put(night, "calls/a.wav", b"RIFF-one")
    put(
        night,
        "calls/calls.csv",
        "file,call_id,received_at,serial,product,customer_channel,language\n"
        "a.wav,call_001,2026-03-01,LXXAA11B0C1000001,S5,右,中文\n",
    )
    take(night)
    row = night.store.query(
        "SELECT call_id, received_at, received_at_from, product, customer_channel, language, source_ref FROM inputs"
    )
    assert row == [("call_001", datetime(2026, 3, 1), "sidecar", "S5", "right", "zh", "calls/a.wav")]


def test_the_same_bytes_in_two_folders_are_one_recording(night: Night) -> None:
    put(night, "a/1.wav", b"RIFF-one")
    put(night, "b/1.wav", b"RIFF-one")
    assert take(night).counts["same recordings"] == 1
    assert night.store.query("SELECT count(*) FROM inputs") == [(1,)]


def test_two_recordings_of_one_name_in_two_folders_are_two(night: Night) -> None:
    put(night, "a/1.wav", b"RIFF-one")
    put(night, "b/1.wav", b"RIFF-two")
    take(night)
    assert night.store.query("SELECT count(*) FROM inputs") == [(2,)]


def test_new_facts_about_a_known_recording_make_it_pending_again(night: Night) -> None:
    put(night, "a.wav", b"RIFF-one")
    take(night)
    (input_id,) = night.store.query("SELECT input_id FROM inputs")[0]
    night.store.mark("asr", "k", [(input_id, "c")], "r")
    put(night, "calls.csv", "file,product\na.wav,S5\n")
    assert take(night).counts["changed recordings"] == 1
    assert night.store.query("SELECT count(*) FROM stage_state WHERE stage = 'asr'") == [(0,)]


def listed(night: Night, name: str, product: str) -> None:
    put(night, name, f"file,product\na.wav,{product}\n")


def products(night: Night) -> list[str | None]:
    return [product for (product,) in night.store.query("SELECT product FROM inputs")]


def test_a_list_that_stands_is_not_read_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    put(night, "a.wav", b"RIFF-one")
    listed(night, "calls.csv", "S5")
    take(night)
    monkeypatch.delattr("complaints.intake.sidecars.read_sidecar")
    assert take(night).counts["new recordings"] == 0
    assert products(night) == ["S5"]


def test_a_list_that_stands_tells_of_a_recording_that_is_new(night: Night) -> None:
    listed(night, "calls.csv", "S5")
    take(night)
    put(night, "a.wav", b"RIFF-one")
    take(night)
    assert products(night) == ["S5"]


def test_a_nearer_list_takes_the_place_of_a_farther_one_and_gives_it_back(night: Night) -> None:
    put(night, "b/a.wav", b"RIFF-one")
    put(night, "calls.csv", "file,product\nb/a.wav,S5\n")
    take(night)
    listed(night, "b/calls.csv", "M3")
    take(night)
    nearer = products(night)
    (night.workspace.inbox / "b" / "calls.csv").unlink()
    take(night)
    assert (nearer, products(night)) == (["M3"], ["S5"])


def test_a_run_that_was_killed_after_it_read_a_list_reads_it_again(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(night, "a.wav", b"RIFF-one")
    take(night)
    listed(night, "calls.csv", "S5")
    with monkeypatch.context() as killed, pytest.raises(NameError):
        killed.delattr("complaints.intake.stage.recording")
        killed.setattr("complaints.intake.stage.UNREADABLE", ())
        take(night)
    take(night)
    assert products(night) == ["S5"]


def test_a_phone_number_in_a_file_name_is_shown_nowhere(night: Night) -> None:
    put(night, "13900001234.csv", b"a,b\n1,2\n")
    take(night)
    assert "13900001234" not in repr(night.store.rows(Quarantine))


def test_columns_that_were_not_used_are_remembered(night: Night) -> None:
    put(night, "t.csv", f"text,brand\n{TEXT},X\n")
    take(night)
    assert night.store.query("SELECT * FROM unmapped_columns") == [("t.csv", "brand")]


def test_a_file_that_still_grows_is_left_and_counted(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    from complaints.intake import scan

    path = put(night, "t.csv", f"text\n{TEXT}\n")
    os.utime(path)

    def grow(_: float) -> None:
        with path.open("a", encoding="utf-8") as stream:
            stream.write("漏油\n")

    monkeypatch.setattr("complaints.intake.scan.time.sleep", grow)
    found = scan.scan_inbox(night.workspace.root, night.workspace.inbox, 1e9, 5.0)
    assert (found.files, found.unfinished) == ([], 1)
