"""E-mail addresses and ids of messengers, as typed and as said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.redaction.numerals import SPOKEN
from complaints.redaction.recogniser import Recogniser, pattern_search
from complaints.redaction.spans import Span

LOCAL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}+$")
DOMAIN = re.compile(r"\s?(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61})\.){1,6}[A-Za-z]{2,24}")
_WORD = rf"[A-Za-z0-9{SPOKEN}]"
SPOKEN_EMAIL = (
    rf"(?P<x>(?<![A-Za-z0-9._]){_WORD}[A-Za-z0-9._{SPOKEN}]{{0,40}}(?:\s(?:dot|underscore)\s[A-Za-z0-9]{{1,30}}){{0,3}}"
    rf"\s?(?:艾特|圈a|\bat\b)\s?{_WORD}{{1,30}}\s?(?:点|\.|\bdot\b)\s?(?:com|cn|net|org|edu))(?![A-Za-z])"
)
MESSENGER = (
    r"(?:微信号?|威信|we\s?chat|(?<![A-Za-z])[vw]x|v信|扣扣|企鹅号?|(?<![A-Za-z])Q\s?Q号?|抖音号?|快手号?|小红书号?|支付宝"
    r"|钉钉号?|微博|whats?app|telegram|instagram|skype)"
)
LINK = r"\s?(?:账号|号码|号|id|账户|name)?[\s:是为,加@]{0,4}(?:is\s)?"
_END = rf"(?![0-9A-Za-z_{SPOKEN}])"
# An id has at least six characters with a digit or an underscore in it, so that "微信 carplay" stays.
HANDLE = MESSENGER + LINK + r"(?P<x>(?=[A-Za-z_\-]{0,19}[0-9_])[A-Za-z0-9][A-Za-z0-9_\-]{5,29})" + _END
# Digits alone, also spoken; and after "号", letters alone.
SAID_HANDLE = MESSENGER + LINK + rf"(?P<x>[A-Za-z]{{0,6}}(?:[\s,]?[0-9{SPOKEN}]){{5,15}})(?![年月日万千百公元])" + _END
NAMED_HANDLE = MESSENGER + r"(?:账号|号码|号|id)[\s:是为,]{0,4}(?P<x>[A-Za-z][A-Za-z0-9_\-]{5,29})" + _END
STAFF_NUMBER = rf"(?:工号|员工编?号)[\s:是为,]{{0,3}}(?P<x>[A-Za-z]{{0,4}}[0-9{SPOKEN}]{{3,12}})"


def find_emails(text: str) -> Iterator[Span]:
    """Yield the e-mail addresses of a folded text, in linear time: each @ is read to both sides."""
    at = text.find("@")
    while at >= 0:
        local = LOCAL.search(text, max(0, at - 64), at)
        domain = DOMAIN.match(text, at + 1)
        if local and domain:
            yield Span(local.start(), domain.end(), "EMAIL", 0.95)
        at = text.find("@", at + 1)


def _handle(pattern: str) -> Recogniser:
    return Recogniser("messenger id", "ACCOUNT", pattern_search("ACCOUNT", pattern, 0.8, flags=re.IGNORECASE))


RECOGNISERS = (
    Recogniser("e-mail address", "EMAIL", find_emails),
    Recogniser("e-mail address as said", "EMAIL", pattern_search("EMAIL", SPOKEN_EMAIL, 0.8, flags=re.IGNORECASE)),
    _handle(HANDLE),
    _handle(SAID_HANDLE),
    _handle(NAMED_HANDLE),
    Recogniser("staff number", "ACCOUNT", pattern_search("ACCOUNT", STAFF_NUMBER, 0.7)),
)
