"""Decoded channels made what the next steps expect: one or two of them, of one length, without a constant offset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from asr.audio.samples import BYTES_A_SAMPLE, MONO_NAMES, SAMPLE_RATE, STEREO_NAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAME_CHANNEL_DB = -40.0  # difference (or sum) of two channels this far below them: one signal, not two speakers
BLOCK_SAMPLES = 1 << 20
# An offset is taken out where it could be taken for sound: above any line's noise, and not small against the sound.
OFFSET = 32.0  # of 32768: -60 decibels
OFFSET_SHARE = 0.1  # of the sound's own level
OFFSET_BLOCK = 10 * SAMPLE_RATE  # it may change, as when a call is handed on
OFFSET_WINDOW = SAMPLE_RATE // 4  # a moving mean over so many samples: what is slower than 4 Hz is no voice


def arranged(tracks: Sequence[Sequence[Path]], as_mono: bool, folder: Path) -> tuple[tuple[Path, ...], int]:
    """Return the files of a recording's channels, all of one length, and its samples a channel.

    One track keeps its one or two channels; two tracks of one channel are left and right; more are mixed.

    Args:
        tracks: files of 16-bit samples, those of each track.
        as_mono: whether to mix whatever there is.
        folder: for the files that are returned; the others are removed.
    """
    files = [file for track in tracks for file in track]
    samples = max(_samples(file) for file in files)
    if len(files) > len(STEREO_NAMES) or (as_mono and len(files) > 1):
        target = folder / f"{MONO_NAMES[0]}.s16"
        _mix(files, target, samples)
        return (target,), samples
    names = STEREO_NAMES if len(files) == len(STEREO_NAMES) else MONO_NAMES
    named = [file.rename(folder / f"{name}.s16") for name, file in zip(names, files, strict=True)]
    return tuple(_padded(file, samples) for file in named), samples


def has_offset(file: Path) -> bool:
    """Tell whether a channel holds an offset that could be taken for sound."""
    return any(_is_offset(block) for block in _blocks(file, OFFSET_BLOCK))


def take_offset_out(file: Path, samples: int) -> None:
    """Take a constant or slowly changing offset out of a channel."""
    import numpy as np

    target, half = file.with_suffix(".level"), OFFSET_WINDOW // 2
    with target.open("wb") as out:
        for start in range(0, samples, BLOCK_SAMPLES):
            first = max(0, start - half)
            stop = min(samples, start + BLOCK_SAMPLES)
            wide = _piece(file, first, min(samples, stop + half)).astype(np.float64)
            sums = np.concatenate([[0.0], np.cumsum(wide)])
            at = np.arange(start - first, stop - first)
            low, high = np.maximum(at - half, 0), np.minimum(at + half, len(wide))
            level = wide[at] - (sums[high] - sums[low]) / (high - low)
            out.write(_rounded(level).tobytes())
    target.replace(file)


def is_one_signal(files: Sequence[Path]) -> int:
    """Return 1 where two channels carry one signal (a mono call saved as stereo), -1 with its sign turned, else 0."""
    import numpy as np

    of_left = of_difference = of_sum = 0.0
    for a, b in zip(_blocks(files[0], BLOCK_SAMPLES), _blocks(files[1], BLOCK_SAMPLES), strict=True):
        left, right = a.astype(np.float64), b.astype(np.float64)
        of_left += float(left @ left)
        of_difference += float((left - right) @ (left - right))
        of_sum += float((left + right) @ (left + right))
    if of_left > 0 and min(of_difference, of_sum) <= of_left * 10 ** (SAME_CHANNEL_DB / 10):
        return 1 if of_difference <= of_sum else -1
    return 0


def _is_offset(block: NDArray[np.int16]) -> bool:
    import numpy as np

    if len(block) < SAMPLE_RATE // 2:
        return False  # the mean of a few syllables is not that of the line
    mean = float(np.mean(block, dtype=np.float64))
    return abs(mean) > OFFSET and abs(mean) > OFFSET_SHARE * float(np.std(block.astype(np.float64)))


def _mix(files: Sequence[Path], target: Path, samples: int) -> None:
    import numpy as np

    with target.open("wb") as out:
        for start in range(0, samples, BLOCK_SAMPLES):
            length = min(BLOCK_SAMPLES, samples - start)
            total = np.zeros(length, dtype=np.float64)
            for file in files:
                piece = _piece(file, start, start + length)
                total[: len(piece)] += piece
            # As loud as sounds that have nothing to do with each other add up: between a sum and a mean.
            out.write(_rounded(total / len(files) ** 0.5).tobytes())
    for file in files:
        file.unlink()


def _rounded(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    import numpy as np

    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)


def _padded(file: Path, samples: int) -> Path:
    with file.open("ab") as out:
        out.truncate(samples * BYTES_A_SAMPLE)
    return file


def _samples(file: Path) -> int:
    return file.stat().st_size // BYTES_A_SAMPLE


def _piece(file: Path, start: int, stop: int) -> NDArray[np.int16]:
    import numpy as np

    return np.fromfile(file, dtype=np.int16, count=max(0, stop - start), offset=start * BYTES_A_SAMPLE)


def _blocks(file: Path, length: int) -> Iterator[NDArray[np.int16]]:
    for start in range(0, _samples(file), length):
        yield _piece(file, start, start + length)
