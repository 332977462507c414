"""A search over all that a workspace hands out, for canaries of a fixed form and for seven digits in a row of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.canaries.normal import normal
from benchmarks.canaries.persons import FREE, Person
from complaints.traces import texts_of

RUN = 7  # digits
DIGITS = re.compile(r"[0-9]{7,}")
# A figure behind a decimal point, or digits inside a digest, are nobody's number.
FIGURE = re.compile(r"[0-9]\.[0-9]{5,}|(?<![a-z0-9])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[ct]?[0-9a-f]{16,}(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Traces:
    """What a search found.

    Args:
        texts: texts looked through.
        characters: in them.
        found: (place, kind of canary) and how often.
    """

    texts: int
    characters: int
    found: Counter[tuple[str, str]]


def search(paths: Iterable[Path], persons: Sequence[Person]) -> Traces:
    """Look for the persons' values of a fixed form in every text of `paths`, forms normalised."""
    runs: dict[str, str] = {}
    whole: dict[str, str] = {}
    for person in persons:
        for kind, value in person.values.items():
            if kind in FREE:
                continue
            whole[normal(value)] = kind
            digits = normal(value.replace("-", ""))
            for stretch in DIGITS.findall(digits):
                runs |= {stretch[i : i + RUN]: kind for i in range(len(stretch) - RUN + 1)}
    words = re.compile("|".join(map(re.escape, sorted(whole, key=len, reverse=True))))
    texts, characters, found = 0, 0, Counter[tuple[str, str]]()
    for place, text in texts_of(paths):
        texts, characters = texts + 1, characters + len(text)
        said = FIGURE.sub(" ", normal(text))
        hits = {whole[hit] for hit in words.findall(said)}
        for stretch in DIGITS.findall(said):
            hits |= {runs[piece] for i in range(len(stretch) - RUN + 1) if (piece := stretch[i : i + RUN]) in runs}
        found.update((place, kind) for kind in hits)
    return Traces(texts, characters, found)
