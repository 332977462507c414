"""Sounds made here: silence, noise, tones, hold music; and how they are written to files."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.audio import SAMPLE_RATE, Audio

Sound = NDArray[np.float32]


def write_wav(path: Path, channels: list[Sound], rate: int = SAMPLE_RATE) -> Path:
    """Write channels (samples in -1..1) as a 16-bit WAV file."""
    samples = np.clip(np.stack(channels, axis=1), -1, 1)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def raw_audio(folder: Path, channels: list[Sound], partial_why: str = "") -> Audio:
    """Return decoded audio made of samples, as the decoder would leave it."""
    names = ("left", "right") if len(channels) == 2 else ("mix",)
    files = []
    for name, samples in zip(names, channels, strict=True):
        files.append(folder / f"{name}.s16")
        (np.clip(samples, -1, 1) * 32767).astype(np.int16).tofile(files[-1])
    return Audio(tuple(files), len(channels[0]), partial_why)


def silence(seconds: float) -> Sound:
    """Return digital silence."""
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def noise(seconds: float, level: float = 0.1, seed: int = 5) -> Sound:
    """Return white noise."""
    return np.random.default_rng(seed).normal(0, level, int(seconds * SAMPLE_RATE)).astype(np.float32)


def tone(seconds: float, frequency_hz: float = 450.0, level: float = 0.2) -> Sound:
    """Return a dial tone."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * np.sin(2 * np.pi * frequency_hz * at)).astype(np.float32)


def music(seconds: float, seed: int = 3) -> Sound:
    """Return a synthetic hold melody: plucked notes with overtones over a chord."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    notes = np.random.default_rng(seed).choice([262, 294, 330, 349, 392, 440, 494, 523], size=int(seconds * 2) + 1)
    phase = 2 * np.pi * np.cumsum(notes[(at * 2).astype(int)]) / SAMPLE_RATE
    melody = sum(np.sin(k * phase) / k for k in range(1, 6)) * np.exp(-3 * ((at * 2) % 1)) * 0.12
    chord = sum(np.sin(2 * np.pi * f * at) for f in (196, 247, 294)) * 0.05
    return np.asarray(melody + chord, dtype=np.float32)
