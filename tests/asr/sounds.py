"""Decoded audio made of samples; the sounds themselves are those of the benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from asr.audio.samples import Audio
from benchmarks.asr.sounds import Sound, music, noise, pink, ringing, silence, tone, write_wav

__all__ = ["Sound", "music", "noise", "pink", "raw_audio", "ringing", "silence", "tone", "write_wav"]


def raw_audio(folder: Path, channels: list[Sound], partial_why: str = "") -> Audio:
    """Return decoded audio made of samples, as the decoder would leave it."""
    names = ("left", "right") if len(channels) == 2 else ("mix",)
    files = []
    for name, samples in zip(names, channels, strict=True):
        files.append(folder / f"{name}.s16")
        (np.clip(samples, -1, 1) * 32767).astype(np.int16).tofile(files[-1])
    return Audio(tuple(files), len(channels[0]), partial_why)
