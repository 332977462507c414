"""Digits as people write and speak them, joined into runs over pauses, fillers and turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate, groupby, pairwise

CHINESE_DIGITS = dict(zip("零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "0012345678912123456789", strict=True))
SPOKEN = "".join(CHINESE_DIGITS)
_ENGLISH_WORDS = ("zero", "oh", "o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ENGLISH_DIGITS = dict(zip(_ENGLISH_WORDS, "000123456789", strict=True))
REPEATS = {"double": 2, "triple": 3}
_WORDS = "|".join([*ENGLISH_DIGITS, *REPEATS])
_CHARACTERS = re.compile(rf"[0-9]+|[{SPOKEN}]+")
_ENGLISH = re.compile(rf"\b(?:{_WORDS})\b", re.IGNORECASE)
# What may stand between the parts of one number: pauses, fillers, and the listener's "yes, go on" in calls.
_GAP = re.compile(
    r"(?:[\s,.;:，。、；：…·~\-_/()（）#]|嗯+|呃|额|啊|哦|噢|诶|唉|那个|然后|就是|好的?|对的?|是的?|您说|请说|继续"
    r"|后面是?|再|(?:um|uh|er|and|then|ok|okay|yes|right|dash|space|pause)\b){0,12}+",
    re.IGNORECASE,
)
_GAP_LIMIT = 16  # characters
_CARDINAL = re.compile(r"[十百千万亿仟佰]")
_UNIT = re.compile(
    r"[^\S\n]?(?:[年月日天点分秒元块万千百公个次里米度升号%℃款档挡缸伏安瓦转迈码岁多余几左寸]"
    r"|km|KM|mm|rpm|mph|yuan|miles?\b|dollars?\b|hours?\b|days?\b)"
)


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without a pause, or single digits with even pauses; `spoken` means not all written as 0 to 9."""

    digits: str
    start: int
    end: int
    spoken: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring whole groups of one run, read as one number."""

    digits: str
    start: int
    end: int
    lengths: tuple[int, ...]
    gaps: tuple[str, ...]
    spoken: int  # digits that were spoken


@lru_cache(maxsize=1)  # several recognisers read the runs of the same text
def digit_runs(text: str) -> list[list[Group]]:
    """Return the runs of `text`: groups of digits with nothing but pauses and fillers between them, in order."""
    runs: list[list[Group]] = []
    for group in _groups(text):
        if runs and _pause(text, runs[-1][-1].end, group.start):
            runs[-1].append(group)
        else:
            runs.append([group])
    return [_join_single_digits(run) for run in runs]


def windows(run: Sequence[Group], shortest: int, longest: int) -> Iterator[tuple[str, Sequence[Group]]]:
    """Yield every stretch of whole groups with `shortest` to `longest` digits: its digits and its groups."""
    digits = "".join(g.digits for g in run)
    offsets = [0, *accumulate(len(g.digits) for g in run)]
    end = 0
    for first in range(len(run)):
        at = offsets[first]
        end = max(end, first)
        while end < len(run) and offsets[end] - at < shortest:
            end += 1
        last = end
        while last <= len(run) and shortest <= offsets[last] - at <= longest:
            yield digits[at : offsets[last]], run[first:last]
            last += 1


def window(text: str, groups: Sequence[Group]) -> Window:
    """Return the groups read as one number."""
    return Window(
        digits="".join(g.digits for g in groups),
        start=groups[0].start,
        end=groups[-1].end,
        lengths=tuple(len(g.digits) for g in groups),
        gaps=tuple(text[a.end : b.start] for a, b in pairwise(groups)),
        spoken=sum(len(g.digits) for g in groups if g.spoken),
    )


def spoken_stretches(text: str, run: Sequence[Group], shortest: int) -> Iterator[Window]:
    """Yield the longest stretches of spoken groups (written groups of at most 4 digits between count) of a run."""
    stretch: list[Group] = []
    for group in [*run, None]:
        if group is not None and (group.spoken or (stretch and len(group.digits) <= 4)):
            stretch.append(group)
            continue
        while stretch and not stretch[-1].spoken and _UNIT.match(text, stretch[-1].end):
            stretch.pop()
        if stretch:
            whole = window(text, stretch)
            if len(whole.digits) >= shortest and whole.spoken >= 3:
                yield whole
        stretch = []


def is_date(digits: str) -> bool:
    """Tell whether 8 digits are a day of 1900 to 2099, written YYYYMMDD."""
    if len(digits) != 8 or digits[:2] not in ("19", "20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def is_years(lengths: Sequence[int], digits: str) -> bool:
    """Tell whether groups of digits are years of 1900 to 2099, one after the other."""
    return all(n == 4 for n in lengths) and all(digits[i : i + 2] in ("19", "20") for i in range(0, len(digits), 4))


def unit_follows(text: str, end: int) -> bool:
    """Tell whether a unit of measure stands at `end`: the number before it is a quantity."""
    return _UNIT.match(text, end) is not None


def has_digits(text: str) -> bool:
    """Tell whether a digit is written or spoken in `text`."""
    return _CHARACTERS.search(text) is not None or _ENGLISH.search(text) is not None


def as_digits(text: str) -> str:
    """Return `text` with Chinese spoken digits written 0 to 9, all else unchanged."""
    return "".join(CHINESE_DIGITS.get(c, c) for c in text)


def _pause(text: str, start: int, end: int) -> bool:
    return start == end or (end - start <= _GAP_LIMIT and _GAP.fullmatch(text, start, end) is not None)


def _join_single_digits(run: list[Group]) -> list[Group]:
    """Return the run with neighbouring single digits (1 3 8 …, one three eight …) as one group each."""
    joined: list[Group] = []
    for single, part in groupby(run, key=lambda group: len(group.digits) == 1):
        members = list(part)
        if single and len(members) > 1:
            digits = "".join(group.digits for group in members)
            spoken = any(group.spoken for group in members)
            joined.append(Group(digits, members[0].start, members[-1].end, spoken))
        else:
            joined += members
    return joined


def _groups(text: str) -> Iterator[Group]:
    found = [g for m in _CHARACTERS.finditer(text) if (g := _chinese_group(text, m))]
    if _ENGLISH.search(text):
        found = sorted([*found, *_english_groups(text)], key=lambda g: g.start)
    yield from found


def _chinese_group(text: str, match: re.Match[str]) -> Group | None:
    start, end = match.span()
    if match[0][0] in "0123456789":
        return Group(match[0], start, end, spoken=False)
    if _CARDINAL.match(text, end):  # the last digit belongs to a number such as 五万
        end -= 1
    if start and _CARDINAL.match(text, start - 1):
        start += 1
    if end <= start or (end - start <= 2 and _UNIT.match(text, end) is not None):  # 三天, 两三次
        return None
    return Group(as_digits(text[start:end]), start, end, spoken=True)


def _english_groups(text: str) -> Iterator[Group]:
    repeat, start = 1, None
    for match in _ENGLISH.finditer(text):
        word = match[0].lower()
        if word in REPEATS:
            repeat, start = REPEATS[word], match.start()
            continue
        near = start is not None and match.start() - start <= 8
        yield Group(
            ENGLISH_DIGITS[word] * (repeat if near else 1), start if near and start is not None else match.start(),
            match.end(), spoken=True,
        )  # fmt: skip
        repeat, start = 1, None
