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


def leaked_frames(audio: Audio, channel: int, speech: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which frames of a channel hold the other channel's speaker.

    A block of half a second is leakage when its waveform is a delayed, weaker copy of the other channel: the normalised
    cross-correlation within 0.3 s is high, and the source is louder.

    Args:
        audio: the recording with two channels.
        channel: the channel that is judged.
        speech: speech probabilities a frame of this channel.

    Returns:
        One flag a frame.
    """
    import numpy as np

    leaked = np.zeros(len(speech), dtype=np.bool_)
    for first in range(0, len(speech), BLOCK_FRAMES):
        block = slice(first, first + BLOCK_FRAMES)
        if speech[block].max() < SPEECH:
            continue
        start, stop = first * FRAME, (first + BLOCK_FRAMES) * FRAME
        heard = audio.piece(channel, start, stop)
        said = audio.piece(1 - channel, max(0, start - LAG_SAMPLES), stop)
        coherence, excess_db = _copy_of(heard, said)
        leaked[block] = coherence >= MIN_COHERENCE and excess_db >= MIN_EXCESS_DB
    return leaked


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
