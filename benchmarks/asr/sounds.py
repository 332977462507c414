"""Sounds in which nobody speaks: silence, white and pink noise, telephone tones, hold music, music over noise."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.audio.samples import FULL_SCALE, SAMPLE_RATE

Sound = NDArray[np.float32]
BLOCK = 1 << 20  # samples that pink noise is shaped in at once


def write_wav(path: Path, channels: list[Sound], rate: int = SAMPLE_RATE) -> Path:
    """Write channels (samples in -1..1) as a 16-bit WAV file."""
    samples = np.clip(np.rint(np.stack(channels, axis=1) * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.astype("<i2").tobytes())
    return path


def silence(seconds: float) -> Sound:
    """Return digital silence."""
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def noise(seconds: float, level: float = 0.1, seed: int = 5) -> Sound:
    """Return white noise."""
    return np.random.default_rng(seed).normal(0, level, int(seconds * SAMPLE_RATE)).astype(np.float32)


def pink(seconds: float, level: float = 0.1, seed: int = 7) -> Sound:
    """Return noise whose power falls by 3 decibels an octave, shaped in the spectrum block by block."""
    random = np.random.default_rng(seed)
    fall = 1 / np.sqrt(np.maximum(np.fft.rfftfreq(BLOCK), 1 / BLOCK))
    most = int(seconds * SAMPLE_RATE)
    blocks = [np.fft.irfft(np.fft.rfft(random.normal(size=BLOCK)) * fall) for _ in range(-(-most // BLOCK))]
    shaped = np.concatenate(blocks)[:most]
    return np.asarray(shaped * (level / shaped.std()), dtype=np.float32)


def tone(seconds: float, frequency_hz: float = 450.0, level: float = 0.2) -> Sound:
    """Return a dial tone."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * np.sin(2 * np.pi * frequency_hz * at)).astype(np.float32)


def ringing(seconds: float) -> Sound:
    """Return a third each of dial tone, ringing tone (1 s on, 4 s off) and busy tone (0.35 s on and off)."""
    whole = tone(seconds)
    at = np.arange(len(whole)) / SAMPLE_RATE
    ring, busy = (at % 5) < 1, (at % 0.7) < 0.35
    third = len(whole) // 3
    keys = np.concatenate([np.ones(third, dtype=bool), ring[third : 2 * third], busy[2 * third :]])
    return np.asarray(whole * keys, dtype=np.float32)


def music(seconds: float, seed: int = 3) -> Sound:
    """Return a synthetic hold melody: plucked notes with overtones over a chord."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    notes = np.random.default_rng(seed).choice([262, 294, 330, 349, 392, 440, 494, 523], size=int(seconds * 2) + 1)
    phase = 2 * np.pi * np.cumsum(notes[(at * 2).astype(int)]) / SAMPLE_RATE
    melody = sum(np.sin(k * phase) / k for k in range(1, 6)) * np.exp(-3 * ((at * 2) % 1)) * 0.12
    chord = sum(np.sin(2 * np.pi * f * at) for f in (196, 247, 294)) * 0.05
    return np.asarray(melody + chord, dtype=np.float32)


SPEECHLESS: dict[str, Callable[[float], Sound]] = {
    "silence": silence,
    "white noise": noise,
    "pink noise": pink,
    "telephone tones": ringing,
    "hold music": music,
    "music over noise": lambda seconds: np.asarray(music(seconds) + noise(seconds, 0.03), dtype=np.float32),
}
