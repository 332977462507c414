"""A decoded recording: 16 kHz samples on disk, read in pieces, never twice in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.records import Channel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # Hz, what Whisper and Silero VAD expect
FULL_SCALE = 32768.0  # of 16-bit samples
BYTES_A_SAMPLE = 2
STEREO_NAMES: tuple[Channel, ...] = ("left", "right")
MONO_NAMES: tuple[Channel, ...] = ("mix",)


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording after decoding.

    Args:
        files: one file of 16-bit samples (16 kHz, native byte order) a channel: left and right, or one mix.
        samples: samples a channel.
        partial_why: ``truncated`` (the stream broke off), ``damaged`` (parts did not decode), ``track_lost`` (a sound
            track that cannot be decoded), ``too_long`` (cut at the limit), or empty when the recording is whole.
        treatment: what was done beyond plain decoding (`asr.audio.decode_child.Decoded`).
    """

    files: tuple[Path, ...]
    samples: int
    partial_why: str = ""
    treatment: tuple[str, ...] = ()

    @property
    def layout(self) -> str:
        """Return "stereo" (one speaker a channel) or "mono"."""
        return "stereo" if len(self.files) == len(STEREO_NAMES) else "mono"

    @property
    def names(self) -> tuple[Channel, ...]:
        """Return the channels' names in order: ("left", "right") or ("mix",)."""
        return STEREO_NAMES if self.layout == "stereo" else MONO_NAMES

    @property
    def duration_s(self) -> float:
        """Return the length in seconds."""
        return self.samples / SAMPLE_RATE

    def piece(self, channel: int, start: int, stop: int) -> NDArray[np.float32]:
        """Return samples [start, stop) of a channel as float32 in -1..1; positions beyond the ends are left out."""
        import numpy as np

        start, stop = max(0, start), min(stop, self.samples)
        if stop <= start:
            return np.zeros(0, dtype=np.float32)
        offset = start * BYTES_A_SAMPLE
        raw = np.fromfile(self.files[channel], dtype=np.int16, count=stop - start, offset=offset)
        return raw.astype(np.float32) / np.float32(FULL_SCALE)
