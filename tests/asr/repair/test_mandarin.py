"""Phonetic repair: what sounds like a term becomes the term, ordinary words stay, what was heard is kept."""

from __future__ import annotations

import pytest

from asr.repair.mandarin import Repairer
from complaints.dictionary import PlantTerm, Term, load_dictionary


def term(word: str, phonetic: str = "free", kind: str = "symptom") -> Term:
    return Term(word, word, kind, "zh", phonetic, "shipped")


@pytest.fixture(scope="module")
def shipped() -> Repairer:
    return Repairer(load_dictionary().terms)


def test_the_same_sound_becomes_the_term(shipped: Repairer) -> None:
    text, repairs = shipped.repair("底盘升秀了")
    assert text == "底盘生锈了"
    assert [(r.heard, r.written, r.start, r.heard_start, r.rule) for r in repairs] == [
        ("升秀", "生锈", 2, 2, "same_sound")
    ]


def test_another_tone_is_repaired_where_the_term_allows_it() -> None:
    assert Repairer([term("顿挫")]).repair("起步蹲错")[0] == "起步顿挫"
    assert Repairer([term("顿挫", "same_tone")]).repair("起步蹲错")[0] == "起步蹲错"


def test_a_term_that_is_never_repaired_stays_out() -> None:
    assert Repairer([term("生锈", "never")]).repair("升秀")[0] == "升秀"


@pytest.mark.parametrize("ordinary", ["受到影响", "他在行使权利", "目前的形势", "我有一个意见", "这里有公园"])
def test_ordinary_words_stay(ordinary: str, shipped: Repairer) -> None:
    assert shipped.repair(ordinary) == (ordinary, ())


def test_a_word_is_not_cut_in_two() -> None:
    # 过热 sounds in 不过热水, and is not there.
    assert Repairer([term("国惹")]).repair("不过热水来了")[0] == "不过热水来了"


def test_a_term_that_stands_there_is_not_changed() -> None:
    repairer = Repairer([term("异响"), term("意想", "never")])
    assert repairer.repair("没有意想")[0] == "没有意想"


def test_nothing_is_repaired_across_punctuation() -> None:
    assert Repairer([term("生锈")]).repair("声，秀")[0] == "声，秀"


def test_offsets_refer_to_the_repaired_text() -> None:
    text, repairs = Repairer([term("减速带"), term("异响")]).repair("过检肃带有意想，检肃带")
    assert text == "过减速带有异响，减速带"
    for repair in repairs:
        assert text[repair.start :].startswith(repair.written)
    assert [r.heard_start for r in repairs] == [1, 5, 8]


def test_of_a_part_one_consonant_may_differ() -> None:
    part = Repairer([term("方向盘", kind="component")])
    text, repairs = part.repair("方向谈不斗")
    assert (text, repairs[0].rule) == ("方向盘不斗", "near_sound")


def test_of_a_symptom_no_consonant_may_differ() -> None:
    assert Repairer([term("方向抖")]).repair("方向狗")[0] == "方向狗"


def test_a_consonant_that_nobody_confuses_is_not_changed() -> None:
    assert Repairer([term("方向盘", kind="component")]).repair("方向蓝不斗")[0] == "方向蓝不斗"


def test_of_a_longer_wording_one_easily_misheard_syllable_may_differ(shipped: Repairer) -> None:
    text, repairs = shipped.repair("行驶过程中突然击火")
    assert (text, repairs[0].rule) == ("行驶过程中突然熄火", "near_sound")


@pytest.mark.parametrize("ordinary", ["车机问题一直没解决", "我开的是电动汽车", "无法自动识别我", "制动刹车都正常"])
def test_near_sounds_of_ordinary_speech_and_of_other_terms_stay(ordinary: str, shipped: Repairer) -> None:
    assert shipped.repair(ordinary) == (ordinary, ())


def test_a_plant_word_repairs_too() -> None:
    repairer = Repairer(load_dictionary(extra=[PlantTerm("咔簧", "component")]).terms)
    assert repairer.repair("换了咔皇")[0] == "换了咔簧"


def test_the_order_of_terms_does_not_matter() -> None:
    terms = [term("异响"), term("一响"), term("减震器"), term("减振器")]
    heard = "检阵器有意想"
    assert Repairer(terms).repair(heard) == Repairer(terms[::-1]).repair(heard)


def test_english_and_empty_texts_pass_through(shipped: Repairer) -> None:
    assert shipped.repair("the brake squeaks") == ("the brake squeaks", ())
    assert shipped.repair("") == ("", ())
