"""The score of claims against the planted troubles."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from complaints.records import Cause, Verdict
from mapping.simulate.faults import Fault, Trouble
from mapping.simulate.scoring import Score, best_group, score


def test_the_group_that_agrees_best_is_the_one_judged() -> None:
    members = {("issue", "a"): {"1", "2"}, ("symptom", "b"): {"1", "2", "3", "9"}}
    assert best_group({"1", "2", "3"}, members) == (("symptom", "b"), 0.75)


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
    verdict: Verdict, rivals: list[str], declared: bool, hinted: bool
) -> None:
    exposed = np.ones(1, dtype=bool)
    fault = Fault("a", "inseparable", "S1", "tool", ("T1",), 10.0, 30.0, exposed, rival="S2")
    row = Cause(
        "K", "issue", "I", None, None, 1, "S1", "", 0.5, 0.1, 9.0, 3.0, 20.0, 0.001, 9, 90, "tool", "T1", verdict,
        "open", json.dumps({"rivals": rivals}),
    )  # fmt: skip
    found = score([Trouble("a", (fault,), (), 1.0)], {"a": {"1"}}, {("issue", "I"): {"1"}}, [row]).outcomes[0]
    assert (found.declared, found.hinted) == (declared, hinted)
