"""Keyed hashes: the token that stands for a serial number, and the file that holds the key.

A serial number stands in public tables as HMAC-SHA-256 under a key that only this workspace has.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

KEY_BYTES = 32
TOKEN_DIGITS = 20  # 80 bits: two of a billion serial numbers share a token with a probability of 4e-7


def normal_serial(serial: str) -> str:
    """Return a serial number as it is compared: NFKC, upper case, without blanks and hyphens."""
    kept = unicodedata.normalize("NFKC", serial).upper()
    return "".join(c for c in kept if not c.isspace() and c != "-")


def token_of(serial: str, key: bytes) -> str:
    """Return the keyed hash (HMAC-SHA-256, 80 bits, ``V…``) that stands for a serial number in public tables."""
    return f"V{hmac.new(key, normal_serial(serial).encode(), hashlib.sha256).hexdigest()[:TOKEN_DIGITS]}"


def read_or_make_key(path: Path) -> bytes:
    """Return the key in a file; a missing one is made, readable by its owner alone from its first moment."""
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
    return path.read_bytes()
