"""What `explain` shows behind an id of every kind, against what the pages of the same night count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from complaints.errors import UsageError
from complaints.messages import knows
from complaints.outputs.explain import explain
from complaints.outputs.snapshot import write_snapshot
from complaints.records import EarlyWarning, Issue, IssueMember
from complaints.run.night import Night
from complaints.settings import AlertRule, Settings, Warnings
from complaints.workspace.layout import Workspace
from reports.facts import OverviewReader, PageFactsReader
from tests.mapping.nights import COMPONENT, SYMPTOM, add_cases, opened, run
from tests.mapping.plants import AS_OF, build_plant, complaining, write_master

NOISE, LEAK = "abnormal_noise/suspension_chassis", "water_leak/body"
RULE = AlertRule(name="any", when="count", at_least=1, weeks=104, of="any")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A night over noises, leaks, and all that does not count: copies, denials, guesses, agents, what came later."""
    plant = build_plant()
    with opened(tmp_path_factory.mktemp("night") / "w") as opened_night:
        night = replace(opened_night, settings=Settings(warnings=Warnings(rules=[RULE])))
        write_master(plant, night.workspace.master)
        noisy = complaining(plant, plant.at("ST30A", "tool", "T2"), rate=0.01, relative_risk=10)
        noises = add_cases(night, plant, noisy, doubtful=noisy[:2])
        leaking = complaining(plant, np.ones(len(plant.serials), bool), 0.01, 1)
        add_cases(night, plant, leaking, symptom="water_leak", component="door", prefix="L", text="车门漏水，很严重")
        add_cases(night, plant, noisy[:9], component="air_conditioner", prefix="A", text="空调有异响，第一天就有")
        add_cases(night, plant, [1980, 1981], symptom="clunk", prefix="N", text="减震器咯噔咯噔响，请处理一下")
        add_cases(night, plant, [1990, 1991], prefix="R", duplicate_of=noises[0])
        add_cases(night, plant, [1992], prefix="Z", received_at=datetime(AS_OF.year + 1, 1, 1))
        for prefix, change in (("D", "polarity = 'absent'"), ("H", "polarity = 'hypothetical'"),
                               ("G", "speaker = 'agent'"), ("M", "via = 'model'")):  # fmt: skip
            add_cases(night, plant, [1993, 1994], prefix=prefix, text="减震器的事情，客户另有说法")
            night.store.query(f"UPDATE mentions SET {change} WHERE case_id LIKE '{prefix}%'")
        about = Issue("I1", "异响", "noise", "fault", "new", date(2025, 9, 1), None, 9, 9, SYMPTOM, COMPONENT, "[]")
        members = [IssueMember("I1", case, 0.9) for case in (*noises[5:], *(f"A{unit:06d}" for unit in noisy[:3]))]
        with night.store.transaction():
            night.store.append([about])
            night.store.append(members)
        run(night)
        write_snapshot(night.store, night.workspace, "R1")
        yield night


@pytest.fixture
def pages(night: Night) -> PageFactsReader:
    return PageFactsReader(night.store, OverviewReader(night.store, night.as_of).stations, night.as_of)


def explained(night: Night, identity: str) -> list[str]:
    return sorted(explain(night.workspace, identity, night.dictionary, "en").facts["cases"])


def members(night: Night, kind: str, group: str) -> list[str]:
    sql = "SELECT case_id FROM groups WHERE group_kind = ? AND group_id = ? ORDER BY 1"
    return [case for (case,) in night.store.query(sql, [kind, group])]


def one(night: Night, table: str, kind: str, group: str) -> str:
    sql = f"SELECT {table}_id FROM {table}s WHERE group_kind = ? AND group_id = ? ORDER BY 1 LIMIT 1"
    return str(night.store.query(sql, [kind, group])[0][0])


