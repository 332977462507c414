"""JSON that stands in a column: read for a page, whatever its shape."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str) -> Any:
    """Return what a column's JSON holds, or None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def listed(text: str) -> list[str]:
    """Return a JSON list of a column as texts; empty when it is none."""
    found = parsed(text)
    return [str(item) for item in found] if isinstance(found, list) else []
