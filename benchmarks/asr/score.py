"""Character errors and terms, with recognised and reference text normalised alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.asr.data import DataSet

DIGITS = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
PERCENT = re.compile(r"百分之|%")
# A number with a place of ten or more in it (二十九, 1万2, 三万两千); digits told one by one need only DIGITS.
NUMERAL = "0-9零〇一二两三四五六七八九"
CARDINAL = re.compile(rf"[{NUMERAL}十][{NUMERAL}十百千万亿]*[十百千万亿][{NUMERAL}]*|十[一二三四五六七八九]?")


@dataclass(frozen=True, slots=True)
class Heard:
    """A recognised stretch with its times in the recording."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a data set: characters of the reference, errors by kind, terms said, found and invented."""

    characters: int
    substituted: int
    deleted: int
    inserted: int
    terms: int
    found: int
    false: int

    @property
    def error_rate(self) -> float:
        """Return the character error rate."""
        return (self.substituted + self.deleted + self.inserted) / max(1, self.characters)


def simplified(text: str) -> str:
    """Return a text in simplified script, NFKC and case folded."""
    import zhconv

    return str(zhconv.convert(unicodedata.normalize("NFKC", text).casefold(), "zh-hans"))


def normal(text: str) -> str:
    """Return a text as it is compared: simplified, letters and digits only, numbers in Arabic digits."""
    plain = "".join(c for c in PERCENT.sub("", simplified(text)) if c.isalnum())
    return CARDINAL.sub(_in_digits, plain).translate(DIGITS)


def _in_digits(found: re.Match[str]) -> str:
    import cn2an

    try:
        return str(cn2an.cn2an(found.group(), "smart"))
    except ValueError:
        return found.group()  # 万一, 千百: no number


def edits(reference: str, heard: str, counted: Sequence[bool]) -> tuple[int, int, int]:
    """Return substitutions, deletions and insertions of a shortest edit path (substitutions preferred).

    Args:
        reference: what was said.
        heard: what was recognised.
        counted: for each character of the reference whether its errors count; an insertion belongs to the character
            before it.
    """
    n, m = len(reference), len(heard)
    cost = np.zeros((n + 1, m + 1), dtype=np.int32)
    cost[:, 0], cost[0, :] = np.arange(n + 1), np.arange(m + 1)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            other = cost[i - 1, j - 1] + (reference[i - 1] != heard[j - 1])
            cost[i, j] = min(other, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j, counts = n, m, [0, 0, 0]
    while i or j:
        counts_here = counted[max(0, i - 1)] if n else True
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (reference[i - 1] != heard[j - 1]):
            counts[0] += counts_here and reference[i - 1] != heard[j - 1]
            i, j = i - 1, j - 1
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            counts[1] += counts_here
            i -= 1
        else:
            counts[2] += counts_here
            j -= 1
    return counts[0], counts[1], counts[2]


def score(data: DataSet, heard: Sequence[Sequence[Heard]], *, private: bool = True) -> Score:
    """Score a system's output.

    Args:
        data: samples with references.
        heard: for each sample its recognised stretches.
        private: count the turns with phone numbers and plates too.
    """
    totals = np.zeros(7, dtype=int)
    for sample, stretches in zip(data.samples, heard, strict=True):
        said = [normal(turn.text) for turn in sample.turns]
        counted = [private or not t.private for t, text in zip(sample.turns, said, strict=True) for _ in text]
        kept = [simplified(stretch.text) for stretch in stretches]
        errors = edits("".join(said), normal("".join(kept)), counted)
        wanted = {term for term in data.terms if any(term in simplified(turn.text) for turn in sample.turns)}
        got = {term for term in data.terms if any(term in text for text in kept)}
        totals += [sum(counted), *errors, len(wanted), len(wanted & got), len(got - wanted)]
    return Score(*(int(n) for n in totals))
