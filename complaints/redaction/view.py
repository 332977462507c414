"""The text as recognisers read it: one width, one script, nothing invisible, placeholders as single barriers.

Offsets of a view are mapped back to the original text, so that recognisers need not know what was folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from complaints.redaction.spans import CHINESE_WORDS, KINDS, Kind, Span

# One private-use character a kind stands for what is already redacted: no pattern matches it, no word spans it.
BARRIER: dict[Kind, str] = {kind: chr(0xF8E0 + n) for n, kind in enumerate(KINDS)}
PLACEHOLDER = re.compile(r"\[(?:" + "|".join([*KINDS, *CHINESE_WORDS.values()]) + r")\]")
KIND_OF_WORD: dict[str, Kind] = {f"[{kind}]": kind for kind in KINDS}
KIND_OF_WORD |= {f"[{word}]": kind for kind, word in CHINESE_WORDS.items()}

HAN = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))
ACCOUNT = dict.fromkeys(map(ord, "帳帐"), "账")  # written for 账 in 账号 and 账户
DASHES = (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0x30FC, 0xFE63)
SPACES = (0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F)
# Arabic, Persian and Devanagari digits, and the mathematical ones that hide numbers from simple filters.
DIGIT_ZEROS = (0x660, 0x6F0, 0x966, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class View:
    """`text` as folded; `index[i]` is the place of its character i in the original (None: the same place)."""

    text: str
    index: Sequence[int] | None

    def original(self, span: Span) -> Span:
        """Return a span of the view as a span of the original text."""
        if self.index is None:
            return span
        return Span(self.index[span.start], self.index[span.end - 1] + 1, span.kind, span.score)


@cache
def fold_table() -> dict[int, str]:
    """Return the one-to-one folding: full width and other digits to ASCII, traditional to simplified."""
    import zhconv

    # Each character alone: offsets stay, and names are no words. Recognition switches between scripts in mid-file.
    table = {code: simple for code in HAN if (simple := zhconv.convert(chr(code), "zh-hans")) != chr(code)}
    table |= ACCOUNT
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys(map(ord, BARRIER.values()), " ")
    table |= dict.fromkeys(DASHES, "-")
    table |= dict.fromkeys(SPACES, " ")
    for zero in DIGIT_ZEROS:
        table |= {zero + n: str(n) for n in range(10)}
    return table


def make_view(text: str, spans: Sequence[Span] = ()) -> View:
    """Return the view of `text` in which `spans` (ordered, not overlapping) and placeholders are barriers."""
    holes = [(s.start, s.end, s.kind) for s in spans]
    if "[" in text:
        holes += [(m.start(), m.end(), KIND_OF_WORD[m.group()]) for m in PLACEHOLDER.finditer(text)]
    folded = text if text.isascii() else text.translate(fold_table())
    if not holes and not INVISIBLE.search(folded):
        return View(folded, None)
    parts: list[str] = []
    index: list[int] = []
    at = 0
    for start, end, kind in [*sorted(holes), (len(text), len(text), None)]:
        if start < at:  # a placeholder inside a span
            continue
        kept = [i for i in range(at, start) if not INVISIBLE.match(folded[i])]
        parts += [folded[i] for i in kept]
        index += kept
        if kind is not None:
            parts.append(BARRIER[kind])
            index.append(start)
        at = end
    return View("".join(parts), index)
