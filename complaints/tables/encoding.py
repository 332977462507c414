"""The encoding of a text file: BOM, else strict UTF-8, else the one whose text then reads as text, else a refusal.

GB18030 decodes nearly any bytes, so that decoding alone proves nothing: Windows' apostrophe (0x92) with the letter
behind it is a rare character, and Big5 comes out as nonsense. What counts is how ordinary the characters are.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from complaints.errors import ItemRefused

CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 1 << 20  # of the lines that are not ASCII
ORDINARY = 0.85  # least share of ordinary characters of a text; of nonsense it is about a half
MIN_NULS = 4
LONE = 0.8  # least share of bytes above ASCII that stand alone, in a Western text
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file.

    Raises:
        ItemRefused: `undecodable_bytes`, with the row and column of the first byte that does not fit.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    for bom, encoding in BOMS:
        if start.startswith(bom):
            return _checked(path, encoding)
    if wide := _without_mark(start):
        return _checked(path, wide)
    failures = [(_first_failure(path, "utf-8"), "utf-8")]
    if failures[0][0] is None:
        return "utf-8"
    sample = _sample(path)
    scores = {encoding: _ordinary(sample, encoding) for encoding in ("gb18030", "big5hkscs", "cp1252")}
    for encoding in sorted(scores, key=lambda name: -scores[name]):
        failure = _first_failure(path, encoding)
        if scores[encoding] >= ORDINARY and failure is None:
            return "big5" if encoding == "big5hkscs" and _first_failure(path, "big5") is None else encoding
        if encoding == "gb18030":
            failures.append((failure, encoding))
    # The encoding that went further is the likelier one, so its first bad byte is where to look.
    known = [(offset, encoding) for offset, encoding in failures if offset is not None]
    raise _undecodable(path, *max(known))


def _checked(path: Path, encoding: str) -> str:
    failure = _first_failure(path, encoding)
    if failure is not None:
        raise _undecodable(path, failure, encoding)
    return encoding


def _without_mark(start: bytes) -> str | None:
    """Return UTF-16 by its NULs: of ASCII's characters one byte is one, and the text then reads as text."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) < MIN_NULS or min(even, odd) > max(even, odd) * 0.4:
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = start[: len(start) // 2 * 2].decode(encoding, "replace")
    beyond = [c for c in text if ord(c) > 127]
    ordinary = sum(c in common_characters() or _is_sign(c) or (c.isalpha() and ord(c) < 0x250) for c in beyond)
    return encoding if ordinary >= ORDINARY * len(beyond) else None


def _sample(path: Path) -> bytes:
    """Return lines with bytes above ASCII, up to SAMPLE_BYTES."""
    kept: list[bytes] = []
    size = 0
    with path.open("rb") as stream:
        while size < SAMPLE_BYTES and (line := stream.readline(SAMPLE_BYTES)):
            if not line.isascii():
                kept.append(line)
                size += len(line)
    return b"".join(kept)


def _ordinary(sample: bytes, encoding: str) -> float:
    """Return how much a sample reads as a text in an encoding, 0 to 1."""
    if encoding == "cp1252":
        return _western(sample)
    text = sample.decode(encoding, "replace")
    beyond = [c for c in text if ord(c) > 127]
    if not beyond:
        return 0.0
    return sum(c in common_characters() or _is_sign(c) for c in beyond) / len(beyond)


def _western(sample: bytes) -> float:
    """Return the share of letters and signs beyond ASCII that stand alone among ASCII, as accents and quotes do."""
    lone = beyond = 0
    for before, byte, after in _neighbours(sample):
        beyond += 1
        sign = bytes((byte,)).decode("cp1252", "replace")
        fits = sign.isalpha() or (unicodedata.category(sign)[0] in "PSZ" and sign != "\ufffd")
        lone += before < 128 and after < 128 and fits
    share = lone / beyond if beyond else 0.0
    return share if share >= LONE else 0.0


def _neighbours(sample: bytes) -> Iterator[tuple[int, int, int]]:
    padded = b"\n" + sample + b"\n"
    for at in range(1, len(padded) - 1):
        if padded[at] > 127:
            yield padded[at - 1], padded[at], padded[at + 1]


def _is_sign(character: str) -> bool:
    code = ord(character)
    return (
        0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E or 0x2010 <= code <= 0x2027 or code in (0xB7, 0xD7, 0xB0)
        or 0x2160 <= code <= 0x2179 or 0x2460 <= code <= 0x249B or code in (0x2103, 0x25A1, 0x2611, 0x221A, 0x00A5)
    )  # fmt: skip


@cache
def common_characters() -> frozenset[str]:
    """Return the first levels of GB 2312 (3,755) and Big5 (5,401): the characters that Chinese texts are made of."""
    simplified = bytes(b for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for b in (lead, trail))
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = bytes(b for lead in range(0xA4, 0xC7) for trail in trails for b in (lead, trail))
    text = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    return frozenset(text) - {"\ufffd"}


def _first_failure(path: Path, encoding: str) -> int | None:
    decoder, done = codecs.getincrementaldecoder(encoding)("strict"), 0
    with path.open("rb") as stream:
        while True:
            piece = stream.read(CHUNK_BYTES)
            state = decoder.getstate()[0]
            pending = len(state) if isinstance(state, bytes) else 0
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return max(done - pending + error.start, 0)
            if not piece:
                return None
            done += len(piece)


def _undecodable(path: Path, offset: int, encoding: str) -> ItemRefused:
    row, column = _place(path, offset, encoding)
    return ItemRefused("tables.undecodable_bytes", path.name, row=row, column=column)


def _place(path: Path, offset: int, encoding: str) -> tuple[int, int]:
    row, line = 1, b""
    with path.open("rb") as stream:
        left = offset
        while left > 0 and (piece := stream.read(min(CHUNK_BYTES, left))):
            left -= len(piece)
            row += piece.count(b"\n")
            line = piece.rsplit(b"\n", 1)[-1] if b"\n" in piece else (line + piece)[-CHUNK_BYTES:]
    return row, len(line.decode(encoding.removesuffix("-sig"), "replace")) + 1
