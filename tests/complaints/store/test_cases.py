"""Cases: a call's turns as one text, repeats, languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from complaints.records import Case, Segment
from complaints.store.cases import call_text, history_begin, mark_duplicates, text_language, turn_spans, write_cases
from complaints.store.database import Store

SEGMENT = Segment("C1", 1.0, 3.0, "right", "customer", "过减速带异响", "过减速带异想", "[]", 0.9, False, "[]", "zh")
CASE = Case(
    "T1", "text", None, "a.csv#2", datetime(2026, 3, 1), "given", None, None, None, None, "zh",
    "过减速带底盘咯噔咯噔响，已经三次了", None, False, None, False,
)  # fmt: skip


def test_a_calls_text_holds_the_customers_turns_in_order() -> None:
    agent = replace(SEGMENT, speaker="agent", start_s=0.0, text="请问有什么可以帮您")
    later = replace(SEGMENT, start_s=5.0, text="还漏油")
    assert call_text([later, agent, SEGMENT]) == "过减速带异响\n还漏油"


def test_spans_point_at_each_turn() -> None:
    later = replace(SEGMENT, start_s=5.0, text="还漏油")
    text, spans = call_text([SEGMENT, later]), turn_spans([later, SEGMENT])
    assert [text[span.start : span.end] for span in spans] == ["过减速带异响", "还漏油"]


@pytest.mark.parametrize(
    ("text", "language"), [("异响 noise", "zh"), ("noise from ABS 灯 when braking", "en"), ("123", "zh"), ("", "zh")]
)
def test_language_by_script(text: str, language: str) -> None:
    assert text_language(text) == language


def repeats(tmp_path: Path, *cases: Case) -> dict[str, str | None]:
    with Store(tmp_path / "s.duckdb") as store:
        write_cases(store, cases)
        mark_duplicates(store)
        return dict(store.query("SELECT case_id, duplicate_of FROM cases"))


def test_a_repeat_points_at_the_earliest(tmp_path: Path) -> None:
    later = replace(CASE, case_id="T0", received_at=datetime(2026, 3, 5), text=CASE.text.replace("，", "。"))
    assert repeats(tmp_path, later, CASE) == {"T1": None, "T0": "T1"}


def test_repeats_are_marked_and_taken_back_together(tmp_path: Path) -> None:
    again = [replace(CASE, case_id=f"T{n}", received_at=datetime(2026, 3, 5)) for n in (2, 3)]
    found = []
    with Store(tmp_path / "s.duckdb") as store:
        write_cases(store, [CASE, *again])
        for first in (CASE, replace(CASE, text="换了变速箱以后不再顿挫了，谢谢师傅")):
            write_cases(store, [first])
            mark_duplicates(store)
            found.append(store.query("SELECT case_id, duplicate_of FROM cases ORDER BY case_id"))
    assert found == [[("T1", None), ("T2", "T1"), ("T3", "T1")], [("T1", None), ("T2", None), ("T3", "T2")]]


def test_the_same_words_about_another_vehicle_are_no_repeat(tmp_path: Path) -> None:
    first, second = replace(CASE, serial_token="V1"), replace(CASE, case_id="T2", serial_token="V2")
    assert repeats(tmp_path, first, second) == {"T1": None, "T2": None}


def test_short_texts_are_no_repeats(tmp_path: Path) -> None:
    assert repeats(tmp_path, replace(CASE, text="没人联系我"), replace(CASE, case_id="T2", text="没人联系我")) == {
        "T1": None,
        "T2": None,
    }


@pytest.mark.parametrize(
    ("days", "begin"),
    [
        ([], None),
        ([None, None], None),
        ([0, 5, 9], 0),
        ([7, None, 3], 3),
        ([-20_000, *range(150)], 0),  # a date of 1971 is no history
        ([400, 450], None),  # after the night
    ],
)
def test_a_history_begins_with_its_first_dates_but_for_strays(
    tmp_path: Path, days: list[int | None], begin: int | None
) -> None:
    origin = datetime(2026, 1, 1)
    dated = [None if day is None else origin + timedelta(days=day) for day in days]
    expected = None if begin is None else origin.date() + timedelta(days=begin)
    with Store(tmp_path / "s.duckdb") as store:
        write_cases(store, [replace(CASE, case_id=f"T{n}", received_at=at) for n, at in enumerate(dated)])
        assert history_begin(store, date(2026, 12, 31)) == expected
