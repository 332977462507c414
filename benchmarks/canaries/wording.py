"""Names, places and sentences of the benchmark, from data/wording.json; none is taken from the recognisers' tables.

`develop` may be looked at while recognisers are made; `judge` only tells how good they are. What was once judged by and
then mended for belongs to `develop` from then on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Frames = dict[str, list[str]]  # by kind; "{}" is where the value stands
FILE = Path(__file__).parent / "data" / "wording.json"
_ALL: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
BEFORE: list[str] = _ALL["before"]
AFTER: list[str] = _ALL["after"]
ASKED: dict[str, str] = _ALL["asked"]
LEADS: list[str] = _ALL["leads"]
GO_ON: list[str] = _ALL["go_on"]


@dataclass(frozen=True)
class Names:
    """Parts that names and addresses are made of."""

    family: list[str]
    given: list[str]
    roads: list[str]
    estates: list[str]
    towns: list[str]


def wording(which: str) -> tuple[Frames, Names]:
    """Return the sentences and the names of `develop` or `judge`."""
    part = _ALL[which]
    return part["frames"], Names(**part["names"])
