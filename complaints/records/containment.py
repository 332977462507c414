"""What to contain for a cause, as mapping finds it and pages tell it: a part of `causes.evidence`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ContainedSet:
    """Units to contain, each set within the next.

    Args:
        kind: which units; a key of the catalogue (``contain.set.…``).
        first, last: build days of its units, both included; None where no date is known.
        units: in it.
        complaints: that it holds.
        complained: its units with such a complaint.
        in_plant, unsold, sold, unknown: its units by state (`mapping.built.STATES`); together all units.
    """

    kind: str
    first: date | None
    last: date | None
    units: int
    complaints: int
    complained: int
    in_plant: int
    unsold: int
    sold: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Containment:
    """The sets of a claim, and whether what is blamed is still in use.

    Args:
        complaints: of the group, repeats left out.
        without_serial: those of them that no set can hold.
        last: the day on which the last unit at the level was built; None without days.
        running: that day lies within RUNNING_DAYS of the newest unit (of the station; of a station, of the plant).
        passed_since: units that passed the station since then.
        sets: the narrowest first.
    """

    complaints: int
    without_serial: int
    last: date | None
    running: bool | None
    passed_since: int
    sets: tuple[ContainedSet, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values; days in ISO."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return plain
