"""What recognition hands on: utterances with the measurements that doubt rests on, before repair and redaction."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from complaints.fingerprints import canonical_json
from complaints.records import Channel


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn as it was heard.

    Args:
        channel: left, right or mix.
        start_s: begin in seconds of the recording.
        end_s: end in seconds.
        text: simplified script, punctuated; empty when nothing was recognised in the speech.
        confidence: mean probability of the text's tokens, 0..1.
        speech_s: seconds of the turn in which somebody speaks on this channel.
        level_db: level of the speech against the channel's typical speech, in decibels; 0 is typical.
        compression: length of the text over its compressed length; loops are high.
        no_speech: the model's probability that its window held no speech.
        language: language that the text was decoded in.
        language_probability: of that language, 0..1.
        again: how the turn was decoded a second time (``alone``, ``loop``), or empty.
        only_biased: hotwords of the text that the model did not write when the hotwords were not offered.
        rescored: (heard, word) in order: stretches of the text that a pinned word takes the place of.
    """

    channel: Channel
    start_s: float
    end_s: float
    text: str
    confidence: float
    speech_s: float
    level_db: float
    compression: float
    no_speech: float
    language: str
    language_probability: float
    again: str = ""
    only_biased: tuple[str, ...] = ()
    rescored: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """How a recording's samples were made; where that is as it was, so are the words.

    Args:
        layout: stereo or mono.
        duration_s: length of what was decoded.
        treatment: what was done beyond plain decoding, in names; () also of words stored before there was any.
    """

    layout: str
    duration_s: float
    treatment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A recording that sounds as it did when it was heard: its stored words stand; `partial_why` as of now."""

    partial_why: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """A whole recording as it was heard.

    Args:
        duration_s: length of what was decoded.
        layout: stereo or mono.
        partial_why: why the recording is not whole (``truncated``, ``damaged``, ``too_long``, ``track_lost``), or "".
        utterances: by begin, then channel.
        treatment: how its samples were made, beyond plain decoding, in names.
    """

    duration_s: float
    layout: str
    partial_why: str
    utterances: tuple[Utterance, ...]
    treatment: tuple[str, ...] = ()

    @property
    def sound(self) -> Sound:
        """Return what it was heard from."""
        return Sound(self.layout, self.duration_s, self.treatment)

    def to_json(self) -> str:
        """Return the recognition as canonical JSON."""
        return canonical_json(asdict(self))

    @staticmethod
    def from_json(text: str) -> Recognition:
        """Return the recognition that `to_json` wrote."""
        data = json.loads(text)
        utterances, treatment = data.pop("utterances"), data.pop("treatment", ())
        return Recognition(utterances=tuple(_utterance(u) for u in utterances), treatment=tuple(treatment), **data)


def _utterance(stored: dict[str, Any]) -> Utterance:
    lists = {"only_biased": tuple(stored["only_biased"]), "rescored": tuple((a, b) for a, b in stored["rescored"])}
    return Utterance(**(stored | lists))
