"""Writers of two telephone formats that FFmpeg reads and does not write: plain, and good enough to be understood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.asr.sounds import Sound

# Step sizes and their movement: Dialogic, "ADPCM Algorithm" (1988), tables 1 and 2.
STEPS = [int(16 * 1.1**number) for number in range(49)]
MOVES = (-1, -1, -1, -1, 2, 4, 6, 8)
# GSM 06.10: log area ratios of a filter that does nothing, the bits of each, and the bits of a pulse's block.
FLAT_LARS = ((32, 6), (32, 6), (20, 5), (11, 5), (8, 4), (4, 4), (3, 3), (2, 3))
PULSES, SUBFRAME, EMPHASIS = 13, 40, 0.86


def dialogic(sound: Sound) -> bytes:
    """Return a sound of 16,000 samples a second as Dialogic ADPCM of 8,000."""
    codes = []
    guess, index = 0, 0
    for sample in (at_8000(sound) * 2047).astype(int).tolist():
        step, difference = STEPS[index], sample - guess
        code = min(7, int(abs(difference) * 4 / step))
        change = (2 * code + 1) * step // 8
        guess = max(-2048, min(2047, guess + (change if difference >= 0 else -change)))
        index = max(0, min(48, index + MOVES[code]))
        codes.append(code | (8 if difference < 0 else 0))
    codes += [0] * (len(codes) % 2)
    return bytes(high << 4 | low for high, low in zip(codes[::2], codes[1::2], strict=True))


def gsm(sound: Sound) -> bytes:
    """Return a sound of 16,000 samples a second as raw GSM 06.10, without prediction: pulses alone carry it."""
    samples = at_8000(sound)
    sharp = np.diff(samples, prepend=0.0) + (1 - EMPHASIS) * np.concatenate([[0.0], samples[:-1]])
    sharp = np.pad(sharp, (0, -len(sharp) % (4 * SUBFRAME)))
    frames = []
    for frame in sharp.reshape(-1, 4, SUBFRAME):
        bits = "1101" + "".join(f"{code:0{width}b}" for code, width in FLAT_LARS)
        bits += "".join(_subframe(part * 32767) for part in frame)
        frames.append(int(bits, 2).to_bytes(33, "big"))
    return b"".join(frames)


def at_8000(sound: Sound) -> NDArray[np.float64]:
    """Return every other sample, after a mean of two: what the telephone leaves."""
    return np.asarray(sound[: len(sound) // 2 * 2].reshape(-1, 2).mean(axis=1), dtype=np.float64)


def _subframe(part: NDArray[np.float64]) -> str:
    grids = [part[grid::3][:PULSES] for grid in range(4)]
    grid = int(np.argmax([np.square(pulses).sum() for pulses in grids]))
    # Two of three samples fall away: what is left stands for them.
    highest = int(min(32767, 2 * np.abs(grids[grid]).max()))
    exponent = max(0, (highest >> 9).bit_length())
    coded = min(63, (highest >> (exponent + 5)) + (exponent << 3))
    pulses = [max(0, min(7, int(2 * p / max(1, highest) * 4 + 4))) for p in grids[grid]]
    return f"{SUBFRAME:07b}00{grid:02b}{coded:06b}" + "".join(f"{pulse:03b}" for pulse in pulses)
