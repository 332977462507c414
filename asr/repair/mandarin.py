"""Phonetic repair: stretches that sound like a dictionary term become the term; what was heard is kept.

Mandarin is compared by pinyin. A stretch is repaired when its syllables equal a term's; how much must agree is the
term's own matter (`Term.phonetic`), and ordinary words are guarded (`asr.repair.ordinary`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asr.phonetics import Syllable, sound_confused, syllables
from asr.repair.ordinary import is_ordinary, words_of
from asr.script import HAN_RUN

if TYPE_CHECKING:
    from complaints.dictionary import Term

REPAIR_VERSION = 4  # raised when the same words and terms give other repairs
SHORTEST, LONGEST = 2, 8  # syllables of a term
NEAR_SYLLABLES = 3  # names of parts this long may differ in one consonant
CONFUSED_SYLLABLES = 4  # wordings of symptoms this long may differ in one syllable that is easily misheard
RULES = ("same_sound", "other_tone", "near_sound")  # the surest first


@dataclass(frozen=True, slots=True)
class Repair:
    """One replacement.

    Args:
        heard: what the model wrote.
        written: the dictionary term that stands there now.
        start: offset of `written` in the repaired text.
        heard_start: offset of `heard` in the text before repair.
        rule: ``same_sound`` (tones agree), ``other_tone`` or ``near_sound`` (in a part's name or a
            symptom's longer wording one syllable is easily misheard); in English ``same_key``.
    """

    heard: str
    written: str
    start: int
    heard_start: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Entry:
    term: str
    sound: tuple[Syllable, ...]
    phonetic: str
    kind: str

    def sounds_near(self, heard: Sequence[Syllable], index: int) -> bool:
        """Tell whether the syllable at `index`, the one that differs, may be a mishearing."""
        tones = all(a.tone == b.tone for a, b in zip(heard, self.sound, strict=True))
        return (tones or self.kind == "component") and sound_confused(heard[index], self.sound[index])

    def is_anchored(self, heard: str) -> bool:
        """Tell whether enough is written as it should be: of a part all but two characters, of a symptom all but one.

        Of a part one more character than the misheard one may be a homophone.
        """
        alike = sum(a == b for a, b in zip(heard, self.term, strict=True))
        return alike >= len(self.term) - (2 if self.kind == "component" else 1)


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    entry: _Entry
    tones: int  # that agree
    rule: str

    @property
    def stop(self) -> int:
        return self.start + len(self.entry.term)

    @property
    def preference(self) -> tuple[bool, int, int, int, int, str]:
        """Order: an equal before a near sound, the longer (surer) first, then by tones; ties by place and word."""
        rank = RULES.index(self.rule)
        return self.rule == "near_sound", -len(self.entry.term), rank, -self.tones, self.start, self.entry.term


class Repairer:
    """Repairs Chinese turns with the terms of a dictionary.

    Args:
        terms: the dictionary's terms; those of other languages, and those that are never repaired, only guard.
    """

    def __init__(self, terms: Sequence[Term]) -> None:
        chinese = [t for t in terms if t.language == "zh"]
        self._known = frozenset(t.term for t in chinese)
        self._longest_known = max((len(term) for term in self._known), default=0)
        self._exact: dict[tuple[str, ...], list[_Entry]] = {}
        self._near: dict[tuple[int, tuple[str, ...]], list[_Entry]] = {}
        for term, phonetic, kind in sorted({(t.term, t.phonetic, t.kind) for t in chinese if t.phonetic != "never"}):
            if SHORTEST <= len(term) <= LONGEST and HAN_RUN.fullmatch(term):
                self._add(term, phonetic, kind)

    def _add(self, term: str, phonetic: str, kind: str) -> None:
        entry = _Entry(term, syllables(term), phonetic, kind)
        plain = tuple(s.plain for s in entry.sound)
        self._exact.setdefault(plain, []).append(entry)
        least = {"component": NEAR_SYLLABLES, "symptom": CONFUSED_SYLLABLES}.get(kind)
        if phonetic == "free" and least is not None and len(plain) >= least:
            for index in range(len(plain)):
                self._near.setdefault((index, plain[:index] + plain[index + 1 :]), []).append(entry)

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """Return a turn's text with its repairs, in order; a text without any is returned as it is."""
        parts: list[str] = []
        repairs: list[Repair] = []
        at = 0
        for run in HAN_RUN.finditer(text):
            for chosen in self._chosen(run.group()):
                start, stop = run.start() + chosen.start, run.start() + chosen.stop
                parts.append(text[at:start])
                # A term has a syllable a character, so offsets are the same before and after.
                repairs.append(Repair(text[start:stop], chosen.entry.term, start, start, chosen.rule))
                parts.append(chosen.entry.term)
                at = stop
        return "".join([*parts, text[at:]]), tuple(repairs)

    def _chosen(self, run: str) -> list[_Candidate]:
        if len(run) < SHORTEST:
            return []
        right = self._right(run)
        words = list(words_of(run))
        taken = [False] * len(run)
        chosen = []
        for found in sorted(self._candidates(run), key=lambda c: c.preference):
            term = found.entry.term
            if (
                not any(taken[found.start : found.stop])
                and not _spoils(run, right, found)
                and not is_ordinary(run, found.start, term, found.rule, words)
            ):
                taken[found.start : found.stop] = [True] * len(term)
                chosen.append(found)
        return sorted(chosen, key=lambda c: c.start)

    def _right(self, run: str) -> list[tuple[int, int]]:
        """Return where terms are written right already, as [start, stop)."""
        found = []
        for start in range(len(run)):
            for length in range(min(self._longest_known, len(run) - start), 1, -1):
                if run[start : start + length] in self._known:
                    found.append((start, start + length))
                    break
        return found

    def _candidates(self, run: str) -> Iterator[_Candidate]:
        sound = syllables(run)
        for start in range(len(run)):
            for stop in range(start + SHORTEST, min(start + LONGEST, len(run)) + 1):
                heard = sound[start:stop]
                plain = tuple(s.plain for s in heard)
                for entry in self._exact.get(plain, ()):
                    tones = sum(a.tone == b.tone for a, b in zip(heard, entry.sound, strict=True))
                    same = tones == len(heard)
                    if entry.term != run[start:stop] and (same or entry.phonetic == "free"):
                        yield _Candidate(start, entry, tones, "same_sound" if same else "other_tone")
                if len(plain) >= NEAR_SYLLABLES:
                    yield from self._near_candidates(run, start, heard, plain)

    def _near_candidates(
        self, run: str, start: int, heard: tuple[Syllable, ...], plain: tuple[str, ...]
    ) -> Iterator[_Candidate]:
        for index in range(len(plain)):
            for entry in self._near.get((index, plain[:index] + plain[index + 1 :]), ()):
                if entry.is_anchored(run[start : start + len(plain)]) and entry.sounds_near(heard, index):
                    tones = sum(a.tone == b.tone for a, b in zip(heard, entry.sound, strict=True))
                    yield _Candidate(start, entry, tones, "near_sound")


def _spoils(run: str, right: Sequence[tuple[int, int]], found: _Candidate) -> bool:
    """Tell whether a repair would change a term that is right already, other than by making a longer one of it.

    A near sound has to leave such a term as it is even then: 车机问题 is no 车漆问题.
    """
    term = found.entry.term
    return any(
        start < found.stop
        and found.start < stop
        and not (
            found.start <= start
            and stop <= found.stop
            and stop - start < len(term)
            and (found.rule != "near_sound" or run[start:stop] == term[start - found.start : stop - found.start])
        )
        for start, stop in right
    )
