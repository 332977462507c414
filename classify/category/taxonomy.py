"""The user's own categories as they stand in a cell: several at once, and levels.

``发动机/异响; 转向`` names two categories, the first of them with two levels. Between categories stands ``;``, ``；``,
``|`` or a line break, between levels ``/``, ``>`` or ``＞``. The first category is the one that the model learns and
decides; any of the others counts as right when it is judged. A level of too few cases is learned as its parent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

BETWEEN_CATEGORIES = re.compile(r"[;；|\n]")
BETWEEN_LEVELS = re.compile(r"\s*[/>＞]\s*")
LEVEL = "/"
LEAST_CASES = 10  # of a lower level; the broadest level is always kept, however rare


def parse_categories(cell: str) -> tuple[str, ...]:
    """Return the categories of a cell, in order, levels joined by ``/``; empty for a blank cell."""
    parts = (BETWEEN_LEVELS.split(part.strip()) for part in BETWEEN_CATEGORIES.split(cell))
    named = (LEVEL.join(level.strip() for level in levels if level.strip()) for levels in parts)
    return tuple(dict.fromkeys(name for name in named if name))


def parent(category: str) -> str:
    """Return the broader category, or "" for the broadest."""
    return category.rpartition(LEVEL)[0]


def learnable(cells: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the categories of cases with levels of fewer than `LEAST_CASES` cases replaced by their parents.

    Args:
        cells: the categories of each case (`parse_categories`), the first its main one.
    """
    current = list(cells)
    while True:
        sizes = Counter(category for categories in current for category in categories[:1])
        rare = {c for c, size in sizes.items() if size < LEAST_CASES and parent(c)}
        known = set(sizes)
        # A further category that no case has as its main one cannot be decided, but its parent may.
        rare |= {c for cats in current for c in cats[1:] if c not in known and parent(c)}
        if not rare:
            return current
        current = [tuple(dict.fromkeys(parent(c) if c in rare else c for c in cats)) for cats in current]
