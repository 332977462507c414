"""A file's bytes in, samples out, decoded in a child process with limits."""

from asr.audio.decode import DecodeLimits, Decoder, check_readable
from asr.audio.samples import SAMPLE_RATE, Audio

__all__ = [
    "SAMPLE_RATE",
    "Audio",
    "DecodeLimits",
    "Decoder",
    "check_readable",
]
