"""Turns in, recognised words out: windows, hotwords, rescoring, languages."""

from asr.recognition.hotwords import pinned_hotwords
from asr.recognition.recognise import recognise, sound_of
from asr.recognition.rescoring import pinned_words
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import Engine, EngineSettings, gpu_count

__all__ = [
    "Engine",
    "EngineSettings",
    "RecogniseSettings",
    "gpu_count",
    "pinned_hotwords",
    "pinned_words",
    "recognise",
    "sound_of",
]
