"""Whole texts and calls: what is planted is gone, spans fit, several kinds and turns are read together."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.redaction import placeholder, redact, redact_turns
from tests.complaints.redaction.planted import (
    SPOKEN,
    Canary,
    account,
    address,
    bank_card,
    email,
    id_card,
    mobile,
    name,
    plate,
    said,
    spoken_mobile,
    typed_mobile,
    vin,
)

SEED = 20240301
PLANTED = 400  # canaries a kind


def left_over(sentence: str, personal: str) -> bool:
    """Tell whether three characters in a row of the planted part (two of a short one) are still there."""
    redacted, around, width = redact(sentence).text, sentence.replace(personal, "\n"), 3 if len(personal) > 3 else 2
    pieces = {personal[i : i + width] for i in range(len(personal) - width + 1)}
    return any(piece in redacted and piece not in around for piece in pieces)


RECALL: dict[Callable[[random.Random], Canary], float] = {
    typed_mobile: 1.0,
    spoken_mobile: 1.0,
    id_card: 1.0,
    plate: 1.0,
    vin: 0.99,
    bank_card: 1.0,
    email: 1.0,
    name: 0.95,
    address: 0.98,
    account: 0.99,
}


@pytest.mark.parametrize(("make", "least"), RECALL.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_planted_persons_are_gone(make: Callable[[random.Random], Canary], least: float) -> None:
    rng = random.Random(SEED)
    missed = [sentence for sentence, personal in (make(rng) for _ in range(PLANTED)) if left_over(sentence, personal)]
    assert 1 - len(missed) / PLANTED >= least, missed[:5]


def test_numbers_told_over_two_turns_are_gone() -> None:
    rng = random.Random(SEED)
    for _ in range(PLANTED):
        number, cut = said(mobile(rng)), rng.randint(2, 9)
        turns = redact_turns(["方便留个电话吗？", number[:cut], rng.choice(["嗯", "您说", "好的"]), number[cut:]])
        assert not set("".join(turn.text for turn in turns)) & set(SPOKEN.values())


def test_english_texts_get_english_placeholders() -> None:
    assert redact("my name is Ada Byron, 415-555-0199", "en").text == "my name is [NAME], [PHONE]"


def test_weak_forms_count_behind_their_context_words_only() -> None:
    assert redact("6228480012345678000").spans == ()
    assert redact("卡号6228480012345678000").text == "卡号[银行卡]"


def test_redaction_loads_no_heavy_library() -> None:
    heavy = "print(sorted({'numpy', 'spacy', 'torch', 'transformers', 'jieba'} & sys.modules.keys()))"
    code = f"import sys; from complaints.redaction import redact; redact('电话13812345678'); {heavy}"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_spans_point_into_the_original_text() -> None:
    text = "ａ\u200b，我叫汪语蝉，１３８\u200b００１３８０００。"
    assert [(s.kind, text[s.start : s.end]) for s in redact(text).spans] == [
        ("NAME", "汪语蝉"),
        ("PHONE", "１３８\u200b００１３８０００"),
    ]


def test_several_kinds_in_one_text() -> None:
    text = "我叫程牧远，车牌苏E58214，电话13812345678，住青枫北路517号。"
    assert redact(text).text == "我叫[姓名]，车牌[车牌]，电话[电话]，住[地址]。"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["幺三八零零", "一二三四五六"], ["[电话]", "[电话]"]),
        (["13800", "138000 就这个"], ["[电话]", "[电话] 就这个"]),
        (["幺三八", "您说", "零零零零", "好的", "一二三四，谢"], ["[电话]", "您说", "[电话]", "好的", "[电话]，谢"]),
        (["您贵姓", "王。"], ["您贵姓", "[姓名]。"]),
        (["请问怎么称呼？", "嗯，我是李雷"], ["请问怎么称呼？", "嗯，我是[姓名]"]),
        (["车牌号是多少？", "E58214"], ["车牌号是多少？", "[车牌]"]),
        (["电话号码说一下", "195 318 6640"], ["电话号码说一下", "[电话]"]),
        (["跑了15000公里", "2024年买的"], ["跑了15000公里", "2024年买的"]),
        (["好的", "", "谢谢"], ["好的", "", "谢谢"]),
        (["five five five", "okay", "one two three four"], ["[电话]", "okay", "[电话]"]),
    ],
)  # fmt: skip
def test_turns_are_read_together(turns: list[str], expected: list[str]) -> None:
    assert [r.text for r in redact_turns(turns)] == expected


def test_spans_of_turns_refer_to_each_turn() -> None:
    turns = ["我的是幺三八零零", "然后一二三四五六"]
    parts = [[turn[s.start : s.end] for s in r.spans] for turn, r in zip(turns, redact_turns(turns), strict=True)]
    assert parts == [["幺三八零零"], ["然后一二三四五六"]]


def test_no_turns_give_none() -> None:
    assert redact_turns([]) == []


# Texts that are likely to trip recognisers: pieces of personal data, words around them, and any Unicode.
_PIECES = """
138 0013 8000 幺三八 零零零零 一二三四 王 李娜 经理 我叫 姓 电话 车牌 苏 E 58214 车架号 LSVAA49J 832047811 @ a.com
人民路 号 栋 室 62 微信 QQ ， 。 - + ( ) [电话] [ ] 电话] [PHONE] 转 公里 double five one Mr Smith my name
is 42 Main St １２ 嗯 好的 联系人： 工号
"""
PIECES = st.sampled_from([*_PIECES.split(), "\n", " ", "\u200b"])
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join))


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(["zh", "en"]))
def test_redacting_twice_changes_nothing_more(text: str, language: str) -> None:
    once = redact(text, language).text
    assert redact(once, language).text == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_spans_are_ordered_and_rebuild_the_text(text: str) -> None:
    result, at, parts = redact(text), 0, []
    for span in result.spans:
        assert at <= span.start < span.end <= len(text)
        assert 0.5 <= span.score <= 1
        parts += [text[at : span.start], placeholder(span.kind)]
        at = span.end
    assert "".join([*parts, text[at:]]) == result.text


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_turns_keep_their_number_and_their_offsets(turns: Sequence[str]) -> None:
    results = redact_turns(turns)
    assert len(results) == len(turns)
    assert all(0 <= s.start < s.end <= len(t) for t, r in zip(turns, results, strict=True) for s in r.spans)


@pytest.mark.parametrize(
    "unit", ["1", "12 ", "138 ", "1 ", "一，", "1一 ", "路1号", "栋一", "a@", "a.", "A", "苏A1", "one ", "王",
    "我叫王", "车架号A", "[电话]", "微信a"]
)  # fmt: skip
@pytest.mark.timeout(20)
def test_long_hostile_texts_come_to_an_end(unit: str) -> None:
    # The limit is far above the time of a linear search and far below that of a quadratic one.
    redact(unit * (100_000 // len(unit)))
