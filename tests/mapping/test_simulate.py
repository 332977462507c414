"""Simulated plants: the same seed gives the same plant, and a folder that is none is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cli
from complaints.errors import UsageError
from complaints.records import Cause
from mapping.simulate.faults import Fault, Trouble
from mapping.simulate.run import lay_out, make
from mapping.simulate.scoring import Score, best_group, score


def test_the_same_seed_gives_the_same_plant_and_complaints() -> None:
    one, two = make(3, 2000), make(3, 2000)
    assert one.plant.values.keys() == two.plant.values.keys()
    assert list(one.complaints.text) == list(two.complaints.text)
    assert np.array_equal(one.complaints.unit, two.complaints.unit)


def test_a_plant_without_faults_has_none() -> None:
    assert [fault for trouble in make(4, 2000, faults=False).troubles for fault in trouble.faults] == []


def test_a_plant_whose_stations_are_all_taken_gets_its_fault_all_the_same() -> None:
    made = make(2011, 2000)  # every station with lots has a fault when the last one is planted
    assert sum(len(trouble.faults) for trouble in made.troubles) == 9


def test_exposed_units_complain_more_often() -> None:
    made = make(5, 20_000)
    strong = max((f for t in made.troubles for f in t.faults), key=lambda f: f.relative_risk * f.exposed_cases)
    units = np.unique(made.complaints.unit[made.complaints.topic == strong.topic])
    marked = np.zeros(made.plant.units, dtype=bool)
    marked[units] = True
    assert marked[strong.exposed].mean() > 2 * marked[~strong.exposed].mean()


def test_a_folder_that_is_no_simulated_plant_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "plant-001"
    precious.mkdir()
    (precious / "complaints.toml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="no simulated plant"):
        lay_out(precious, make(1, 1000))
    assert (precious / "complaints.toml").exists()


def test_the_group_that_agrees_best_is_the_one_judged() -> None:
    members = {("issue", "a"): {"1", "2"}, ("symptom", "b"): {"1", "2", "3", "9"}}
    assert best_group({"1", "2", "3"}, members) == (("symptom", "b"), 0.75)


@pytest.mark.slow
def test_the_command_runs_whole_nights_and_prints_the_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["simulate", str(tmp_path), "--plants", "1", "--without", "0", "--units", "3000", "--json"])
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["plants"], found["pairs"]) == (1, 1)
    assert found["faults"] == 8
    assert (tmp_path / "plant-001" / "site" / "index.html").exists()


def claims(**changes: Any) -> Score:
    """Return the score of one claim of a station for a trouble whose fault is at S1; S2 is the fault of another."""
    exposed = np.ones(1, dtype=bool)
    fault, other = (Fault(t, "tool", s, "tool", ("T1",), 10.0, 30.0, exposed) for t, s in (("a", "S1"), ("b", "S2")))
    troubles = [Trouble("a", (fault,), (), 1.0), Trouble("b", (other,), (), 1.0)]
    topics = {"a": {"1", "2", "3", "4"}, "b": {"8", "9"}}
    values: dict[str, Any] = {
        "cause_id": "K", "group_kind": "issue", "group_id": "I", "symptom": None, "component": None, "rank": 1,
        "station_id": "S2", "cause": "", "probability": 0.9, "prior": 0.1, "relative_risk": 9.0, "rr_low": 3.0,
        "rr_high": 20.0, "q_value": 0.001, "exposed_cases": 9, "exposed_units": 90, "factor": "tool", "level": "T1",
        "verdict": "supported", "decision": "open", "evidence": "{}",
    }  # fmt: skip
    members = {("issue", "I"): changes.pop("members", {"1", "2", "3", "4"})}
    return score(troubles, topics, members, [Cause(**values | changes)])


def test_a_claim_of_the_true_station_is_not_false() -> None:
    assert claims(station_id="S1").false_supported == ()


def test_a_claim_of_another_station_is_false() -> None:
    found = claims()
    assert (found.false_supported, found.mixed) == (("a S2",), ())


def test_a_claim_that_is_true_of_another_trouble_in_the_group_is_counted_apart() -> None:
    found = claims(members={"1", "2", "3", "8", "9"})
    assert (found.false_supported, found.mixed) == (("a S2",), ("a S2",))


@pytest.mark.parametrize(
    ("verdict", "rivals", "declared", "hinted"),
    [
        ("not separable", ["S2"], True, True),
        ("not separable", ["S9"], False, False),
        ("knowledge only", ["S2"], False, True),
        ("supported", [], False, False),
    ],
)
def test_a_pair_is_declared_when_one_of_the_two_names_the_other(
    verdict: str, rivals: list[str], declared: bool, hinted: bool
) -> None:
    exposed = np.ones(1, dtype=bool)
    fault = Fault("a", "inseparable", "S1", "tool", ("T1",), 10.0, 30.0, exposed, rival="S2")
    row = Cause(
        "K", "issue", "I", None, None, 1, "S1", "", 0.5, 0.1, 9.0, 3.0, 20.0, 0.001, 9, 90, "tool", "T1", verdict,
        "open", json.dumps({"rivals": rivals}),
    )  # fmt: skip
    found = score([Trouble("a", (fault,), (), 1.0)], {"a": {"1"}}, {("issue", "I"): {"1"}}, [row]).outcomes[0]
    assert (found.declared, found.hinted) == (declared, hinted)
