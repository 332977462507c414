"""Reading causes.evidence: whole, partial and broken."""

from __future__ import annotations

import json
from datetime import date

import pytest

from reports.facts.evidence import Evidence, parse_evidence
from tests.reports.invented import CONTAINED, SETS, evidence, plain


def test_what_mapping_writes_is_read_whole() -> None:
    found = parse_evidence(evidence(plain, "ST-110", rr=4.23, rivals=("ST-120",)))
    assert found.statistics[0].exposed_units == 240
    assert found.pfmea[0].severity == 7
    assert found.quotes[0].segment_start_s == pytest.approx(72.4)
    assert found.window is not None and found.window.to_day == date(2026, 5, 17)
    assert found.containment is not None and [one.units for one in found.containment.sets] == [171, 261, 4460]
    assert found.rivals == ("ST-120",)
    assert found.without_doubtful == "knowledge only"


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"x"', "3", "{}"])
def test_unreadable_evidence_is_empty(text: str) -> None:
    assert parse_evidence(text) == Evidence()


@pytest.mark.parametrize("wrong", [None, 3, "x", [], {}, [3, None, "x"], True])
def test_a_field_of_another_shape_is_left_out(wrong: object) -> None:
    whole = json.loads(evidence(plain, "ST-110", rr=4.23))
    for name in whole:
        parse_evidence(json.dumps(whole | {name: wrong}))


@pytest.mark.parametrize(
    "window",
    [
        {"from": "2026-02-31", "to": "2026-03-01", "units": 4, "limited": True},
        {"from": "2026-02-02", "to": "2026-03-01", "units": 4, "limited": False},
    ],
)
def test_an_impossible_date_or_a_range_in_which_nothing_gathers_is_no_window(window: dict[str, object]) -> None:
    assert parse_evidence(json.dumps({"window": window})).window is None


@pytest.mark.parametrize("lost", ["units", "complaints", "unknown"])
def test_with_one_broken_set_there_is_none(lost: str) -> None:
    broken = {name: value for name, value in SETS[1].items() if name != lost}
    found = parse_evidence(json.dumps({"containment": CONTAINED | {"sets": [SETS[0], broken]}}))
    assert found.containment is None
