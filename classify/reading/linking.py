"""Which component a symptom belongs to.

Owners name the part before the trouble ("变速箱换挡顿挫", "the brakes squeal"), sometimes after it ("漏油的减震器",
"noise from the engine"), sometimes once for several troubles. In order of preference:

1. a component inside the symptom's own words ("方向盘抖动");
2. in English, a component that a preposition ties to it ("a noise from the engine");
3. the nearest one before it in the same clause;
4. one after it that is tied to it ("漏油的减震器");
5. the nearest one of an earlier clause of the same sentence ("变速箱有问题，一直异响");
6. one that a condition of the same clause implies ("踩刹车时异响");
7. the dictionary's natural component of the symptom, when it names one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from classify.reading.mention import ExtractedMention

BACKWARD_CHARACTERS = {"zh": 40, "en": 90}
# What ties a following component to the symptom before it.
TIES = {
    "zh": re.compile(r"的?(?:那个|这个|左|右|前|后)*"),
    "en": re.compile(
        r" (?:[\w' ]{0,20} )?(?:from|in|on|under|underneath|at|near|inside|of|by|with|around)(?: [\w']+){0,3} "
    ),
}
CLAUSES = {"zh": re.compile(r"[,，;；。!?！？\n…]|\s"), "en": re.compile(r"[,;.!?\n]|\b(?:but|and|then)\b")}
SENTENCES = {"zh": re.compile(r"[。!?！？;；\n]"), "en": re.compile(r"[.!?;\n](?=\s|$)")}


class Linker:
    """Links the symptoms of one text to its components.

    Args:
        text: the folded text.
        components: those found in it, the implied ones among them.
        language: zh or en.
        fits: whether a symptom (first code) can befall a component (second code).
        natural: the component that a symptom's name implies, or None.
    """

    def __init__(
        self,
        text: str,
        components: Sequence[ExtractedMention],
        language: str,
        fits: Callable[[str, str], bool],
        natural: Callable[[str], str | None],
    ) -> None:
        self._text, self._language, self._fits, self._natural = text, language, fits, natural
        self._components = sorted(components, key=lambda c: (c.start, c.end, c.code))
        self._clauses = _starts(CLAUSES[language], text)
        self._sentences = _starts(SENTENCES[language], text)

    def component(self, symptom: ExtractedMention) -> str | None:
        """Return the code of the component that a symptom belongs to, or None."""
        fitting = [c for c in self._components if self._fits(symptom.code, c.code)]
        for candidates in self._preferences(symptom, fitting):
            for place in candidates:
                return place.code
        return self._natural(symptom.code)

    def _preferences(
        self, symptom: ExtractedMention, fitting: Sequence[ExtractedMention]
    ) -> Iterable[Iterable[ExtractedMention]]:
        named = [c for c in fitting if not c.implied]
        clause, sentence = _start(self._clauses, symptom.start), _start(self._sentences, symptom.start)
        before = [c for c in reversed(named) if c.end <= symptom.start]
        near = [c for c in before if c.start >= clause]
        tied = [c for c in named if c.start >= symptom.end and self._tied(symptom, c)]
        yield [c for c in reversed(named) if symptom.start <= c.start and c.end <= symptom.end]
        yield from (tied, near) if self._language == "en" else (near, tied)
        reach = symptom.start - BACKWARD_CHARACTERS[self._language]
        yield [c for c in before if c.start >= max(sentence, reach)]
        yield [c for c in fitting if c.implied and clause <= c.start < symptom.end]

    def _tied(self, symptom: ExtractedMention, component: ExtractedMention) -> bool:
        return TIES[self._language].fullmatch(self._text, symptom.end, component.start) is not None


def _starts(breaks: re.Pattern[str], text: str) -> list[int]:
    return [0, *(found.end() for found in breaks.finditer(text))]


def _start(starts: Sequence[int], at: int) -> int:
    return starts[bisect_right(starts, at) - 1]
