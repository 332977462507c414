"""Turns: where somebody speaks on which channel, without leakage from the other one, packed into model windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asr.activity.crosstalk import MIN_EXCESS_DB, copied_channel, leaked_frames
from asr.audio import SAMPLE_RATE, Audio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME = 512  # samples of one Silero VAD frame (32 ms)
CONTEXT = 64  # samples that Silero VAD takes from the frame before
FRAME_S = FRAME / SAMPLE_RATE
BLOCK_FRAMES = 4096  # frames read at once: 131 s


@dataclass(frozen=True, slots=True)
class VadSettings:
    """Voice activity as hysteresis over Silero VAD's speech probabilities.

    Over the telephone Silero is unsure of a third of the speech at its usual threshold of 0.5, but sure of noise,
    tones and music at a tenth: so the thresholds are low.

    Args:
        onset: probability at which speech begins.
        offset: probability under which it ends.
        min_speech_s: shorter sounds are clicks, not turns.
        min_silence_s: a shorter pause does not end a turn.
        pad_s: kept before and after, so that weak first and last sounds stay.
        max_turn_s: a longer turn is cut at its least likely speech frame.
        min_mass_s: least sum of probability times time; a click may look like speech for a frame.
        min_range_db: least distance from a turn's weak frames to its strong ones (5th to 95th percentile of the level):
            syllables rise and fall by 18 decibels and more, steady noise with music in it by 6 at most.
    """

    onset: float = 0.25
    offset: float = 0.1
    min_speech_s: float = 0.16
    min_silence_s: float = 0.6
    pad_s: float = 0.3
    max_turn_s: float = 14.0
    min_mass_s: float = 0.1
    min_range_db: float = 8.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of speech on one channel, in samples [start, stop) of the recording."""

    channel: int
    start: int
    stop: int

    @property
    def start_s(self) -> float:
        """Return the begin in seconds."""
        return self.start / SAMPLE_RATE

    @property
    def end_s(self) -> float:
        """Return the end in seconds."""
        return self.stop / SAMPLE_RATE

    @property
    def duration_s(self) -> float:
        """Return the length in seconds."""
        return (self.stop - self.start) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Activity:
    """What was measured on one channel, a value a frame of 32 ms.

    Args:
        speech: probability of speech, 0..1, with leaked frames at 0.
        level_db: level relative to full scale, in decibels.
        leaked: whether the frame is the other channel's speaker.
        is_copy: whether the channel carries the other one's signal (`asr.activity.crosstalk.copied_channel`).
    """

    speech: NDArray[np.float32]
    level_db: NDArray[np.float32]
    leaked: NDArray[np.bool_]
    is_copy: bool = False


def measure(audio: Audio) -> list[Activity]:
    """Return the voice activity of every channel, the crosstalk between two channels taken out."""
    import numpy as np

    measured = [_speech_and_level(audio, channel) for channel in range(len(audio.files))]
    if len(measured) == 1:
        speech, level = measured[0]
        return [Activity(speech, level, np.zeros(len(speech), dtype=np.bool_))]
    copy, least_excess_db = copied_channel(audio) or (None, MIN_EXCESS_DB)
    found = []
    for channel, (speech, level) in enumerate(measured):
        leaked = leaked_frames(audio, channel, speech, least_excess_db if channel == copy else MIN_EXCESS_DB)
        found.append(Activity(np.where(leaked, np.float32(0), speech), level, leaked, channel == copy))
    return found


def _speech_and_level(audio: Audio, channel: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    import numpy as np
    from faster_whisper.vad import get_vad_model

    session: Any = get_vad_model().session
    h = c = np.zeros((1, 1, 128), dtype=np.float32)
    tail = np.zeros(CONTEXT, dtype=np.float32)
    probabilities, levels = [], []
    for start in range(0, audio.samples, BLOCK_FRAMES * FRAME):
        block = audio.piece(channel, start, start + BLOCK_FRAMES * FRAME)
        block = np.pad(block, (0, -len(block) % FRAME)).reshape(-1, FRAME)
        before = np.concatenate([tail[None, :], block[:-1, -CONTEXT:]])
        tail = block[-1, -CONTEXT:]
        output, h, c = session.run(None, {"input": np.concatenate([before, block], axis=1), "h": h, "c": c})
        probabilities.append(np.asarray(output, dtype=np.float32).reshape(-1))
        levels.append(10 * np.log10(np.mean(block * block, axis=1) + 1e-10))
    return np.concatenate(probabilities), np.concatenate(levels).astype(np.float32)


def find_turns(activity: Activity, channel: int, samples: int, settings: VadSettings) -> list[Turn]:
    """Return the turns of one channel in order; none overlap and none is longer than `settings.max_turn_s`.

    Args:
        activity: of this channel.
        channel: its number, written into the turns.
        samples: length of the recording.
        settings: the hysteresis.
    """
    spans = [span for span in _hysteresis(activity.speech, settings) if _is_speech(span, activity, settings)]
    spans = [piece for span in spans for piece in _cut(span, activity.speech, int(settings.max_turn_s / FRAME_S))]
    pad = int(settings.pad_s * SAMPLE_RATE)
    turns: list[Turn] = []
    for index, (first, last) in enumerate(spans):
        start, stop = first * FRAME - pad, last * FRAME + pad
        if index and start < turns[-1].stop:
            # Two padded turns meet: the pause between them is shared out.
            middle = (spans[index - 1][1] * FRAME + first * FRAME) // 2
            turns[-1] = Turn(channel, turns[-1].start, max(turns[-1].start + 1, min(turns[-1].stop, middle)))
            start = max(start, middle)
        turns.append(Turn(channel, max(0, start), min(samples, stop)))
    return turns


def _hysteresis(speech: NDArray[np.float32], settings: VadSettings) -> list[tuple[int, int]]:
    least, pause = settings.min_speech_s / FRAME_S, settings.min_silence_s / FRAME_S
    spans: list[tuple[int, int]] = []
    start, last = -1, -1
    for frame, probability in enumerate(speech.tolist()):
        if probability >= settings.onset or (start >= 0 and last == frame - 1 and probability >= settings.offset):
            start, last = (frame if start < 0 else start), frame
        elif start >= 0 and frame - last > pause:
            spans.append((start, last + 1))
            start = -1
    if start >= 0:
        spans.append((start, last + 1))
    return [span for span in spans if span[1] - span[0] >= least]


def _is_speech(span: tuple[int, int], activity: Activity, settings: VadSettings) -> bool:
    import numpy as np

    frames = slice(*span)
    low, high = np.percentile(activity.level_db[frames], [5, 95])
    mass_s = float(activity.speech[frames].sum()) * FRAME_S
    return mass_s >= settings.min_mass_s and float(high - low) >= settings.min_range_db


def _cut(span: tuple[int, int], speech: NDArray[np.float32], most: int) -> list[tuple[int, int]]:
    first, last = span
    if last - first <= most:
        return [span]
    # In the second half of what fits: a cut near the front would leave scraps.
    window = speech[first + most // 2 : first + most]
    at = first + most // 2 + int(window.argmin())
    return [(first, at), *_cut((at, last), speech, most)]


def speech_seconds(activity: Activity, turn: Turn, threshold: float) -> float:
    """Return how many seconds of a turn's frames are speech."""
    frames = activity.speech[turn.start // FRAME : -(-turn.stop // FRAME)]
    return float((frames >= threshold).sum()) * FRAME_S
