"""Symptoms in words that the dictionary lacks: with the real encoder, dictionary and judge."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classify.reading.clauses import wordings
from classify.reading.finder import MentionFinder
from classify.reading.mention import ExtractedMention
from classify.reading.nearest_symptom import FACTS, Meanings, judge
from classify.reading.read_case import mention_rows, read_case
from classify.reading.semantic import Unseen, silent, unseen_wordings
from classify.reading.types import Reading
from classify.stage import Stage
from complaints.dictionary import Dictionary
from complaints.models.encoder import Encoder, open_encoder
from complaints.records import Mention
from complaints.run.night import Night
from tests.classify.made import a_case, put

LEAK, FROST = "买来才半年，变速箱的油漏得满地都是", "冰箱里结了厚厚一层霜"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("default", "cpu")


@pytest.fixture(scope="module")
def unseen(dictionary: Dictionary, encoder: Encoder) -> Unseen:
    return Unseen(dictionary, encoder.encode)


def read(text: str, finder: MentionFinder, case_id: str = "T1") -> Reading:
    return read_case(a_case(case_id, text), [], finder)


def found(text: str, finder: MentionFinder, unseen: Unseen) -> list[ExtractedMention]:
    return unseen.find([read(text, finder)]).get("T1", [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "code", "component"), [(LEAK, "oil_leak", "transmission"), (FROST, "frosting", "refrigerator")]
)
def test_a_wording_outside_the_dictionary_gets_the_code_of_the_nearest_meaning(
    text: str, code: str, component: str, finder: MentionFinder, unseen: Unseen
) -> None:
    assert not any(m.kind == "symptom" for m in finder.find(text, "zh"))
    (mention,) = found(text, finder, unseen)
    assert (mention.code, mention.component_code, mention.polarity) == (code, component, "present")
    assert judge("zh").threshold <= mention.confidence < 1


@pytest.mark.slow
def test_its_row_says_via_model_and_its_surface_is_the_clause(finder: MentionFinder, unseen: Unseen) -> None:
    case = a_case("T1", LEAK)
    reading = read_case(case, [], finder, (), found(LEAK, finder, unseen))
    (row,) = [row for row in mention_rows(reading, []) if row.kind == "symptom"]
    assert (row.via, row.surface) == ("model", "变速箱的油漏得满地都是")
    assert LEAK[row.start : row.end] == row.surface


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["今天天气很好", "我们全家都很喜欢这台车", "保养的时候换了滤芯", "变速箱", "一直没有人给我回电话", "，，。", ""],
)
def test_it_abstains_where_nothing_is_wrong(text: str, finder: MentionFinder, unseen: Unseen) -> None:
    assert found(text, finder, unseen) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("如果变速箱的油漏得满地都是", "hypothetical"),
        ("朋友那台车变速箱的油漏得满地都是", "hypothetical"),
        ("以前变速箱的油漏得满地都是，换了油封已经修好了", "absent"),
    ],
)
def test_cues_decide_about_its_polarity_as_about_any_other(
    text: str, polarity: str, finder: MentionFinder, unseen: Unseen
) -> None:
    assert {m.polarity for m in found(text, finder, unseen)} <= {polarity}


@pytest.mark.slow
def test_a_negation_that_the_term_lacks_never_gives_a_present_symptom(finder: MentionFinder, unseen: Unseen) -> None:
    assert all(m.polarity != "present" for m in found("变速箱的油没有漏得满地都是", finder, unseen))


@pytest.mark.slow
def test_texts_in_which_the_rules_find_a_symptom_are_not_asked_about(finder: MentionFinder, unseen: Unseen) -> None:
    assert not silent(read(f"{LEAK}，发动机异响", finder))
    assert found(f"{LEAK}，发动机异响", finder, unseen) == []


@pytest.mark.slow
def test_neither_order_nor_company_of_cases_changes_what_is_found(finder: MentionFinder, unseen: Unseen) -> None:
    readings = [read(text, finder, f"T{i}") for i, text in enumerate((LEAK, FROST, "雨刷片不刮水"))]
    first = unseen.find(readings)
    assert all(unseen.find(list(order)) == first for order in permutations(readings))
    assert all(unseen.find([r]).get(r.case_id) == first.get(r.case_id) for r in readings)


@pytest.mark.slow
def test_another_encoder_than_the_one_it_was_fitted_for_finds_nothing(
    dictionary: Dictionary, encoder: Encoder, night: Night
) -> None:
    assert unseen_wordings(dictionary, night.store, encoder) is not None
    encoder.model_fingerprint, known = "another", encoder.model_fingerprint
    try:
        assert unseen_wordings(dictionary, night.store, encoder) is None
    finally:
        encoder.model_fingerprint = known


@pytest.mark.slow
def test_a_night_writes_them_and_the_case_is_about_a_fault(night: Night) -> None:
    put(night, [a_case("T1", FROST), a_case("T2", "还没有人联系我")])
    Stage().run(night)
    (row,) = [m for m in night.store.rows(Mention) if m.kind == "symptom"]
    assert (row.case_id, row.code, row.via) == ("T1", "frosting", "model")
    assert night.store.query("SELECT content FROM cases ORDER BY case_id") == [("fault",), ("none",)]
    Stage().run(dataclasses.replace(night, redo=frozenset({"classify"})))
    assert [m for m in night.store.rows(Mention) if m.kind == "symptom"] == [row]


def test_a_hidden_term_is_sought_among_terms_that_neither_hold_nor_are_held_by_it(dictionary: Dictionary) -> None:
    meanings = Meanings(dictionary, "zh", made_vectors)
    hidden = meanings.forms("异响")
    kept = [term for term, gone in zip(meanings.terms, hidden, strict=True) if not gone]
    assert kept
    assert not any("异响" in term or term in "异响" for term in kept)


def test_facts_have_their_names(dictionary: Dictionary, finder: MentionFinder) -> None:
    reading = read(FROST, finder)
    (one,) = wordings(reading.text, "zh", reading.mentions, reading.words)
    vector, bare = made_vectors([one.masked, one.bare])
    assert len(Meanings(dictionary, "zh", made_vectors).nearest(one, vector, bare).facts) == len(FACTS)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(st.characters(exclude_categories=()), max_size=80),
        st.lists(st.sampled_from(["变速箱", "油漏", "，", "。", "ﬁ", "\u200b", "㎞", "but ", "the seat "])).map(
            "".join
        ),
    ),
    language=st.sampled_from(["zh", "en"]),
)
def test_wordings_lie_in_the_text_apart_and_without_edges(text: str, language: str, finder: MentionFinder) -> None:
    end = 0
    for one in wordings(text, language, finder.find(text, language), []):
        assert end <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        end = one.end


def made_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors that depend on nothing but the text."""
    rows = [np.random.default_rng(list(text.encode("utf-8", "replace")) or [0]).normal(size=8) for text in texts]
    return np.stack(rows).astype(np.float32)
