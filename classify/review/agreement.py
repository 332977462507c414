"""How far reviewers agree: Krippendorff's alpha for nominal data, and the cases on which they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence


def krippendorff_alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Return Krippendorff's alpha for nominal data.

    1 is full agreement, 0 what chance gives, below 0 less than chance. Any number of reviewers, any of them may lack a
    value. Source: Krippendorff, Computing Krippendorff's Alpha-Reliability, University of Pennsylvania, 2011.

    Args:
        units: the values that each unit (case) was given; units with fewer than two values do not count.

    Returns:
        Alpha, or None when no unit has two values, or all values are one category (nothing to agree about).
    """
    paired = [Counter(unit) for unit in units if len(unit) > 1]
    total = sum(sum(unit.values()) for unit in paired)
    overall: Counter[Hashable] = Counter()
    for unit in paired:
        overall.update(unit)
    expected = total**2 - sum(count**2 for count in overall.values())
    if not paired or not expected:
        return None
    observed = 0.0
    for unit in paired:
        size = sum(unit.values())
        observed += (size**2 - sum(count**2 for count in unit.values())) / (size - 1)
    return 1.0 - (total - 1) * observed / expected


def settled(values: Mapping[str, str]) -> str | None:
    """Return what reviewers decided about a case: the value of more than half of them, or None for a conflict.

    Args:
        values: the last value that each reviewer gave.
    """
    if not values:
        return None
    value, count = Counter(values.values()).most_common(1)[0]
    return value if 2 * count > len(values) else None
