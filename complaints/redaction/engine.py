"""Redaction of texts and of the turns of a call: all recognisers, until nothing more is found."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from complaints.redaction.spans import Redacted, Span, render
from complaints.redaction.view import make_view

TURN_BORDER = "\n"
# What is found can uncover more (a name beside a number that is gone). Nearly every text is done after one more look.
MOST_LOOKS = 12
NUMBERS = frozenset({"PHONE", "ID_CARD", "BANK_CARD"})


def redact(text: str, language: str = "zh") -> Redacted:
    """Return `text` with personal data replaced by placeholders in the words of `language` (zh, else English).

    Chinese and English data are looked for in every text. Redacting the result again changes nothing. Never raises.
    """
    spans = find(text)
    return Redacted(render(text, spans, language), spans)


def redact_turns(texts: Sequence[str], language: str = "zh") -> list[Redacted]:
    """Return the turns of one call redacted, in the same order; spans refer to each turn's own text.

    A number told in several turns is found across their borders, and an answer in the light of the question before it:
    pass all turns of a call in order of time, the agent's too.
    """
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(TURN_BORDER)
    spans = find(TURN_BORDER.join(texts), [start - 1 for start in starts[1:]], heard=True)
    result, taken = [], 0
    for text, start in zip(texts, starts, strict=True):
        own: list[Span] = []
        while taken < len(spans) and spans[taken].start < start + len(text):
            span = spans[taken]
            own.append(Span(span.start - start, span.end - start, span.kind, span.score))
            taken += 1
        result.append(Redacted(render(text, tuple(own), language), tuple(own)))
    return result


def find(text: str, borders: Sequence[int] = (), *, heard: bool = False) -> tuple[Span, ...]:
    """Return the personal data of `text`, in order; no span holds a border (the offset of a break between turns).

    `heard`: its numbers were spoken and written down by recognition, which loses digits and doubles others.
    """
    # A command that redacts nothing does not pay for hundreds of patterns.
    from complaints.redaction.recognisers import HEARD, RECOGNISERS

    recognisers = (*RECOGNISERS, *HEARD) if heard else RECOGNISERS
    spans: list[Span] = []
    for _ in range(MOST_LOOKS):
        view = make_view(text, spans)
        found = resolve([span for recogniser in recognisers for span in recogniser.analyse(view.text)])
        new = _cut(text, [view.original(span) for span in found], borders)
        if not new:
            break
        spans = sorted([*spans, *new], key=lambda s: s.start)
    return tuple(spans)


def resolve(found: Sequence[Span]) -> list[Span]:
    """Return spans that do not overlap, in order: the surer one wins, then the longer one, then the earlier one."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in sorted(set(found), key=lambda s: (-s.score, s.start - s.end, s.start, s.kind)):
        if taken.isdisjoint(range(span.start, span.end)):
            taken.update(range(span.start, span.end))
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _cut(text: str, spans: Sequence[Span], borders: Sequence[int]) -> list[Span]:
    """Return the spans in pieces that end at the borders; of a number, the turns between that only say "go on" stay."""
    from complaints.redaction.numerals import has_digits

    pieces = []
    for span in spans:
        start = span.start
        crossed = borders[bisect_left(borders, span.start) : bisect_left(borders, span.end)]
        for end in [*crossed, span.end]:
            if end > start and (not crossed or span.kind not in NUMBERS or has_digits(text[start:end])):
                pieces.append(Span(start, end, span.kind, span.score))
            start = end + 1
    return pieces
