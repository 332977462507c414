"""The sentence around a mention."""

from __future__ import annotations

from mapping.quotes import REACH_CHARACTERS, clipped


def around(text: str, surface: str) -> str:
    start = text.index(surface)
    return clipped(text, start, start + len(surface))


def test_a_quote_is_the_sentence_of_the_mention() -> None:
    assert around("上周提的车。过减速带时底盘异响很大！希望尽快处理。", "异响") == "过减速带时底盘异响很大！"


def test_a_quote_ends_with_the_customers_turn() -> None:
    assert around("有异响\n帮我约一下", "异响") == "有异响"


def test_a_long_sentence_is_cut_on_both_sides() -> None:
    text = "前" * 200 + "异响" + "后" * 200
    assert len(around(text, "异响")) == 2 * REACH_CHARACTERS + 2


def test_a_mention_at_the_very_end_is_quoted() -> None:
    assert around("右前轮异响", "异响") == "右前轮异响"
