"""What a recogniser is: a name, kinds, and a search that yields scored spans; context raises a score."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from complaints.redaction.spans import Kind, Span

THRESHOLD = 0.5  # spans under it are left alone
CONTEXT_BOOST = 0.4

Search = Callable[[str], Iterable[Span]]
Validate = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Context:
    """Words that, up to `before` characters ahead of a span, make it more probable."""

    words: re.Pattern[str]
    before: int = 16

    def near(self, text: str, start: int) -> bool:
        """Tell whether a context word ends in the window ahead of `start`."""
        return self.words.search(text, max(0, start - self.before), start) is not None


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Finds personal data of a kind in a folded text; `search` scores what it finds before context counts."""

    name: str
    kind: Kind
    search: Search
    context: Context | None = None

    def analyse(self, text: str) -> Iterator[Span]:
        """Yield the spans of `text` that reach the threshold, context counted; they may overlap."""
        for span in self.search(text):
            score = span.score
            if score < THRESHOLD and self.context is not None and self.context.near(text, span.start):
                score += CONTEXT_BOOST
            if score >= THRESHOLD:
                yield Span(span.start, span.end, span.kind, min(score, 1.0))


def pattern_search(kind: Kind, pattern: str, score: float, validate: Validate | None = None, flags: int = 0) -> Search:
    """Return a search for a pattern; its group "x", where there is one, is the personal part.

    `validate` gets that part and returns its score, or None to refuse it (a wrong check digit, a common word).
    """
    compiled = re.compile(pattern, flags)
    group: int | str = "x" if "x" in compiled.groupindex else 0

    def search(text: str) -> Iterator[Span]:
        for match in compiled.finditer(text):
            found = validate(match[group]) if validate else score
            if found is not None and match.end(group) > match.start(group):
                yield Span(match.start(group), match.end(group), kind, found)

    return search
