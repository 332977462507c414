"""Telephone numbers: Chinese mobiles, landlines and service lines, US and international numbers, typed or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.redaction.numerals import (
    SPOKEN,
    Group,
    Window,
    digit_runs,
    is_date,
    is_years,
    spoken_stretches,
    unit_follows,
    window,
    windows,
)
from complaints.redaction.recogniser import Context, Recogniser, pattern_search
from complaints.redaction.spans import Span

MOBILE = re.compile(r"(?:0|86|0086)?1[3-9][0-9]{9}")
# A mobile number of which recognition, or who typed it, lost a digit or doubled one.
NEARLY_MOBILE = re.compile(r"(?:86|0086)?(?:1[3-9][0-9]{8,10}|11[3-9][0-9]{9})")
LANDLINE = re.compile(r"(?:86|0086)?0?(?P<area>10|2[0-9]|[3-9][0-9]{2})[1-9][0-9]{6,7}")
SERVICE = re.compile(r"[48]00[0-9]{7}")
US = re.compile(r"1?[2-9][0-9]{2}[2-9][0-9]{6}")
SERVICE_GROUPS = {(10,), (3, 3, 4), (3, 4, 3), (4, 3, 3), (3, 7), (6, 4)}
US_GROUPS = {(3, 3, 4), (1, 3, 3, 4), (3, 7), (1, 10)}
SHORTEST_SPOKEN = 7  # counts and gears are spoken with fewer digits
EXTENSION = re.compile(r"\s{0,2}(?:转|分机号?|(?:ext|extension|x)\b\.?)\s{0,2}[0-9]{1,6}", re.IGNORECASE)
MOST_GROUPS = 6  # of a number that has not all its digits, and is one by context alone
WEAK = 0.2  # a telephone number only where context says so
SHAPE = re.compile("|".join(f"(?:{p})" for p in (MOBILE.pattern, r"(?:0|86)[0-9]{9,13}", SERVICE.pattern, US.pattern)))
NUMBER_OF_A_THING = Context(re.compile(r"(?:工单|订单|单号|编号|流水|条码|快递)[^0-9\n]{0,8}$"), before=20)
PART_NUMBER = Context(
    re.compile(
        r"(?:(?:零件|配件|备件|部件)(?:编?号|码)|\b(?:part|P/N|case|claim|ticket|reference)\s?(?:no|number|#)?)[\W0-9]{0,6}$",
        re.IGNORECASE,
    ),
    before=20,
)

CONTEXT = Context(
    re.compile(
        r"电话|手机|联系方式|联系我|号码|座机|来电|回电|致电|拨打|打给|tel|phone|mobile|\bcell\b|\bcall|contact|whats?app|fax",
        re.IGNORECASE,
    ),
    before=20,
)
NUMBERS_END = (
    r"(?:尾号|末尾|后四位|手机号码?|电话号码?|联系电话|联系方式|座机|分机)[^0-9A-Za-z\n]{0,6}"
    rf"(?P<x>[0-9{SPOKEN}]{{4,12}})(?![0-9A-Za-z]|[年月日元万千百公\-/])"
)


def _glued_to_decimal(text: str, start: int) -> bool:
    return start >= 2 and text[start - 1] == "." and text[start - 2].isdigit()


def _holds_year(lengths: tuple[int, ...], digits: str) -> bool:
    at = 0
    for length in lengths:
        if length == 4 and digits[at : at + 2] in ("19", "20"):
            return True
        at += length
    return False


def _is_quantity(text: str, end: int) -> bool:
    return unit_follows(text, end) and EXTENSION.match(text, end) is None


def _natural_mobile(lengths: tuple[int, ...], gaps: tuple[str, ...]) -> bool:
    """Tell whether people group a mobile's digits like that; lists of prices and years are grouped otherwise."""
    local = lengths[1:] if len(lengths) > 1 and lengths[0] in (1, 2, 4) and sum(lengths) > 11 else lengths
    if len(local) == 1 or max(local) <= 2 or set(gaps) == {"-"}:
        return True
    return local[0] in (3, 7) and sum(local) <= 12 and all(n in (2, 3, 4, 5, 8) for n in local[1:])


def _domestic(digits: str, lengths: tuple[int, ...], *, tight: bool, even: bool) -> float | None:
    """Return the score of written digits that may be a service line, a landline, a US number or a part of a mobile's.

    `tight`: only spaces and dashes between groups; `even`: the same everywhere, and no year among the groups.
    """
    if SERVICE.fullmatch(digits):
        return 0.8 if lengths in SERVICE_GROUPS and tight else WEAK
    area = LANDLINE.fullmatch(digits)
    if area and digits[0] in "08":
        split = len(lengths) in (2, 3) and (lengths[0] in (3, 4) or digits[0] == "8")
        return 0.8 if split and tight else WEAK
    if US.fullmatch(digits):
        return 0.8 if lengths in US_GROUPS and tight else WEAK
    return WEAK if 7 <= len(digits) <= 12 and tight and (len(lengths) <= 2 or even) else None


