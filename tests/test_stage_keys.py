"""The stages' keys against what their SQL reads, and a correction that has to change the night's warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from complaints.dictionary import load_dictionary
from complaints.records import Issue, IssueMember, Review, Run
from complaints.run.night import Night
from complaints.settings import AlertRule, Settings, Warnings
from mapping.stage import READ, _key
from reports.stage import Stage as Reports
from reports.stage import site_key
from tests.mapping.nights import COMPONENT, SYMPTOM, add_cases, opened, run
from tests.mapping.plants import AS_OF, Plant, build_plant, complaining, write_master
from tests.reports.invented import fill, make_night
from tests.sql_reads import Reads, reads_of, recorded

RULES = [
    AlertRule(name="any", when="count", at_least=1, weeks=104, of="issue"),
    AlertRule(name="fresh", when="new_issue", at_least=1, weeks=104, of="issue"),
]


@pytest.fixture(scope="module")
def plant() -> Plant:
    return build_plant()


@pytest.fixture
def night(tmp_path: Path, plant: Plant) -> Iterator[Night]:
    """A night in which every part of the stage has something to do."""
    with opened(tmp_path / "w") as one:
        night = replace(one, settings=Settings(warnings=Warnings(rules=RULES)))
        master = night.workspace.master
        write_master(plant, master)
        (master / "lots.csv").write_text("part_lot,supplier\nST30A-L01,Acme\nST30A-L02,Bolt\n", encoding="utf-8")
        (master / "actions.csv").write_text("station_id,action,started_at\nST30A,new tool,2025-04-01\n", "utf-8")
        units = complaining(plant, plant.at("ST30A", "tool", "T2"), rate=0.01, relative_risk=10)
        cases = add_cases(night, plant, units, doubtful=units[:1])
        issue = Issue("I1", "异响", "noise", "fault", "new", AS_OF, AS_OF, 9, 9, SYMPTOM, COMPONENT, "[]")
        started = datetime(2025, 8, 1)
        runs = [Run(f"R{n}", date(2025, 8 + n, 1), started, None, None, "{}", "{}", "{}") for n in (0, 2)]
        inputs = [(case, "text", "t.csv", "x", None, started, "given", None, None, None, None, "R2") for case in cases]
        with night.store.transaction():
            night.store.append([issue])
            night.store.append([IssueMember("I1", case, 0.9) for case in cases])
            night.store.append(runs)
            night.store.append([Review("K1", "Li", started, "cause", "confirmed", "")])
            night.store.append_values("inputs", inputs)
        yield night


def test_the_key_of_mapping_covers_every_column_that_it_reads(night: Night) -> None:
    covered, read = _recorded(night)
    assert {("issues", "first_seen"), ("cases", "product"), ("cases", "received_at_from")} <= read.foreign
    assert read.foreign - covered.columns == set()


def test_a_column_that_the_key_misses_is_found(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    less = tuple("(SELECT issue_id, kind FROM issues)" if rows == "issues" else rows for rows in READ)
    monkeypatch.setattr("mapping.stage.READ", less)
    covered, read = _recorded(night)
    missed = read.foreign - covered.columns
    assert missed == {("issues", "first_seen"), ("issues", "symptom"), ("issues", "component")}


def _recorded(night: Night) -> tuple[Reads, Reads]:
    """Return what the key covers, and what the stage reads beside it."""
    with recorded(night.store) as of_key:
        _key(night)
    with recorded(night.store) as of_stage:
        run(night)
    beside = [statement for statement in of_stage if statement not in of_key]
    return reads_of(night.store, of_key), reads_of(night.store, beside)


def test_a_corrected_product_on_the_same_night_changes_the_warnings(night: Night) -> None:
    run(night)
    before = _products(night)
    night.store.query("UPDATE cases SET product = 'P9' WHERE product = 'P1'")
    run(night)
    assert (before, _products(night)) == ({"P1", "P2"}, {"P2", "P9"})


def _products(night: Night) -> set[str]:
    rows = night.store.query("SELECT DISTINCT product FROM warnings WHERE group_kind = 'issue'")
    return {product for (product,) in rows}


def test_another_run_over_the_same_rows_does_nothing(night: Night) -> None:
    run(night)
    night.store.append([Run("R9", AS_OF, datetime(2026, 1, 31), None, None, "{}", "{}", "{}")])
    night.store.query("UPDATE causes SET cause = 'untouched'")
    run(night)
    assert night.store.query("SELECT DISTINCT cause FROM causes") == [("untouched",)]


def test_the_key_of_the_site_covers_every_table_and_note_that_its_pages_read(tmp_path: Path) -> None:
    with make_night(tmp_path / "plant", load_dictionary()) as night:
        fill(night.store)
        with recorded(night.store) as of_key:
            site_key(night)
        with recorded(night.store) as of_stage:
            Reports().run(night)
        beside = [statement for statement in of_stage if statement not in of_key]
        covered, read = reads_of(night.store, of_key), reads_of(night.store, beside)
    assert ("groups", "case_id") in read.foreign
    assert read.foreign - covered.columns == set()
    assert read.notes - covered.notes <= {"reports"}  # its own record of the pages
