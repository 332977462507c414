"""The cluster stage over a real store and the real encoder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cluster.stage import Stage
from complaints.cases import write_cases
from complaints.night import Night
from complaints.records import Case, Issue, IssueEvent, IssueMember, Mention
from complaints.settings import Settings

PLACES = ("过减速带", "低速", "倒车", "上坡", "早上冷车", "高速上", "转弯", "下雨天", "等红灯", "满载")
NOISE = "{}的时候底盘异响，咯噔咯噔的，第{}次了"
LEAK = "{}之后发现变速箱漏油，地上第{}摊油"
PRICE = "刚买{}天就降价，{}要求补差价"


def case(number: int, text: str, content: str = "fault", days: int = 0) -> Case:
    return Case(
        f"T{number:03d}", "text", None, f"t.csv#{number}", datetime(2026, 3, 1) + timedelta(days=days), "given", None,
        "S5", None, None, "zh", text, None, False, content, False,
    )  # fmt: skip


def symptom(number: int, code: str, component: str) -> Mention:
    return Mention(
        f"T{number:03d}", "symptom", code, "x", 0, 1, "present", "customer", None, component, "dictionary", 1.0
    )


def fill(night: Night, days: int = 0, start: int = 0, count: int = 10) -> None:
    noises = [case(start + n, NOISE.format(PLACES[n % 10], n), days=days + n) for n in range(count)]
    leaks = [case(start + 100 + n, LEAK.format(PLACES[n % 10], n), days=days + n) for n in range(count)]
    prices = [case(start + 200 + n, PRICE.format(n, PLACES[n % 10]), "service", days=days + n) for n in range(count)]
    with night.store.transaction():
        write_cases(night.store, noises + leaks + prices)
        mentions = [symptom(start + n, "abnormal_noise", "suspension_chassis") for n in range(count)]
        night.store.append(mentions + [symptom(start + 100 + n, "oil_leak", "transmission") for n in range(count)])


def issues(night: Night) -> list[Issue]:
    return night.store.rows(Issue, where="status <> 'closed' OR cases > 0")


def test_two_troubles_and_the_price_protest_are_issues_of_their_own(night: Night) -> None:
    fill(night)
    Stage().run(night)
    found = {(issue.kind, issue.symptom) for issue in issues(night)}
    assert found == {("fault", "abnormal_noise"), ("fault", "oil_leak"), ("service", None)}


def test_names_say_component_and_symptom_in_both_languages(night: Night) -> None:
    fill(night)
    Stage().run(night)
    named = next(issue for issue in issues(night) if issue.symptom == "oil_leak")
    assert night.dictionary.name("oil_leak", "zh") in named.name_zh
    assert night.dictionary.name("transmission", "en") in named.name_en


def test_a_second_run_changes_nothing(night: Night) -> None:
    fill(night)
    Stage().run(night)
    before = (issues(night), night.store.rows(IssueMember), night.store.rows(IssueEvent))
    Stage().run(night)
    assert (issues(night), night.store.rows(IssueMember), night.store.rows(IssueEvent)) == before


def test_issues_keep_their_ids_when_cases_come(night: Night) -> None:
    fill(night)
    Stage().run(night)
    before = {issue.issue_id for issue in issues(night)}
    fill(night, days=20, start=10, count=5)
    Stage().run(night)
    assert before <= {issue.issue_id for issue in issues(night)}
    assert {"born", "grew"} <= {event.event for event in night.store.rows(IssueEvent)}


def test_repeats_and_cases_without_content_are_in_no_issue(night: Night) -> None:
    fill(night)
    repeat = replace(case(900, NOISE.format(PLACES[0], 0)), duplicate_of="T000")
    with night.store.transaction():
        write_cases(night.store, [repeat, case(901, "还没有人联系我", "none")])
    Stage().run(night)
    assert not {"T900", "T901"} & {row.case_id for row in night.store.rows(IssueMember)}


def test_an_empty_store_has_no_issues(night: Night) -> None:
    assert Stage().run(night).counts == {"issues": 0, "grouped cases": 0}


def test_one_text_is_no_issue(night: Night) -> None:
    with night.store.transaction():
        write_cases(night.store, [case(1, "底盘异响")])
    Stage().run(night)
    assert issues(night) == []


def test_a_missing_model_is_reported_and_loses_nothing(night: Night) -> None:
    fill(night)
    Stage().run(night)
    before = issues(night)
    settings = Settings.model_validate({"embeddings": {"model": "no/such-model"}})
    report = Stage().run(replace(night, settings=settings))
    assert report.missing_model
    assert issues(night) == before
