"""What comes first: the order in Python and in SQL is one, and no id decides while anything else can."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from complaints.ranking import STRENGTH, strength
from complaints.records import Cause, CauseDecision, Verdict
from complaints.store.database import Store

PLAIN = Cause(
    "K1", "issue", "I1", None, None, 1, "S1", "", 0.9, 0.1, 3.0, 2.0, 5.0, 0.01, 18, 100, "tool", "T1", "supported",
    "open", "{}",
)  # fmt: skip
VERDICTS: tuple[Verdict, ...] = ("supported", "not separable", "knowledge only", "contradicted")
DECISIONS: tuple[CauseDecision, ...] = ("open", "confirmed", "rejected")


def test_the_claim_with_most_complaining_units_leads_whatever_its_id_and_probability() -> None:
    larger = replace(PLAIN, cause_id="K2", group_id="I9", probability=0.8, exposed_cases=322)
    assert min(PLAIN, larger, key=strength) == larger


def test_of_equal_claims_the_narrower_level_leads() -> None:
    narrower = replace(PLAIN, cause_id="K2", group_id="I9", exposed_units=50)
    assert min(PLAIN, narrower, key=strength) == narrower


def test_where_nothing_is_claimed_probability_leads() -> None:
    known = replace(PLAIN, verdict="knowledge only", exposed_cases=322, probability=0.2)
    likelier = replace(known, cause_id="K2", exposed_cases=None, exposed_units=None, probability=0.3)
    assert min(known, likelier, key=strength) == likelier


def test_python_and_sql_have_one_order(tmp_path: Path) -> None:
    rng = random.Random(1)
    rows = [
        replace(
            PLAIN, cause_id=f"K{number}", verdict=rng.choice(VERDICTS), decision=rng.choice(DECISIONS),
            probability=rng.choice((0.1, 0.9)), exposed_cases=rng.choice((None, 0, 4, 9)),
            exposed_units=rng.choice((None, 10, 20)), relative_risk=rng.choice((None, 1.5, 4.0)),
            symptom=rng.choice((None, "noise", "leak")), component=rng.choice((None, "door")),
            group_kind=rng.choice(("issue", "symptom")), group_id=rng.choice(("A", "B")),
        )
        for number in range(200)
    ]  # fmt: skip
    with Store(tmp_path / "s.duckdb") as store:
        store.append(rows)
        assert store.rows(Cause, order=STRENGTH) == sorted(rows, key=strength)
