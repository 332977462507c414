"""The stage on a real store: planted faults, null plants, inseparable stations, missing files, order of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from complaints.errors import MasterDataError
from complaints.records import (
    INTERNAL_RECORDS,
    Cause,
    Issue,
    IssueKind,
    IssueMember,
    MissingTable,
    Review,
    Traceability,
)
from complaints.run.night import Night
from complaints.settings import Settings
from tests.mapping.nights import COMPONENT, SYMPTOM, add_cases, causes, opened, run
from tests.mapping.plants import Plant, build_plant, complaining, write_master

GROUP = "abnormal_noise/suspension_chassis"


@pytest.fixture(scope="module")
def plant() -> Plant:
    return build_plant()


@pytest.fixture(scope="module")
def tool_fault(plant: Plant) -> list[int]:
    return complaining(plant, plant.at("ST30A", "tool", "T2"), rate=0.01, relative_risk=10)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    with opened(tmp_path / "workspace") as one:
        yield one


def traced(night: Night, plant: Plant, units: list[int], skip: tuple[str, ...] = (), **changes: Any) -> list[Cause]:
    write_master(plant, night.workspace.master, skip=skip)
    add_cases(night, plant, units, **changes)
    run(night)
    return causes(night)


def note(night: Night, name: str) -> Any:
    return json.loads(night.store.notes("mapping")[name])


def issue(issue_id: str, kind: IssueKind = "fault") -> Issue:
    return Issue(issue_id, "异响", "noise", kind, "new", None, None, 9, 9, SYMPTOM, COMPONENT, "[]")


# --- what the data say


def test_a_planted_tool_fault_is_supported_at_rank_one(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    first = traced(night, plant, tool_fault)[0]
    assert (first.rank, first.station_id, first.factor, first.level, first.verdict) == (
        1, "ST30A", "tool", "T2", "supported",
    )  # fmt: skip


def test_a_supported_cause_states_its_figures(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    first = traced(night, plant, tool_fault)[0]
    exposed = plant.at("ST30A", "tool", "T2")
    assert first.exposed_cases == int(exposed[tool_fault].sum()) and first.exposed_units == int(exposed.sum())
    assert first.rr_low is not None and first.rr_high is not None and first.relative_risk is not None
    assert 1 < first.rr_low < first.relative_risk < first.rr_high


def test_a_supported_cause_tells_what_to_contain_and_no_other_row_does(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    first, *others = traced(night, plant, tool_fault)
    found, exposed = json.loads(first.evidence)["containment"], plant.at("ST30A", "tool", "T2")
    narrow, widest = found["sets"][0], found["sets"][-1]
    assert (narrow["kind"], narrow["units"], narrow["complaints"]) == (
        "level",
        exposed.sum(),
        exposed[tool_fault].sum(),
    )
    assert (widest["kind"], widest["units"]) == ("station", plant.passed("ST30A").sum())
    assert found["complaints"] == len(tool_fault)
    assert [(json.loads(c.evidence)["containment"], json.loads(c.evidence)["window"]) for c in others] == [
        (None, None)
    ] * len(others)


def test_probabilities_and_none_add_up_to_at_most_one(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    rows = traced(night, plant, tool_fault)
    assert [row.rank for row in rows] == [1, 2, 3, 4] and rows[-1].station_id == "none"
    assert sum(row.probability for row in rows) <= 1.0001


def test_the_parallel_station_that_built_good_units_is_contradicted(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    verdicts = {row.station_id: row.verdict for row in traced(night, plant, tool_fault)}
    assert verdicts["ST30B"] == "contradicted"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_null_plant_has_no_supported_claim(night: Night, seed: int) -> None:
    plant = build_plant(seed=seed)
    units = complaining(plant, np.zeros(len(plant.serials), dtype=bool), 0.02, 1, seed=seed)
    assert [row.station_id for row in traced(night, plant, units) if row.verdict == "supported"] == []


def test_two_stations_that_serve_the_same_units_are_not_separable(night: Night, plant: Plant) -> None:
    twin = build_plant()
    # ST50 uses tool T2 for exactly the units that ST30A worked on with T2; routing leaves both open.
    exposed = twin.at("ST30A", "tool", "T2")
    twin.levels["ST50", "tool"] = ["T2" if e else "T1" for e in exposed]
    rows = traced(night, twin, complaining(twin, exposed, 0.01, 10))
    blamed = {row.station_id: row for row in rows if row.station_id in ("ST30A", "ST50")}
    assert {row.verdict for row in blamed.values()} == {"not separable"}
    body = json.loads(blamed["ST30A"].evidence)
    assert body["rivals"] == ["ST50"]
    assert body["missing_record"]["values"]["stations"] == ["ST30A", "ST50"]


def test_knowledge_decides_between_stations_that_the_data_cannot_tell_apart(night: Night) -> None:
    twin = build_plant()
    # ST20 is not in routing or PFMEA for shock absorbers.
    exposed = twin.at("ST30A", "tool", "T2")
    twin.levels["ST20", "tool"] = ["T2" if e else "T1" for e in exposed]
    first = traced(night, twin, complaining(twin, exposed, 0.01, 10))[0]
    assert (first.station_id, first.verdict) == ("ST30A", "supported")
    assert {"key": "knowledge_decides", "values": {"stations": ["ST20"]}} in json.loads(first.evidence)["against"]


def test_a_bad_lot_is_not_separable_from_other_changes_of_its_weeks(night: Night, plant: Plant) -> None:
    exposed = plant.at("ST50", "part_lot", "ST50-L04")
    rows = traced(night, plant, complaining(plant, exposed, 0.006, 25))
    assert all(row.verdict != "supported" for row in rows)
    assert any(row.verdict == "not separable" for row in rows)


def test_a_station_that_the_data_blame_against_the_routing_is_listed(night: Night, plant: Plant) -> None:
    rows = traced(night, plant, complaining(plant, plant.at("ST10", "tool", "T1"), 0.004, 20))
    found = next(row for row in rows if row.station_id == "ST10")
    assert found.verdict == "supported"
    assert {"key": "not_in_routing_or_pfmea", "values": {}} in json.loads(found.evidence)["against"]


def test_a_claim_that_rests_on_doubtful_cases_is_none(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    exposed = plant.at("ST30A", "tool", "T2")
    doubtful = [unit for unit in tool_fault if exposed[unit]]
    row = next(row for row in traced(night, plant, tool_fault, doubtful=doubtful) if row.station_id == "ST30A")
    assert row.verdict == "knowledge only"
    assert json.loads(row.evidence)["without_doubtful"] is not None


# --- what counts


def test_a_unit_that_complains_twice_counts_once(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    write_master(plant, night.workspace.master)
    add_cases(night, plant, tool_fault)
    add_cases(night, plant, tool_fault, prefix="D", text="减震器又有异响了，请尽快处理")
    run(night)
    exposed = plant.at("ST30A", "tool", "T2")
    assert causes(night)[0].exposed_cases == int(exposed[tool_fault].sum())


def test_repeats_do_not_make_a_group(night: Night, plant: Plant) -> None:
    write_master(plant, night.workspace.master)
    original = add_cases(night, plant, [0])
    add_cases(night, plant, [1, 2, 3, 4, 5], prefix="D", duplicate_of=original[0])
    run(night)
    assert causes(night) == []


def test_what_the_agent_says_makes_no_group(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    write_master(plant, night.workspace.master)
    add_cases(night, plant, tool_fault)
    night.store.query("UPDATE mentions SET speaker = 'agent'")
    run(night)
    assert causes(night) == []


def test_what_the_customer_denies_makes_no_group(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    write_master(plant, night.workspace.master)
    add_cases(night, plant, tool_fault)
    night.store.query("UPDATE mentions SET polarity = 'absent'")
    run(night)
    assert causes(night) == []


def test_units_not_yet_sold_are_not_at_risk(night: Night, plant: Plant) -> None:
    write_master(plant, night.workspace.master)
    text = (night.workspace.master / "units.csv").read_text(encoding="utf-8").splitlines()
    late = [line.rsplit(",", 1)[0] + ",2026-06-01" if i % 2 else line for i, line in enumerate(text)]
    (night.workspace.master / "units.csv").write_text("\n".join([text[0], *late[1:]]) + "\n", encoding="utf-8")
    add_cases(night, plant, list(range(0, 40)))
    run(night)
    assert note(night, "records")["units_at_risk"] == 1000
    assert night.store.rows(Traceability)[0].with_unit == 20


def test_an_issue_and_the_symptom_group_that_repeats_it_are_one_family(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    alone = traced(night, plant, tool_fault)[0].q_value
    members = [IssueMember("I1", f"C{unit:06d}", 1.0) for unit in tool_fault]
    with night.store.transaction():
        night.store.append([issue("I1")])
        night.store.append(members)
    run(night)
    assert {row.group_kind: row.q_value for row in causes(night) if row.rank == 1} == {"issue": alone, "symptom": alone}


def test_service_issues_are_not_traced(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    write_master(plant, night.workspace.master)
    add_cases(night, plant, tool_fault)
    with night.store.transaction():
        night.store.append([issue("I1", "service")])
        night.store.append([IssueMember("I1", f"C{unit:06d}", 1.0) for unit in tool_fault])
    run(night)
    assert {row.group_kind for row in causes(night)} == {"symptom"}


def test_a_group_below_the_setting_is_not_traced(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    assert traced(night, plant, tool_fault[:4]) == []


def test_an_experts_decision_stays_with_its_cause(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    first = traced(night, plant, tool_fault)[0]
    review = Review(first.cause_id, "someone", datetime(2026, 1, 1), "cause", "rejected", "tool checked")
    with night.store.transaction():
        night.store.append([review])
    run(night)
    assert [row.decision for row in causes(night) if row.cause_id == first.cause_id] == ["rejected"]


# --- what is missing


@pytest.mark.parametrize("missing", ["stations", "routing", "pfmea", "units", "genealogy"])
def test_any_one_file_may_be_missing(night: Night, plant: Plant, tool_fault: list[int], missing: str) -> None:
    rows = traced(night, plant, tool_fault, skip=(missing,))
    assert MissingTable(missing) in night.store.rows(MissingTable)
    assert rows and rows[0].station_id == "ST30A"
    assert rows[0].verdict == ("knowledge only" if missing == "genealogy" else "supported")


def test_stations_and_routing_alone_give_knowledge(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    rows = traced(night, plant, tool_fault, skip=("pfmea", "units", "genealogy"))
    assert {row.station_id for row in rows} == {"ST30A", "ST30B", "ST50", "none"}
    assert {row.verdict for row in rows} == {"knowledge only"}
    assert all(row.relative_risk is None for row in rows)


def test_genealogy_alone_still_finds_the_station(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    rows = traced(night, plant, tool_fault, skip=("stations", "routing", "pfmea", "units"))
    assert (rows[0].station_id, rows[0].factor, rows[0].level) == ("ST30A", "tool", "T2")


def test_without_master_data_there_are_no_causes_and_a_note(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    add_cases(night, plant, tool_fault)
    assert run(night).counts == {"causes": 0, "supported": 0, "warnings": 0}
    assert {missing.name for missing in night.store.rows(MissingTable)} == {
        "stations",
        "routing",
        "pfmea",
        "units",
        "genealogy",
        "lots",
    }
    assert night.store.rows(Traceability)[0].cases == len(tool_fault)


def test_an_empty_store_gives_nothing(night: Night, plant: Plant) -> None:
    write_master(plant, night.workspace.master)
    assert run(night).counts == {"causes": 0, "supported": 0, "warnings": 0}
    assert night.store.query("SELECT count(*) FROM stations") == [(7,)]


def test_cases_without_serials_leave_knowledge(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    rows = traced(night, plant, tool_fault, serial_token=None)
    assert rows[0].verdict == "knowledge only"
    assert json.loads(rows[0].evidence)["missing_record"] == {"key": "too_few_traceable_cases", "values": {}}


@pytest.mark.parametrize(("received_at", "warned"), [(datetime(2026, 1, 30), True), (None, False)])
def test_a_history_without_dates_raises_no_warning(
    night: Night, plant: Plant, received_at: datetime | None, warned: bool
) -> None:
    write_master(plant, night.workspace.master)
    add_cases(night, plant, range(60), received_at=received_at)
    rule = {"name": "ten a week", "when": "count", "of": "symptom", "at_least": 10}
    settings = Settings.model_validate({"warnings": {"rules": [rule]}})
    assert (run(replace(night, settings=settings)).counts["warnings"] > 0) == warned


def test_a_broken_master_file_ends_the_stage_and_keeps_last_nights_causes(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    before = traced(night, plant, tool_fault)
    (night.workspace.master / "routing.csv").write_text("part number\nx\n", encoding="utf-8")
    with pytest.raises(MasterDataError):
        run(night)
    assert causes(night) == before


# --- the stage rule


def test_an_unchanged_night_does_nothing(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    traced(night, plant, tool_fault)
    night.store.query("UPDATE causes SET cause = 'untouched'")
    run(night)
    assert {row.cause for row in causes(night)} == {"untouched"}


def test_redo_traces_again(tmp_path: Path, plant: Plant, tool_fault: list[int]) -> None:
    with opened(tmp_path / "workspace", redo=True) as night:
        before = traced(night, plant, tool_fault)
        night.store.query("UPDATE causes SET cause = 'old'")
        run(night)
        assert causes(night) == before


def test_a_changed_master_file_traces_again(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    traced(night, plant, tool_fault)
    write_master(plant, night.workspace.master, skip=("pfmea",))
    (night.workspace.master / "pfmea.csv").unlink()
    run(night)
    assert causes(night)[0].cause == "tool=T2"


def test_the_order_of_rows_changes_nothing(tmp_path: Path, plant: Plant, tool_fault: list[int]) -> None:
    found = []
    for name, shuffle, units in (("one", None, tool_fault), ("two", 5, tool_fault[::-1])):
        with opened(tmp_path / name) as night:
            write_master(plant, night.workspace.master, shuffle=shuffle)
            add_cases(night, plant, units)
            run(night)
            weeks = night.store.query("SELECT * FROM cause_weeks ORDER BY ALL")
            handed: list[list[Any]] = [night.store.rows(record) for record in INTERNAL_RECORDS.values()]
            found.append((causes(night), weeks, handed, night.store.notes("mapping")))
    assert found[0] == found[1]


def test_no_serial_and_no_temporary_table_stays_in_the_public_store(
    tmp_path: Path, plant: Plant, tool_fault: list[int]
) -> None:
    with opened(tmp_path / "workspace") as night:
        traced(night, plant, tool_fault)
        assert night.store.query("SELECT count(*) FROM duckdb_tables() WHERE temporary") == [(0,)]
    folder = tmp_path / "workspace" / "data"
    assert plant.serials[tool_fault[0]].encode() not in (folder / "complaints.duckdb").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["complaints.duckdb", "private.duckdb", "serial.key"]


def test_build_weeks_of_a_cause_add_up_to_its_figures(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    first = traced(night, plant, tool_fault)[0]
    sums = night.store.query(
        "SELECT sum(exposed_units)::BIGINT, sum(exposed_cases)::BIGINT FROM cause_weeks WHERE cause_id = ?",
        [first.cause_id],
    )
    assert sums == [(first.exposed_units, first.exposed_cases)]


def test_quotes_come_from_exposed_units_with_their_words(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    exposed = plant.at("ST30A", "tool", "T2")
    quotes = json.loads(traced(night, plant, tool_fault)[0].evidence)["quotes"]
    assert len(quotes) == 3
    assert all(exposed[int(quote["case_id"][1:])] and "异响" in quote["text"] for quote in quotes)


def test_a_symptom_found_by_meaning_alone_counts_in_no_comparison(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    write_master(plant, night.workspace.master)
    add_cases(night, plant, tool_fault)
    night.store.query("UPDATE mentions SET via = 'model'")
    run(night)
    assert [c for c in causes(night) if c.group_kind == "symptom"] == []


# --- a station renamed between nights


def rewritten(night: Night, name: str, old: str, new: str) -> None:
    path = next(night.workspace.master.glob(f"{name}.*"))
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        at = table.column_names.index("station_id")
        renamed = pc.replace_substring(table["station_id"], pattern=old, replacement=new)
        pq.write_table(table.set_column(at, "station_id", renamed), path)
        return
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_station_with_another_name_keeps_its_causes(night: Night, plant: Plant, tool_fault: list[int]) -> None:
    before = traced(night, plant, tool_fault)
    name = night.store.query("SELECT name FROM stations WHERE station_id = 'ST30A'")[0][0]
    rewritten(night, "stations", name, "New name")
    run(night)
    assert [c.cause_id for c in causes(night)] == [c.cause_id for c in before]
    assert night.store.query("SELECT name FROM stations WHERE station_id = 'ST30A'") == [("New name",)]


def test_a_station_with_another_id_in_stations_alone_is_still_traced_by_its_records(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    before = traced(night, plant, tool_fault)[0]
    rewritten(night, "stations", "ST30A", "ST30X")
    run(night)
    first = causes(night)[0]
    assert (first.cause_id, first.station_id, first.verdict) == (before.cause_id, "ST30A", before.verdict)
    assert ("ST30X",) in night.store.query("SELECT station_id FROM stations")


def test_a_decision_about_a_station_that_goes_by_another_id_everywhere_is_kept_and_not_passed_on(
    night: Night, plant: Plant, tool_fault: list[int]
) -> None:
    first = traced(night, plant, tool_fault)[0]
    review = Review(first.cause_id, "Li", datetime(2026, 1, 1), "cause", "confirmed", "")
    night.store.append([review])
    for name in ("stations", "routing", "pfmea", "genealogy"):
        rewritten(night, name, "ST30A", "ST30X")
    run(night)
    found = causes(night)[0]
    assert (found.station_id, found.decision) == ("ST30X", "open")
    assert len(night.store.rows(Review)) == 1
