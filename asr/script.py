"""How recognised text is written: simplified script, one kind of punctuation, no broken characters."""

from __future__ import annotations

import re
import unicodedata

HAN = "㐀-䶿一-鿿"
HAN_RUN = re.compile(rf"[{HAN}]+")
PAUSE = "|"  # where the model set a timestamp inside a turn
CJK_MARKS = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；"})
BESIDE_HAN = re.compile(rf"(?<=[{HAN}])\s*[,?!;]|[,?!;](?=\s*[{HAN}])")
SPACE_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
MARKS = "，。？！、；,.?!;:："


def written(raw: str, language: str) -> str:
    """Return a turn's raw text as it is stored.

    Args:
        raw: the model's words joined, with PAUSE where it heard one.
        language: zh, yue or en: of Chinese, the script is made simplified and pauses become commas.
    """
    text = unicodedata.normalize("NFC", raw).replace("�", "")
    chinese = language != "en"
    if chinese:
        import zhconv

        text = zhconv.convert(text, "zh-hans")
        text = SPACE_BETWEEN_HAN.sub("，", text)
        text = BESIDE_HAN.sub(lambda m: m.group().strip().translate(CJK_MARKS), text)
    comma = "，" if chinese else ", "
    parts = [part.strip() for part in text.split(PAUSE)]
    joined = ""
    for part in filter(None, parts):
        joined += part if not joined else (part if joined[-1] in MARKS and chinese else _joint(joined, comma) + part)
    return re.sub(r"\s+", " ", joined).strip()


def simplified(raw: str) -> str:
    """Return Chinese text in simplified script, as long as it was."""
    import zhconv

    text = str(zhconv.convert(raw, "zh-hans"))
    return text if len(text) == len(raw) else raw


def _joint(before: str, comma: str) -> str:
    return " " if before[-1] in MARKS else comma
