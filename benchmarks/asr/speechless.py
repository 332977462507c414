"""Sounds in which nobody speaks, heard by this product: how much text it invents, and what that costs."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.asr.data import DataSet, Sample
from benchmarks.asr.sounds import SPEECHLESS, write_wav
from benchmarks.asr.systems import Setup, unrepaired


@dataclass(frozen=True, slots=True)
class Speechless:
    """Characters of text that were written for a sound without speech, and wall seconds, model loading left out."""

    sound: str
    characters: int
    wall_s: float


def hear_speechless(minutes: float, setup: Setup) -> list[Speechless]:
    """Hear every sound for some minutes on its own."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        unrepaired(DataSet("nothing", (), ()), setup)
        loading_s = time.perf_counter() - started
        for sound, make in SPEECHLESS.items():
            path = write_wav(Path(name) / f"{sound}.wav", [make(minutes * 60)])
            data = DataSet(sound, (Sample(path, None, minutes * 60, ()),), ())
            started = time.perf_counter()
            (stretches,) = unrepaired(data, setup)
            wall_s = max(0.0, time.perf_counter() - started - loading_s)
            found.append(Speechless(sound, sum(len(s.text) for s in stretches), wall_s))
            path.unlink()
    return found