def test_an_issue(night: Night, pages: PageFactsReader) -> None:
    (facts,) = pages.issues(["I1"])
    assert explained(night, "I1") == members(night, "issue", "I1")
    assert facts.counts.cases == len(explained(night, "I1"))


def test_a_cause_of_an_issue(night: Night, pages: PageFactsReader) -> None:
    (facts,) = pages.issues(["I1"])
    assert facts.counts.cases == len(explained(night, one(night, "cause", "issue", "I1")))


def test_a_cause_of_a_symptom_group(night: Night, pages: PageFactsReader) -> None:
    (facts,) = pages.stations(["ST40"], {})  # leaks alone lead there
    assert facts.counts.cases == len(explained(night, one(night, "cause", "symptom", LEAK))) > 0


@pytest.mark.parametrize(("kind", "group"), [("issue", "I1"), ("symptom", NOISE), ("station", "ST30A")])
def test_a_warning(night: Night, pages: PageFactsReader, kind: str, group: str) -> None:
    warning = one(night, "warning", kind, group)
    (facts,) = pages.warnings([warning])
    assert sum(cases for _, cases in facts.weekly) == len(explained(night, warning)) > 0


def test_a_warning_about_one_product_shows_its_cases_alone(night: Night) -> None:
    sql = "SELECT warning_id FROM warnings WHERE group_id = 'I1' ORDER BY product"
    shown = [explained(night, warning) for (warning,) in night.store.query(sql)]
    assert len(shown) == 2
    assert sorted(case for cases in shown for case in cases) == members(night, "issue", "I1")


def test_a_symptom_group_is_what_its_customers_say_of_its_system(night: Night) -> None:
    prefixes = {case[0] for case in members(night, "symptom", NOISE)}
    assert prefixes == {"C", "N"}  # a clunk is a noise


def test_doubtful_cases_count(night: Night) -> None:
    doubtful = [case for (case,) in night.store.query("SELECT case_id FROM cases WHERE doubtful ORDER BY 1")]
    assert len(doubtful) == 2
    assert set(doubtful) <= set(members(night, "symptom", NOISE))


def test_a_case(night: Night) -> None:
    case = members(night, "issue", "I1")[0]
    found = explain(night.workspace, case, night.dictionary, "en")
    assert [issue["issue_id"] for issue in found.facts["issues"]] == ["I1"]


def test_the_vehicle_of_a_repeat_is_behind_its_group(night: Night) -> None:
    tokens = [token for (token,) in night.store.query("SELECT serial_token FROM cases WHERE case_id LIKE 'R%'")]
    found = explain(night.workspace, one(night, "cause", "symptom", NOISE), night.dictionary, "en")
    assert set(tokens) <= set(found.vehicles)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_evidence_of_a_cause_is_told_in_words(night: Night, language: str) -> None:
    ((cause,),) = night.store.query("SELECT cause_id FROM causes WHERE group_id = ? AND rank = 1", [NOISE])
    found = explain(night.workspace, cause, night.dictionary, language)
    told = " ".join(text for _, lines in found.sections for text in lines)
    assert '{"' not in told and '["' not in told
    assert {"zh": "相对风险", "en": "relative risk"}[language] in told


def test_the_rule_of_a_warning_is_told_in_chinese(night: Night) -> None:
    found = explain(night.workspace, one(night, "warning", "issue", "I1"), night.dictionary, "zh")
    assert "自定义规则" in found.title


def test_every_column_of_a_warning_that_is_shown_has_a_name() -> None:
    shown = [field.name for field in fields(EarlyWarning) if field.name not in ("rule_message",)]
    assert [name for name in shown if not knows(f"column.{name}")] == []


def test_a_run_of_an_earlier_version_says_that_one_more_is_needed(night: Night, tmp_path: Path) -> None:
    old = Workspace(tmp_path)
    write_snapshot(night.store, old, "R0")
    (old.latest / "groups.parquet").unlink()
    with pytest.raises(UsageError, match="earlier version"):
        explain(old, "I1", night.dictionary, "en")
