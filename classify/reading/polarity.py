"""Whether a mention is the customer's own present trouble: present, absent or hypothetical, by the scope of cue words.

- absent: denied ("没有异响了", "no noise"), or clearly mended and not come back ("以前异响，修好了").
- hypothetical: conditions, fears, risks, open questions ("如果再异响", "是不是漏油了?", "might stall"), and somebody
  else's car ("朋友的车异响"): the latter says nothing about this vehicle, neither for nor against.
- present: everything else. A term that holds a negation itself ("打不着火", "won't start") is masked while cues are
  sought, so it stays present; a question about a symptom that is there ("异响正常吗?", "为什么异响") is present.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from classify.reading.cues import BARRIER, MASK, Cue, CueTable, cue_table
from classify.reading.mention import ExtractedMention
from complaints.records import CONDITION, SYMPTOM, Polarity

ADJACENT_CHARACTERS = {"zh": 16, "en": 40}  # farthest that a negation reaches over fillers
SENTENCE_CHARACTERS = {"zh": 45, "en": 110}  # farthest that a repair, or its return, is looked for
GUARD_CHARACTERS = {"zh": 6, "en": 16}  # how near a word that makes a repair unreal must stand before it
CLAUSE_BREAKS = {"zh": re.compile(r"[,，;；。!?！？\n…:：]|\s"), "en": re.compile(r"[,;.!?\n:]|\bbut\b")}
SENTENCE_BREAKS = {"zh": re.compile(r"[。!?！？;；\n]"), "en": re.compile(r"[.!?;\n](?=\s|$)")}
PARTICLES = "了过的呢啊呀吧嘛哈哦啦"
CLAUSE_END = {
    "zh": re.compile(rf"[{PARTICLES}]{{0,2}}(?=[,，;；。!?！？\n…:：\s]|$)"),
    "en": re.compile(r"(?=\W|$)"),
}
JOINED = re.compile(r"[和跟与同及、]|\s+and\s+")  # "my car and my friend's": this car too

FORWARD_NEGATION = ("negation", "forward", "adjacent")
FORWARD_ADJACENT = ("hypothetical", "forward", "adjacent")
FORWARD_CLAUSE = ("hypothetical", "forward", "clause")
FORWARD_OPENING = ("hypothetical", "forward", "opening")
FORWARD_REPAIR = ("repaired", "forward", "adjacent")


class Scopes:
    """The cues of one text, ready to be asked about its mentions.

    Args:
        text: the folded text.
        spans: all mentions of the text; cues are not sought inside them.
        language: zh or en.
    """

    def __init__(self, text: str, spans: Sequence[ExtractedMention], language: str) -> None:
        self.language = language
        self.table: CueTable = cue_table(language)
        characters = list(text)
        for span in spans:
            mask = BARRIER if span.kind == CONDITION else MASK
            characters[span.start : span.end] = mask * (span.end - span.start)
        self.masked = "".join(characters)
        self._exact: dict[tuple[str, str, str], list[Cue]] = {}
        self._named: dict[str, list[Cue]] = {}
        self.cues = self.table.find(self.masked)
        for cue in self.cues:
            for rule in cue.rules:
                self._exact.setdefault((rule.function, rule.direction, rule.scope), []).append(cue)
                self._named.setdefault(rule.function, []).append(cue)
        # "升级以后消失了": the work is told inside a condition.
        for span in spans:
            if span.kind == CONDITION:
                inside = self.table.find(text[span.start : span.end])
                mends = [cue for cue in inside if any(rule.function == "mend" for rule in cue.rules)]
                moved = [Cue(cue.start + span.start, cue.end + span.start, cue.rules) for cue in mends]
                self._named.setdefault("mend", []).extend(moved)
        self._clauses = _edges(CLAUSE_BREAKS[language], self.masked)
        self._sentences = _edges(SENTENCE_BREAKS[language], self.masked)

    def polarity(self, span: ExtractedMention) -> Polarity:
        """Return present, absent or hypothetical for one mention.

        A component or condition is not denied by being gone or mended; a symptom that shall be gone is not gone yet.
        """
        trouble = span.kind == SYMPTOM
        if not self.cues:
            return "present"
        if self._somebody_else(span):
            return "hypothetical"
        if self._denied_before(span) or (trouble and self._follows(span, "negation")):
            return "hypothetical" if self._demanded(span) else "absent"
        if self._hypothetical(span):
            return "hypothetical"
        return "absent" if trouble and self._mended(span) else "present"

    def _denied_before(self, span: ExtractedMention) -> bool:
        forward = self._exact.get(FORWARD_NEGATION, ())
        return any(self._adjacent_before(cue, span) for cue in forward) and not self._head_follows(span)

    def _demanded(self, span: ExtractedMention) -> bool:
        start = _start(self._clauses, span.start)
        return any(start <= cue.start and cue.end <= span.start for cue in self._named.get("demand", ()))

    def _head_follows(self, span: ExtractedMention) -> bool:
        """Whether the negation denies what follows: 没有发现异响的原因 denies that a cause was found, not the noise."""
        return any(
            self.masked[span.end : cue.start].strip("的 ") == ""
            for cue in self._exact.get(("affirm", "backward", "adjacent"), ())
            if cue.start >= span.end
        )

    def _hypothetical(self, span: ExtractedMention) -> bool:
        if any(self._adjacent_before(cue, span) for cue in self._exact.get(FORWARD_ADJACENT, ())):
            return True
        start = _start(self._clauses, span.start)
        for cue in self._exact.get(FORWARD_CLAUSE, ()):
            inside = start <= cue.start and cue.end <= span.start
            if inside and not self.table.blocker.search(self.masked, cue.end, span.start):
                return True
        for cue in self._exact.get(FORWARD_OPENING, ()):
            if start <= cue.start and cue.end <= span.start and self.masked[start : cue.start].strip() == "":
                return True
        if any(self._asks(cue, span) for cue in self._named.get("question", ())):
            return True
        return self._follows(span, "hypothetical")

    def _asks(self, cue: Cue, span: ExtractedMention) -> bool:
        if cue.start < span.end or self.masked[span.end : cue.start].strip("了的过啊") != "":
            return False
        return CLAUSE_END[self.language].match(self.masked, cue.end) is not None

    def _somebody_else(self, span: ExtractedMention) -> bool:
        others = self._named.get("other")
        if not others:
            return False
        start = _start(self._sentences, span.start)
        clause = _start(self._clauses, span.start)
        near = self._exact.get(("other", "forward", "clause"), ())
        owned = [cue.end for cue in self._named.get("own", ()) if start <= cue.start and cue.end <= span.start]
        for cue in others:
            first = clause if cue in near else start
            if first <= cue.start and cue.end <= span.start and not any(end > cue.start for end in owned):
                before = [end for end in owned if end <= cue.start]
                if not before or not JOINED.fullmatch(self.masked, max(before), cue.start):
                    return True
        return False

    def _mended(self, span: ExtractedMention) -> bool:
        reach = SENTENCE_CHARACTERS[self.language]
        fixed = self._exact.get(FORWARD_REPAIR, ())
        if any(self._adjacent_before(cue, span) and self._real(cue) for cue in fixed):
            return not self._returned(span.end, span.end + reach)
        near = range(span.end, span.end + reach + 1)
        for cue in self._exact.get(("repaired", "backward", "sentence"), ()):
            if cue.start in near and self._real(cue):
                return not self._returned(span.end, cue.end + reach)
        worked = self._worked_on(span)
        for cue in self._named.get("recovered", ()):
            if cue.start in near and worked < cue.start and self._real(cue):
                return not self._returned(span.end, cue.end + reach)
        return False

    def _worked_on(self, span: ExtractedMention) -> float:
        """From which character on "gone" means mended: after work told behind the mention, anywhere if it is past."""
        start = _start(self._sentences, span.start)
        if any(start <= cue.start < span.start for cue in self._named.get("past", ())):
            return -1
        return min((cue.start for cue in self._named.get("mend", ()) if cue.start >= span.end), default=float("inf"))

    def _real(self, cue: Cue) -> bool:
        """Whether a repair is told as done: neither asked for nor denied nor only claimed."""
        clause = _start(self._clauses, cue.start)
        earliest = max(clause, cue.start - GUARD_CHARACTERS[self.language])
        wished = self._exact.get(("irrealis", "forward", "clause"), ())
        return not any(
            (clause if other in wished else earliest) <= other.start < cue.start
            for other in self._named.get("irrealis", ())
        )

    def _returned(self, start: int, end: int) -> bool:
        return any(start <= cue.start < end for cue in self._named.get("recur", ()))

    def _adjacent_before(self, cue: Cue, span: ExtractedMention) -> bool:
        if not cue.end <= span.start <= cue.end + ADJACENT_CHARACTERS[self.language]:
            return False
        return self.table.before.fullmatch(self.masked, cue.end, span.start) is not None

    def _follows(self, span: ExtractedMention, function: str) -> bool:
        """Whether a backward cue of a function stands right behind a mention."""
        return any(
            self._adjacent_after(cue, span) for cue in self._exact.get((function, "backward", "adjacent"), ())
        ) or any(
            self._adjacent_after(cue, span) and CLAUSE_END[self.language].match(self.masked, cue.end) is not None
            for cue in self._exact.get((function, "backward", "end"), ())
        )

    def _adjacent_after(self, cue: Cue, span: ExtractedMention) -> bool:
        if not span.end <= cue.start <= span.end + ADJACENT_CHARACTERS[self.language]:
            return False
        return self.table.after.fullmatch(self.masked, span.end, cue.start) is not None


def _edges(breaks: re.Pattern[str], text: str) -> list[int]:
    return [0, *(found.end() for found in breaks.finditer(text))]


def _start(edges: Sequence[int], at: int) -> int:
    """Return where the clause or sentence of a character begins."""
    return edges[bisect_right(edges, at) - 1]
