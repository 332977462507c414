"""A search over all that a workspace hands out, for canaries of a fixed form and for seven digits in a row of one.

Texts are searched with the parts of numbers joined, so that no pause hides one. By that, figures that stand side by
side make long numbers, too, and some of them hold seven digits of somebody by chance. As many persons who were never
planted are sought in the same pass: what is found of them is chance alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.canaries.normal import normal
from benchmarks.canaries.persons import FREE, Person
from complaints.privacy.text_search import texts_of

RUN = 7  # digits
DIGITS = re.compile(r"[0-9]{7,}")
# A figure behind a decimal point, or digits inside a digest, are nobody's number.
FIGURE = re.compile(
    r"[0-9]\.[0-9]{5,}|(?<![a-z0-9])[a-z]?(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{16,}(?![a-z0-9])", re.IGNORECASE
)
# What a chart is drawn by: numbers side by side that are no parts of one.
DRAWN = re.compile(r"""(?<=\s)(?:d|points|transform|viewBox)=(?:"[^"]*"|'[^']*')""")
APART = str.maketrans({" ": "|", ",": "|", ".": "|", "-": "|", "\n": "|"})
AROUND = 30  # characters that are shown on each side of a hit


@dataclass(frozen=True, slots=True)
class Traces:
    """What a search found.

    Args:
        texts: texts looked through.
        characters: in them.
        found: (place, kind of canary) and how often.
        chance: the same for persons who were never planted.
        shown: of each (place, kind) found, the first hit in its surroundings.
    """

    texts: int
    characters: int
    found: Counter[tuple[str, str]]
    chance: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)


class Sought:
    """The values of a fixed form of some persons, and each seven digits in a row of them.

    Args:
        persons: whose.
    """

    def __init__(self, persons: Sequence[Person]) -> None:
        self.runs: dict[str, str] = {}
        self.whole: dict[str, str] = {}
        for person in persons:
            for kind, value in person.values.items():
                if kind not in FREE:
                    self.whole[normal(value)] = kind
                    for run in runs_of(normal(value.replace("-", ""))):
                        self.runs[run] = kind
        self._words = re.compile("|".join(map(re.escape, sorted(self.whole, key=len, reverse=True))) or "(?!)")

    def hits(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield (kind, what stands there) of a normalised text."""
        for hit in self._words.findall(text):
            yield self.whole[hit], hit
        for run in runs_of(text):
            if run in self.runs:
                yield self.runs[run], run


def runs_of(text: str) -> Iterator[str]:
    """Yield every seven digits in a row."""
    for stretch in DIGITS.findall(text):
        yield from (stretch[i : i + RUN] for i in range(len(stretch) - RUN + 1))


def search(paths: Iterable[Path], persons: Sequence[Person], never_planted: Sequence[Person] = ()) -> Traces:
    """Look for the persons' values of a fixed form in every text of `paths`, forms normalised.

    Args:
        paths: files and folders.
        persons: who were planted.
        never_planted: others, for what is found by chance.
    """
    sought, others = Sought(persons), Sought(never_planted)
    texts, characters = 0, 0
    found, chance = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    shown: dict[tuple[str, str], str] = {}
    for place, text in texts_of(paths):
        texts, characters = texts + 1, characters + len(text)
        said = normal(DRAWN.sub(lambda hit: hit.group().translate(APART), FIGURE.sub(" | ", text)))
        kinds = dict(sought.hits(said))
        found.update((place, kind) for kind in kinds)
        for kind, hit in kinds.items():
            at = said.index(hit)
            shown.setdefault((place, kind), said[max(0, at - AROUND) : at + len(hit) + AROUND])
        chance.update((place, kind) for kind in dict(others.hits(said)))
    return Traces(texts, characters, found, chance, shown)
