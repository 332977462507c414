"""Crosstalk: frames of one channel that are the other channel's speaker, heard through the line or the headset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asr.audio import Audio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME = 512  # samples; the frames of `asr.activity.turns`
BLOCK_FRAMES = 16  # 0.5 s: long enough for a stable correlation, short against a turn
LAG_SAMPLES = 4800  # 0.3 s: an echo through a telephone network comes no later
SPEECH = 0.1  # probability from which a frame may become part of a turn
MIN_EXCESS_DB = 3.0  # a leak is weaker than its source
MIN_COHERENCE = 0.6  # of the waveforms at the best lag; two speakers at once stay far below
# One call on both channels, one of them a little later or lower: then a copy may be as loud as its source.
READ_BLOCKS = 256
COPY_BLOCKS = 60  # of the loudest, evenly over the recording, are compared
COPY_SHARE = 0.9  # of them match
LOUD_DB = -20.0  # of the loudest block: what counts as loud
SPREAD_DB = 3.0  # around the middle of what the copy is lower by


def leaked_frames(
    audio: Audio, channel: int, speech: NDArray[np.float32], least_excess_db: float = MIN_EXCESS_DB
) -> NDArray[np.bool_]:
    """Tell which frames of a channel hold the other channel's speaker.

    A block of half a second is leakage when its waveform is a delayed, weaker copy of the other channel: the normalised
    cross-correlation within 0.3 s is high, and the source is louder.

    Args:
        audio: the recording with two channels.
        channel: the channel that is judged.
        speech: speech probabilities a frame of this channel.
        least_excess_db: decibels by which the source is louder.

    Returns:
        One flag a frame.
    """
    import numpy as np

    leaked = np.zeros(len(speech), dtype=np.bool_)
    for first in range(0, len(speech), BLOCK_FRAMES):
        block = slice(first, first + BLOCK_FRAMES)
        if speech[block].max() < SPEECH:
            continue
        coherence, excess_db = _compared(audio, channel, first)
        leaked[block] = coherence >= MIN_COHERENCE and excess_db >= least_excess_db
    return leaked


def copied_channel(audio: Audio) -> tuple[int, float] | None:
    """Find a channel that carries the other one's signal at nearly its level: one call saved on both channels.

    Two speakers with crosstalk are told apart by their own loud words, which match nothing on the other channel.

    Args:
        audio: the recording.

    Returns:
        The copy, and by how many decibels its source is louder at least; None where each channel has sound of its own,
        or where the copy is so much lower that `leaked_frames` knows it by that.
    """
    import numpy as np

    best: tuple[int, float] | None = None
    for channel in (1, 0) if audio.layout == "stereo" else ():
        found = [_compared(audio, channel, first) for first in _loud_blocks(audio, channel)]
        excess = np.asarray([excess_db for coherence, excess_db in found if coherence >= MIN_COHERENCE])
        if not found or len(excess) < COPY_SHARE * len(found):
            continue
        middle = float(np.median(excess))
        alike = float(np.mean(np.abs(excess - middle) <= SPREAD_DB))
        if alike >= COPY_SHARE and -SPREAD_DB <= middle < MIN_EXCESS_DB + SPREAD_DB and (not best or middle > best[1]):
            best = channel, middle
    return None if best is None else (best[0], best[1] - SPREAD_DB)


def _loud_blocks(audio: Audio, channel: int) -> list[int]:
    """Return the first frames of some loud blocks, evenly over the recording."""
    import numpy as np

    length = BLOCK_FRAMES * FRAME
    energies = [
        np.square(
            audio.piece(channel, start, start + READ_BLOCKS * length)[: (audio.samples - start) // length * length]
        )
        .reshape(-1, length)
        .mean(axis=1)
        for start in range(0, audio.samples // length * length, READ_BLOCKS * length)
    ]
    levels = np.concatenate(energies) if energies else np.zeros(0, dtype=np.float32)
    if not len(levels) or levels.max() <= 0:
        return []
    loud = np.flatnonzero(levels >= levels.max() * 10 ** (LOUD_DB / 10))
    chosen = loud[np.unique(np.linspace(0, len(loud) - 1, COPY_BLOCKS).astype(int))]
    return [int(block) * BLOCK_FRAMES for block in chosen]


def _compared(audio: Audio, channel: int, first: int) -> tuple[float, float]:
    start, stop = first * FRAME, (first + BLOCK_FRAMES) * FRAME
    heard = audio.piece(channel, start, stop)
    said = audio.piece(1 - channel, max(0, start - LAG_SAMPLES), stop)
    return _copy_of(heard, said)


def _copy_of(heard: NDArray[np.float32], said: NDArray[np.float32]) -> tuple[float, float]:
    """Return how well a block matches its source at the best lag (0..1), and how much louder that is (decibels)."""
    import numpy as np
    from scipy.signal import fftconvolve

    energy = float(np.square(heard).sum())
    if len(heard) == 0 or len(said) < len(heard) or energy <= 0:
        return 0.0, 0.0
    products = fftconvolve(said, heard[::-1], mode="valid")
    cumulated = np.concatenate([[0.0], np.cumsum(said.astype(np.float64) ** 2)])
    energies = np.maximum(cumulated[len(heard) :] - cumulated[: -len(heard)], 0) + 1e-9
    matches = np.abs(products) / np.sqrt(energies * energy)
    best = int(matches.argmax())
    return float(matches[best]), float(10 * np.log10(energies[best] / energy))
