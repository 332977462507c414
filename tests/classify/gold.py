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

from classify.reading.finder import MentionFinder
from complaints.records import MentionKind

LANGUAGES = ("zh", "en")
KINDS: dict[str, MentionKind] = {"s": "symptom", "c": "component", "t": "condition"}
POLARITIES = {"": "present", "-": "absent", "?": "hypothetical"}
MARK = re.compile(r"\[([^|\]]+)\|([sct]):([a-z0-9_]+)([-?]?)(?:@([a-z0-9_]+))?\]")


@dataclass(frozen=True)
class Gold:
    start: int
    end: int
    kind: MentionKind
    code: str
    polarity: str
    component: str | None


@dataclass(frozen=True)
class Sentence:
    about: str
    text: str
    mentions: tuple[Gold, ...]


@dataclass(frozen=True)
class Scores:
    """How mentions agree with the gold ones.

    right, found, gold: mentions with the same characters, kind and code; those found; those in the gold.
    polarity: (gold, found) of each mention that was found; links: (gold, found) component of each linked symptom.
    wrong: what differs, for people: text, and what was expected or found.
    """

    right: int
    found: int
    gold: int
    polarity: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str | None], ...]
    wrong: tuple[tuple[str, object], ...]

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.gold

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold)

    def polarity_f1(self) -> float:
        """Mean F1 over present, absent and hypothetical, of the mentions that were found."""
        total = 0.0
        for name in POLARITIES.values():
            hits = sum(pair == (name, name) for pair in self.polarity)
            total += 2 * hits / max(1, sum((gold == name) + (found == name) for gold, found in self.polarity))
        return total / len(POLARITIES)


def scores(language: str, finder: MentionFinder) -> Scores:
    right = found = gold = 0
    polarity: list[tuple[str, str]] = []
    links: list[tuple[str, str | None]] = []
    wrong: list[tuple[str, object]] = []
    for sentence in sentences(language):
        mentions = finder.find(sentence.text, language)
        expected = {(g.start, g.end, g.kind, g.code) for g in sentence.mentions}
        given = {(m.start, m.end, m.kind, m.code) for m in mentions}
        right, found, gold = right + len(expected & given), found + len(given), gold + len(expected)
        wrong += [(sentence.text, expected ^ given)] if expected != given else []
        by_place = {(m.start, m.end, m.code): m for m in mentions}
        for one in sentence.mentions:
            met = by_place.get((one.start, one.end, one.code))
            if met is None:
                continue
            polarity.append((one.polarity, met.polarity))
            links += [(one.component, met.component_code)] if one.component is not None else []
            if met.polarity != one.polarity or (one.component and met.component_code != one.component):
                wrong.append((sentence.text, (one, met)))
    return Scores(right, found, gold, tuple(polarity), tuple(links), tuple(wrong))


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
