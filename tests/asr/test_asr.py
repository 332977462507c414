"""Recordings as people reported them, from the file to the case's text, where the folder of such files lies beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from asr.audio.samples import Audio
from asr.compose import Call, Composed, compose
from asr.recognition.recognise import recognise
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import Engine
from asr.repair.turn import RepairsTurns, repairers
from complaints.dictionary import load_dictionary

INPUTS = Path(__file__).parents[3] / "shared" / "cases" / "inputs"
CALL = Call("id", "call", "content", None, None, "unknown", None, None, None, None)
Hear = Callable[[str], Composed]

pytestmark = pytest.mark.skipif(not INPUTS.is_dir(), reason="needs shared/cases/inputs beside the checkout")


@pytest.fixture(scope="module")
def repairs() -> dict[str, RepairsTurns]:
    return repairers(load_dictionary().terms)


@pytest.fixture
def hear(engine: Engine, decode: Callable[[Path], Audio], repairs: dict[str, RepairsTurns]) -> Hear:
    """Hears a file of the folder."""

    def heard(name: str) -> Composed:
        recognition = recognise(decode(INPUTS / name), engine, RecogniseSettings(language="zh"))
        return compose(replace(CALL, content=name), recognition, repairs, "right", "zh")

    return heard


@pytest.mark.parametrize("name", ["f31_call.au", "f31_meeting.mp4", "f31_phone.3gp"])
def test_a_recording_of_another_kind_is_heard(name: str, hear: Hear) -> None:
    assert len(hear(name).case.text) > 5


def test_speech_on_one_channel_alone_is_in_the_case(hear: Hear) -> None:
    assert "人口结构" in hear("f40_right_silent.wav").case.text


@pytest.mark.parametrize("name", ["f44_antiphase.wav", "f53_whole_call_left.wav"])
def test_a_call_on_one_channel_or_in_antiphase_has_its_customers_turns_once(name: str, hear: Hear) -> None:
    composed = hear(name)
    assert [segment.speaker == "agent" for segment in composed.segments] == [True, False, True, False]
    assert composed.case.text.count("发动机") == 1
    assert "请问" not in composed.case.text


def test_both_tracks_are_heard(hear: Hear) -> None:
    segments = hear("f47_two_tracks.m4a").segments
    assert {segment.channel for segment in segments if segment.text} == {"left", "right"}


@pytest.mark.parametrize("name", ["f49_28_bytes.wav", "f49_7fffffff.wav"])
def test_a_whole_recording_is_not_partial(name: str, decode: Callable[[Path], Audio]) -> None:
    assert decode(INPUTS / name).partial_why == ""


@pytest.mark.parametrize("name", ["f03a_spoken_phone.wav", "f03b_spoken_phone.wav", "f49_7fffffff.wav"])
def test_a_spoken_mobile_number_with_a_digit_misheard_is_redacted(name: str, hear: Hear) -> None:
    assert hear(name).case.text == "[电话]"


def test_speech_on_an_offset_is_heard(hear: Hear) -> None:
    assert "汽车" in hear("f50_dc_offset.wav").case.text
