"""The stages' keys against what their SQL reads, and a correction that has to change the night's warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from asr.stage import _Work
from classify.stage import Stage as Classify
from cluster.stage import Stage as Cluster
from complaints.dictionary import load_dictionary
from complaints.intake.stage import _Reader
from complaints.models.resolve import ModelFolder
from complaints.records import Case, Issue, IssueMember, Review, Run, Segment
from complaints.run.night import Night
from complaints.settings import AlertRule, Embeddings, Settings, Warnings
from complaints.store.cases import case_content
from mapping.stage import READ, _key
from reports.stage import Stage as Reports
from reports.stage import site_key
from tests.classify.made import a_case, put
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
def plant_night(tmp_path: Path, plant: Plant) -> Iterator[Night]:
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


# Looked at for what a night may know (`complaints.store.known`); mapping reads no event.
LOOKED_AT = {("issue_events", "night")}


def test_the_key_of_mapping_covers_every_column_that_it_reads(plant_night: Night) -> None:
    covered, read = _recorded(plant_night)
    assert {("issues", "first_seen"), ("cases", "product"), ("cases", "received_at_from")} <= read.foreign
    assert read.foreign - covered.columns == LOOKED_AT


def test_a_column_that_the_key_misses_is_found(plant_night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    less = tuple("(SELECT issue_id, kind FROM issues)" if rows == "issues" else rows for rows in READ)
    monkeypatch.setattr("mapping.stage.READ", less)
    covered, read = _recorded(plant_night)
    missed = read.foreign - covered.columns - LOOKED_AT
    assert missed == {("issues", "first_seen"), ("issues", "symptom"), ("issues", "component")}


def _recorded(night: Night) -> tuple[Reads, Reads]:
    """Return what the key covers, and what the stage reads beside it."""
    with recorded(night.store) as of_key:
        _key(night)
    with recorded(night.store) as of_stage:
        run(night)
    beside = [statement for statement in of_stage if statement not in of_key]
    return reads_of(night.store, of_key), reads_of(night.store, beside)


def test_a_corrected_product_on_the_same_night_changes_the_warnings(plant_night: Night) -> None:
    run(plant_night)
    before = _products(plant_night)
    plant_night.store.query("UPDATE cases SET product = 'P9' WHERE product = 'P1'")
    run(plant_night)
    assert (before, _products(plant_night)) == ({"P1", "P2"}, {"P2", "P9"})


def _products(night: Night) -> set[str]:
    rows = night.store.query("SELECT DISTINCT product FROM warnings WHERE group_kind = 'issue'")
    return {product for (product,) in rows}


def test_another_run_over_the_same_rows_does_nothing(plant_night: Night) -> None:
    run(plant_night)
    plant_night.store.append([Run("R9", AS_OF, datetime(2026, 1, 31), None, None, "{}", "{}", "{}")])
    plant_night.store.query("UPDATE causes SET cause = 'untouched'")
    run(plant_night)
    assert plant_night.store.query("SELECT DISTINCT cause FROM causes") == [("untouched",)]


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


CALL = a_case("C1", "有的", source="call")
AGENT = Segment("C1", 1.0, 3.0, "left", "agent", "有没有异响", "有没有异响", "[]", 0.8, False, "[]", "zh")
CUSTOMER = replace(AGENT, start_s=3.0, end_s=4.0, speaker="customer", text="有的", heard="有的")


def test_the_digest_of_a_case_covers_what_later_stages_read_of_it_and_every_column_of_its_turns() -> None:
    other = {"received_at": datetime(2026, 4, 1), "mileage": 7.0, "doubtful": True, "partial": True}
    covered = {
        field.name
        for field in fields(Case)
        if case_content(replace(CALL, **{field.name: other.get(field.name, "x")}), [AGENT])  # type: ignore[arg-type]
        != case_content(CALL, [AGENT])
    }
    read = {"text", "language", "received_at", "serial_token", "product", "mileage", "doubtful", "partial"}
    turns = {
        case_content(CALL, [replace(AGENT, **{field.name: "x"})])  # type: ignore[arg-type]
        for field in fields(Segment)
    }
    assert covered == read
    assert len(turns - {case_content(CALL, [AGENT])}) == len(fields(Segment))


def bare(night: Night) -> Night:
    """Return a night without an embedding model: mentions decide."""
    settings = night.settings.model_copy(update={"embeddings": Embeddings(model="/nowhere/at/all")})
    return replace(night, settings=settings)


def test_what_classify_reads_beside_digests_and_settings_has_its_mark_taken_by_who_writes_it(night: Night) -> None:
    """Labels and corrections: `classify.review.apply` and intake take the mark of the cases that they concern."""
    put(night, [CALL], [AGENT, CUSTOMER])
    with recorded(night.store) as of_stage:
        Classify().run(bare(night))
    tables = {table for table, _ in reads_of(night.store, of_stage).foreign}
    assert tables - {"segments", "precision_guarantee"} == {"labels", "reviews"}


def test_an_agents_question_that_changes_is_read_again_though_the_customers_words_stay(night: Night) -> None:
    put(night, [CALL], [AGENT, CUSTOMER])
    Classify().run(bare(night))
    before = night.store.query("SELECT DISTINCT code FROM mentions WHERE case_id = 'C1'")
    night.store.query("DELETE FROM segments WHERE case_id = 'C1'")
    put(night, [CALL], [replace(AGENT, text="有没有漏油"), CUSTOMER])
    Classify().run(bare(night))
    after = night.store.query("SELECT DISTINCT code FROM mentions WHERE case_id = 'C1'")
    assert (before, after) == ([("abnormal_noise",)], [("oil_leak",)])


def test_what_cluster_reads_is_covered_by_digests_or_noted_by_who_writes_it(night: Night) -> None:
    """Of mentions a reviewer's correction alone changes what one case says: `classify.stage` notes it."""
    put(night, [replace(a_case(f"T{n}", f"第{n}次漏油"), content="fault") for n in range(6)])
    with recorded(night.store) as of_stage:
        Cluster().run(night)
    read = reads_of(night.store, of_stage).foreign
    noted = {"received_at", "serial_token", "content", "duplicate_of"}  # columns of `changed_cases`
    digested = {"text", "language"}
    assert {column for table, column in read if table == "cases"} <= noted | digested | {"case_id"}
    own = {"issue_members", "issue_events"}  # what it wrote the night before
    assert {table for table, _ in read} - own <= {"cases", "case_content", "vectors", "mentions", "issue_decisions"}


