"""How a recording is heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from asr.activity import VadSettings


@dataclass(frozen=True, slots=True)
class RecogniseSettings:
    """How a recording is heard; part of the recognition key.

    Args:
        vad: where turns begin and end.
        window_s: seconds of speech packed into one window of the model (30 s at most).
        gap_s: silence between two packed turns.
        joint_s: a pause of the recording up to which it stands between two packed turns itself.
        language: zh, en, or auto.
        hotwords: (language, words) offered to the model, already pinned.
        pinned: Chinese words that stretches which sound nearly so are scored with once more.
        rest_s: seconds of speech behind the end of a window's text from which the rest is heard again.
        sparse_rate: characters (Han) or letters a second of speech under which a turn is heard again alone.
        loop_ratio: compression ratio above which a window is written again without repetition (Whisper paper: 2.4).
        weak: confidence under which a turn with hotwords in it is heard again without them.
        low_db: level under which it is, against the channel's typical speech.
        silent: probability of no speech above which a window's words are dropped: over noise a prompt comes back.
    """

    vad: VadSettings = field(default_factory=VadSettings)
    window_s: float = 28.0
    gap_s: float = 0.5
    joint_s: float = 2.0
    language: str = "auto"
    hotwords: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pinned: tuple[str, ...] = ()
    rest_s: float = 1.0
    sparse_rate: float = 1.2
    loop_ratio: float = 2.4
    weak: float = 0.55
    low_db: float = -8.0
    silent: float = 0.6
