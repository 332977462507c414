"""Bytes gone wrong: what transfers, editors, exports and attackers do to a file."""

from __future__ import annotations

import random

CELLS = [
    "", "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "\t=1", "-1", "\r=1",
    "<script>alert(1)</script>", "</script>", "{{7*7}}",
    "../../etc/passwd", "\x00", "\x1b[31m", "\u202e倒", "\ufeff", "𠮷野家", "é́́́", "NaN",
    "inf", "-inf", "1e999", "9" * 400, "0x1F",
    "2026-02-30", "9999-12-31", "0000-00-00", "2026年13月45日", "32/13/2026", "-9999999999", "1970-01-01T00:00:00Z",
    "null", "None", "'; DROP TABLE cases;--", "%s%n", "${jndi:ldap://x}",
    "a" * 30_000, "好" * 20_001, "\n" * 500, '"', "'", ",", ";",
    "\u2028", "\ud83d", "😀" * 100, "TRUE", "#REF!", "#N/A", "１２３", "٣", "1,234,567.89", "１２万公里", "...",
]  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32", "big5", "latin-1", "shift-jis", "cp1252")


def cell(rng: random.Random) -> str:
    """Return one nasty value."""
    return rng.choice(CELLS)


def encoded(text: str, rng: random.Random) -> bytes:
    """Return text in some encoding, what it cannot write left out."""
    return text.encode(rng.choice(ENCODINGS), "ignore")


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return bytes with one to three kinds of damage."""
    for _ in range(rng.randint(1, 3)):
        content = rng.choice(DAMAGES)(content, rng)
    return content


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))]


def _headless(content: bytes, rng: random.Random) -> bytes:
    return content[rng.randint(0, min(200, len(content))) :]


def _flip(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 40)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _splice(content: bytes, rng: random.Random) -> bytes:
    at, piece = rng.randint(0, len(content)), rng.randbytes(rng.randint(1, 300))
    return content[:at] + piece + content[at:]


def _zeros(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + bytes(rng.randint(1, 5000)) + content[at:]


def _doubled(content: bytes, rng: random.Random) -> bytes:
    return content + content[rng.randint(0, len(content)) :]


def _shuffled(content: bytes, rng: random.Random) -> bytes:
    size = rng.randint(1, 512)
    blocks = [content[i : i + size] for i in range(0, len(content), size)]
    rng.shuffle(blocks)
    return b"".join(blocks)


def _noise(content: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(rng.randint(0, 4000))


def _empty(content: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        [
            b"",
            b"\n",
            b" ",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\x00" * 64,
            b"PK\x03\x04",
            b"PAR1",
            b"RIFF",
            b"OggS",
            b"{",
            b"[",
        ]
    )


def _lines(content: bytes, rng: random.Random) -> bytes:
    return content.replace(b"\n", rng.choice([b"\r", b"\r\n", b"\n\n", b"\x0b", b"\x00\n", b""]))


DAMAGES = (_cut, _headless, _flip, _splice, _zeros, _doubled, _shuffled, _noise, _empty, _lines)
