"""Hotwords: symptom words that are offered to the model, pinned so that a new dictionary leaves old recordings heard.

The list lies in data/hotwords.csv. It was drawn from the shipped dictionary by `ranked_names` and is drawn anew by hand
only, because the list is part of the recognition key: a change makes every recording be heard again.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

from asr.recognition.whisper import PROMPT_TOKENS

if TYPE_CHECKING:
    from asr.recognition.whisper import Engine
    from complaints.dictionary import Dictionary

SEPARATOR = " "  # a comma teaches the model to write broken full-width signs at every pause
SHORT_CHINESE = re.compile(r"[一-鿿]{2,4}")
SHORT_ENGLISH = re.compile(r"[a-z]+(?: [a-z]+){0,2}")


def pinned_hotwords(language: str, domains: Sequence[str]) -> tuple[str, ...]:
    """Return the pinned hotwords of a language (zh, en) for the domains (car, appliance), the most wanted first."""
    text = resources.files("asr").joinpath("data/hotwords.csv").read_text(encoding="utf-8")
    wanted = {"both", *domains}
    rows = csv.DictReader(text.splitlines())
    return tuple(row["term"] for row in rows if row["language"] == language and row["domain"] in wanted)


def ranked_names(dictionary: Dictionary, language: str) -> list[tuple[str, str]]:
    """Return (name, domain) of the shipped symptoms, those with the most wordings first: they are spoken of most.

    Short names only: a prompt of sentences makes the model answer them.

    Args:
        dictionary: the shipped one, without plant terms.
        language: zh or en.
    """
    short = SHORT_CHINESE if language == "zh" else SHORT_ENGLISH
    wordings = Counter(term.code for term in dictionary.terms if term.language == "zh" and term.source == "shipped")
    symptoms = [code for code in dictionary.codes.values() if code.kind == "symptom" and code.domain != "plant"]
    symptoms.sort(key=lambda code: (-wordings[code.code], code.code))
    named = [(dictionary.name(code.code, language), code.domain) for code in symptoms]
    return list(dict.fromkeys((name, domain) for name, domain in named if short.fullmatch(name)))


def prompt_tokens(hotwords: Sequence[str], engine: Engine) -> list[int]:
    """Return the prompt that offers the hotwords, whole words only, as many as fit.

    Args:
        hotwords: in order of importance.
        engine: knows the model's tokens.
    """
    tokens: list[int] = []
    for word in hotwords:
        more = engine.tokens(SEPARATOR + word)
        if len(tokens) + len(more) > PROMPT_TOKENS:
            break
        tokens += more
    return tokens
