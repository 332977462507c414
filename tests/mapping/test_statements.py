"""One trouble, one statement: what says the same, and which of them is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from complaints.records import Cause, Issue, IssueMember
from complaints.run.night import Night
from mapping.statements import Said, told_once
from tests.mapping.nights import COMPONENT, SYMPTOM, add_cases, causes, opened, run
from tests.mapping.plants import AS_OF, build_plant, complaining, write_master


def said(cause_id: str, group: int, **changes: Any) -> Said:
    values: dict[str, Any] = {
        "cause_id": cause_id, "group_kind": "symptom", "group_id": cause_id, "symptom": "leak", "component": None,
        "rank": 1, "station_id": "S1", "cause": "", "probability": 0.9, "prior": 0.1, "relative_risk": 3.0,
        "rr_low": 2.0, "rr_high": 5.0, "q_value": 0.01, "exposed_cases": 40, "exposed_units": 900, "factor": "tool",
        "level": "T1", "verdict": "supported", "decision": "open", "evidence": "{}",
    }  # fmt: skip
    return Said(Cause(**values | changes), group, None if changes.get("factor", "") is None else 7)


def same(*rows: Said, families: set[tuple[int, int]] = frozenset(), shared: int = 0) -> dict[str, str | None]:  # type: ignore[assignment]
    pairs = {(one, other): shared for one in range(len(rows)) for other in range(one + 1, len(rows))}
    return {cause.cause_id: cause.same_as for cause in told_once(rows, families, pairs)}


def test_an_issue_and_its_symptom_group_are_told_by_the_larger() -> None:
    rows = said("K1", 0, exposed_cases=18), said("K2", 1, exposed_cases=340)
    assert same(*rows, families={(0, 1), (1, 0)}) == {"K1": "K2", "K2": None}


def test_claims_that_share_half_of_the_smaller_ones_units_are_told_once() -> None:
    rows = said("K1", 0, exposed_cases=18), said("K2", 1, exposed_cases=40)
    assert same(*rows, shared=9) == {"K1": "K2", "K2": None}
    assert same(*rows, shared=8) == {"K1": None, "K2": None}


def test_claims_at_two_stations_are_two_statements() -> None:
    rows = said("K1", 0), said("K2", 1, station_id="S2")
    assert same(*rows, families={(0, 1), (1, 0)}, shared=40) == {"K1": None, "K2": None}


def test_guesses_about_the_same_units_are_the_same_only_in_a_family() -> None:
    rows = said("K1", 0, verdict="knowledge only"), said("K2", 1, verdict="knowledge only", exposed_cases=20)
    assert set(same(*rows, shared=40).values()) == {None}
    assert same(*rows, families={(0, 1), (1, 0)})["K2"] == "K1"


def test_what_an_expert_confirmed_is_told_before_what_is_larger() -> None:
    rows = said("K1", 0, decision="confirmed", exposed_cases=10), said("K2", 1)
    assert same(*rows, families={(0, 1), (1, 0)}) == {"K1": None, "K2": "K1"}


def test_what_an_expert_rejected_does_not_come_back_by_another_name() -> None:
    rows = said("K1", 0, decision="rejected"), said("K2", 1, exposed_cases=30)
    assert same(*rows, families={(0, 1), (1, 0)}) == {"K1": None, "K2": "K1"}


def test_who_tells_for_others_is_told_itself() -> None:
    rows = said("K1", 0, exposed_cases=40), said("K2", 1, exposed_cases=30), said("K3", 2, exposed_cases=20)
    found = same(*rows, families={(0, 1), (1, 0), (1, 2), (2, 1)})
    assert found == {"K1": None, "K2": "K1", "K3": None}


def test_none_of_these_is_no_statement() -> None:
    rows = said("K1", 0, station_id="none"), said("K2", 1, station_id="none")
    assert set(same(*rows, families={(0, 1), (1, 0)}).values()) == {None}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A tool that makes noise, as a symptom group and as two issues that halve it; a leak from another tool there."""
    plant = build_plant()
    with opened(tmp_path_factory.mktemp("told") / "w") as one:
        write_master(plant, one.workspace.master)
        noisy = complaining(plant, plant.at("ST30A", "tool", "T2"), rate=0.01, relative_risk=12)
        noises = add_cases(one, plant, noisy)
        leaking = complaining(plant, plant.at("ST30A", "tool", "T1"), rate=0.005, relative_risk=12, seed=5)
        add_cases(one, plant, leaking, symptom="oil_leak", component="engine", prefix="L")
        with one.store.transaction():
            for issue, members in (("I1", noises[::2]), ("I2", noises[1::2])):
                one.store.append(
                    [Issue(issue, "异响", issue, "fault", "new", AS_OF, AS_OF, 9, 9, SYMPTOM, COMPONENT, "[]")]
                )
                one.store.append([IssueMember(issue, case, 0.9) for case in members])
        run(one)
        yield one


def test_a_fault_of_three_groups_is_one_claim(night: Night) -> None:
    claims = [c for c in causes(night) if c.station_id == "ST30A" and c.verdict == "supported" and c.level == "T2"]
    assert {c.group_id for c in claims} == {"I1", "I2", "abnormal_noise/suspension_chassis"}
    assert [c.group_id for c in claims if c.same_as is None] == ["abnormal_noise/suspension_chassis"]


def test_another_fault_at_the_station_is_a_claim_of_its_own(night: Night) -> None:
    told = {c.symptom for c in causes(night) if c.station_id == "ST30A" and c.claimed and c.same_as is None}
    assert {SYMPTOM, "oil_leak"} <= told
