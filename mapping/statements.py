"""One trouble, one statement: which causes say again what another one says, and which one is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from complaints.ranking import strength
from complaints.records import Cause
from complaints.store import temporary_tables
from mapping.causes import CLAIMS, NO_STATION
from mapping.exposure import level_queries

if TYPE_CHECKING:
    from mapping.groups import TracedUnits
    from mapping.levels import LevelPlan

MOSTLY = 0.5  # of the smaller claim's complaining units: from there on, two claims are about the same ones
Pairs = Mapping[tuple[int, int], int]  # positions of two causes, the lower one first -> complaining units of both


@dataclass(frozen=True, slots=True)
class Said:
    """A cause with what it was found in.

    Args:
        cause: the row.
        group: the number of its group.
        level: the number of its level, None where it has none.
    """

    cause: Cause
    group: int
    level: int | None

    @property
    def is_claim(self) -> bool:
        """Whether complaining units at a level stand behind it."""
        cause = self.cause
        return self.level is not None and (cause.verdict in CLAIMS or cause.decision == "confirmed")


def told_once(said: Sequence[Said], families: Collection[tuple[int, int]], shared: Pairs) -> list[Cause]:
    """Return the causes, with `same_as` where another one of the same station tells the same trouble.

    Two causes at one station tell the same when their groups are of one family (an issue and the symptom group that
    repeats it), or when both are claims and half of the smaller one's complaining units are the other's, too. Told is
    what an expert confirmed, then the stronger verdict, then what more complaining units stand behind, then the
    narrower level. What an expert rejected is still what it stands for: it does not come back by another name.

    Args:
        said: the causes of the night.
        families: pairs of group numbers, in both orders.
        shared: complaining units that two claims have in common.
    """
    of_station: dict[str, list[int]] = {}
    for number, one in enumerate(said):
        if one.cause.station_id != NO_STATION:
            of_station.setdefault(one.cause.station_id, []).append(number)
    same: dict[int, int] = {}
    for numbers in of_station.values():
        told: list[int] = []
        for number in sorted(numbers, key=lambda n: _order(said[n].cause)):
            again = next((t for t in told if _same(said, t, number, families, shared)), None)
            if again is None:
                told.append(number)
            else:
                same[number] = again
    return [
        replace(one.cause, same_as=said[same[number]].cause.cause_id) if number in same else one.cause
        for number, one in enumerate(said)
    ]


def _order(cause: Cause) -> tuple[object, ...]:
    return strength(replace(cause, decision="open") if cause.decision == "rejected" else cause)


def _same(said: Sequence[Said], told: int, other: int, families: Collection[tuple[int, int]], shared: Pairs) -> bool:
    first, second = said[told], said[other]
    if first.group == second.group or (first.group, second.group) in families:
        return True
    if not (first.is_claim and second.is_claim):
        return False
    smaller = min(first.cause.exposed_cases or 0, second.cause.exposed_cases or 0)
    return smaller > 0 and shared.get((min(told, other), max(told, other)), 0) >= MOSTLY * smaller


def shared_units(said: Sequence[Said], units: TracedUnits, plan: LevelPlan) -> dict[tuple[int, int], int]:
    """Count the complaining units that claims at one station have in common."""
    claims = [(n, one) for n, one in enumerate(said) if one.is_claim and one.cause.station_id != NO_STATION]
    if len(claims) < 2:
        return {}
    with temporary_tables(units.connection) as own:
        listed = own.make(
            "claims",
            "SELECT unnest(?::INTEGER[]) AS claim, unnest(?::INTEGER[]) AS grp, unnest(?::INTEGER[]) AS level, "
            "unnest(?::VARCHAR[]) AS station_id",
            [
                [n for n, _ in claims], [one.group for _, one in claims], [one.level for _, one in claims],
                [one.cause.station_id for _, one in claims],
            ],
        )  # fmt: skip
        passes = f"(SELECT p.* FROM {plan.passes} p SEMI JOIN {units.complaining} USING (unit))"
        at_levels = " UNION ALL ".join(level_queries(plan, passes))
        exposed = own.make(
            "exposed_claims",
            f"SELECT DISTINCT c.claim, c.station_id, u.unit FROM {listed} c JOIN {units.complaining} u USING (grp) "
            f"JOIN ({at_levels}) l ON l.row = c.level AND l.unit = u.unit",
        )
        rows = units.connection.execute(
            f"SELECT a.claim, b.claim, count(*) FROM {exposed} a JOIN {exposed} b "
            "ON a.unit = b.unit AND a.station_id = b.station_id AND a.claim < b.claim GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return {(one, other): both for one, other, both in rows}
