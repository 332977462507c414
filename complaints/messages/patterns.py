"""Messages in the language of the workspace.

Code says what is wrong in English, once. For Chinese readers `in_language` finds the message in a table of patterns
(data/wording_zh.csv; `{}` stands for a value) and says it in Chinese; what the table does not hold stays as it is. A
test compares the table with the messages in the code.
"""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from importlib.resources import files


def in_language(text: str, language: str) -> str:
    """Return a message of doctor, status or quarantine in zh or en."""
    return _chinese(text) if language == "zh" else text


def known(text: str) -> bool:
    """Tell whether a message, or a pattern of messages, is in the table."""
    return _whole(text) is not None


def _chinese(text: str) -> str:
    whole = _whole(text)
    if whole is not None:
        return whole
    # A message may be two of them, or a place and one of them.
    splits = [(text[:at.start()], at.group(), text[at.end():]) for at in re.finditer(r"\. |: ", text)]  # fmt: skip
    for needed in (2, 1):
        for first, between, second in splits:
            said = [_whole(first), _whole(second.rstrip("."))]
            if sum(part is not None for part in said) >= needed:
                left, right = said[0] or first, said[1] or _chinese(second)
                return f"{left}{'。' if between == '. ' else '：'}{right}"
    return text


def _whole(text: str) -> str | None:
    for pattern, chinese in _table():
        found = pattern.fullmatch(text)
        if found is not None:
            return chinese.format(*(_chinese(value) for value in found.groups()))
    return None


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns with what they mean in Chinese; those with the most words of their own first."""
    text = (files("complaints") / "data" / "wording_zh.csv").read_text(encoding="utf-8")
    rows = sorted(csv.DictReader(io.StringIO(text)), key=lambda row: -len(row["en"].replace("{}", "")))
    return tuple((_pattern(row["en"]), row["zh"]) for row in rows)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in template.split("{}")), re.S)