def _is_tight(found: Window) -> bool:
    return all(0 < len(gap) <= 2 and not set(gap) & set(",、\n") for gap in found.gaps)


def _score(text: str, found: Window) -> float | None:
    """Return how much a window looks like a telephone number; None: not at all, whatever the context."""
    digits, lengths, typed = found.digits, found.lengths, found.spoken == 0
    broken_line = any("\n" in gap for gap in found.gaps)
    if typed and _glued_to_decimal(text, found.start):
        return None
    if found.start and text[found.start - 1] == "+" and len(digits) >= 8 and len(lengths) <= 6:
        return 1.0
    if MOBILE.fullmatch(digits) and not (lengths[0] == 1 and found.gaps[0] == "."):
        return 0.95 if not typed or broken_line or _natural_mobile(lengths, found.gaps) else WEAK
    if not typed or is_date(digits) or is_years(lengths, digits) or _is_quantity(text, found.end):
        return None
    if NEARLY_MOBILE.fullmatch(digits) and all(len(gap) <= 2 and "\n" not in gap for gap in found.gaps):
        return max(WEAK, _domestic(digits, lengths, tight=_is_tight(found), even=False) or 0.0)
    tight = _is_tight(found)
    even = found.gaps and set(found.gaps) in ({" "}, {"-"}) and not _holds_year(lengths, digits)
    return _domestic(digits, lengths, tight=tight, even=bool(even))


def _written(text: str) -> Iterator[Span]:
    for run in digit_runs(text):
        for digits, groups in windows(run, 7, 15):
            international = text[groups[0].start - 1 : groups[0].start] == "+"
            if len(groups) > 2 and len(run) > MOST_GROUPS and not international and not SHAPE.fullmatch(digits):
                continue
            found = window(text, groups)
            score = _score(text, found)
            if score is None or (found.spoken == 0 and PART_NUMBER.near(text, found.start)):
                continue
            start = found.start
            opened = "(" if any(")" in gap for gap in found.gaps) else ""
            while start and text[start - 1] in "+" + opened and found.start - start < 2:
                start -= 1
            extension = EXTENSION.match(text, found.end)
            yield Span(start, extension.end() if extension else found.end, "PHONE", score)


def _spoken(text: str) -> Iterator[Span]:
    for run in digit_runs(text):
        for found in spoken_stretches(text, run, SHORTEST_SPOKEN):
            if not is_date(found.digits) and not is_years(found.lengths, found.digits):
                yield Span(found.start, found.end, "PHONE", 0.6)


def _misheard(text: str) -> Iterator[Span]:
    """Yield what was nearly a mobile number where all numbers were spoken: in a call nobody counts in billions."""
    for run in digit_runs(text):
        for digits, groups in windows(run, 10, 14):
            first, last = run.index(groups[0]), run.index(groups[-1])
            stands_alone = (first == 0 or _is_break(text, run[first - 1], groups[0])) and (
                last == len(run) - 1 or _is_break(text, groups[-1], run[last + 1])
            )
            found = window(text, groups)
            things = PART_NUMBER.near(text, found.start) or NUMBER_OF_A_THING.near(text, found.start)
            if not (stands_alone and NEARLY_MOBILE.fullmatch(digits)) or things or _is_quantity(text, found.end):
                continue
            glued = found.start and text[found.start - 1].isascii() and text[found.start - 1].isalnum()
            decimal = _glued_to_decimal(text, found.start) or (found.lengths[0] == 1 and found.gaps[:1] == (".",))
            if not glued and not decimal:
                yield Span(found.start, found.end, "PHONE", 0.6)


def _is_break(text: str, before: Group, behind: Group) -> bool:
    return bool(set(text[before.end : behind.start]) & set(",;。，；、"))


MASKED = r"(?<![0-9A-Za-z])1[3-9][0-9][*xX×]{3,6}[0-9]{2,4}(?![0-9])"

RECOGNISERS = (
    Recogniser("masked number", "PHONE", pattern_search("PHONE", MASKED, 0.7)),
    Recogniser("telephone number", "PHONE", _written, CONTEXT),
    Recogniser("spoken number", "PHONE", _spoken),
    Recogniser("number's end", "PHONE", pattern_search("PHONE", NUMBERS_END, 0.6)),
)
# Of what was heard, beside the others.
HEARD = (Recogniser("misheard number", "PHONE", _misheard),)
