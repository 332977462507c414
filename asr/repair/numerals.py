"""Spoken numbers before a unit, written in digits (inverse text normalisation): 三万两千公里 becomes 32000公里.

Only cardinals with a unit behind them are rewritten. Digits told one by one are telephone numbers and plates, which
redaction looks for as they stand; single digits (三天), vague numbers (十几公里, 三四十码) and set phrases stay words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

DIGITS = "零〇一二两三四五六七八九0-9"
PLACES = "十百千万亿"
UNITS = (
    "个小时|小时|分钟|秒钟?|个月|个星期|星期|周|天|年|岁|公里|千米|厘米|毫米|米|码|迈|公斤|千克|升|毫升|摄氏度|度|转|安时|安|伏|"
    "千瓦时|千瓦|瓦|匹|兆帕|千帕|帕|块钱|块|元|美元|km/h|km|rpm"
)
CARDINAL = re.compile(
    # 几百公里, 上百块 and 第十天 are no amounts, and 京A一十 is a plate.
    rf"(?<![几数上好多第点.A-Za-z{DIGITS}{PLACES}])"
    rf"(?:(?P<percent>百分之)(?P<share>[{DIGITS}{PLACES}]+(?:[点.][{DIGITS}]+)?)"
    rf"|(?P<number>[{DIGITS}][{DIGITS}{PLACES}]*(?:[点.][{DIGITS}]+)?[{PLACES}]?|十[{DIGITS}]?(?:点[{DIGITS}]+)?)"
    rf"(?=(?:{UNITS})))"
)
WORDS = re.compile("[零〇一二两三四五六七八九十百千万亿点]")
SPELLED = re.compile(rf"[{PLACES}点]")
FULL_WIDTH = str.maketrans({chr(code + 0xFEE0): chr(code) for code in map(ord, "%.+-") } | {
    chr(code + 0xFEE0): chr(code) for first, last in ("09", "AZ", "az") for code in range(ord(first), ord(last) + 1)
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """A number that was rewritten: [start, stop) of the text before, and what stands there now."""

    start: int
    stop: int
    digits: str


def in_digits(text: str, kept: Sequence[tuple[int, int]] = ()) -> tuple[str, tuple[Edit, ...]]:
    """Return a Chinese turn's text with its amounts in digits and full-width letters and digits made plain.

    Args:
        text: the turn, repaired, before redaction.
        kept: stretches [start, stop) that stay as they are: dictionary terms that repair wrote.
    """
    plain = text.translate(FULL_WIDTH)
    parts: list[str] = []
    edits: list[Edit] = []
    at = 0
    for found in CARDINAL.finditer(plain):
        start, stop = found.span()
        digits = _digits(found["share"] or found["number"])
        if digits is None or any(begin < stop and start < end for begin, end in kept):
            continue
        digits += "%" if found["percent"] else ""
        parts += [plain[at:start], digits]
        edits.append(Edit(start, stop, digits))
        at = stop
    return "".join([*parts, plain[at:]]), tuple(edits)


def moved(offset: int, edits: Sequence[Edit]) -> int:
    """Return where an offset of the text before stands afterwards; it lies in no rewritten number."""
    return offset + sum(len(edit.digits) - (edit.stop - edit.start) for edit in edits if edit.stop <= offset)


def _digits(words: str) -> str | None:
    """Return a cardinal in digits; None where it is in digits already, or is no cardinal."""
    if not WORDS.search(words) or not SPELLED.search(words):
        return None
    try:
        value = _cn2an()(words.replace("〇", "零"), "smart")
    except (ValueError, KeyError):
        return None
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@cache
def _cn2an() -> Any:
    import cn2an

    return cn2an.cn2an
