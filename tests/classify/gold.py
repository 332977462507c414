"""Reading the gold sentences.

A line of gold_zh.jsonl or gold_en.jsonl marks its mentions in place: ``[words|kind:code]`` with kind s (symptom),
c (component) or t (condition), a trailing ``-`` for absent or ``?`` for hypothetical, and ``@component`` for the
component of a symptom. ``inner`` lists mentions inside the words of another: words, kind and code, which occurrence.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

KINDS = {"s": "symptom", "c": "component", "t": "condition"}
POLARITIES = {"": "present", "-": "absent", "?": "hypothetical"}
MARK = re.compile(r"\[([^|\]]+)\|([sct]):([a-z0-9_]+)([-?]?)(?:@([a-z0-9_]+))?\]")


@dataclass(frozen=True)
class Gold:
    start: int
    end: int
    kind: str
    code: str
    polarity: str
    component: str | None


@dataclass(frozen=True)
class Sentence:
    about: str
    text: str
    mentions: tuple[Gold, ...]


def sentences(language: str) -> list[Sentence]:
    path = Path(__file__).parent / f"gold_{language}.jsonl"
    return [_sentence(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _sentence(row: dict[str, object]) -> Sentence:
    marked, text, at = str(row["marked"]), "", 0
    found = []
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        words, kind, code, polarity, component = mark.groups()
        found.append(Gold(len(text), len(text) + len(words), KINDS[kind], code, POLARITIES[polarity], component))
        text += words
        at = mark.end()
    text += marked[at:]
    inner = row.get("inner", [])
    assert isinstance(inner, list)
    for words, what, *occurrence in inner:
        start = -1
        for _ in range(occurrence[0] if occurrence else 1):
            start = text.index(words, start + 1)
        kind, code = what.split(":")
        polarity = code[-1] if code[-1] in "-?" else ""
        code = code.rstrip("-?")
        found.append(Gold(start, start + len(words), KINDS[kind], code, POLARITIES[polarity], None))
    return Sentence(str(row["about"]), text, tuple(found))
