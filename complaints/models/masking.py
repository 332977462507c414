"""Texts as they are embedded: without the words that say who, which make and when, but not what is wrong.

Brand and model names, dealers, dates, numbers and courtesies dominate the similarity of complaint texts; with them out,
two texts are near when their troubles are. A fault code (P0300) is a trouble, so it stays.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from functools import cache
from importlib.resources import files

SPACE = re.compile(r"\s+")
# Placeholders of redaction: [电话], [PHONE].
PLACEHOLDER = re.compile(r"\[[A-Z_]{2,12}\]|\[[一-鿿]{2,4}\]")
COMPANY = re.compile(r"[一-鿿]{2,14}?(?:汽车|电器)?(?:销售|贸易|服务|维修)[一-鿿]{0,8}?有限(?:责任)?公司")
DEALER = re.compile(r"4\s*s\s*店?", re.IGNORECASE)
DATE = re.compile(
    r"(?<![0-9])(?:19|20)?[0-9]{2}\s*[年./\-]\s*[0-9]{1,2}\s*(?:月份?|[./\-])?\s*(?:[0-9]{1,2}\s*[日号]?)?(?![0-9])"
    r"|[0-9]{1,2}月份?(?:[0-9]{1,2}[日号])?|(?:19|20)[0-9]{2}\s*[年款]"
)
FAULT_CODE = re.compile(r"(?<![A-Za-z0-9])[PBCU][0-9][0-9A-F]{3}(?![A-Za-z0-9])", re.IGNORECASE)
# A figure with the letters that belong to it (2.0T, 560公里, 10.5w), unless it is a fault code.
NUMBER = re.compile(
    r"[0-9]+(?:[.,:/][0-9]+)*%?(?:\s?(?:km/h|km|mph|miles|公里|千米|万公里|万|元|块|[a-z]{1,3}(?![a-z])))?",
    re.IGNORECASE,
)
EMPTY_PUNCTUATION = re.compile(r"([,，、.。;；!！?？:：])(?:\s*[,，、.。;；:：])+")


@cache
def _words(language: str, kind: str) -> re.Pattern[str]:
    text = (files("complaints") / "data" / "masking.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    words = {row["words"].casefold() for row in rows if (row["language"], row["kind"]) == (language, kind)}
    body = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    edges = (r"(?<![a-z])", r"(?![a-z])") if language == "en" else ("", "")
    return re.compile(f"{edges[0]}(?:{body}){edges[1]}", re.IGNORECASE)


def mask(text: str, language: str) -> str:
    """Return a text without names of makes, models and dealers, dates, numbers, placeholders and courtesies.

    Args:
        text: a case's (redacted) text.
        language: zh or en; names of both are taken out of either.

    Returns:
        NFKC text with single blanks; empty when nothing but such words stood there.
    """
    masked = unicodedata.normalize("NFKC", text)
    masked = PLACEHOLDER.sub(" ", masked)
    if language == "zh":
        masked = COMPANY.sub("经销商", masked)
        masked = DEALER.sub("经销商", masked)
    masked = DATE.sub(" ", masked)
    masked = _words("zh", "name").sub("", masked)
    masked = _words("en", "name").sub(" ", masked)
    masked = _words(language if language == "en" else "zh", "courtesy").sub(" ", masked)
    codes = FAULT_CODE.findall(masked)
    pieces = [NUMBER.sub(" ", piece) for piece in FAULT_CODE.split(masked)]
    masked = "".join(piece + code for piece, code in zip(pieces, [*codes, ""], strict=True))
    masked = SPACE.sub(" ", masked)
    return EMPTY_PUNCTUATION.sub(r"\1", masked).strip(" ,，、.。;；:：")
