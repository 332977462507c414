"""The fixed forms of personal data that are looked for in file names and ids."""

from __future__ import annotations

import re
from collections.abc import Callable

from complaints.redaction.cards import ISSUER, id_card_score, luhn
from complaints.redaction.numerals import SPOKEN, as_digits, is_date
from complaints.redaction.phones import LANDLINE, MOBILE
from complaints.redaction.spans import Kind
from complaints.redaction.vehicles import PROVINCE, vin_check_digit_right

Form = tuple[Kind, re.Pattern[str], Callable[[str], bool] | None]

_ALONE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
# A number in parts is not a part of a longer chain of numbers such as 20240303-138-1234-5678-01.
_CHAIN, _CHAIN_END = _ALONE + r"(?<![0-9][\-_. ])", _END + r"(?![\-_. ][0-9])"
_GAP, _NXX = r"[\-_. ]", "[2-9][0-9]{2}"
_CALLER = r"(?:(?<![A-Za-z0-9])(?:tel|phone|mobile|mob|cell|call|caller|from|to|user|wx|vx|qq)|(?<![A-Za-z0-9]))"


def _landline(token: str) -> bool:
    digits = re.sub(r"\D", "", token)
    return LANDLINE.fullmatch(digits) is not None and not is_date(digits[3:]) and not is_date(digits[4:])


def _us(token: str) -> bool:
    return not token.lstrip("(").startswith(("400", "800"))  # service lines are nobody's


def _id_card(token: str) -> bool:
    return id_card_score(token.upper()) is not None


def _bank_card(token: str) -> bool:
    return ISSUER.match(token) is not None and token[0] in "456" and luhn(token)


def _vin(token: str) -> bool:
    letters = any(c.isalpha() for c in token[:3]) and any(c.isalpha() for c in token[3:11])
    return letters and (vin_check_digit_right(token) or token[-4:].isdecimal())


def _spoken_mobile(token: str) -> bool:
    return MOBILE.fullmatch(as_digits(token)) is not None


def _plate(token: str) -> bool:
    return sum(c.isdecimal() for c in as_digits(token)) >= 3


def _form(kind: Kind, pattern: str, check: Callable[[str], bool] | None = None) -> Form:
    return kind, re.compile(pattern, re.IGNORECASE), check


FORMS: tuple[Form, ...] = (
    _form("PHONE", rf"{_CALLER}(?P<x>(?:\+?86|0086|0)?1[3-9][0-9]{{9}}){_END}"),
    _form("PHONE", rf"{_CHAIN}(?P<x>(?:\+?86{_GAP})?1[3-9][0-9](?P<g>{_GAP})[0-9]{{4}}(?P=g)[0-9]{{4}}){_CHAIN_END}"),
    _form("PHONE", rf"{_CHAIN}(?P<x>\(?0[0-9]{{2,3}}[\-)][0-9]{{7,8}}){_CHAIN_END}", _landline),
    _form("PHONE", rf"{_CHAIN}(?P<x>(?:\+?1[\-. ])?\(?{_NXX}[\-. )]\s?{_NXX}[\-. ][0-9]{{4}}){_CHAIN_END}", _us),
    _form("PHONE", rf"(?<![{SPOKEN}])(?P<x>[{SPOKEN}]{{11}})(?![{SPOKEN}])", _spoken_mobile),
    _form("ID_CARD", rf"{_ALONE}(?P<x>[0-9]{{15}}|[0-9]{{17}}[0-9X]){_END}", _id_card),
    _form("BANK_CARD", rf"{_ALONE}(?P<x>[0-9]{{16}}|62[0-9]{{17}}){_END}", _bank_card),
    _form("VIN", rf"{_ALONE}(?P<x>[A-Z0-9]{{17}}){_END}", _vin),
    _form("PLATE", rf"(?P<x>[{PROVINCE}][A-Z][ ·.\-_]?(?:[A-Z0-9]{{5,6}}|[A-Z0-9]{{4}}[学警港澳挂])){_END}", _plate),
    _form("PLATE", rf"(?P<x>[{PROVINCE}][A-Z][A-Z0-9{SPOKEN}]{{5,6}})(?![A-Z0-9{SPOKEN}])", _plate),
)
