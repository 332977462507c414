"""JSON that stands in a column: read for a page, whatever its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def parsed(text: str | None) -> Any:
    """Return what a column's JSON holds, or None where it is none."""
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def listed(text: str | None) -> list[str]:
    """Return a JSON list of a column as texts; empty when it is none."""
    found = parsed(text)
    return [str(item) for item in found] if isinstance(found, list) else []


def object_of(text: str | None) -> Mapping[str, Any]:
    """Return a JSON object of a column; empty when it is none."""
    found = parsed(text)
    return found if isinstance(found, dict) else {}


def objects(text: str | None) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list of a column; empty when it is none."""
    found = parsed(text)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
