"""Domain words that the model nearly wrote: what sounds like one is scored again with the word in its place.

A small model writes 刺激 where 死机 was said, though it finds both nearly as probable. So each stretch that sounds
nearly like a pinned word is put to the model once more with that word instead (forced decoding on the same sound, no
hotwords offered). The word stands when its log likelihood is at most 4.1 lower (`LEAST_ODDS`): in calls about faults it
is that much more likely beforehand. This is two-pass rescoring (Schwartz and Chow, ICASSP 1990) with confusable words
in the place of an n-best list.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from asr.phonetics import Syllable, syllables
from asr.script import HAN_RUN, simplified

if TYPE_CHECKING:
    from asr.recognition.whisper import Word

LEAST_ODDS = -4.1  # natural log; of two hypotheses of the same sound
SURE = 0.9  # a stretch all of whose words are this probable is not put to the model again
MOST = 8  # words put to the model a window, the least probable stretches first
APART = 8  # characters between two words that are put to the model in one text
MARGIN = 4.0  # how much less likely a word may look beside others before it is left out without being asked alone


@dataclass(frozen=True, slots=True)
class Rescored:
    """A stretch that a pinned word takes the place of.

    Args:
        heard: what the model wrote; as many characters as `written`.
        written: the pinned word.
        odds: log likelihood of the text with the word less that of the text as heard.
        first_word: index of the word of the window in which the stretch begins.
    """

    heard: str
    written: str
    odds: float
    first_word: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int  # in the window's text
    word: str
    probability: float  # of the least probable word in the stretch

    @property
    def stop(self) -> int:
        return self.start + len(self.word)


def rescored(
    words: Sequence[Word], pinned: Sequence[str], score: Callable[[list[str]], list[list[float]]]
) -> list[Rescored]:
    """Return the stretches of a window that pinned words take the place of, in order; none overlap.

    Args:
        words: what the model wrote.
        pinned: words of two to four Han characters.
        score: returns for each of some texts the log likelihood of each character, given the window's sound.
    """
    text = simplified("".join(word.text for word in words))
    owners = [index for index, word in enumerate(words) for _ in word.text]
    found = sorted(
        _candidates(text, owners, words, _index(tuple(pinned))), key=lambda c: (c.probability, c.start, c.word)
    )
    found = found[:MOST]
    if not found:
        return []
    taken = [False] * len(text)
    chosen = []
    for odds, candidate in sorted(_weighed(text, found, score), key=lambda f: (-f[0], f[1].start, f[1].word)):
        if odds >= LEAST_ODDS and not any(taken[candidate.start : candidate.stop]):
            taken[candidate.start : candidate.stop] = [True] * len(candidate.word)
            heard = text[candidate.start : candidate.stop]
            chosen.append(Rescored(heard, candidate.word, round(odds, 3), owners[candidate.start]))
    return sorted(chosen, key=lambda r: r.first_word)


def _weighed(
    text: str, candidates: Sequence[_Candidate], score: Callable[[list[str]], list[list[float]]]
) -> list[tuple[float, _Candidate]]:
    """Return the candidates that may stand, with the log likelihood of the text with the word less that as heard.

    Words that stand apart are first put to the model together in one text; what is far from likely there is left out.
    What is left of such a text is put to it once more alone, so the odds are always those of the one word.
    """
    groups: list[list[_Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (c.start, c.word)):
        for group in groups:
            if group[-1].stop + APART <= candidate.start:
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    as_heard, *scores = score([text, *(_with(text, group) for group in groups)])

    def odds(found: Sequence[float], part: slice = slice(None)) -> float:
        return sum(found[part]) - sum(as_heard[part])

    weighed, left = [], []
    for group, found in zip(groups, scores, strict=True):
        if len(group) == 1:
            weighed.append((odds(found), group[0]))
            continue
        near = ((c, slice(c.start, c.stop + APART)) for c in group)
        left += [candidate for candidate, part in near if odds(found, part) >= LEAST_ODDS - MARGIN]
    alone = score([_with(text, [candidate]) for candidate in left]) if left else []
    return weighed + [(odds(found), candidate) for found, candidate in zip(alone, left, strict=True)]


def _with(text: str, group: Sequence[_Candidate]) -> str:
    for candidate in group:  # as long as what it stands for, so that no place moves
        text = text[: candidate.start] + candidate.word + text[candidate.stop :]
    return text


def _candidates(
    text: str, owners: Sequence[int], words: Sequence[Word], index: dict[tuple[int, tuple[str, ...]], list[str]]
) -> Iterator[_Candidate]:
    seen = set()
    known = {word for entries in index.values() for word in entries}
    for run in HAN_RUN.finditer(text):
        sound = syllables(run.group())
        for first in range(len(sound)):
            for last in range(first + 2, min(first + 4, len(sound)) + 1):
                heard, start, stop = sound[first:last], run.start() + first, run.start() + last
                probability = min(words[at].probability for at in set(owners[start:stop]))
                if probability >= SURE or text[start:stop] in known:
                    continue
                for differs in range(len(heard)):
                    for word in index.get(_place(heard, differs), ()):
                        if (start, word) not in seen and _near(heard[differs], syllables(word)[differs]):
                            seen.add((start, word))
                            yield _Candidate(start, word, probability)


@cache
def _index(pinned: tuple[str, ...]) -> dict[tuple[int, tuple[str, ...]], list[str]]:
    """Return the words by their syllables but one."""
    found: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for word in sorted(set(pinned)):
        sound = syllables(word)
        for differs in range(len(sound)):
            found.setdefault(_place(sound, differs), []).append(word)
    return found


def _place(sound: Sequence[Syllable], differs: int) -> tuple[int, tuple[str, ...]]:
    return differs, tuple("" if at == differs else syllable.plain for at, syllable in enumerate(sound))


def _near(a: Syllable, b: Syllable) -> bool:
    """Tell whether two syllables share their initial or their final: only what does is put to the model."""
    return a.initial == b.initial or a.final == b.final


@cache
def pinned_words(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pinned words of the domains (car, appliance), from data/rescored.csv.

    They were drawn from the shipped dictionary: names of symptoms and components, and of each the wording that is the
    most frequent in Chinese (jieba). They are part of the recognition key, as the hotwords are.
    """
    text = resources.files("asr").joinpath("data/rescored.csv").read_text(encoding="utf-8")
    wanted = {"both", *domains}
    return tuple(row["term"] for row in csv.DictReader(text.splitlines()) if row["domain"] in wanted)
