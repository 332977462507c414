"""Rows under one id: corrections take a complaint's place, other complaints stand beside it, and both are told."""

from __future__ import annotations

import pytest

from complaints.records import RowRelation
from complaints.run.night import Night
from tests.complaints.intake.inbox import accounts, in_process, put, take, texts

HEAD = "complaint_id,received_at,serial,text"
JERKS, NOISE, LEAK = "变速箱换挡顿挫严重，低速尤其明显", "底盘过减速带异响", "发动机下面漏油"
UNIT, OTHER = "LXXAA11B0C1000001", "LXXAA11B0C1000002"

pytestmark = pytest.mark.usefixtures(in_process.__name__)


def rows(*cells: str) -> str:
    return "\n".join([HEAD, *cells]) + "\n"


def related(night: Night) -> list[tuple[str, str, str]]:
    return [(r.source_ref, r.other_ref, r.relation) for r in night.store.rows(RowRelation)]


@pytest.mark.parametrize(
    "followed",
    [
        ("A1,2026-01-05,,首次来电：变速箱顿挫", "A1,2026-01-09,,再次来电：催促处理"),
        ("A1,,,变速箱顿挫", "A1,,,空调不制冷"),
        (f"A1,2026-01-05,{UNIT},变速箱顿挫", f"A1,2026-01-05,{OTHER},变速箱顿挫"),
    ],
)
def test_two_complaints_under_one_id_in_one_file_are_both_kept_and_told(night: Night, followed: tuple[str]) -> None:
    put(night, "t.csv", rows(*followed))
    take(night)
    assert len(texts(night)) == 2
    assert accounts(night)["t.csv"].shared_ids == 1
    assert related(night) == [("t.csv#3", "t.csv#2", "shares_id")]


def test_they_are_the_same_two_when_the_file_is_sorted_otherwise_and_grows(night: Night) -> None:
    first, second = f"A1,2026-01-05,,{JERKS}", f"A1,2026-01-09,,{NOISE}"
    put(night, "t.csv", rows(first, second))
    take(night)
    put(night, "t.csv", rows("A2,,,漏油", second, first), 1)
    report = take(night)
    assert (report.counts["new texts"], report.counts["changed texts"], len(texts(night))) == (1, 0, 3)


def test_a_correction_of_one_of_two_takes_its_place_alone(night: Night) -> None:
    put(night, "t.csv", rows(f"A1,2026-01-05,,{JERKS}", f"A1,2026-01-09,,{NOISE}"))
    take(night)
    put(night, "t.csv", rows(f"A1,2026-01-05,,{JERKS}", f"A1,2026-01-09,,{NOISE}，已更换"), 1)
    take(night)
    assert texts(night) == sorted([JERKS, f"{NOISE}，已更换"])


def test_the_same_row_twice_is_a_repeat(night: Night) -> None:
    put(night, "t.csv", rows(*[f"A1,2026-01-05,,{JERKS}"] * 3))
    take(night)
    account = accounts(night)["t.csv"]
    assert (account.complaints, account.repeats, len(texts(night))) == (1, 2, 1)


def test_a_second_version_of_a_row_in_one_file_replaces_it_and_is_told(night: Night) -> None:
    put(night, "t.csv", "complaint_id,text,mileage\nA1,变速箱顿挫,100\nA1,变速箱顿挫,200\n")
    take(night)
    assert night.store.query("SELECT mileage FROM cases") == [(200.0,)]
    assert (accounts(night)["t.csv"].replaced, related(night)) == (1, [("t.csv#3", "t.csv#2", "corrects")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"1,2026-01-05,,{JERKS}", f"1,2026-02-03,,{NOISE}"),
        ("1,2026-01-05,,异响", "1,2026-02-03,,异响"),
        (f"1,2026-01-05,{UNIT},{JERKS}", f"1,2026-02-03,{OTHER},{JERKS}"),
        (f"1,,{UNIT},{JERKS}", f"1,,{OTHER},{NOISE}"),
    ],
)
def test_ids_that_start_anew_in_the_next_file_overwrite_nothing(night: Night, one: str, other: str) -> None:
    put(night, "1.csv", rows(one))
    put(night, "2.csv", rows(other), 1)
    take(night)
    assert len(texts(night)) == 2
    assert related(night) == [("2.csv#2", "1.csv#2", "shares_id")]


def test_files_named_by_month_tell_undated_ids_apart(night: Night) -> None:
    put(night, "export-2026-01-31.csv", rows(f"1,,,{JERKS}"))
    put(night, "export-2026-02-28.csv", rows(f"1,,,{NOISE}"), 1)
    take(night)
    assert len(texts(night)) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"1,2026-01-05,,{JERKS}", f"1,2026-01-05,,{NOISE}"),
        (f"1,2026-01-05,,{JERKS}", f"1,2026-01-06,,{JERKS}"),
        (f"1,2026-01-05,{UNIT},{JERKS}", f"1,2026-01-05,{OTHER},{JERKS}，已核对"),
        (f"1,,,{JERKS}", f"1,,,{LEAK}"),
    ],
)
def test_a_correction_in_another_file_is_told_with_the_row_that_it_takes_the_place_of(
    night: Night, one: str, other: str
) -> None:
    put(night, "1.csv", rows(one))
    put(night, "2.csv", rows(other), 1)
    take(night)
    assert len(texts(night)) == 1
    assert related(night) == [("2.csv#2", "1.csv#2", "corrects")]
    found = accounts(night)
    assert (found["1.csv"].replaced, found["1.csv"].complaints, found["2.csv"].complaints) == (1, 0, 1)


def test_a_correction_in_a_later_run_is_counted_in_the_file_that_it_corrects(night: Night) -> None:
    put(night, "1.csv", rows(f"1,2026-01-05,,{JERKS}"))
    take(night)
    put(night, "2.csv", rows(f"1,2026-01-05,,{NOISE}"), 1)
    take(night)
    assert accounts(night)["1.csv"].replaced == 1


@pytest.mark.parametrize("written", ["2.02403E+11", "1,5E+10", "3e+12", "２.02403Ｅ＋11"])
def test_a_rounded_id_or_serial_stands_for_nothing(night: Night, written: str) -> None:
    put(night, "t.csv", rows(f'"{written}",,"{written}",{JERKS}', f'"{written}",,"{written}",{NOISE}'))
    take(night)
    assert texts(night) == sorted([JERKS, NOISE])
    assert night.store.query("SELECT DISTINCT serial_token FROM cases") == [(None,)]


def test_ids_that_look_like_numbers_are_ids(night: Night) -> None:
    put(night, "1.csv", rows(f"12E05,,,{JERKS}"))
    put(night, "2.csv", rows(f"12E05,,,{NOISE}"), 1)
    take(night)
    assert texts(night) == [NOISE]
