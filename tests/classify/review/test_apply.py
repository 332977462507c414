"""What reviewers decided counts from the next night on."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from classify.stage import Stage
from complaints.records import Case, Classification, Mention, Review
from complaints.run.night import Night
from tests.classify.review.workbooks import TODAY, edited, exported, fill, taken


def test_a_confirmed_category_outranks_the_machine_and_is_a_label(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    edited(path, lambda b: fill(b, "cases", "T1", decision="brakes", reviewer="Li Lei", comment="看过车"))
    done = taken(read_night, path)
    assert (done.taken, done.confirmed) == ({"category": 1}, 1)
    Stage().run(read_night)
    row = read_night.store.rows(Classification, "case_id = 'T1'")[0]
    assert (row.category, row.decision, row.confidence) == ("brakes", "confirmed", 1.0)
    assert read_night.store.query("SELECT category, origin FROM labels") == [("brakes", "review")]
    review = read_night.store.rows(Review)[0]
    assert (review.reviewer, review.decided_at.date(), review.comment) == ("Li Lei", TODAY, "看过车")


def test_reviewers_who_differ_leave_a_conflict_until_a_third_decides(read_night: Night, tmp_path: Path) -> None:
    done = None
    for name, choice in (("A", "engine"), ("B", "brakes")):
        path = exported(read_night, tmp_path / f"{name}.xlsx")
        fill_in = {"decision": choice, "reviewer": name}
        edited(path, partial(fill, sheet="cases", key="T1", **fill_in))
        done = taken(read_night, path)
        # B's workbook is exported while the case is still open.
        read_night.store.query("UPDATE classifications SET decision = 'review'")
    assert done is not None
    assert [c.decisions for c in done.conflicts] == [{"A": "engine", "B": "brakes"}]
    assert read_night.store.query("SELECT * FROM labels") == []
    path = exported(read_night, tmp_path / "C.xlsx")
    edited(path, lambda b: fill(b, "cases", "T1", decision="brakes", reviewer="C"))
    done = taken(read_night, path)
    assert (done.conflicts, done.confirmed) == ([], 1)


def test_a_corrected_mention_is_read_so_from_the_next_night_on(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    read_night.store.query("DELETE FROM changed_cases")  # they were grouped

    def edit(book: Any) -> None:
        place = book["mentions"]
        for row in range(3, place.max_row + 1):
            if place.cell(row, 1).value == "T1" and place.cell(row, 3).value == "abnormal_noise":
                names = [cell.value for cell in place[1]]
                place.cell(row, names.index("verdict") + 1).value = "present"
                place.cell(row, names.index("reviewer") + 1).value = "A"

    assert taken(read_night, edited(path, edit)).taken == {"mention": 1}
    Stage().run(read_night)
    polarity = {m.code: m.polarity for m in read_night.store.rows(Mention, "case_id = 'T1'")}
    assert polarity["abnormal_noise"] == "present"
    # Of the cases that wait to be grouped, it alone is grouped again whatever its digest.
    assert read_night.store.query("SELECT case_id FROM changed_cases WHERE digest IS NULL") == [("T1",)]


def test_a_wrong_mention_is_gone_and_a_wrong_code_replaced(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")

    def edit(book: Any) -> None:
        place = book["mentions"]
        names = [cell.value for cell in place[1]]
        for row in range(3, place.max_row + 1):
            code = place.cell(row, 3).value
            if place.cell(row, 1).value == "T1" and code in ("abnormal_noise", "oil_leak"):
                place.cell(row, names.index("verdict") + 1).value = "wrong"
                place.cell(row, names.index("reviewer") + 1).value = "A"
                if code == "oil_leak":
                    place.cell(row, names.index("right_code") + 1).value = "coolant_leak"

    assert "coolant_leak" in read_night.dictionary.codes
    assert taken(read_night, edited(path, edit)).taken == {"mention": 2}
    Stage().run(read_night)
    codes = {m.code for m in read_night.store.rows(Mention, "case_id = 'T1' AND kind = 'symptom'")}
    assert codes == {"coolant_leak"}


def test_a_corrected_turn_changes_the_cases_text(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    edited(path, lambda b: fill(b, "transcripts", "C1", right_text="变速箱异响，打13812345678", reviewer="A"))
    assert taken(read_night, path).taken == {"transcript": 1}
    case = read_night.store.rows(Case, "case_id = 'C1'")[0]
    assert case.text.startswith("变速箱异响")
    assert "13812345678" not in case.text
    Stage().run(read_night)
    assert "abnormal_noise" in {m.code for m in read_night.store.rows(Mention, "case_id = 'C1'")}


def test_a_rejected_cause_is_kept_with_name_and_date(read_night: Night, tmp_path: Path) -> None:
    read_night.store.query(
        "INSERT INTO causes (cause_id, group_kind, group_id, symptom, rank, station_id, cause, probability, prior, "
        "verdict, decision, evidence) VALUES ('K1', 'symptom', 'oil_leak', 'oil_leak', 1, 'Z040', 'torque', 0.7, 0.1, "
        "'supported', 'open', '{}')"
    )
    path = exported(read_night, tmp_path / "r.xlsx")
    edited(path, lambda b: fill(b, "causes", "K1", decision="rejected", reviewer="A"))
    assert taken(read_night, path).taken == {"cause": 1}
    assert read_night.store.query("SELECT decision FROM causes") == [("rejected",)]
    assert [(r.what, r.case_id, r.decision) for r in read_night.store.rows(Review)] == [("cause", "K1", "rejected")]


def test_a_mention_review_says_what_it_was_about(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    edited(path, lambda b: fill(b, "mentions", "T2", verdict="right", reviewer="A"))
    taken(read_night, path)
    assert json.loads(read_night.store.rows(Review)[0].decision)["verdict"] == "right"
