"""Answers to a question for a number, an address or a name: redacted however little of them was understood."""

from __future__ import annotations

import pytest

from complaints.redaction import redact, redact_turns


def turns(*said: str) -> list[str]:
    return [turn.text for turn in redact_turns(said)]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("那个要765790", "那个[电话]"),  # digits were lost
        ("是0、4、7、7、3、9、4、8、8、0、6", "是[电话]"),
        ("伞零零散雾就这个", "[电话]就这个"),  # digits were taken for words that sound like them
        ("嗯要把起司起", "嗯[电话]"),
        ("咱咱以四五二四，就这个", "咱咱[电话]，就这个"),
        ("是1669 习610", "是[电话]"),
        ("N6101134", "N[电话]"),
    ],
)
def test_a_number_that_was_asked_for_and_misheard(answer: str, left: str) -> None:
    assert turns("请您留一个手机号码。", answer)[1] == left


def test_a_number_over_turns_with_short_ones_between() -> None:
    said = ["座机号码是多少呢？", "那02375", "您说，", "对", "4038就这个"]
    assert turns(*said) == [said[0], "那[电话]", "您说，", "对", "[电话]就这个"]


def test_what_is_left_of_a_number_that_is_known_by_its_form_goes_with_it() -> None:
    assert turns("手机号码说一下", "13800138000", "367")[1:] == ["[电话]", "[电话]"]


@pytest.mark.parametrize(
    ("question", "placeholder"),
    [
        ("麻烦报一下身份证号", "[身份证]"),
        ("退款的银行卡号说一下", "[银行卡]"),
        ("推款的银行塔号说一下", "[银行卡]"),
        ("留一个手机号码", "[电话]"),
        ("您的车牌是多少", "[车牌]"),
        ("请提供车架号", "[车架号]"),
        ("What is your phone number?", "[电话]"),
    ],
)
def test_the_placeholder_says_what_was_asked_for(question: str, placeholder: str) -> None:
    assert turns(question, "33010")[1] == placeholder


@pytest.mark.parametrize(
    "answer",
    [
        "没有电话，开到120就抖",  # three digits
        "跑了35000公里，2019年买的",  # quantities
        "故障灯亮了，读出来是P01714",  # a code
        "先不说这个，我这台车的变速箱昨天又换了，换挡时转速到3500",  # far behind the question
        "其实就是一起步就响",  # words with syllables of digits
    ],
)
def test_other_figures_stay(answer: str) -> None:
    assert turns("请您留一个手机号码。", answer)[1] == answer


def test_what_follows_the_next_question_is_no_number() -> None:
    assert turns("您的电话是多少", "不方便", "请问里程多少", "35021")[3] == "35021"


def test_a_longer_turn_without_digits_ends_the_answer() -> None:
    said = ["请留一个电话", "我想先说一下车的问题", "转速表停在4512不动"]
    assert turns(*said) == said


@pytest.mark.parametrize("said", ["你好，手机连不上车机", "请看看电话簿同步不了", "您好，我的手机互联老断"])
def test_a_telephone_that_is_complained_about_is_not_asked_for(said: str) -> None:
    assert turns(said, "版本是10.2.15")[1] == "版本是10.2.15"


@pytest.mark.parametrize(
    "question", ["请留个电话", "您手机号多少", "留一下您的电话吧", "您的联系方式是？", "电话方便说一下吗"]
)
def test_ways_of_asking_for_a_telephone_number(question: str) -> None:
    assert turns(question, "765790")[1] == "[电话]"


def test_codes_that_are_no_persons_are_not_asked_for() -> None:
    assert turns("请提供一下工单号码", "20123")[1] == "20123"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("公园路1180号就这个", "[地址]就这个"),
        ("是沈阳市体席区幸福借五百零五号", "是[地址]"),
        ("我住龙湖花园29床2单元1925就这个", "我住[地址][地址]就这个"),
        ("先看车吧，异响越来越大", "先看车吧，异响越来越大"),
        ("我这车跑了35000公里，开到120码就抖", "我这车跑了35000公里，开到120码就抖"),
        ("上个月5号去过店里", "上个月5号去过店里"),
        ("公寓十二号楼，六三元1480次", "[地址]，[地址]"),
    ],
)
def test_an_address_that_was_asked_for(answer: str, left: str) -> None:
    assert turns("您的详细地址是？", answer)[1] == left


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("那个音脆蓝就这个", "那个[姓名]就这个"),
        ("我这边是度民主", "我这边是[姓名]"),
        ("我的车坏了", "我的车坏了"),
        ("变速箱", "变速箱"),
        ("发动机异响", "发动机异响"),
        ("发动机异响好几次", "发动机异响好几次"),
    ],
)
def test_a_name_that_was_asked_for(answer: str, left: str) -> None:
    assert turns("请问您怎么称呼？", answer)[1] == left


def test_an_answer_that_was_redacted_stays_as_it_is() -> None:
    said = ["请您留一个手机号码", "那个要765790", "您的详细地址是", "花园5号楼湖，6单元16366就这个"]
    once = turns(*said)
    assert turns(*once) == once


def test_a_label_and_its_value_in_a_text_are_a_question_and_an_answer() -> None:
    assert redact("请填写联系电话\n765790 12").text == "请填写联系电话\n[电话]"
