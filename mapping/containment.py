"""What to contain for a cause: the narrowest set of units, the next wider ones, and what each of them holds.

From narrow to wide: units at the level blamed, built while the complaints gather; all units at the level; all units of
the station built while it used the level; all units of the station. A set that adds no unit is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from complaints.fingerprints import canonical_json
from complaints.records import Cause, ContainedSet, Containment
from complaints.store import temporary_tables
from mapping.built import STATES, BuiltUnits, built_units
from mapping.levels import STATION

if TYPE_CHECKING:
    from complaints.store import TemporaryTables
    from complaints.workspace import Workspace

KINDS = ("level_in_window", "level", "station_in_span", "station")  # of a level's sets
STATION_KINDS = ("station_in_span", "station")  # where the station itself is blamed
RUNNING_DAYS = 7  # a tool or lot that was used within so many days of the station's newest unit may be in use still
INTERVAL = re.compile(r"\[(\S+), (\S+)([)\]])")  # of a number (`mapping.levels.bin_names`)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed: a group's complaints come from a level at a station; without a level, from the station.

    `window` are the build days, both included, in which the complaints gather (`mapping.window`), None where they do
    not.
    """

    group_kind: str
    group_id: str
    station_id: str
    factor: str | None
    level: str | None
    window: tuple[date, date] | None


def claim_of(cause: Cause) -> Claim:
    """Return a cause as a claim, with the build range that the night found where its complaints gather."""
    level = None if cause.factor in (None, STATION) else cause.level
    found = json.loads(cause.evidence or "{}").get("window") or {}
    window = None
    if found.get("limited"):
        window = (date.fromisoformat(found["from"]), date.fromisoformat(found["to"]))
    factor = cause.factor if level is not None else None
    return Claim(cause.group_kind, cause.group_id, cause.station_id, factor, level, window)


@dataclass(frozen=True, slots=True)
class Complaining:
    """Who complains, as temporary tables by name: (group_kind, group_id, case_id), and (case_id, key)."""

    members: str
    keys: str


