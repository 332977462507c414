"""The stage over a real store, with the real dictionary and the real embedding model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classify.learning.model_files import current_model
from classify.learning.training import Workshop
from classify.reading.finder import MentionFinder
from classify.stage import Stage
from complaints.records import Case, Classification, Mention, Segment, Speaker
from complaints.run.night import Night
from complaints.settings import Classify, Embeddings
from tests.classify.made import a_case, label, labelled_texts, put

TEXTS = [
    a_case("T1", "发动机漏油，没有异响"),
    a_case("T2", "还没有人联系我"),
    a_case("T3", "刚提车就降价两万"),
    a_case("T4", "The brakes squeal when cold", "en"),
    a_case("T5", ""),
]


def turn(start_s: float, speaker: Speaker, text: str, repairs: str = "[]", doubtful: bool = False) -> Segment:
    return Segment("C1", start_s, start_s + 2, "left", speaker, text, text, repairs, 0.8, doubtful, "[]", "zh")


def without_model(night: Night) -> Night:
    settings = night.settings.model_copy(update={"embeddings": Embeddings(model="/nowhere/at/all")})
    return dataclasses.replace(night, settings=settings)


def learning_from(night: Night, labels: int) -> Night:
    settings = without_model(night).settings.model_copy(update={"classify": Classify(min_labels=labels, precision=0.9)})
    return dataclasses.replace(night, settings=settings)


@pytest.fixture
def bare(night: Night) -> Night:
    return without_model(night)


def tables(night: Night) -> list[object]:
    return [night.store.rows(kind) for kind in (Mention, Classification, Case)]


@pytest.mark.slow
def test_with_the_embedding_model_every_case_gets_content_category_and_vector(night: Night) -> None:
    put(night, TEXTS)
    report = Stage().run(night)
    assert (report.missing_model, report.counts["texts_read"]) == (None, 5)
    rows = {row.case_id: row for row in night.store.rows(Classification)}
    assert (rows["T1"].category, rows["T3"].category, rows["T4"].category) == ("engine", "service", "brakes")
    assert {row.decision for row in rows.values()} == {"review"}
    keys = night.store.query("SELECT k.masked FROM case_content k JOIN vectors v ON v.content = k.masked")
    assert len(keys) == 5
    before = night.store.query("SELECT count(*) FROM vectors")
    Stage().run(dataclasses.replace(night, redo=frozenset({"classify"})))
    assert night.store.query("SELECT count(*) FROM vectors") == before


def test_without_an_embedding_model_the_mentions_decide_and_the_report_says_so(bare: Night) -> None:
    put(bare, TEXTS)
    report = Stage().run(bare)
    assert "/nowhere/at/all" in str(report.missing_model)
    rows = {row.case_id: row.category for row in bare.store.rows(Classification)}
    assert (rows["T1"], rows["T3"], rows["T4"]) == ("engine", "service", "brakes")


def test_content_is_never_null_afterwards(bare: Night) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    contents = {c.case_id: c.content for c in bare.store.rows(Case)}
    assert contents == {"T1": "fault", "T2": "none", "T3": "service", "T4": "fault", "T5": "none"}


def test_surfaces_are_the_characters_of_the_text(bare: Night) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    texts = {c.case_id: c.text for c in bare.store.rows(Case)}
    mentions = bare.store.rows(Mention)
    assert mentions
    assert all(texts[m.case_id][m.start : m.end] == m.surface for m in mentions)


def test_a_second_run_reads_nothing(bare: Night) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    assert Stage().run(bare).counts["texts_read"] == 0


def test_a_changed_text_alone_is_read_again(bare: Night) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    put(bare, [a_case("T2", "变速箱漏油")])
    assert Stage().run(bare).counts["texts_read"] == 1
    assert {m.code for m in bare.store.rows(Mention, "case_id = 'T2'")} >= {"oil_leak", "transmission"}


def test_redo_gives_the_same_rows(bare: Night) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    before = tables(bare)
    report = Stage().run(dataclasses.replace(bare, redo=frozenset({"classify"})))
    assert report.counts["texts_read"] == len(TEXTS)
    assert tables(bare) == before


def test_batches_do_not_change_the_rows(bare: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    before = tables(bare)
    monkeypatch.setattr("classify.stage.BATCH_CASES", 2)
    Stage().run(dataclasses.replace(bare, redo=frozenset({"classify"})))
    assert tables(bare) == before


def test_a_call_gets_speaker_second_and_the_way_its_word_was_written(bare: Night) -> None:
    repairs = json.dumps([{"heard": "一想", "written": "异响", "start": 3, "rule": "pinyin"}], ensure_ascii=False)
    segments = [
        turn(0.0, "agent", "有没有漏油？"),
        turn(3.0, "customer", "没有。"),
        turn(6.5, "customer", "变速箱异响", repairs, doubtful=True),
    ]
    put(bare, [a_case("C1", "没有。\n变速箱异响", source="call")], segments)
    Stage().run(bare)
    rows = {m.code: m for m in bare.store.rows(Mention)}
    assert (rows["oil_leak"].polarity, rows["oil_leak"].segment_start_s) == ("absent", 3.0)
    noise = rows["abnormal_noise"]
    assert (noise.via, noise.speaker, noise.segment_start_s) == ("phonetic", "customer", 6.5)
    assert (noise.surface, noise.polarity, noise.component_code) == ("异响", "present", "transmission")
    assert noise.confidence < rows["transmission"].confidence < 0.95


def test_known_labels_are_learned_from_once_there_are_enough(night: Night) -> None:
    learning = learning_from(night, 100)
    rows = labelled_texts()
    put(learning, [a_case(f"L{i:03}", text) for i, (text, _) in enumerate(rows)] + [a_case("N1", "变速箱又漏油又顿挫")])
    label(learning, [(f"L{i:03}", category) for i, (_, category) in enumerate(rows)])
    Stage().run(learning)
    new = learning.store.rows(Classification, "case_id = 'N1'")[0]
    assert (new.category, new.model_id) == ("传动", current_model(learning.workspace.models))
    assert {a["category"] for a in json.loads(new.alternatives)} == {"制动", "销售"}


def test_a_stored_model_is_used_again_and_a_new_one_reclassifies_every_case(night: Night) -> None:
    learning = learning_from(night, 100)
    rows = labelled_texts()
    put(learning, [a_case(f"L{i:03}", text) for i, (text, _) in enumerate(rows)])
    label(learning, [(f"L{i:03}", category) for i, (_, category) in enumerate(rows[:-1])])
    Stage().run(learning)
    first = current_model(learning.workspace.models)
    assert Stage().run(learning).counts["texts_read"] == 0
    label(learning, [(f"L{len(rows) - 1:03}", rows[-1][1])])
    assert Stage().run(learning).counts["texts_read"] == 0
    shop = Workshop(
        learning.store, learning.workspace.models, learning.settings.classify, MentionFinder(learning.dictionary), None,
        "", None, learning.as_of, learning.progress,
    )  # fmt: skip
    assert shop.train(force=True).model_id != first
    assert Stage().run(learning).counts["texts_read"] == len(rows)


def test_a_follow_up_is_joined_to_its_owners_earlier_case(bare: Night) -> None:
    earlier = dataclasses.replace(a_case("E1", "变速箱顿挫"), serial_token="V1")
    later = dataclasses.replace(a_case("E2", "还没有人联系我"), serial_token="V1", received_at=datetime(2026, 3, 10))
    stranger = dataclasses.replace(later, case_id="E3", serial_token="V2")
    put(bare, [later, earlier, stranger])
    Stage().run(bare)
    rows = {row.case_id: row for row in bare.store.rows(Classification)}
    assert (rows["E2"].category, rows["E2"].decision) == (rows["E1"].category, "review")
    assert json.loads(rows["E2"].nearest) == [
        {"case_id": "E1", "category": rows["E1"].category, "similarity": None, "confirmed": False, "why": "vehicle"}
    ]
    assert rows["E3"].nearest == "[]"
    assert rows["E3"].category != rows["E1"].category


def test_a_confirmed_category_outranks_the_machine(bare: Night) -> None:
    put(bare, TEXTS)
    label(bare, [("T1", "我厂的发动机组")], origin="review")
    Stage().run(bare)
    row = bare.store.rows(Classification, "case_id = 'T1'")[0]
    assert (row.category, row.decision, row.confidence) == ("我厂的发动机组", "confirmed", 1.0)


def test_a_night_without_cases_is_quiet(bare: Night) -> None:
    assert Stage().run(bare).counts["texts_read"] == 0


def test_rows_do_not_depend_on_the_order_in_which_cases_arrived(bare: Night, workspace_of: Callable[[], Night]) -> None:
    put(bare, TEXTS)
    Stage().run(bare)
    other = without_model(workspace_of())
    put(other, list(reversed(TEXTS)))
    Stage().run(other)
    assert tables(other) == tables(bare)


WORDS = [
    "发动机",
    "漏油",
    "没有",
    "异响",
    "如果",
    "，",
    "。",
    "\n",
    "刚提车就降价",
    "还没人联系我",
    "變速箱",
    "ﬁ",
    "\u200b",
]

PRODUCTS = [None, "甲 乙 丙", "甲 乙 丁"]

texts = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=10).map("".join))

rows = st.tuples(texts, st.sampled_from([None, "V1", "V2"]), st.sampled_from(PRODUCTS), st.integers(0, 60))

unhurried = settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def cases(given_rows: list[tuple[str, str | None, str | None, int]]) -> list[Case]:
    first = datetime(2026, 1, 1)
    return [
        dataclasses.replace(
            a_case(f"T{n:02}", text), serial_token=vehicle, product=product, received_at=first + timedelta(days=day)
        )
        for n, (text, vehicle, product, day) in enumerate(given_rows)
    ]


@unhurried
@given(given_rows=st.lists(rows, min_size=2, max_size=8), random=st.randoms(use_true_random=False))
def test_a_night_writes_the_same_rows_in_whatever_order_the_cases_came(
    given_rows: list[tuple[str, str | None, str | None, int]], random: Random, workspace_of: Callable[[], Night]
) -> None:
    ordered = cases(given_rows)
    shuffled = list(ordered)
    random.shuffle(shuffled)
    written = []
    for some in (ordered, shuffled):
        night = without_model(workspace_of())
        put(night, some)
        Stage().run(night)
        mentions, decided = night.store.rows(Mention), night.store.rows(Classification)
        said = {case.case_id: case.text for case in some}
        assert all(said[m.case_id][m.start : m.end] == m.surface for m in mentions)
        written.append((mentions, decided, night.store.rows(Case)))
    assert written[0] == written[1]
