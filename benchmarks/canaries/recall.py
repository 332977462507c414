"""Recall: of what was planted, how much is gone from the redacted words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.canaries.forms import Planted
from benchmarks.canaries.normal import normal

LEFT_FIXED, LEFT_NAME, LEFT_ADDRESS = 4, 2, 3  # characters in a row that may not be left


@dataclass
class Recall:
    """Planted and found, by kind; what was missed."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[Planted] = field(default_factory=list)

    def add(self, planted: Planted, text: Sequence[str], redacted: Sequence[str]) -> None:
        """Count one planted value, given the whole text (or all turns) that it stands in, and the same redacted."""
        self.planted[planted.kind] += 1
        if left_over(planted, text, redacted):
            self.missed.append(planted)
        else:
            self.found[planted.kind] += 1

    def of(self, kind: str) -> float:
        """Return the recall of a kind, 0 to 1."""
        return self.found[kind] / max(1, self.planted[kind])


def width_of(kind: str) -> int:
    """Return how many characters in a row of a value of a kind may not be left."""
    return LEFT_NAME if kind == "name" else LEFT_ADDRESS if kind == "address" else LEFT_FIXED


def left_over(planted: Planted, text: Sequence[str], redacted: Sequence[str]) -> bool:
    """Tell whether a part of the value is still there that does not stand beside it anyway."""
    kind, value = planted.kind, normal(planted.value)
    width = width_of(kind)
    before, after = normal("".join(text)), normal("".join(redacted))
    return any(
        after.count(piece) and after.count(piece) > _beside(before, value, piece) for piece in pieces(value, width)
    )


def _beside(before: str, value: str, piece: str) -> int:
    return before.replace(value, "\n").count(piece)


def pieces(value: str, width: int) -> Iterable[str]:
    """Return every so many characters in a row of a value, or the whole of a shorter one."""
    width = min(width, len(value))
    return {value[i : i + width] for i in range(len(value) - width + 1)}