class Contained:
    """The units of one claim, each with the narrowest set that holds it.

    Args:
        own: gets a table of them.
        built: the units that passed the claim's station.
        complaining: the cases.
        claim: what is claimed.
    """

    def __init__(self, own: TemporaryTables, built: BuiltUnits, complaining: Complaining, claim: Claim) -> None:
        self._own, self._built, self._claim = own, built, claim
        group = "group_kind = ? AND group_id = ?"
        self._cases = own.make(
            "claimed_cases",
            f"SELECT case_id, key FROM {complaining.members} LEFT JOIN {complaining.keys} USING (case_id) "
            f"WHERE {group}",
            [claim.group_kind, claim.group_id],
        )
        first, last = claim.window or (None, None)
        match, values = self._match()
        self._units = own.make(
            "contained",
            f"WITH passed AS (SELECT key, bool_or({match}) AS exposed, min(day) AS day FROM {built.passes} "
            "WHERE station_id = $station GROUP BY key), "
            f"dated AS (SELECT key, coalesce(exposed, false) AS exposed, coalesce(u.built, day) AS built FROM passed "
            f"JOIN {built.units} u USING (key)), "
            "span AS (SELECT min(built) AS first, max(built) AS last FROM dated WHERE exposed), "
            f"known AS (SELECT key, count(*) AS complaints FROM {self._cases} WHERE key IS NOT NULL GROUP BY key) "
            "SELECT key, exposed, built, coalesce(complaints, 0) AS complaints, "
            "CASE WHEN exposed AND built BETWEEN $first AND $last THEN 0 WHEN exposed THEN 1 "
            "WHEN built BETWEEN span.first AND span.last THEN 2 ELSE 3 END AS step "
            "FROM dated CROSS JOIN span LEFT JOIN known USING (key)",
            {"station": claim.station_id, "first": first, "last": last} | values,
        )

    def _match(self) -> tuple[str, dict[str, Any]]:
        """Return the SQL that tells whether a pass was at the level, and its values."""
        claim = self._claim
        if claim.level is None:
            return "true", {}
        column = self._built.columns.get(claim.factor or "")
        if column is None:
            return "false", {}
        as_written, values = f"{column} = $level", {"level": claim.level}
        known = self._own.connection.execute(
            f"SELECT count(*) FROM {self._built.passes} WHERE station_id = $station AND {as_written}",
            {"station": claim.station_id} | values,
        ).fetchall()[0][0]
        tail = None if known else INTERVAL.fullmatch(claim.level)
        if tail is None:
            return as_written, values
        number, upto = f"try_cast({column} AS DOUBLE)", "<=" if tail[3] == "]" else "<"
        return f"({number} >= $low AND {number} {upto} $high)", {"low": float(tail[1]), "high": float(tail[2])}

    def figures(self) -> Containment | None:
        """Return the sets; None where no unit at the level is known."""
        query = self._own.connection.execute
        rows = query(
            "SELECT step, state, count(*), sum(complaints)::BIGINT, count(*) FILTER (complaints > 0), min(c.built), "
            f"max(c.built) FROM {self._units} c JOIN {self._built.units} USING (key) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        if not any(step < 2 for step, *_ in rows):
            return None
        cases, known = query(f"SELECT count(*), count(key) FROM {self._cases}").fetchall()[0]
        last, newest = query(f"SELECT max(built) FILTER (exposed), max(built) FROM {self._units}").fetchall()[0]
        if self._claim.level is None:
            newest = self._built.newest or newest
        since = query(f"SELECT count(*) FROM {self._units} WHERE built > ?", [last]).fetchall()[0][0]
        running = None if last is None or newest is None else (newest - last).days < RUNNING_DAYS
        return Containment(cases, cases - known, last, running, since, tuple(s for _, s in self._sets(rows)))

    def _sets(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[int, ContainedSet]]:
        """Return the sets with the step up to which each one's units go."""
        kinds = KINDS if self._claim.level is not None else STATION_KINDS
        sets, steps = [], sorted({row[0] for row in rows})
        for step in steps:
            within = [row for row in rows if row[0] <= step]
            states = dict.fromkeys(STATES, 0)
            for _, state, units, *_ in within:
                states[state] += units
            days = [day for row in within for day in row[5:] if day is not None]
            first, last = (min(days), max(days)) if days else (None, None)
            if step == 0 and self._claim.window is not None:
                first, last = self._claim.window
            total, held, complained = (sum(row[column] for row in within) for column in (2, 3, 4))
            # The widest set holds the whole station, also where the level was in use from its first unit to its last.
            kind = "station" if step == steps[-1] and kinds[step] == "station_in_span" else kinds[step]
            sets.append((step, ContainedSet(kind, first, last, total, held, complained, *states.values())))
        return sets

    def listed(self, number: int) -> list[tuple[Any, ...]]:
        """Return the units of a set: (set, serial, product, built, sold, state, complaints), by serial.

        Args:
            number: of the set, 1 is the narrowest; the first column says which is the narrowest that holds the unit.
        """
        query = self._own.connection.execute
        steps = [row[0] for row in query(f"SELECT DISTINCT step FROM {self._units} ORDER BY 1").fetchall()][:number]
        return query(
            "SELECT list_position(?::INTEGER[], step), serial, product, coalesce(u.built, c.built), sold, state, "
            f"complaints FROM {self._units} c JOIN {self._built.units} u USING (key) "
            "WHERE list_contains(?::INTEGER[], step) ORDER BY key",
            [steps, steps],
        ).fetchall()


def contained_causes(
    causes: Sequence[Cause], complaining: Complaining, own: TemporaryTables, workspace: Workspace, as_of: date
) -> list[Cause]:
    """Return causes with what to contain in the evidence of those that are claimed (`Cause.claimed`).

    Args:
        causes: of the night.
        complaining: its cases.
        own: of a connection that has these tables.
        workspace: its master/.
        as_of: the night's date.
    """
    stations = sorted({cause.station_id for cause in causes if cause.claimed})
    if not stations:
        return list(causes)
    place, how = workspace, workspace.master_reading()
    with built_units(own.connection, place.master, place.data, as_of, stations, how) as built:
        if built is None:
            return list(causes)
        return [_with_sets(cause, complaining, built) if cause.claimed else cause for cause in causes]


def _with_sets(cause: Cause, complaining: Complaining, built: BuiltUnits) -> Cause:
    with temporary_tables(built.own.connection) as own:
        found = Contained(own, built, complaining, claim_of(cause)).figures()
    body: Mapping[str, Any] = json.loads(cause.evidence)
    return replace(cause, evidence=canonical_json({**body, "containment": found.as_json() if found else None}))
