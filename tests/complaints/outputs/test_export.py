"""Exports: no cell is a formula, every value comes back, the JSON is what its schema says."""

from __future__ import annotations

import csv
import json
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from complaints.errors import UsageError
from complaints.outputs.export import CHOICES, FORMATS, export_tables, json_schema, schema_text
from complaints.outputs.snapshot import write_snapshot
from complaints.records import PUBLIC_TABLES, Case, EarlyWarning, Issue, Review
from complaints.tables.spreadsheet import safe_cell, write_csv, write_xlsx
from complaints.workspace.layout import Workspace

ATTACKS = [
    "=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u200b=1+1", "\x00=1+1",
    "\x0b=1+1", "\u202e=1+1", "＝1+1", "＋1", "－1", "＠a", "=" + "x" * 40_000, '";=1+1;"', "'=1+1",
]  # fmt: skip
PUBLISHED = Path(__file__).parents[3] / "docs" / "reference" / "tables.schema.json"


def case(text: str) -> Case:
    return Case(
        text[:200], "text", text[:200], text[:200], datetime(2026, 6, 1, 8, 30), "given", None, text[:200], -3.5, None,
        "zh", text, None, False, None, False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = Workspace(tmp_path_factory.mktemp("exported"))
    with place.open_store() as store:
        store.append([case(text) for text in ATTACKS])
        issue = Issue("I1", "=1", "@x", "fault", "new", date(2026, 6, 1), None, 3, 3, None, None, "[]")
        store.append([issue])
        store.append([Review("T1", "-reviewer", datetime(2026, 6, 2), "category", "=x", "+y")])
        warning = EarlyWarning(
            "W1", "issue", "I1", None, date(2026, 6, 1), "=r", 3, 1, 2, None, None, None, "[]", date(2026, 6, 1), "open"
        )
        store.append([warning])
        write_snapshot(store, place, "R1")
    return place


def is_formula(text: str) -> bool:
    return text.lstrip("\t\r\n \x00\u200b\u202e\x0b")[:1] in tuple("=+-@＝＋－＠") and text[:1] != "'"


def test_no_csv_cell_is_a_formula(workspace: Workspace, tmp_path: Path) -> None:
    export_tables(workspace, tmp_path, "csv")
    csv.field_size_limit(10**7)
    for table in PUBLIC_TABLES:
        with (tmp_path / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert [c for c in cells if is_formula(c) and c != "-3.5"] == []


def test_no_xlsx_cell_is_a_formula(workspace: Workspace, tmp_path: Path) -> None:
    export_tables(workspace, tmp_path, "xlsx")
    for table in PUBLIC_TABLES:
        sheet = openpyxl.load_workbook(tmp_path / f"{table}.xlsx").active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert [
            c.value for c in cells if c.data_type == "f" or (isinstance(c.value, str) and is_formula(c.value))
        ] == []


def test_a_head_cannot_be_a_formula_either(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["=1"], [])
    write_xlsx(tmp_path / "a.xlsx", "a", ["=1"], [])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").strip() == "'=1"
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"].value == "'=1"


@pytest.mark.parametrize("harmless", ["异响", "a=b", "2026-06-01", "", "x-1", "(=1)", 3, -3.5, None, date(2026, 6, 1)])
def test_a_harmless_cell_stays_as_it_is(harmless: object) -> None:
    assert safe_cell(harmless) == harmless


def test_a_workbook_has_a_frozen_head_filters_and_drop_downs(workspace: Workspace, tmp_path: Path) -> None:
    export_tables(workspace, tmp_path, "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "issues.xlsx").active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:L2")
    menus = {str(menu.sqref): menu.formula1 for menu in sheet.data_validations.dataValidation}
    assert menus == {"D2": '"fault,service,other"', "E2": '"new,growing,stable,fading,closed"'}


def test_choices_name_columns_that_there_are() -> None:
    for table, columns in CHOICES.items():
        assert set(columns) <= {field.name for field in fields(PUBLIC_TABLES[table])}


def test_csv_starts_with_a_byte_order_mark(workspace: Workspace, tmp_path: Path) -> None:
    export_tables(workspace, tmp_path, "csv")
    assert (tmp_path / "cases.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_json_tables_are_what_their_schema_says(workspace: Workspace, tmp_path: Path) -> None:
    import jsonschema

    counts = export_tables(workspace, tmp_path, "json")
    schema = json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))
    whole = {table: json.loads((tmp_path / f"{table}.json").read_text(encoding="utf-8")) for table in PUBLIC_TABLES}
    jsonschema.validate(whole, schema)
    assert counts["cases"] == len(ATTACKS)
    assert {row["text"] for row in whole["cases"]} == set(ATTACKS)
    assert whole["cases"][0]["received_at"] == "2026-06-01T08:30:00Z"


def test_a_wrong_value_breaks_the_schema() -> None:
    import jsonschema

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"issues": [{"issue_id": 3}]}, json_schema())


def test_the_published_schema_is_the_one_that_is_written() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_writes_every_table(workspace: Workspace, tmp_path: Path, form: str) -> None:
    export_tables(workspace, tmp_path, form)
    assert {p.stem for p in tmp_path.glob(f"*.{form}")} >= set(PUBLIC_TABLES)


def test_an_unknown_format_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        export_tables(workspace, tmp_path, "ods")
