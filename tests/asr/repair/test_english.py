"""Phonetic repair of English: what sounds like a term becomes it, ordinary English stays."""

from __future__ import annotations

import pytest

from asr.repair.english import EnglishRepairer
from complaints.dictionary import PlantTerm, Term, load_dictionary


@pytest.fixture(scope="module")
def shipped() -> EnglishRepairer:
    return EnglishRepairer(load_dictionary().terms)


def term(text: str, kind: str = "component") -> Term:
    return Term(text, "code", kind, "en", "never", "shipped")


@pytest.mark.parametrize(
    ("heard", "right"),
    [
        ("the emergency break did nothing", "the emergency brake did nothing"),
        ("there is an oil leek below", "there is an oil leak below"),
        ("the rear axel is bent", "the rear axle is bent"),
        ("fuel gage reads empty", "fuel gauge reads empty"),
        ("it turned jercky", "it turned jerky"),
    ],
)
def test_the_same_key_becomes_the_term(heard: str, right: str, shipped: EnglishRepairer) -> None:
    assert shipped.repair(heard)[0] == right


def test_words_split_otherwise_become_the_term(shipped: EnglishRepairer) -> None:
    assert shipped.repair("smoke from the tail pipe")[0] == "smoke from the tailpipe"


@pytest.mark.parametrize(
    "ordinary",
    [
        "give me a break, I had to break hard",
        "he set the car set up",
        "the snow does not fall",
        "I drive to work",
        "the transmission felt fine",
        "we drove by a freeway sign",
        "it zigged and zagged",
        "a rusty nail and a noisy street",
    ],
)
def test_ordinary_english_stays(ordinary: str, shipped: EnglishRepairer) -> None:
    assert shipped.repair(ordinary) == (ordinary, ())


def test_what_is_a_term_already_stays() -> None:
    repairer = EnglishRepairer([term("break light"), term("brake light")])
    assert repairer.repair("the break light")[0] == "the break light"


def test_a_name_is_not_repaired() -> None:
    assert EnglishRepairer([term("sunroof glass")]).repair("ask Sunrufe Glass")[0] == "ask Sunrufe Glass"


def test_no_repair_reaches_over_a_mark() -> None:
    assert EnglishRepairer([term("brake pads")]).repair("a break, pads")[0] == "a break, pads"


def test_offsets_point_at_what_was_written_and_heard(shipped: EnglishRepairer) -> None:
    text, repairs = shipped.repair("An oil leek and a tail pipe, then an oil leek")
    assert [text[r.start :][: len(r.written)] for r in repairs] == ["oil leak", "tailpipe", "oil leak"]
    assert [text_of(r.heard_start, r.heard) for r in repairs] == ["oil leek", "tail pipe", "oil leek"]


def text_of(start: int, heard: str) -> str:
    return "An oil leek and a tail pipe, then an oil leek"[start : start + len(heard)]


def test_a_sentence_keeps_its_capital(shipped: EnglishRepairer) -> None:
    assert shipped.repair("Emergency break failed.")[0].startswith("Emergency brake failed")


def test_a_plants_own_words_are_repaired_too() -> None:
    repairer = EnglishRepairer(load_dictionary(extra=[PlantTerm("flux trunnion", "component")]).terms)
    assert repairer.repair("a flux trunion")[0] == "a flux trunnion"


def test_the_order_of_terms_does_not_matter(shipped: EnglishRepairer) -> None:
    terms = load_dictionary().terms
    heard = "the emergency break and an oil leek"
    assert EnglishRepairer(terms[::-1]).repair(heard) == shipped.repair(heard)
