"""One call on both channels is heard once; two speakers whose words leak into each other's channel stay two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr.activity.crosstalk import copied_channel
from asr.activity.turns import Turn, VadSettings, find_turns, measure
from asr.audio.samples import SAMPLE_RATE, Audio
from tests.asr.sounds import Sound, noise, raw_audio, silence

SECONDS = 24


@pytest.fixture(scope="module")
def sides(spoken: Audio) -> tuple[Sound, Sound]:
    """What the agent and the customer say in the first half of a call."""
    agent, customer = (spoken.piece(channel, 0, SECONDS * SAMPLE_RATE) for channel in (0, 1))
    return agent, customer


@pytest.fixture(scope="module")
def mixed(sides: tuple[Sound, Sound]) -> Sound:
    return sides[0] + sides[1]


def turns_of(audio: Audio) -> list[list[Turn]]:
    return [find_turns(a, channel, audio.samples, VadSettings()) for channel, a in enumerate(measure(audio))]


def spans(turns: list[Turn]) -> list[tuple[int, int]]:
    return [(turn.start, turn.stop) for turn in turns]


def later(sound: Sound, seconds: float, gain: float = 1.0) -> Sound:
    delay = int(seconds * SAMPLE_RATE)
    return np.concatenate([np.zeros(delay, dtype=np.float32), sound[: len(sound) - delay]]) * np.float32(gain)


OTHER: dict[str, Callable[[Sound], Sound]] = {
    "silent": lambda mixed: silence(SECONDS),
    "faint noise": lambda mixed: noise(SECONDS, 0.001),
    "a copy": lambda mixed: mixed.copy(),
    "turned": lambda mixed: -mixed,
    "lower": lambda mixed: mixed * np.float32(0.8),
    "much lower": lambda mixed: mixed * np.float32(0.1),
    "later": lambda mixed: later(mixed, 0.02),
    "later and lower": lambda mixed: later(mixed, 0.15, 0.8),
    "later and much lower": lambda mixed: later(mixed, 0.08, 0.1),
    "later, turned, with noise": lambda mixed: -later(mixed, 0.05, 0.9) + noise(SECONDS, 0.002),
    "much lower than noise": lambda mixed: later(mixed, 0.05, 0.003) + noise(SECONDS, 0.002),
}


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER.keys())
@pytest.mark.parametrize("side", [0, 1], ids=["left", "right"])
def test_a_call_that_lies_on_one_channel_has_its_turns_there_alone(
    side: int, other: Callable[[Sound], Sound], mixed: Sound, tmp_path: Path
) -> None:
    alone = turns_of(raw_audio(tmp_path, [mixed]))[0]
    channels = [mixed, other(mixed)]
    found = turns_of(raw_audio(tmp_path, channels if side == 0 else channels[::-1]))
    heard, rest = (found[0], found[1]) if found[0] else (found[1], found[0])
    assert rest == []
    assert spans(heard) == pytest.approx(np.array(spans(alone)), abs=0.3 * SAMPLE_RATE)


@pytest.mark.parametrize("leak", [0.0, 0.1, 0.3, 0.6], ids=["none", "-20 dB", "-10 dB", "-4 dB"])
def test_two_speakers_who_leak_into_each_other_are_no_copies(
    leak: float, sides: tuple[Sound, Sound], tmp_path: Path
) -> None:
    agent, customer = sides
    audio = raw_audio(tmp_path, [agent + later(customer, 0.04, leak), customer + later(agent, 0.04, leak)])
    assert copied_channel(audio) is None
    found = turns_of(audio)
    apart = turns_of(raw_audio(tmp_path, [agent, customer]))
    assert [len(turns) for turns in found] == [len(turns) for turns in apart]


def test_a_short_answer_on_a_channel_full_of_leakage_stays(sides: tuple[Sound, Sound], tmp_path: Path) -> None:
    agent, customer = sides
    talk = np.concatenate([agent, agent, agent])
    (first, *_), (answer, *_) = turns_of(raw_audio(tmp_path, [agent, customer]))
    said = np.zeros_like(talk)
    at = 2 * len(agent) + first.stop
    said[at : at + answer.stop - answer.start] = customer[answer.start : answer.stop]
    found = turns_of(raw_audio(tmp_path, [talk, said + later(talk, 0.04, 0.9)]))
    assert any(turn.start < at + SAMPLE_RATE and turn.stop > at + SAMPLE_RATE for turn in found[1])


@pytest.mark.parametrize("sound", [silence(5), noise(0.2)], ids=["silence", "shorter than a block"])
def test_where_nothing_can_be_compared_nothing_is_a_copy(sound: Sound, tmp_path: Path) -> None:
    assert copied_channel(raw_audio(tmp_path, [sound, sound])) is None
