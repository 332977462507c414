"""Long recordings made of short ones: read speech joined into files of some minutes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from asr.audio.samples import SAMPLE_RATE
from benchmarks.asr.data import DataSet, Sample
from benchmarks.asr.sounds import Sound, silence, write_wav

PAUSE_S = 0.8  # between two joined recordings


def joined(data: DataSet, folder: Path, least_s: float) -> DataSet:
    """Return a data set of long recordings, written into a folder.

    Args:
        data: mono recordings.
        folder: for the files.
        least_s: seconds that each file holds at least, if there are so many.
    """
    from faster_whisper.audio import decode_audio

    total_s = sum(sample.duration_s for sample in data.samples)
    files = max(1, int(total_s // least_s))
    size = -(-len(data.samples) // files)
    samples = []
    for number in range(files):
        parts: list[Sound] = []
        turns, at_s = [], 0.0
        for sample in data.samples[number * size : (number + 1) * size]:
            sound = decode_audio(str(sample.path))
            length_s = len(sound) / SAMPLE_RATE
            turns += [replace(t, start_s=at_s, end_s=at_s + length_s) for t in sample.turns]
            parts += [np.asarray(sound, dtype=np.float32), silence(PAUSE_S)]
            at_s += length_s + PAUSE_S
        path = write_wav(folder / f"joined_{number + 1:02d}.wav", [np.concatenate(parts)])
        samples.append(Sample(path, None, at_s, tuple(turns)))
    return DataSet(f"{data.name}, joined", tuple(samples), data.terms)
