"""What to contain in words: sets have names, counts agree with them, and what runs still is told from what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from complaints.messages import LANGUAGES
from complaints.records import Containment
from mapping.containment import KINDS, STATION_KINDS
from reports.facts.evidence import parse_evidence
from reports.facts.types import Hypothesis
from reports.wording import Words, containment
from tests.mapping.test_feedback import cause
from tests.reports.invented import evidence, plain


def hypothesis(**changes: Any) -> Hypothesis:
    return Hypothesis(cause(factor="part_lot", level="L1", **changes), parse_evidence(evidence(plain, "ST10", rr=4.0)))


def found(**changes: Any) -> Containment:
    whole = hypothesis().containment
    assert whole is not None
    return replace(whole, **changes)


def words(language: str) -> Words:
    return Words(language, lambda code, _: code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_have_a_cell_for_every_column(language: str) -> None:
    rows = containment.rows(hypothesis(), words(language))
    assert {len(row) for row in rows} == {len(containment.header(words(language)))} and len(rows) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted({*KINDS, *STATION_KINDS}))
def test_every_kind_of_set_that_mapping_writes_has_a_name(language: str, kind: str) -> None:
    one = replace(found().sets[0], kind=kind)
    assert containment.named(hypothesis(), one, words(language))


def test_a_set_is_told_with_its_level_its_days_its_units_and_its_complaints() -> None:
    assert containment.ranges(hypothesis(), words("zh"))[0] == (
        "零件批次 L1，2026年3月2日至2026年5月17日装配：171 台，含 12/24 件投诉"
    )


@pytest.mark.parametrize("changes", [{"decision": "rejected"}, {"verdict": "not separable"}])
def test_what_nobody_claims_has_no_rows_whatever_the_night_kept(changes: dict[str, Any]) -> None:
    assert containment.rows(hypothesis(**changes), words("en")) == []


@pytest.mark.parametrize(("running", "begins"), [(True, "Probably still in use"), (False, "Not in use lately")])
def test_what_is_in_use_still_is_told_from_what_is_not(running: bool, begins: str) -> None:
    assert containment.now(found(running=running), words("en"))[0].startswith(begins)


def test_where_no_day_is_known_nothing_is_said_of_its_use() -> None:
    assert containment.now(found(running=None, without_serial=0), words("en")) == []


def test_complaints_that_no_set_can_hold_are_told() -> None:
    assert containment.now(found(), words("en"))[1].startswith("3 complaints name no serial number")
