from __future__ import annotations

import pytest

from classify.reading.answers import answered_mentions, read_answer
from classify.reading.finder import MentionFinder
from classify.reading.mention import ExtractedMention
from complaints.records import Segment, Speaker
from complaints.store.cases import call_text, turn_spans


def turn(start_s: float, speaker: Speaker, text: str) -> Segment:
    return Segment("C1", start_s, start_s + 2.0, "left", speaker, text, text, "[]", 0.9, False, "[]", "zh")


def answers(finder: MentionFinder, language: str, *turns: tuple[Speaker, str]) -> tuple[str, list[ExtractedMention]]:
    segments = [turn(3.0 * at, speaker, text) for at, (speaker, text) in enumerate(turns)]
    text = call_text(segments)
    named = finder.find(text, language)
    found = answered_mentions(segments, turn_spans(segments), language, lambda t: finder.find(t, language), named)
    return text, [m for m in [*named, *found] if m.kind == "symptom"]


def test_a_denied_question_makes_the_symptom_absent_at_the_answer(finder: MentionFinder) -> None:
    text, found = answers(finder, "zh", ("agent", "请问有没有漏油的情况？"), ("customer", "没有。"))
    assert [(text[m.start : m.end], m.code, m.polarity) for m in found] == [("没有", "oil_leak", "absent")]


def test_a_confirmed_question_makes_the_symptom_present_at_the_answer(finder: MentionFinder) -> None:
    text, found = answers(finder, "zh", ("agent", "车子有没有异响？"), ("customer", "有的，早上特别明显。"))
    assert [(text[m.start : m.end], m.code, m.polarity) for m in found] == [("有的", "abnormal_noise", "present")]


@pytest.mark.parametrize(
    "reply", ["没有异响，就是刚才说的问题。", "这个倒没有。", "没有，灯都没亮。", "不抖，没有这个问题。"]
)
def test_no_denial_leaves_a_present_symptom(reply: str, finder: MentionFinder) -> None:
    for question in ("车子有没有异响？", "仪表盘上有没有故障灯亮？", "方向盘有没有抖动？"):
        _, found = answers(finder, "zh", ("agent", question), ("customer", reply))
        assert [m.code for m in found if m.polarity == "present"] == []


def test_the_question_of_an_agent_alone_is_no_mention(finder: MentionFinder) -> None:
    _, found = answers(finder, "zh", ("agent", "有没有漏油？"), ("customer", "我说的是刚买两个月的事。"))
    assert found == []


def test_a_statement_of_the_agent_is_not_answered(finder: MentionFinder) -> None:
    _, found = answers(finder, "zh", ("agent", "我们记录了漏油。"), ("customer", "是的。"))
    assert found == []


def test_an_english_denial(finder: MentionFinder) -> None:
    _, found = answers(finder, "en", ("agent", "Do you have any oil leak?"), ("customer", "No, I don't."))
    assert [(m.code, m.polarity) for m in found] == [("oil_leak", "absent")]


@pytest.mark.parametrize("text", ["不知道", "没错，就是这样", "不清楚啊", "没注意"])
def test_not_knowing_is_no_denial(text: str) -> None:
    answer = read_answer(text, "zh")
    assert answer is None or not answer.denied
