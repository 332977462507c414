"""What the field teaches the PFMEA, and the figures of the closed loop."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from complaints.dictionary import Dictionary, load_dictionary
from complaints.records import Action, Cause, EarlyWarning
from mapping.feedback import closed_loop, pfmea_feedback
from mapping.plant import PfmeaRow, PlantModel


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary(("car",))


def cause(**changes: Any) -> Cause:
    values: dict[str, Any] = {
        "cause_id": "X1", "group_kind": "symptom", "group_id": "abnormal_noise/brakes", "symptom": "abnormal_noise",
        "component": "brakes", "rank": 1, "station_id": "ST10", "cause": "", "probability": 0.9, "prior": 0.3,
        "relative_risk": 8.0, "rr_low": 3.0, "rr_high": 20.0, "q_value": 0.001, "exposed_cases": 40,
        "exposed_units": 1000, "factor": "tool", "level": "T1", "verdict": "supported", "decision": "open",
        "evidence": "{}",
    } | changes  # fmt: skip
    return Cause(**values)


def test_a_supported_cause_that_the_pfmea_does_not_name_is_absent(plant: PlantModel, dictionary: Dictionary) -> None:
    found = pfmea_feedback(plant, [cause(symptom="water_leak")], dictionary)
    assert [(f.kind, f.station_id, f.symptom) for f in found] == [("absent", "ST10", "water_leak")]


def test_a_rating_below_the_fields_rate_is_told_with_the_fitting_one(plant: PlantModel, dictionary: Dictionary) -> None:
    found = pfmea_feedback(plant, [cause()], dictionary)
    assert [(f.kind, f.occurrence) for f in found] == [("rated_too_low", 2)]
    assert (found[0].occurrence_from_field or 0) > 2


def test_a_rating_that_the_field_does_not_contradict_is_not_told(plant: PlantModel, dictionary: Dictionary) -> None:
    assert pfmea_feedback(plant, [cause(exposed_cases=1, exposed_units=1_000_000)], dictionary) == []


def test_of_several_causes_with_one_symptom_the_strongest_speaks_whatever_its_id(
    plant: PlantModel, dictionary: Dictionary
) -> None:
    weak = cause(symptom="water_leak", cause_id="K1", group_id="A", exposed_cases=18)
    strong = cause(symptom="water_leak", cause_id="K2", group_id="B", exposed_cases=340)
    assert [note.cases for note in pfmea_feedback(plant, [weak, strong], dictionary)] == [340]


def test_a_cause_that_another_one_tells_is_no_note_of_its_own(plant: PlantModel, dictionary: Dictionary) -> None:
    assert pfmea_feedback(plant, [cause(symptom="water_leak", same_as="K2")], dictionary) == []


def test_a_guess_or_a_rejected_cause_teaches_nothing(plant: PlantModel, dictionary: Dictionary) -> None:
    guessed, rejected = cause(verdict="knowledge only"), cause(decision="rejected")
    assert pfmea_feedback(plant, [guessed, rejected], dictionary) == []


@pytest.fixture
def plant() -> PlantModel:
    row = PfmeaRow("ST10", "bolt loose", "tool", "tightening", 6, 2, 4, ("brakes",), ("abnormal_noise",))
    return PlantModel({}, (), (row,), (), ())


def warning(group: str) -> EarlyWarning:
    return EarlyWarning(
        f"W{group}", "symptom", group, None, date(2026, 3, 1), "EWMA", 9, 2, 7, None, None, None, "[]",
        date(2026, 3, 1), "new",
    )  # fmt: skip


def test_the_loop_is_closed_by_an_action_at_a_station_of_the_warnings_group() -> None:
    action = Action("A1", "ST10", None, None, "open", date(2026, 3, 11), 5.0, 1.0, "effective")
    found = closed_loop(
        [warning("abnormal_noise/brakes"), warning("water_leak/body")], [action], [cause()],
        {("symptom", "abnormal_noise/brakes"): date(2026, 2, 1)},
    )  # fmt: skip
    assert (found.share_with_action, found.share_with_effect) == (0.5, 0.5)
    assert found.median_days_first_complaint_to_warning == 28.0
    assert found.median_days_warning_to_action == 10.0


def test_no_warnings_close_no_loop() -> None:
    assert closed_loop([], [], [], {}).share_with_action is None
