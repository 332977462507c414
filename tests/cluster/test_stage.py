"""The cluster stage over a real store and the real encoder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cluster.stage import Stage
from complaints.models.masking import mask
from complaints.models.vector_cache import masked_digest
from complaints.records import Case, Content, Issue, IssueEvent, IssueMember, IssueQuote, Language, Mention
from complaints.run.night import Night
from complaints.settings import Settings
from complaints.store.cases import write_cases
from complaints.store.changes import note_changes
from complaints.store.database import Store

PLACES = ("过减速带", "低速", "倒车", "上坡", "早上冷车", "高速上", "转弯", "下雨天", "等红灯", "满载")
NOISE = "{}的时候底盘异响，咯噔咯噔的，第{}次了"
LEAK = "{}之后发现变速箱漏油，地上第{}摊油"
PRICE = "刚买{}天就降价，{}要求补差价"


def case(number: int, text: str, content: Content = "fault", days: int = 0) -> Case:
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
    assert night.dictionary.name("transmission", "en").lower() in named.name_en.lower()


def test_an_issue_of_undated_cases_is_neither_new_nor_growing(night: Night) -> None:
    fill(night)
    night.store.query("UPDATE cases SET received_at = NULL, received_at_from = 'unknown'")
    Stage().run(night)
    found = {(issue.status, issue.first_seen, issue.last_seen) for issue in issues(night)}
    assert found == {("stable", None, None)}


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


DIFFERENT = (
    "天窗关不上了", "刹车踩下去很软", "空调不制冷", "座椅加热坏了", "导航一直转圈", "大灯里面有水", "方向盘往右跑偏",
    "充电充到一半就停", "雨刮器不动", "轮胎鼓包", "安全带卡住", "倒车影像花屏", "车门打不开", "喇叭不响",
)  # fmt: skip


def put(store: Store, texts: list[str], content: Content = "fault", language: Language = "zh") -> None:
    with store.transaction():
        write_cases(
            store, [replace(case(n, text, content, days=n % 9), language=language) for n, text in enumerate(texts)]
        )


def ledger(night: Night) -> tuple[list[Issue], list[IssueMember]]:
    return night.store.rows(Issue), night.store.rows(IssueMember)


def test_all_different_texts_are_no_issue(night: Night) -> None:
    put(night.store, list(DIFFERENT))
    Stage().run(night)
    assert issues(night) == []


def test_one_owners_copies_are_one_voice_and_no_issue(night: Night) -> None:
    put(night.store, ["变速箱漏油很严重，地上一大摊油，4S店一直拖着不给修"] * 30)
    Stage().run(night)
    assert issues(night) == []


def test_the_same_words_of_many_vehicles_are_an_issue(night: Night) -> None:
    text = "变速箱漏油很严重，地上一大摊油，4S店一直拖着不给修"
    with night.store.transaction():
        write_cases(night.store, [replace(case(n, text), serial_token=f"S{n}") for n in range(12)])
        night.store.append([symptom(n, "oil_leak", "transmission") for n in range(12)])
    Stage().run(night)
    assert [(issue.cases, issue.vehicles) for issue in issues(night)] == [(12, 12)]


def test_empty_and_endless_texts_lose_nothing(night: Night) -> None:
    fill(night)
    with night.store.transaction():
        write_cases(night.store, [case(800 + n, "") for n in range(6)] + [case(900, "变速箱漏油，" * 17_000)])
    Stage().run(night)
    assert {issue.symptom for issue in issues(night)} >= {"oil_leak", "abnormal_noise"}


def test_two_languages_meet_in_one_issue(night: Night) -> None:
    fill(night)
    english = [
        replace(case(500 + n, f"Transmission is leaking oil, puddle number {n} on the floor", days=n), language="en")
        for n in range(10)
    ]
    with night.store.transaction():
        write_cases(night.store, english)
        night.store.append([symptom(500 + n, "oil_leak", "transmission") for n in range(10)])
    Stage().run(night)
    named = [issue for issue in issues(night) if issue.symptom == "oil_leak"]
    assert sum(issue.cases for issue in named) == 20


def test_the_order_of_rows_in_a_night_does_not_matter(night: Night, tmp_path: Path) -> None:
    fill(night)
    Stage().run(night)
    with Store(tmp_path / "other.duckdb") as other:
        cases, mentions = night.store.rows(Case), night.store.rows(Mention)
        with other.transaction():
            write_cases(other, [replace(row, content=row.content) for row in reversed(cases)])
            other.append(list(reversed(mentions)))
        again = replace(night, store=other)
        Stage().run(again)
        assert ledger(again) == ledger(night)


def test_nights_in_order_of_receipt_end_where_one_night_ends(night: Night, tmp_path: Path) -> None:
    fill(night, count=10)
    Stage().run(night)
    with Store(tmp_path / "other.duckdb") as other:
        for first, last in ((0, 4), (5, 6), (7, 9)):
            with other.transaction():
                days = [datetime(2026, 3, 1) + timedelta(days=d) for d in range(first, last + 1)]
                cases = [row for row in night.store.rows(Case) if row.received_at in days]
                write_cases(other, cases)
                ids = {row.case_id for row in cases}
                other.append([row for row in night.store.rows(Mention) if row.case_id in ids])
            Stage().run(replace(night, store=other))
        assert other.rows(IssueMember) == night.store.rows(IssueMember)


def test_another_model_keeps_the_ledger_and_says_so(night: Night) -> None:
    fill(night)
    Stage().run(night)
    before = {issue.issue_id for issue in issues(night)}
    # As if an earlier night had run under another model: its book and its vectors are of no use to this one.
    night.store.query("UPDATE issue_book SET key = 'another model'")
    night.store.query("UPDATE vectors SET model = 'another model'")
    fill(night, days=20, start=10, count=5)
    Stage().run(night)
    assert before <= {issue.issue_id for issue in issues(night)}
    made = {key for (key,) in night.store.query("SELECT content FROM vectors WHERE model <> 'another model'")}
    assert {masked_digest(mask(row.text, row.language)) for row in night.store.rows(Case)} <= made
    assert any("model or dictionary changed" in event.detail for event in night.store.rows(IssueEvent))


def test_a_member_found_to_repeat_another_leaves(night: Night) -> None:
    fill(night)
    Stage().run(night)
    night.store.query("UPDATE cases SET duplicate_of = 'T001' WHERE case_id = 'T000'")
    Stage().run(night)
    assert "T000" not in {row.case_id for row in night.store.rows(IssueMember)}
    assert sum(issue.cases for issue in issues(night)) == len(night.store.rows(IssueMember))


def test_every_issue_has_typical_cases_of_its_own(night: Night) -> None:
    fill(night)
    Stage().run(night)
    quotes = night.store.rows(IssueQuote)
    own = {(row.issue_id, row.case_id) for row in night.store.rows(IssueMember)}
    assert {quote.issue_id for quote in quotes} == {issue.issue_id for issue in issues(night)}
    assert {(quote.issue_id, quote.case_id) for quote in quotes} <= own


def test_a_case_that_is_gone_is_forgotten(night: Night) -> None:
    fill(night)
    put(night.store, list(DIFFERENT[:4]))
    Stage().run(night)
    night.store.query("DELETE FROM cases WHERE case_id IN ('T001', 'T105')")
    fill(night, days=20, start=10, count=10)
    Stage().run(night)
    assert not {"T001", "T105"} & {row.case_id for row in night.store.rows(IssueMember)}


def test_redo_keeps_the_ids(night: Night) -> None:
    fill(night)
    Stage().run(night)
    before = {issue.issue_id for issue in issues(night)}
    Stage().run(replace(night, redo=frozenset({"cluster"})))
    assert {issue.issue_id for issue in issues(night)} == before


def test_a_case_whose_mentions_are_corrected_is_grouped_again_on_the_same_night(night: Night) -> None:
    rest = [case(n, f"{PLACES[n // 2 % 10]}的时候又出毛病", days=n) for n in range(60)]
    leaks, noises = ("oil_leak", "transmission"), ("abnormal_noise", "suspension_chassis")
    with night.store.transaction():
        write_cases(night.store, rest)
        night.store.append([symptom(n, *(noises if n % 2 else leaks)) for n in range(60)])
    Stage().run(night)
    before = symptoms_of(night, "T003", "T005")
    with night.store.transaction():
        note_changes(night.store, ["T003", "T005"], mentions=True)
        night.store.delete("mentions", "case_id", ["T003", "T005"])
        night.store.append([symptom(3, *leaks), symptom(5, *leaks)])
    Stage().run(night)
    assert (before, symptoms_of(night, "T003", "T005")) == ({"abnormal_noise"}, {"oil_leak"})


def symptoms_of(night: Night, *cases: str) -> set[str]:
    rows = night.store.query(
        "SELECT DISTINCT symptom FROM issues JOIN issue_members USING (issue_id) WHERE list_contains(?, case_id)",
        [list(cases)],
    )
    return {name for (name,) in rows}
