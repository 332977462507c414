"""Doubt: every reason is caused, and plain speech has none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asr.doubt import doubts, is_phantom, longest_repeat
from asr.recognition.whisper import compression_ratio
from asr.transcript import Utterance

PLAIN = Utterance("right", 3.0, 7.0, "底盘有异响，过减速带的时候特别明显", 0.8, 3.5, 0.0, 0.9, 0.01, "zh", 0.98)


def test_plain_speech_is_not_doubtful() -> None:
    assert doubts(PLAIN) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "请不吝点赞 订阅 转发"}, "phantom"),
        ({"text": "中文字幕志愿者 李宗盛"}, "phantom"),
        ({"text": "漏油漏油漏油漏油漏油"}, "repetition"),
        ({"compression": 3.0}, "compressed"),
        ({"speech_s": 0.8}, "fast"),
        ({"text": "嗯", "speech_s": 6.0}, "slow"),
        ({"level_db": -20.0}, "low_energy"),
        ({"confidence": 0.2}, "low_confidence"),
        ({"no_speech": 0.9, "confidence": 0.5}, "unlikely_speech"),
        ({"text": ""}, "nothing_recognised"),
        ({"language_probability": 0.3}, "language_uncertain"),
        ({"language": "yue"}, "language_uncertain"),
        ({"text": "異音がしますから"}, "language_mixed"),
        ({"text": "please check the engine"}, "language_mixed"),
        ({"only_biased": ("异响",)}, "hotword_only"),
    ],
)
def test_each_reason_is_found(change: dict[str, object], reason: str) -> None:
    assert reason in doubts(replace(PLAIN, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("speech", ["对对对对", "我的电话是1990000", "咯噔咯噔响", "好的好的", "没有没有没有"])
def test_natural_repetition_is_no_loop(speech: str) -> None:
    assert "repetition" not in doubts(replace(PLAIN, text=speech))


def test_a_brand_name_is_no_switch_of_language() -> None:
    assert "language_mixed" not in doubts(replace(PLAIN, text="我的Model Y的carplay连不上"))


def test_a_complaint_that_holds_a_phantom_word_is_no_phantom() -> None:
    assert not is_phantom("作曲软件在车机里打不开，屏幕一直黑的")


def test_repeats_are_counted_in_a_row_only() -> None:
    assert longest_repeat("漏油，没有漏油，就是漏油") < 4


def test_compression_of_a_loop_is_high() -> None:
    assert compression_ratio("谢谢大家" * 30) > 2.4 > compression_ratio(PLAIN.text)
