"""Turns: bounded, in order, none where nobody speaks, and leaked speech counts once."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from asr.activity.turns import Turn, VadSettings, find_turns, measure, speech_seconds
from asr.audio.samples import SAMPLE_RATE, Audio
from tests.asr.sounds import Sound, music, noise, raw_audio, silence, tone

SETTINGS = VadSettings()


@pytest.mark.parametrize(
    "sound",
    [silence(20), noise(20), noise(20, 0.001), tone(20), music(20), music(20) + noise(20, 0.03)],
    ids=["silence", "noise", "line noise", "dial tone", "hold music", "music over noise"],
)
def test_nobody_speaks_in(sound: Sound, tmp_path: Path) -> None:
    audio = raw_audio(tmp_path, [sound])
    (activity,) = measure(audio)
    assert find_turns(activity, 0, audio.samples, SETTINGS) == []


def turns_of(audio: Audio, channel: int, settings: VadSettings = SETTINGS) -> list[Turn]:
    return find_turns(measure(audio)[channel], channel, audio.samples, settings)


def test_the_four_answers_of_the_customer_are_found(spoken: Audio) -> None:
    turns = turns_of(spoken, 1)
    assert len(turns) == 4
    assert all(a.stop <= b.start for a, b in pairwise(turns))


def test_no_turn_is_longer_than_allowed(spoken: Audio) -> None:
    short = VadSettings(max_turn_s=2.0)
    turns = turns_of(spoken, 1, short)
    assert all(t.duration_s <= 2.0 + 2 * short.pad_s for t in turns)
    whole, cut = turns_of(spoken, 1), turns
    activity = measure(spoken)[1]
    heard = [sum(speech_seconds(activity, t, 0.5) for t in some) for some in (whole, cut)]
    assert heard[1] == pytest.approx(heard[0], rel=0.05)


def test_reading_in_blocks_changes_nothing(spoken: Audio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = measure(spoken)[1].speech
    monkeypatch.setattr("asr.activity.turns.BLOCK_FRAMES", 100)
    assert np.allclose(measure(spoken)[1].speech, whole, atol=1e-4)


def test_leaked_speech_is_no_turn_of_the_other_channel(spoken: Audio, tmp_path: Path) -> None:
    agent, customer = (spoken.piece(channel, 0, spoken.samples) for channel in (0, 1))
    delay = int(0.04 * SAMPLE_RATE)
    leak = np.concatenate([np.zeros(delay, dtype=np.float32), agent[:-delay]]) * np.float32(0.2)
    leaking = raw_audio(tmp_path, [agent, customer + leak])
    clean = [(t.start_s, t.end_s) for t in turns_of(spoken, 1)]
    found = [(t.start_s, t.end_s) for t in turns_of(leaking, 1)]
    assert len(found) == len(clean)
    assert all(abs(a - c) < 1.0 and abs(b - d) < 1.0 for (a, b), (c, d) in zip(found, clean, strict=True))


def test_two_who_speak_at_once_both_count(spoken: Audio, tmp_path: Path) -> None:
    agent, customer = (spoken.piece(channel, 0, spoken.samples) for channel in (0, 1))
    shift = int(4.5 * SAMPLE_RATE)
    # The customer answers while the agent still speaks, and speaks lower.
    overlapping = raw_audio(tmp_path, [agent, np.roll(customer, -shift) * np.float32(0.4)])
    spoken_s = sum(t.duration_s for t in turns_of(spoken, 1))
    assert sum(t.duration_s for t in turns_of(overlapping, 1)) > 0.9 * spoken_s
