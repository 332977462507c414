"""The cue words that decide about polarity: read from classify/data, found in a text, and what may stand in between.

A cue has a function, a direction and a scope:

- function: negation, affirm (looks like one and is none), demand (a denial wished for is none), hypothetical, question,
  other (somebody else's car), own (this car after all), repaired, recovered (better, for whatever reason), mend (work
  was done), past, recur, irrealis (a repair that is asked for, denied or only claimed), filler, blocker;
- direction: forward (the cue stands before the mention) or backward (after it);
- scope: adjacent (only fillers in between), end (adjacent, and the cue ends its clause), clause, opening (clause-wide,
  and the cue begins the clause), sentence.

The approach is NegEx's (Chapman et al., Journal of Biomedical Informatics 34, 2001) with one change: what may stand
between a negation and its symptom is listed, not what ends the scope. In complaints nearly every negation denies a
repair ("不解决异响", "did not fix the leak"), so the default is that a symptom named is a symptom had.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from classify.reading.data import table
from classify.reading.normalise import fold

GLUED = "n't"
MASK = "\ue000"  # stands for each character of a symptom or component, so that no cue is found inside one
BARRIER = "\ue001"  # stands for each character of a condition: "不开空调时" denies the condition, not what follows


@dataclass(frozen=True, slots=True)
class Rule:
    """What a cue does."""

    function: str
    direction: str
    scope: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in a text: characters [start, end) and what it can mean there."""

    start: int
    end: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class CueTable:
    """The cues of a language, compiled.

    Args:
        finder: finds cues other than fillers, the longest at each place.
        meanings: the rules of each cue.
        before: matches a whole stretch between a forward cue and a mention that keeps the two adjacent.
        after: the same between a mention and a backward cue.
        blocker: finds what ends a clause-wide scope.
    """

    finder: re.Pattern[str]
    meanings: dict[str, tuple[Rule, ...]]
    before: re.Pattern[str]
    after: re.Pattern[str]
    blocker: re.Pattern[str]

    def find(self, masked: str) -> list[Cue]:
        """Return the cues of a folded text whose mentions are masked, in order, none overlapping another."""
        return [Cue(m.start(), m.end(), self.meanings[m.group()]) for m in self.finder.finditer(masked)]


def alternation(words: Iterable[str], language: str) -> str:
    """Return a pattern for any of the words, the longest first; English ones as whole words."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    if language != "en":
        return "|".join(map(re.escape, ordered))
    # One boundary before all of them: a search then looks at the beginnings of words alone. n't is glued to its word.
    glued = [re.escape(word) for word in ordered if word == GLUED]
    whole = "|".join(re.escape(word) for word in ordered if word != GLUED)
    return "|".join([rf"(?<![a-z0-9'])(?:{whole})(?![a-z0-9])", *(rf"{word}(?![a-z0-9])" for word in glued)])


@cache
def cue_table(language: str) -> CueTable:
    """Return the compiled cues of zh or en (classify/data/cues_LANGUAGE.csv)."""
    meanings: dict[str, list[Rule]] = {}
    fillers: dict[str, list[str]] = {"forward": [], "backward": []}
    blockers = []
    for row in table(f"cues_{language}"):
        cue, rule = fold(row["cue"]), Rule(row["function"], row["direction"], row["scope"])
        if rule.function == "filler":
            fillers[rule.direction].append(cue)
        elif rule.function == "blocker":
            blockers.append(cue)
        else:
            meanings.setdefault(cue, []).append(rule)
    gap = MASK if language == "zh" else rf"{MASK}|\s"
    return CueTable(
        finder=re.compile(alternation(meanings, language)),
        meanings={cue: tuple(rules) for cue, rules in meanings.items()},
        before=re.compile(rf"(?:{gap}|{alternation(fillers['forward'], language)})*"),
        after=re.compile(rf"(?:{gap}|{alternation(fillers['backward'], language)})*"),
        blocker=re.compile(alternation(blockers, language)),
    )
