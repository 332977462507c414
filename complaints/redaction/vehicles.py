"""What identifies a vehicle: licence plates (7 characters, 8 of electric cars; typed, spoken, misheard) and VINs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.redaction.numerals import SPOKEN, as_digits, unit_follows
from complaints.redaction.recogniser import Context, Recogniser, pattern_search
from complaints.redaction.spans import Span

PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_CONTEXT = Context(re.compile(r"车牌|牌照|牌号|号牌|licen[cs]e plate|plate n", re.IGNORECASE), before=20)
_S = SPOKEN
# What people say or write between the characters of a plate or a VIN.
_GAP = r"(?:[\s·,，、.…\-]|嗯|呃|然后|那个){0,3}+"
TYPED_PLATE = re.compile(
    rf"[{PROVINCE}]\s?[A-Za-z][\s·•.\-_]{{0,2}}"
    r"(?P<body>[0-9]{5}[A-Za-z]|[A-Za-z][A-Za-z0-9][0-9]{4}|[A-Za-z0-9]{5}|[A-Za-z0-9]{4}[学警港澳挂领试超使])(?![A-Za-z0-9])"
)
# Spoken digits need no province: speech recognition often mishears it, and a letter with five digit words is a plate.
SPOKEN_PLATE = re.compile(rf"(?P<head>[{PROVINCE}]?\s?(?<![A-Za-z])[A-Za-z])(?P<body>(?:{_GAP}[A-Za-z0-9{_S}]){{4,6}})")
# Where the plate was asked for, the province may be missing or misheard, or the letter heard as a digit.
ASKED_PLATE = re.compile(
    rf"(?:[㐀-鿿](?<![是为叫在号码的])\s?)?[A-Za-z0-9{_S}](?:[\s·,，、.\-]{{0,2}}[A-Za-z0-9{_S}]){{4,7}}(?![A-Za-z0-9{_S}])"
)
ENGLISH_PLATE = (
    r"(?:licen[cs]e plate|plate number|plate no\.?|plate|tag number|registration(?: number| plate)?|reg\.? no\.?)"
    r"(?: is|:|#| number| no\.?|,){0,2}\s{1,2}"
    r"(?P<x>(?=[A-Z \-]{0,6}[0-9])[A-Z0-9]{1,4}[ \-]?[A-Z0-9]{2,5})(?![A-Za-z0-9])"
)

VIN_LETTERS = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)  # ISO 3779, as in 49 CFR 565.15
VIN_WORDS = (
    r"(?:车架号?码?|车辆识别代?[号码]{0,2}|大架号|底盘号|发动机号码?"
    r"|(?<![A-Za-z])VIN(?![A-Za-z])码?(?: number| no\.?)?|chassis (?:number|no\.?))"
)
VIN_CONTEXT = Context(re.compile(VIN_WORDS, re.IGNORECASE), before=24)
VIN_GLUED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{17}(?![A-Za-z0-9])")
# After such a word: one block of 6 to 17 characters (people give the last six or eight), or spelt out with pauses.
VIN_SAID = re.compile(
    VIN_WORDS
    + r"(?:[后末尾][四六八]位(?:数|号码?)?)?[^A-Za-z0-9"
    + _S
    + r"\n]{0,8}(?:is\s)?(?:\n[^A-Za-z0-9"
    + _S
    + r"\n]{0,8})?"
    rf"(?P<x>[A-Za-z0-9{_S}](?:{_GAP}[A-Za-z0-9{_S}]){{16}}(?![A-Za-z0-9])|[A-Za-z0-9{_S}]{{6,17}}(?![A-Za-z0-9]))",
    re.IGNORECASE,
)

# Spelt out with no such word before it: a VIN by its check digit alone.
VIN_SPELT = re.compile(rf"(?<![A-Za-z0-9{_S}])[A-Za-z0-9{_S}](?:{_GAP}[A-Za-z0-9{_S}]){{16}}(?![A-Za-z0-9{_S}])")
NOT_IN_VINS = re.compile(r"[^A-Z0-9]")
FEWEST_LETTERS = 3  # the maker's code is letters in nearly all VINs


def _count_digits(body: str) -> int:
    return sum(c.isdecimal() for c in as_digits(body))


def _typed_plates(text: str) -> Iterator[Span]:
    for match in TYPED_PLATE.finditer(text):
        if _count_digits(match["body"]) >= 2 and not unit_follows(text, match.end()):
            yield Span(*match.span(), "PLATE", 0.9)


def _cut_to_plate(body: str) -> str:
    """Return as much of a spoken body as belongs to a plate: 6 characters with a letter at an end, else 5."""
    places = [i for i, c in enumerate(body) if (c.isascii() and c.isalnum()) or c in SPOKEN]
    if len(places) < 5:
        return ""
    ends = [body[i] for i in (places[0], places[-1])]
    six = len(places) == 6 and any(c.isascii() and c.isalpha() for c in ends)
    return body[: places[5 if six else 4] + 1]


def _spoken_plates(text: str) -> Iterator[Span]:
    for match in SPOKEN_PLATE.finditer(text):
        body = _cut_to_plate(match["body"])
        spoken = sum(c in SPOKEN for c in body)
        if spoken and _count_digits(body) >= 3 and (match["head"][0] in PROVINCE or spoken >= 4):
            yield Span(match.start(), match.start("body") + len(body), "PLATE", 0.8)


def _asked_plates(text: str) -> Iterator[Span]:
    for asked in PLATE_CONTEXT.words.finditer(text):
        match = ASKED_PLATE.search(text, asked.end(), asked.end() + 30)
        if match and _count_digits(match[0]) >= 3 and not unit_follows(text, match.end()):
            yield Span(*match.span(), "PLATE", 0.6)


def vin_check_digit_right(vin: str) -> bool:
    """Tell whether character 9 of a 17-character VIN is its check digit (I, O and Q do not occur in VINs)."""
    values = [int(c) if c.isdecimal() else VIN_LETTERS.get(c) for c in vin.upper()]
    if len(vin) != 17 or any(v is None for v in values):
        return False
    remainder = sum(v * w for v, w in zip(values, VIN_WEIGHTS, strict=True) if v is not None) % 11
    return vin[8].upper() == ("X" if remainder == 10 else str(remainder))


def _vins(text: str) -> Iterator[Span]:
    for match in VIN_GLUED.finditer(text):
        vin = match[0]
        if vin.isdecimal() or vin.isalpha():
            continue
        if vin_check_digit_right(vin):
            score = 1.0
        else:  # European makers use no check digit; the last four are digits everywhere
            score = 0.7 if vin[-4:].isdecimal() and any(c.isalpha() for c in vin[:8]) else 0.2
        yield Span(*match.span(), "VIN", score)


def _said_vins(text: str) -> Iterator[Span]:
    for match in VIN_SAID.finditer(text):
        if _count_digits(match["x"]) >= 3 and not unit_follows(text, match.end()):
            yield Span(match.start("x"), match.end("x"), "VIN", 0.8)


def _spelt_vins(text: str) -> Iterator[Span]:
    for match in VIN_SPELT.finditer(text):
        vin = NOT_IN_VINS.sub("", as_digits(match[0]).upper())
        if sum(c.isalpha() for c in vin) >= FEWEST_LETTERS and vin_check_digit_right(vin):
            yield Span(*match.span(), "VIN", 0.9)


RECOGNISERS = (
    Recogniser("licence plate", "PLATE", _typed_plates),
    Recogniser("spoken licence plate", "PLATE", _spoken_plates),
    Recogniser("licence plate asked for", "PLATE", _asked_plates),
    Recogniser("English licence plate", "PLATE", pattern_search("PLATE", ENGLISH_PLATE, 0.7)),
    Recogniser("VIN", "VIN", _vins, VIN_CONTEXT),
    Recogniser("VIN after its name", "VIN", _said_vins),
    Recogniser("VIN spelt out", "VIN", _spelt_vins),
)