def settings_in_key(night: Night, section: str, key: Any) -> set[str]:
    """Return the settings of a section without which the key stays: another value of each is tried."""
    own = getattr(night.settings, section)
    values: dict[str, Any] = {
        "language": "en", "fallback_customer": "left", "domains": ["appliance"], "date_order": "day_first",
        "undated": "file_time", "columns": {"Betreff": "text"}, "time_zone": "Europe/Berlin", "locations": ["file:///x"],
        "device": "cpu", "model": "other",
    }  # fmt: skip
    changing = set()
    for name, value in own.model_dump().items():
        other = values.get(
            name, not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else "x"
        )
        changed = night.settings.model_copy(update={section: own.model_copy(update={name: other})})
        if key(replace(night, settings=changed)) != key(night):
            changing.add(name)
    return set(own.model_dump()) - changing


def asr_key(night: Night) -> str:
    return _Work(night, ModelFolder("m", Path("m"), "0")).keys.stage


def intake_key(night: Night) -> str:
    return _Reader(night).key


def test_the_key_of_asr_lacks_only_settings_that_change_no_word(night: Night) -> None:
    # The model stands there by its fingerprint.
    assert settings_in_key(night, "asr", asr_key) == {"model", "download", "device", "workers"}
    assert {"language", "domains"}.isdisjoint(settings_in_key(night, "general", asr_key))


def test_the_key_of_intake_lacks_only_settings_that_change_no_row(night: Night) -> None:
    # What a limit refused is tried again with --retry-failed.
    assert settings_in_key(night, "intake", intake_key) == {
        "locations", "settling_seconds", "max_file_mb", "table_seconds", "table_memory_mb",
    }  # fmt: skip
    assert "time_zone" not in settings_in_key(night, "general", intake_key)
