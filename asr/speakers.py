"""Who is the customer: the sidecar's word, else what is said; of a mono recording, turn by turn."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from asr.transcript import Utterance
from complaints.records import AGENT, CUSTOMER, UNKNOWN, Channel, Speaker

CLEAR = 1.5  # points by which one side must lead before its words decide
SIDE_SHARE = 0.05  # of the speech: with less, and both sides on the other channel, a channel is no side of the call
OPENING_TURNS = 2  # whoever answers the call greets in the first turns
QUESTION_POINTS = 0.7
YOU_POLITE = 0.5  # 您: agents say it to customers far more than customers to agents
QUESTION_ENDS = ("?", "？", "吗", "呢")


@dataclass(frozen=True, slots=True)
class Roles:
    """Who speaks.

    Args:
        speakers: customer, agent or unknown, one an utterance.
        confidence: 0..1, that the customer is the right one.
        origin: ``sidecar``, ``content`` or ``fallback``.
    """

    speakers: tuple[Speaker, ...]
    confidence: float
    origin: str


def find_roles(utterances: Sequence[Utterance], given: Channel | None, fallback: str) -> Roles:
    """Return who says each utterance.

    Where all is said on one channel, the voices are told apart turn by turn. What does not tell is the customer's there
    if the list says that this is the customer's channel; the list's word for a channel on which nobody speaks is none.

    Args:
        utterances: of the whole recording, in order of time.
        given: the sidecar's customer_channel (left, right, mix) or None.
        fallback: left or right, for two channels whose words do not tell.
    """
    only = _only_channel(utterances)
    if given == "mix" or only is not None:
        return _of_mix(utterances, CUSTOMER if only == given != "mix" else UNKNOWN)
    if given in ("left", "right"):
        return Roles(_by_channel(utterances, given), 1.0, "sidecar")
    points = {name: channel_points([u.text for u in utterances if u.channel == name]) for name in ("left", "right")}
    lead = points["left"] - points["right"]  # agent's points: positive means that the left channel is the agent
    if abs(lead) < CLEAR:
        return Roles(_by_channel(utterances, fallback), 0.5, "fallback")
    customer = "right" if lead > 0 else "left"
    return Roles(_by_channel(utterances, customer), round(1 - 0.5 * 2 ** (-abs(lead)), 4), "content")


def _by_channel(utterances: Sequence[Utterance], customer: str) -> tuple[Speaker, ...]:
    return tuple(CUSTOMER if u.channel == customer else AGENT for u in utterances)


def _only_channel(utterances: Sequence[Utterance]) -> Channel | None:
    """Return the channel that the whole call lies on: a mono recording's, or the one where all the words are.

    The other channel of such a recording is silent, or holds noise or a faint copy in which little is heard.
    """
    if any(u.channel == "mix" for u in utterances):
        return "mix"
    speech_s: dict[Channel, float] = {"left": 0.0, "right": 0.0}
    for utterance in utterances:
        speech_s[utterance.channel] += utterance.speech_s if utterance.text else 0.0
    fuller, other = sorted(speech_s, key=lambda name: (-speech_s[name], name))
    if speech_s[other] == 0:
        return fuller if speech_s[fuller] else None
    points = [channel_points([u.text]) for u in utterances if u.channel == fuller]
    both = min(points) <= -CLEAR and max(points) >= CLEAR
    return fuller if both and speech_s[other] < SIDE_SHARE * sum(speech_s.values()) else None


def _of_mix(utterances: Sequence[Utterance], unclear: Speaker) -> Roles:
    points = [channel_points([u.text]) for u in utterances]
    if points:
        points[0] += 0.5 if _greets(utterances[0].text) else 0.0
    speakers: tuple[Speaker, ...] = tuple(AGENT if p >= CLEAR else CUSTOMER if p <= -CLEAR else unclear for p in points)
    clear = sum(abs(p) >= CLEAR for p in points) / len(points) if points else 0.0
    return Roles(speakers, round(clear, 4), "content" if unclear == UNKNOWN else "sidecar")


def channel_points(texts: Sequence[str]) -> float:
    """Return how much the texts of one channel sound like an agent (positive) or a customer (negative).

    Args:
        texts: the channel's turns in order of time.
    """
    points = 0.0
    for text in texts:
        plain = text.casefold()
        points += sum(weight for phrase, weight in phrases("agent") if phrase in plain)
        points -= sum(weight for phrase, weight in phrases("customer") if phrase in plain)
        points += YOU_POLITE * min(2, plain.count("您"))
        if plain.rstrip("。. ").endswith(QUESTION_ENDS):
            points += QUESTION_POINTS
    for text in texts[:OPENING_TURNS]:
        points += 1.0 if _greets(text) else 0.0
    return points


def _greets(text: str) -> bool:
    return (
        text.casefold().lstrip("，, ").startswith(("您好", "你好", "喂您好", "hello", "good morning", "good afternoon"))
    )


@cache
def phrases(side: str) -> tuple[tuple[str, float], ...]:
    """Return the (phrase, points) pairs of a side: agent or customer."""
    text = resources.files("asr").joinpath(f"data/{side}_phrases.csv").read_text(encoding="utf-8")
    return tuple((row["phrase"].casefold(), float(row["weight"])) for row in csv.DictReader(text.splitlines()))
