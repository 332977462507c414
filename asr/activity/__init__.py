"""Samples in, turns out: who speaks when."""

from asr.activity.crosstalk import copied_channel
from asr.activity.turns import FRAME, Activity, Turn, VadSettings, find_turns, measure, speech_seconds

__all__ = [
    "FRAME",
    "Activity",
    "Turn",
    "VadSettings",
    "copied_channel",
    "find_turns",
    "measure",
    "speech_seconds",
]
