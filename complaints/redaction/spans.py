"""What redaction finds and returns: kinds of personal data, spans, redacted texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["PHONE", "ID_CARD", "PLATE", "VIN", "BANK_CARD", "EMAIL", "NAME", "ADDRESS", "ACCOUNT"]
KINDS: tuple[Kind, ...] = get_args(Kind)

CHINESE_WORDS: dict[Kind, str] = {
    "PHONE": "电话",
    "ID_CARD": "身份证",
    "PLATE": "车牌",
    "VIN": "车架号",
    "BANK_CARD": "银行卡",
    "EMAIL": "邮箱",
    "NAME": "姓名",
    "ADDRESS": "地址",
    "ACCOUNT": "账号",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) that are personal data of a kind; `score` in 0..1 says how sure the recogniser is."""

    start: int
    end: int
    kind: Kind
    score: float


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data; `spans` are ordered, do not overlap, and point into the original text."""

    text: str
    spans: tuple[Span, ...]


def placeholder(kind: Kind, language: str = "zh") -> str:
    """Return what stands in the place of personal data: ``[电话]`` in Chinese texts, ``[PHONE]`` in all others."""
    return f"[{CHINESE_WORDS[kind]}]" if language == "zh" else f"[{kind}]"


def render(text: str, spans: tuple[Span, ...], language: str) -> str:
    """Return `text` with each span (ordered, not overlapping) replaced by its placeholder."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], placeholder(span.kind, language)]
        at = span.end
    return "".join([*parts, text[at:]])
