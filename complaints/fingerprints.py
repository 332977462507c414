"""Ids and keys that derive from content alone: the same content gives the same id in any workspace."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SEPARATOR = "\x1f"
CHUNK_BYTES = 1 << 20


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys and no spaces, readable Chinese, the same bytes on every machine."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(*parts: object) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of the parts; None and "" differ, so do ("ab",) and ("a", "b")."""
    text = SEPARATOR.join("\x00" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_id(prefix: str, *parts: object) -> str:
    """Return an id such as ``T3f0c…`` of a prefix and 16 hexadecimal digits (64 bits) of the parts' digest."""
    return f"{prefix}{digest(*parts)[:16]}"


def bytes_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    sha = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            sha.update(piece)
    return sha.hexdigest()


def fingerprint(parts: Sequence[object]) -> str:
    """Return a short key (16 hexadecimal digits) of what a stage reads: version, settings, dictionary, model."""
    return digest(*parts)[:16]
