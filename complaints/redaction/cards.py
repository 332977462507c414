"""Identity cards, bank cards and travel documents, with their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from complaints.redaction.numerals import SPOKEN, digit_runs, windows
from complaints.redaction.recogniser import Context, Recogniser, pattern_search
from complaints.redaction.spans import Span

# First two digits of an ID card: the province codes of GB/T 2260.
_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
PROVINCES = frozenset(_PROVINCES.split())
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2
ID_CHECKS = "10X98765432"
MOST_GROUPS = 6  # in which people write or say such a number
WEAK = 0.15  # a card by context alone
LAST_X = re.compile(r"[\s,，\-]{0,2}[xX×叉]")
ISSUER = re.compile(r"4|5[1-5]|2[2-7]|3[0-9]|6[0-9]|9[0-9]")  # ISO/IEC 7812 issuers of payment cards
CARD_CONTEXT = Context(re.compile(r"银行卡|卡号|账[号户]|信用卡|储蓄卡|借记卡|\bcard|account|\bIBAN\b", re.IGNORECASE))
ID_CONTEXT = Context(re.compile(r"身份证|证件号|ID card|identity", re.IGNORECASE))


def _day(year: int, month: int, day: int) -> bool:
    try:
        return 1880 <= date(year, month, day).year <= 2099
    except ValueError:
        return False


def id_card_score(digits: str) -> float | None:
    """Return the score of 15 or 18 characters as an ID card: check digit right 1.0, region and birthday alone less."""
    if digits[:2] not in PROVINCES:
        return None
    if len(digits) == 15:
        born = digits.isdecimal() and _day(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
        return 0.6 if born else None
    if len(digits) != 18 or not digits[:17].isdecimal():
        return None
    if not _day(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])):
        return None
    check = ID_CHECKS[sum(int(d) * w for d, w in zip(digits, ID_WEIGHTS, strict=False)) % 11]
    return 1.0 if digits[17] == check else 0.7


def luhn(digits: str) -> bool:
    """Tell whether the last digit is right by ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _id_cards(text: str) -> Iterator[Span]:
    for run in digit_runs(text):
        for digits, groups in windows(run, 15, 18):
            if len(digits) == 16:
                continue
            end = groups[-1].end
            if len(digits) == 17 and (last := LAST_X.match(text, end)):
                digits, end = digits + "X", last.end()
            score = id_card_score(digits)
            if score is None and len(groups) <= MOST_GROUPS:
                score = WEAK  # a mistyped or misheard one, where context says so
            if score is not None:
                yield Span(groups[0].start, end, "ID_CARD", score)


def _bank_cards(text: str) -> Iterator[Span]:
    for run in digit_runs(text):
        for digits, groups in windows(run, 12, 19):
            if len(groups) > MOST_GROUPS:
                continue
            known = len(digits) >= 15 and ISSUER.match(digits) is not None and luhn(digits)
            yield Span(groups[0].start, groups[-1].end, "BANK_CARD", 0.97 if known else WEAK)


DOCUMENT = (
    r"(?:护照|通行证|居住证|驾驶?证|驾照|身份证|档案编?号|passport|driver'?s? licen[cs]e|\bSSN\b|social security)"
    r"(?:号码?|编号|number|no\.?|#)?[\s:：是为,，]{0,4}(?:is\s)?"
    rf"(?P<x>[A-Za-z]{{0,2}}(?:[0-9{SPOKEN}][ \-]?){{4,17}}[0-9{SPOKEN}X])(?![A-Za-z0-9])"
)
SOCIAL_SECURITY = r"(?<![0-9\-])(?!000|666)[0-8][0-9]{2}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9\-])"

RECOGNISERS = (
    Recogniser("ID card", "ID_CARD", _id_cards, ID_CONTEXT),
    Recogniser("bank card", "BANK_CARD", _bank_cards, CARD_CONTEXT),
    Recogniser("document number", "ID_CARD", pattern_search("ID_CARD", DOCUMENT, 0.7, flags=re.IGNORECASE)),
    Recogniser("social security number", "ID_CARD", pattern_search("ID_CARD", SOCIAL_SECURITY, 0.7)),
)
