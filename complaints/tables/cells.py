"""Cells as text: of any type of value, cleaned of what programs leave in them, and told apart from placeholders."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time

HALF = re.compile("[\ud800-\udfff]")
# Excel's escape of a control character that XML cannot hold; programs that read workbooks badly leave it standing.
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPECIAL = re.compile(r"[\0\r&#]|_x00|&")
ERRORS = frozenset(
    ("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#getting_data")
)
# What people and programs write where they know nothing, compared by `_bare`.
_PLACEHOLDERS = frozenset(
    (
        "无", "暂无", "没有", "未知", "不详", "不清楚", "不知道", "不明", "未提供", "未填", "未填写", "待查", "待补",
        "待确认", "待定", "空", "空白", "略", "同上", "匿名",
        "无车架号", "无vin", "无序列号", "na", "n/a", "none", "null",
        "nil", "nan", "unknown", "unk", "notavailable", "notapplicable", "notprovided", "notknown", "tbd", "tba",
        "missing", "empty", "blank", "void", "undefined",
    )
)  # fmt: skip
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,3}")
_NO_SERIAL = frozenset(("x", "xx", "xxx", "test", "vin", "sn", "serial", "车架号", "序列号"))


def whole_characters(text: str) -> str:
    """Return a text with halves of characters, which JSON may hold and no file can, replaced by U+FFFD."""
    return text if text.isascii() else HALF.sub("\ufffd", text)


def cleaned(text: str) -> str:
    """Return a cell's text as its writer meant it.

    NUL is dropped, ``_x000D_`` and the like are the characters they stand for, line ends are \\n, HTML's entities are
    decoded once, and one of Excel's error values (#N/A) is nothing.
    """
    if _SPECIAL.search(text):
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\0", "")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if text.strip().casefold() in ERRORS:
            return ""
    return text.strip()


def is_placeholder(text: str) -> bool:
    """Tell whether a cell says that nothing is known: 无, 不详, N/A, -, 0, 0000, ????."""
    bare = _bare(text)
    return not bare or bare in _PLACEHOLDERS or set(bare) <= {"0"}


def is_rounded(text: str) -> bool:
    """Tell whether a cell holds a number that a program rounded when it showed it: 2.02403E+11 stands for many."""
    return bool(_ROUNDED.fullmatch(unicodedata.normalize("NFKC", text.strip())))


def is_no_serial(text: str) -> bool:
    """Tell whether a cell names no unit: a placeholder, a word for serial numbers, one sign again and again, a rounded
    number."""
    bare = _bare(text)
    return is_placeholder(text) or is_rounded(text) or bare in _NO_SERIAL or (len(bare) > 2 and len(set(bare)) == 1)


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or c == "/").strip("/")


def cell_text(value: object) -> str:
    """Return a cell as text: dates in ISO form, whole numbers without a fraction, bytes as the text they hold, the
    words of a list or an object, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return cleaned(whole_characters(value))
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
    elif isinstance(value, date | time):
        text = value.isoformat()
    elif isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    elif isinstance(value, bytes | bytearray | memoryview):
        text = cleaned(_decoded(bytes(value)))
    elif isinstance(value, dict | list | tuple):
        text = cleaned("\n".join(_words(value)))
    else:
        text = cleaned(whole_characters(str(value)))
    return text


def _decoded(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""  # no text: an image, a key


def _words(value: object, depth: int = 0) -> Iterator[str]:
    """Yield what stands in an object or list, without its names and brackets."""
    if depth > 20:
        return
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _words(part, depth + 1)
    elif text := cell_text(value):
        yield text
