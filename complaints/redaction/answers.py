"""What a caller answers when a number, an address or a name was asked for, however little of it was understood.

Recognition over the telephone loses digits and writes others as words that sound alike (伞 for 三): what is left has
neither the length nor the check digit of a number, and is one all the same. In the light of the question, digits and
syllables of digits are personal data; what has a unit, or stands far behind, is not. Questions and answers are lines:
the turns of a call, or a form's label and value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from complaints.redaction.addresses_zh import NO_HOUSE
from complaints.redaction.numerals import SPOKEN, unit_follows
from complaints.redaction.recogniser import Recogniser
from complaints.redaction.spans import Kind, Span
from complaints.redaction.view import BARRIER
from complaints.redaction.words import words

SCORE = 0.55  # less than what is known by its own form
MOST_LINES = 12  # of an answer
SHORT_LINE = 8  # characters: such a line between the parts of a number says "go on"
FAR = 12  # characters without a digit, behind which something else is told
NEAR = 3  # characters between parts of one number that go with it
FEWEST_DIGITS = 4  # of an answer, unless a part of it was known by its own form
CODE_DIGITS = 5  # behind a letter: fault codes have no more
LONGEST_NAME = 5  # characters; a name that is misheard may have one more

ASKS = re.compile(
    r"请|[您你](?!们?好)|麻烦|多少|一下|留[个一]|什么|哪|[吗呢?]|\b(?:your|please|what|may|could|can)\b", re.IGNORECASE
)
QUESTION = re.compile("多少|什么|哪|[吗呢]")
ABOUT: dict[Kind, re.Pattern[str]] = {
    "BANK_CARD": re.compile(r"银行|卡号|账号|card number", re.IGNORECASE),
    "ID_CARD": re.compile(r"身份|证件"),
    "ADDRESS": re.compile(r"地址|地指|住址|住哪|住在|\baddress\b", re.IGNORECASE),
    "NAME": re.compile(r"怎么称呼|如何称呼|贵姓|姓名|什么名字|您叫什么|您的名字|全名|your name", re.IGNORECASE),
    "PLATE": re.compile(r"车牌|牌照|号牌|\bplate\b", re.IGNORECASE),
    "VIN": re.compile(r"车架号|识别码|识别代[号码]|\bVIN\b", re.IGNORECASE),
    "PHONE": re.compile(  # not the telephone that does not connect with the car
        r"(?<![单件编码型牌])号码|(?:手机|电话)(?=$|[,。?!]|号|是|呢|多少|方便|给|留|说|报)|留[^\n]{0,5}(?:手机|电话)|座机|联系方式"
        r"|\b(?:phone|mobile|telephone|cell)(?=$|\W*$|[?,.]| number)",
        re.IGNORECASE,
    ),
}
NUMBERS: tuple[Kind, ...] = ("PHONE", "ID_CARD", "BANK_CARD", "PLATE", "VIN")
# Syllables of digits and what they are taken for: dental and retroflex sounds, n and l, j, q and x are mixed up.
_SYLLABLES = "ling lin yao yi er liang san shan sang si shi ci wu liu niu qi xi ji ba pa bai jiu qiu"
DIGIT_SYLLABLES = frozenset(_SYLLABLES.split())
# Words with such syllables that callers say beside numbers.
NO_DIGITS = re.compile("是|其实|一起|可以|就这个|就行|[一再]说|(?<=[0-9])就")
HAN = re.compile("[㐀-鿿]")
KNOWN = frozenset(BARRIER.values())
CLAUSE = re.compile(rf"[^,。;?!\n{''.join(sorted(KNOWN))}]+")
_NUMBER = f"[0-9{SPOKEN}十百千]"
HOUSE = re.compile(
    rf"{_NUMBER}{{1,7}}\s?(?:号{NO_HOUSE}|[栋幢动楼室层弄床]|单元)|(?P<flat>{_NUMBER}{{3,7}})(?!{_NUMBER})"
)
PLACE = re.compile("[省市区县镇乡村路街道巷]")
LEAD = re.compile(
    r"(?:[嗯啊呃额哦好号耗毫,。:\s]|那个|你要|我(?!们)|这[边里]|本人|叫|是|就|免贵|姓|名字|您|住|在|(?:my|name|is|it)\b)*+"
)
TAIL = re.compile(r"(?:就?这个|就行|[,。?!\s])*$")
NO_NAME = re.compile("[的了不车吗呢什么没有要等听清响漏坏刹抖油机箱灯胎屏修换]")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    about: Kind | None  # what personal data it asks for
    asks: bool  # for anything


@lru_cache(maxsize=1)  # the recognisers of several kinds read the lines of the same text
def _lines(text: str) -> list[_Line]:
    lines, at = [], 0
    for part in text.split("\n"):
        lines.append(_Line(at, at + len(part), _asked(part), QUESTION.search(part) is not None))
        at += len(part) + 1
    return lines


def _asked(line: str) -> Kind | None:
    """Return what a line asks for: what it names last."""
    if not ASKS.search(line):
        return None
    named = {kind: found for kind, pattern in ABOUT.items() for found in pattern.finditer(line)}
    return max(named, key=lambda kind: (named[kind].end(), named[kind].end() - named[kind].start()), default=None)


def _answers(text: str, kind: Kind) -> Iterator[Sequence[_Line]]:
    """Yield the lines behind each question for data of a kind, up to the next question."""
    if "\n" not in text or not ABOUT[kind].search(text):
        return
    lines = _lines(text)
    for number, line in enumerate(lines):
        if line.about == kind:
            behind = lines[number + 1 : number + 1 + MOST_LINES]
            stop = next((n for n, other in enumerate(behind) if other.about or other.asks), len(behind))
            yield behind[:stop]


def _numbers(text: str, kind: Kind) -> Iterator[Span]:
    for lines in _answers(text, kind):
        parts: list[tuple[int, int]] = []
        digits = 0
        for line in lines:
            found, count, whole = _parts(text, line)
            parts += found
            digits += count
            if not whole or (not found and line.end - line.start > SHORT_LINE):
                break  # something else is told from here on
        if digits >= FEWEST_DIGITS:
            yield from (Span(start, end, kind, SCORE) for start, end in parts)


def _parts(text: str, line: _Line) -> tuple[list[tuple[int, int]], int, bool]:
    """Return the parts of a number in a line, the number of their digits, and whether the line holds little else.

    A part that is known already, a barrier, counts as a whole number and is no part to be found.
    """
    sounds = _sounds(text[line.start : line.end])
    found: list[tuple[int, int]] = []
    count, last = 0, line.start
    for match in re.finditer("d+", sounds):
        start, end = line.start + match.start(), line.start + match.end()
        before = text[start - 1 : start]
        coded = before.isascii() and before.isalpha() and end - start <= CODE_DIGITS
        if coded or unit_follows(text, end):
            continue
        if start - last > FAR:
            return found, count, False
        if found and start - found[-1][1] <= NEAR and KNOWN.isdisjoint(text[found[-1][1] : start]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        count, last = count + end - start, end
    if count == 1 and HAN.match(text, found[0][0]) and line.end - line.start > NEAR:
        found, count = [], 0  # 说一下
    if not KNOWN.isdisjoint(text[line.start : line.end]):
        count += FEWEST_DIGITS
    return found, count, line.end - last <= FAR


def _sounds(line: str) -> str:
    """Return a line with "d" for digits, written, spoken or by their sound, and "." for all else."""
    if not HAN.search(line):
        return "".join("d" if c.isdecimal() else "." for c in line)
    kept = NO_DIGITS.sub(lambda hit: "." * len(hit[0]), line)
    marks = ["d" if c.isdecimal() or c in SPOKEN else "s" if _like_a_digit(c) else "." for c in kept]
    # Alone, a character that sounds like a digit is a word; three in a row, or a line of nothing else, are a number.
    alone = set(marks) - {"."} == {"s"} and marks.count("s") >= max(2, len(line.strip()) - 1)
    return re.sub(
        r"[ds]+", lambda run: "d" * len(run[0]) if alone or "d" in run[0] or len(run[0]) > 2 else "." * len(run[0]),
        "".join(marks),
    )  # fmt: skip


def _like_a_digit(character: str) -> bool:
    from pypinyin import Style, lazy_pinyin

    return bool(HAN.match(character)) and lazy_pinyin(character, style=Style.NORMAL)[0] in DIGIT_SYLLABLES


def _addresses(text: str) -> Iterator[Span]:
    """The clauses of the answer that lead to a door, and what names a place before them."""
    for lines in _answers(text, "ADDRESS"):
        for line in lines:
            clauses = [m.span() for m in CLAUSE.finditer(text, line.start, line.end)]
            known = BARRIER["ADDRESS"] in text[line.start : line.end]
            doors = [n for n, (start, end) in enumerate(clauses) if _leads_to_door(text, start, end, known=known)]
            for number, (start, end) in enumerate(clauses):
                before_door = any(door > number for door in doors) and PLACE.search(text, start, end)
                before_known = text[end : end + 1] == BARRIER["ADDRESS"] and end - start <= FAR
                if number in doors or before_door or before_known:
                    begin = _behind(LEAD, text, start, end)
                    if (stop := end - _tail(text[begin:end])) > begin:
                        yield Span(begin, stop, "ADDRESS", SCORE)
            if not doors and line.end - line.start > SHORT_LINE:
                break


def _leads_to_door(text: str, start: int, end: int, *, known: bool) -> bool:
    """Tell whether a clause holds a house or a flat: a bare number, where the rest is `known` to be an address."""
    found = HOUSE.finditer(text, start, end)
    return any(house["flat"] is None or known or not unit_follows(text, house.end()) for house in found)


def _names(text: str) -> Iterator[Span]:
    """The answer, where it is no more than a name can be."""
    for lines in _answers(text, "NAME"):
        if not lines:
            continue
        line = lines[0]
        start = _behind(LEAD, text, line.start, line.end)
        end = line.end - _tail(text[start : line.end])
        name = text[start:end]
        possible = 2 <= len(name) <= LONGEST_NAME and all(map(HAN.match, name)) and not NO_NAME.search(name)
        if possible and name not in words():
            yield Span(start, end, "NAME", SCORE)


def _behind(lead: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = lead.match(text, start, end)
    return found.end() if found else start


def _tail(text: str) -> int:
    found = TAIL.search(text)
    return len(found[0]) if found else 0


RECOGNISERS = (
    *(Recogniser(f"{kind} that was asked for", kind, partial(_numbers, kind=kind)) for kind in NUMBERS),
    Recogniser("ADDRESS that was asked for", "ADDRESS", _addresses),
    Recogniser("NAME that was asked for, whatever it is", "NAME", _names),
)
