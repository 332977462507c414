"""Samples in, turns out: who speaks when."""

from asr.activity.turns import FRAME, Activity, Turn, VadSettings, find_turns, measure, speech_seconds

__all__ = [
    "FRAME",
    "Activity",
    "Turn",
    "VadSettings",
    "find_turns",
    "measure",
    "speech_seconds",
]
