"""Who is the customer: the sidecar's word, else what is said; of a mono recording, turn by turn."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from asr.transcript import Utterance
from complaints.vocabulary import AGENT, CUSTOMER, UNKNOWN, Channel, Speaker

CLEAR = 1.5  # points by which one side must lead before its words decide
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
        origin: ``sidecar``, ``content``, ``fallback`` or ``single`` (one speaker on one channel only).
    """

    speakers: tuple[Speaker, ...]
    confidence: float
    origin: str


def find_roles(utterances: Sequence[Utterance], given: Channel | None, fallback: str) -> Roles:
    """Return who says each utterance.

    Args:
        utterances: of the whole recording, in order of time.
        given: the sidecar's customer_channel (left, right, mix) or None.
        fallback: left or right, for two channels whose words do not tell.
    """
    channels = {u.channel for u in utterances}
    if "mix" in channels or given == "mix":
        return _of_mix(utterances)
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


def _of_mix(utterances: Sequence[Utterance]) -> Roles:
    points = [channel_points([u.text]) for u in utterances]
    if points:
        points[0] += 0.5 if _greets(utterances[0].text) else 0.0
    speakers: tuple[Speaker, ...] = tuple(AGENT if p >= CLEAR else CUSTOMER if p <= -CLEAR else UNKNOWN for p in points)
    clear = sum(s != UNKNOWN for s in speakers) / len(speakers) if speakers else 0.0
    return Roles(speakers, round(clear, 4), "content")


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
