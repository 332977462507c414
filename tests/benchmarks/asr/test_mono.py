"""One file for all systems: the channel that counts."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from benchmarks.asr.data import DataSet, Sample
from benchmarks.asr.mono import in_mono
from tests.asr.sounds import noise, silence, write_wav


def test_all_systems_hear_the_channel_that_counts(tmp_path: Path) -> None:
    speech = noise(1)
    stereo = write_wav(tmp_path / "stereo.wav", [silence(1), speech])
    folder = tmp_path / "mono"
    folder.mkdir()
    (sample,) = in_mono(DataSet("data", (Sample(stereo, 1, 1.0, ()),), ()), folder).samples
    with wave.open(str(sample.path)) as written:
        samples = np.frombuffer(written.readframes(16_000), dtype="<i2")
    assert sample.channel is None
    assert np.array_equal(samples, np.clip(np.rint(speech * 32768), -32768, 32767))
