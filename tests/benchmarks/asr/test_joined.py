"""Recordings that are joined into longer ones keep what was said in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.asr.data import DataSet, Reference, Sample
from benchmarks.asr.joined import joined
from tests.asr.sounds import noise, write_wav


def test_joined_recordings_keep_their_references_in_order(tmp_path: Path) -> None:
    samples = []
    for number in range(4):
        path = write_wav(tmp_path / f"{number}.wav", [noise(2)])
        samples.append(Sample(path, None, 2.0, (Reference(0.0, 2.0, str(number), False),)))
    first, second = joined(DataSet("data", tuple(samples), ()), tmp_path, least_s=4.0).samples
    assert [t.text for t in first.turns + second.turns] == ["0", "1", "2", "3"]
    assert first.turns[1].start_s == pytest.approx(2.8)
