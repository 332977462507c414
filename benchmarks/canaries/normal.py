"""Texts as the search reads them: one width, digits for spoken ones, lower case, no pause within a number."""

from __future__ import annotations

import re
import unicodedata

DIGITS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
BETWEEN = re.compile(r"(?<=[0-9a-z])(?:[\s,，、。.…\-·]|嗯|然后){1,5}(?=[0-9a-z])")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def normal(text: str) -> str:
    """Return the text with full width folded, spoken digits written, and parts of a number or id joined."""
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DIGITS).lower()
    return BETWEEN.sub("", folded)
