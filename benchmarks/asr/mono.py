"""The channel that counts of each recording as a file of its own: every system hears the same samples."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from asr.audio.decode import Decoder
from benchmarks.asr.data import DataSet
from benchmarks.asr.sounds import write_wav


def in_mono(data: DataSet, folder: Path) -> DataSet:
    """Return the data set with each recording as one channel of 16 kHz, written into a folder.

    The names differ: whisper-ctranslate2 writes the results of a/1 and b/1 to one file.
    """
    samples = []
    with Decoder() as decoder:
        for number, sample in enumerate(data.samples):
            with tempfile.TemporaryDirectory() as scratch:
                audio = decoder.decode(sample.path, Path(scratch), sample.path.name)
                sound = audio.piece(sample.channel or 0, 0, audio.samples)
            path = write_wav(folder / f"{number:05d}.wav", [np.asarray(sound)])
            samples.append(replace(sample, path=path, channel=None))
    return replace(data, samples=tuple(samples))
