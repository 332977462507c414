"""Names of issues: what the mentions agree on, else words, and what agrees on nothing is no fault."""

from __future__ import annotations

import pytest

from cluster.names import CaseCodes, characteristic_words, name_group, told_apart
from complaints.dictionary import Dictionary, load_dictionary

WORDS = ("蓝牙", "半个", "几天")


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary()


def said(symptom: str = "", component: str = "", condition: str = "") -> CaseCodes:
    return CaseCodes(*(frozenset(code for code in (part,) if code) for part in (symptom, component, condition)))


def test_component_symptom_and_condition_that_most_cases_name(dictionary: Dictionary) -> None:
    cases = [said("oil_leak", "transmission", "cold_start")] * 3 + [said("oil_leak")]
    name = name_group(cases, WORDS, "fault", dictionary)
    assert (name.symptom, name.component) == ("oil_leak", "transmission")
    assert dictionary.name("cold_start", "zh") in name.zh
    assert name.en.startswith("Transmission: oil leak")


def test_noises_of_several_kinds_agree_on_the_broader_one(dictionary: Dictionary) -> None:
    cases = [said("clunk", "engine"), said("rattle", "engine"), said("squeak", "engine")]
    assert name_group(cases, WORDS, "fault", dictionary).symptom == "abnormal_noise"


def test_a_component_without_a_symptom_is_named_with_words(dictionary: Dictionary) -> None:
    name = name_group([said(component="transmission")] * 3, WORDS, "fault", dictionary)
    assert (name.symptom, name.component) == (None, "transmission")
    assert "蓝牙" in name.zh


def test_faults_that_agree_on_nothing_are_named_as_other(dictionary: Dictionary) -> None:
    cases = [said("oil_leak", "engine"), said("no_start", "battery_12v"), said("lag", "infotainment"), said()]
    name = name_group(cases, WORDS, "fault", dictionary)
    assert (name.symptom, name.component, name.zh) == (None, None, "其他：蓝牙、半个、几天")


def test_words_that_the_dictionary_knows_are_in_the_language_of_the_name(dictionary: Dictionary) -> None:
    name = name_group([said()] * 3, ("倒车影像", "黑屏", "补偿"), "fault", dictionary)
    assert name.zh == "其他：倒车影像、黑屏、补偿"
    assert name.en == f"Other: {dictionary.name(str(dictionary.resolve('倒车影像')), 'en')}, black screen, 补偿"


def test_words_that_repeat_the_component_or_each_other_are_left_out(dictionary: Dictionary) -> None:
    words = ("变速箱", "transmission", "变速箱故障", "机电单元", "机电", "顿挫")
    name = name_group([said(component="transmission")] * 3, words, "fault", dictionary)
    assert name.zh == "变速箱：机电单元、顿挫"


def test_quantities_are_no_words_of_a_name(dictionary: Dictionary) -> None:
    found = characteristic_words({"a": ["刚买一万二，两百多公里，几天就降价"], "b": ["漏油"]}, dictionary)
    assert "降价" in found["a"]
    assert not {"一万二", "两百", "几天", "两百多"} & set(found["a"])


def test_issues_of_one_name_are_told_apart_by_a_word_that_says_something_new(dictionary: Dictionary) -> None:
    leak = name_group([said("oil_leak", "transmission")] * 3, (), "fault", dictionary)
    words = {"a": ["渗油", "油封"], "b": ["油底壳"]}
    names = told_apart({"a": leak, "b": leak}, words, [], dictionary)
    assert names["a"].zh == f"{leak.zh}·油封"
    assert names["b"].zh == f"{leak.zh}·油底壳"
