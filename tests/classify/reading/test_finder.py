from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classify.reading.finder import MentionFinder
from classify.reading.normalise import normal_text
from complaints.dictionary import Dictionary
from tests.classify.gold import LANGUAGES, scores, sentences

WORDS = [
    "异响",
    "漏油",
    "没有",
    "變速箱",
    "ＡＢＳ",
    "P0300",
    "，",
    "。",
    "\n",
    " ",
    "发动机",
    "如果",
    "İ",
    "ﬁ",
    "㎞",
    "\u200b",
]
WORDS += ["noise", "brakes", "not", "fixed", "油耗20个", "咯噔咯噔响", "\ud800", "修好了"]
texts = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
any_text = st.text(st.characters(exclude_categories=()), max_size=80)
unhurried = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@unhurried
@given(text=st.one_of(texts, any_text), language=st.sampled_from(["zh", "en", "xx"]))
def test_offsets_lie_in_the_text_and_no_text_crashes(text: str, language: str, finder: MentionFinder) -> None:
    for mention in finder.find(text, language):
        assert 0 <= mention.start < mention.end <= len(text)


@unhurried
@given(text=texts, language=st.sampled_from(["zh", "en"]))
def test_a_surface_folds_to_the_words_that_were_found(text: str, language: str, finder: MentionFinder) -> None:
    for mention in finder.find(text, language):
        alone = normal_text(text[mention.start : mention.end], language).text
        assert alone in normal_text(text, language).text
        assert alone.strip()


@unhurried
@given(text=texts, language=st.sampled_from(["zh", "en"]))
def test_mentions_of_a_kind_do_not_overlap(text: str, language: str, finder: MentionFinder) -> None:
    for kind in ("symptom", "component", "condition"):
        spans = sorted((m.start, m.end) for m in finder.find(text, language) if m.kind == kind)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_order_of_texts_does_not_change_what_is_found(dictionary: Dictionary) -> None:
    given_texts = ["变速箱异响", "没有漏油", "The brakes squeal", "油耗 20 个", "朋友的车漏水", "no noise"]
    languages = ["zh", "zh", "en", "zh", "zh", "en"]
    first, second = MentionFinder(dictionary), MentionFinder(dictionary)
    forward = [first.find(t, language) for t, language in zip(given_texts, languages, strict=True)]
    order = list(range(len(given_texts)))
    random.Random(7).shuffle(order)
    shuffled = {i: second.find(given_texts[i], languages[i]) for i in order}
    assert [shuffled[i] for i in range(len(given_texts))] == forward


@pytest.mark.parametrize("text", ["發動機異響", "发动机\u200b异\u200b响", "发动机异響"])
def test_script_and_invisible_characters_do_not_hide_a_symptom(text: str, finder: MentionFinder) -> None:
    assert "abnormal_noise" in {m.code for m in finder.find(text, "zh")}


def test_an_expanding_character_does_not_move_later_offsets(finder: MentionFinder) -> None:
    text = "跑了50㎞后ﬁ发动机异响"
    assert "异响" in {text[m.start : m.end] for m in finder.find(text, "zh") if m.kind == "symptom"}


def test_a_short_latin_term_is_not_found_inside_a_longer_word(finder: MentionFinder) -> None:
    assert finder.find("cabs和abseil", "zh") == []


def test_an_appliance_word_is_not_read_in_a_text_about_a_car(finder: MentionFinder) -> None:
    assert "machine_walking" not in {m.code for m in finder.find("车子底盘衬套移位", "zh")}


@pytest.mark.parametrize(("language", "fewest"), [("zh", 200), ("en", 100)])
def test_gold_is_large_enough(language: str, fewest: int) -> None:
    assert len(sentences(language)) >= fewest


def test_gold_holds_eighty_sentences_on_polarity_and_speaker() -> None:
    about = {"negation", "pseudo", "double", "hypothetical", "question", "past", "other car"}
    assert sum(s.about in about for language in LANGUAGES for s in sentences(language)) >= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_span_f1_is_at_least_095(language: str, finder: MentionFinder) -> None:
    found = scores(language, finder)
    assert found.f1 >= 0.95, found.wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_polarity_is_right_in_at_least_97_percent(language: str, finder: MentionFinder) -> None:
    found = scores(language, finder)
    assert sum(gold != given for gold, given in found.polarity) <= 0.03 * len(found.polarity), found.wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_right_in_at_least_95_percent(language: str, finder: MentionFinder) -> None:
    found = scores(language, finder)
    assert sum(gold != given for gold, given in found.links) <= 0.05 * len(found.links), found.wrong
