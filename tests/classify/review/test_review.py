"""The review workbook out and in again, over a real store and a real workbook."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from classify.review.agreement import krippendorff_alpha, settled
from classify.review.apply import Imported, apply
from classify.review.export import write_workbook
from classify.review.read_workbook import Rules, read_workbook
from classify.review.rows import categories, doubtful_cases, shown_content, workbook_rows
from classify.stage import Stage
from complaints.errors import UsageError
from complaints.records import Case, Classification, Mention, Review, Segment
from complaints.run.night import Night
from complaints.settings import Embeddings
from tests.classify.made import a_case, label, put

TODAY = date(2026, 3, 5)
CATEGORIES = ["engine", "brakes", "service"]
Edit = Callable[[Any], object]


def turn(start_s: float, text: str) -> Segment:
    return Segment("C1", start_s, start_s + 2, "left", "customer", text, text, "[]", 0.4, True, '["low"]', "zh")


@pytest.fixture
def read_night(night: Night) -> Night:
    settings = night.settings.model_copy(update={"embeddings": Embeddings(model="/nowhere/at/all")})
    bare = dataclasses.replace(night, settings=settings)
    cases = [
        a_case("T1", "发动机漏油，没有异响"),
        a_case("T2", "=cmd|' /C calc'!A0 刹车异响"),
        a_case("T3", "还没有人联系我"),
    ]
    put(bare, [*cases, a_case("C1", "变速箱一想", source="call")], [turn(3.0, "变速箱一想")])
    Stage().run(bare)
    return bare


def exported(night: Night, path: Path) -> Path:
    cases = doubtful_cases(night.store, 100)
    rows = workbook_rows(night.store, night.dictionary, "zh", cases)
    write_workbook(path, rows, CATEGORIES, sorted(night.dictionary.codes), "zh")
    return path


def edited(path: Path, edit: Edit) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def fill(book: Any, sheet: str, key: str, **values: object) -> int:
    place = book[sheet]
    names = [cell.value for cell in place[1]]
    row = next(r for r in range(3, place.max_row + 1) if place.cell(r, 1).value == key)
    for name, value in values.items():
        place.cell(row, names.index(name) + 1).value = value
    return int(row)


def taken(night: Night, path: Path, by: str = "") -> Imported:
    codes = {code: entry.kind for code, entry in night.dictionary.codes.items()}
    rules = Rules(CATEGORIES, codes, lambda s, k: shown_content(night.store, s, k), by, TODAY)
    read = read_workbook(path, rules)
    return apply(night.store, read.decided, read.refused, read.empty)


def reasons(done: Imported) -> list[str]:
    return [one.reason for one in done.refused]


def test_an_untouched_workbook_changes_nothing(read_night: Night, tmp_path: Path) -> None:
    done = taken(read_night, exported(read_night, tmp_path / "r.xlsx"))
    assert (done.taken, done.refused) == ({}, [])
    assert read_night.store.rows(Review) == []


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


def test_bad_rows_are_named_one_by_one_and_the_rest_is_taken(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")

    def edit(book: Any) -> None:
        fill(book, "cases", "T1", decision="breaks", reviewer="A")
        fill(book, "cases", "T2", decision="brakes", reviewer="A", case_id="T1")
        fill(book, "cases", "T3", comment="?", reviewer="A")
        fill(book, "cases", "C1", decision="engine", reviewer="A")

    done = taken(read_night, edited(path, edit))
    assert sorted(reasons(done)) == ["changed_row", "half_filled", "unknown_category"]
    assert "brakes" in next(one.hint for one in done.refused if one.reason == "unknown_category")
    assert all("sheet cases, row" in one.where for one in done.refused)
    assert done.taken == {"category": 1}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"decision": "engine"}, "half_filled"),
        ({"decision": "engine", "reviewer": "A", "decided_on": "2027-01-01"}, "bad_date"),
        ({"decision": "engine", "reviewer": "A", "decided_on": "soon"}, "bad_date"),
        ({"decision": "engine", "reviewer": "A", "case_id": "T999"}, "unknown_id"),
        ({"decision": "engine", "reviewer": "A", "hash": "0000"}, "changed_row"),
    ],
)
def test_a_row_is_refused(read_night: Night, tmp_path: Path, values: dict[str, object], reason: str) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    assert reasons(taken(read_night, edited(path, lambda b: fill(b, "cases", "T1", **values)))) == [reason]


def test_a_text_that_changed_since_the_export_is_refused(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    put(read_night, [a_case("T1", "发动机漏水")])
    edited(path, lambda b: fill(b, "cases", "T1", decision="engine", reviewer="A"))
    assert reasons(taken(read_night, path)) == ["changed_row"]


def test_a_row_copied_by_its_reviewer_is_taken_once(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")

    def edit(book: Any) -> None:
        row = fill(book, "cases", "T1", decision="engine", reviewer="A")
        book["cases"].append([cell.value for cell in book["cases"][row]])

    done = taken(read_night, edited(path, edit))
    assert (reasons(done), done.taken) == (["duplicate"], {"category": 1})


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


def test_a_formula_in_a_text_is_text_in_the_workbook(read_night: Night, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(read_night, tmp_path / "r.xlsx"))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not [c for c in cells if c.data_type == "f"]
    assert not [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "@", "\t"))]


def test_ids_are_protected_and_categories_are_a_list(read_night: Night, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(read_night, tmp_path / "r.xlsx"))
    place = book["cases"]
    assert place.protection.sheet
    assert place.cell(3, 1).protection.locked
    names = [cell.value for cell in place[1]]
    assert not place.cell(3, names.index("decision") + 1).protection.locked
    assert len(place.data_validations.dataValidation) == 1
    assert [row[0].value for row in book["lists"].iter_rows(max_col=1, max_row=3)] == CATEGORIES


def test_a_corrected_mention_is_read_so_from_the_next_night_on(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")

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


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"case_id,decision\n"])
def test_a_file_that_is_no_workbook_is_named(read_night: Night, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no review workbook"):
        taken(read_night, path)


def test_choices_are_the_known_categories(read_night: Night) -> None:
    label(read_night, [("T1", "发动机>漏油; 服务")])
    assert categories(read_night.store, ("制动",), read_night.dictionary) == ["制动", "发动机/漏油", "服务"]


def test_a_mention_review_says_what_it_was_about(read_night: Night, tmp_path: Path) -> None:
    path = exported(read_night, tmp_path / "r.xlsx")
    edited(path, lambda b: fill(b, "mentions", "T2", verdict="right", reviewer="A"))
    taken(read_night, path)
    assert json.loads(read_night.store.rows(Review)[0].decision)["verdict"] == "right"


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    # Krippendorff (2011), example C: 4 observers, 12 units, nominal data, missing values; alpha 0.743.
    a = "1 2 3 3 2 1 4 1 2 . . ."
    b = "1 2 3 3 2 2 4 1 2 5 . 3"
    c = ". 3 3 3 2 3 4 2 2 5 1 ."
    d = "1 2 3 3 2 4 4 1 2 5 1 ."
    units = [[v for v in unit if v != "."] for unit in zip(*(x.split() for x in (a, b, c, d)), strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_full_agreement_is_one_and_one_reviewer_tells_nothing() -> None:
    assert krippendorff_alpha([["a", "a"], ["b", "b"]]) == 1.0
    assert krippendorff_alpha([["a"], ["b"]]) is None


def test_half_is_no_majority() -> None:
    assert settled({"A": "x", "B": "y"}) is None
    assert settled({"A": "x", "B": "y", "C": "x"}) == "x"
