"""Windows: turns packed into what the model hears at once, and the model's words handed back to the turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from asr.audio import SAMPLE_RATE
from asr.recognition.whisper import WindowText

EDGE_S = 0.04  # a word that ends this close behind a border still lies before it


@dataclass(frozen=True, slots=True)
class Placed:
    """A turn, or the rest of one, in a window: samples [start, stop) of the recording at `at_s` of the window.

    `joined`: the pause before it is the recording's own, not inserted silence.
    """

    turn: int
    start: int
    stop: int
    at_s: float
    joined: bool = False

    @property
    def end_s(self) -> float:
        """Return where in the window it ends."""
        return self.at_s + (self.stop - self.start) / SAMPLE_RATE


def next_window(
    waiting: Sequence[Placed], window_s: float, gap_s: float, is_joint: Callable[[int, int], bool] = lambda a, b: False
) -> tuple[list[Placed], list[Placed]]:
    """Return the pieces that fill the next window, with their places in it, and those that are left.

    Args:
        waiting: pieces in order; one that is longer than the window stands alone.
        window_s: seconds of a window.
        gap_s: silence between two pieces.
        is_joint: whether the recording's own pause, samples [start, stop), stands between two pieces instead.
    """
    window: list[Placed] = []
    at_s = 0.0
    for index, piece in enumerate(waiting):
        length_s = (piece.stop - piece.start) / SAMPLE_RATE
        joined = False
        if window:
            pause = piece.start - window[-1].stop
            joined = pause >= 0 and is_joint(window[-1].stop, piece.start)
            at_s = window[-1].end_s + (pause / SAMPLE_RATE if joined else gap_s)
            if at_s + length_s > window_s:
                return window, list(waiting[index:])
        window.append(replace(piece, at_s=at_s, joined=joined))
    return window, []


def assign(window: Sequence[Placed], text: WindowText) -> list[Placed]:
    """Return for each word of a window the piece that it belongs to.

    The pause before a word counts as the word's in the alignment, so a word lies where it ends. Where the model set a
    timestamp one word away from the border between two pieces, the border is moved there.
    """
    owners: list[int] = []
    for word in text.words:
        owner = max((i for i, p in enumerate(window) if p.at_s < word.end_s - EDGE_S), default=0)
        owners.append(max(owner, owners[-1] if owners else 0))
    for index in range(1, len(owners)):
        if owners[index] == owners[index - 1] or index in text.breaks:
            continue
        if index - 1 in text.breaks and (index < 2 or owners[index - 2] == owners[index - 1]):
            owners[index - 1] = owners[index]
        elif index + 1 in text.breaks and index + 1 < len(owners) and owners[index + 1] == owners[index]:
            owners[index] = owners[index - 1]
    return [window[owner] for owner in owners]
