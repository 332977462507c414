"""Channels: one signal on two is one, and an offset is taken out before anything is measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr.audio.samples import SAMPLE_RATE, Audio
from tests.asr.sounds import Sound, noise, silence, tone, write_wav

Decode = Callable[[Path], Audio]


@pytest.mark.parametrize("sign", [1, -1], ids=["same", "antiphase"])
@pytest.mark.parametrize("sound", [noise(2), tone(2)], ids=["noise", "tone"])
def test_one_signal_on_two_channels_is_one(sign: int, sound: Sound, tmp_path: Path, decode: Decode) -> None:
    audio = decode(write_wav(tmp_path / "a.wav", [sound, sign * sound]))
    assert audio.layout == "mono"
    assert np.allclose(audio.piece(0, 0, audio.samples), sound, atol=1e-3)


def test_one_signal_is_one_whatever_the_offset_of_a_channel(tmp_path: Path, decode: Decode) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(2), noise(2) + np.float32(0.2)])
    assert decode(source).layout == "mono"


@pytest.mark.parametrize(
    "right", [silence(2), noise(2, seed=8), noise(2, 0.001), np.roll(noise(2), 800) * np.float32(0.3)],
    ids=["silence", "another sound", "faint noise", "later and lower"],
)  # fmt: skip
def test_another_signal_is_another_channel(right: Sound, tmp_path: Path, decode: Decode) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(2), right])
    assert decode(source).layout == "stereo"


def stepped(seconds: float) -> Sound:
    """Return an offset that jumps in the middle, as when a call is handed to another line."""
    level = np.full(int(seconds * SAMPLE_RATE), 0.02, dtype=np.float32)
    level[len(level) // 2 :] = -0.1
    return level


def drifting(seconds: float) -> Sound:
    """Return an offset that swings once in twenty seconds."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.05 * np.sin(2 * np.pi * at / 20)).astype(np.float32)


@pytest.mark.parametrize(
    "offset",
    [np.float32(0.02), np.float32(-0.3), stepped(40), drifting(40)],
    ids=["small", "large", "stepped", "drifting"],
)
def test_an_offset_is_taken_out(offset: Sound, tmp_path: Path, decode: Decode) -> None:
    source = write_wav(tmp_path / "a.wav", [tone(40, level=0.02) + offset])
    audio = decode(source)
    assert audio.treatment == ("offset",)
    left = audio.piece(0, 0, audio.samples)
    seconds = left[: len(left) // SAMPLE_RATE * SAMPLE_RATE].reshape(-1, SAMPLE_RATE)
    assert np.median(np.abs(seconds.mean(axis=1))) < 1e-4
    assert np.median(seconds.std(axis=1)) == pytest.approx(0.02 / np.sqrt(2), rel=0.02)


def test_sound_without_an_offset_stays_as_it_is(spoken: Audio) -> None:
    assert spoken.treatment == ()


def test_a_few_samples_at_the_end_are_no_offset(tmp_path: Path, decode: Decode) -> None:
    tail = np.full(400, 0.2, dtype=np.float32)
    source = write_wav(tmp_path / "a.wav", [np.concatenate([tone(10), tail])])
    assert decode(source).treatment == ()
