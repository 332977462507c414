"""What stood on a station's page before: kept by the nights that changed it, told by those that come after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import date

from complaints.store import Store
from reports.facts.overview import OverviewReader
from reports.facts.types import Change, Stand, StationLine

TABLE = "station_history"
COLUMNS = "group_id, symptom, component, verdict, decision, factor, level, relative_risk, exposed_cases"
NO_SIGNAL = Stand("", None, None, "", "", None, None, None, None)


def stand_of(line: StationLine) -> Stand:
    """Return what stands on a station's page tonight."""
    if line.best is None:
        return NO_SIGNAL
    cause = line.best.cause
    risk = None if cause.relative_risk is None else round(cause.relative_risk, 1)  # as it is printed
    return Stand(
        cause.group_id, cause.symptom, cause.component, cause.verdict, cause.decision, cause.factor, cause.level, risk,
        cause.exposed_cases,
    )  # fmt: skip


def read_changes(store: Store, lines: Iterable[StationLine], as_of: date) -> dict[str, Change]:
    """Return, for every station that has or had a signal, since when it stands as it does and what stood before.

    Nights from `as_of` on are not looked at: a night that is run again tells what it told the first time.
    """
    known: dict[str, list[tuple[date, Stand]]] = defaultdict(list)
    for station, night, *stand in store.query(
        f"SELECT station_id, night, {COLUMNS} FROM {TABLE} WHERE night < ? ORDER BY station_id, night", [as_of]
    ):
        known[station].append((night, Stand(*stand)))
    return {
        line.station.station_id: change
        for line in lines
        if (change := _change(stand_of(line), known.get(line.station.station_id, []), as_of)) is not None
    }


def _change(now: Stand, known: Sequence[tuple[date, Stand]], as_of: date) -> Change | None:
    if known and known[-1][1] == now:
        before = known[-2][1] if len(known) > 1 else None
        return Change(known[-1][0], before)
    if known:
        return Change(as_of, known[-1][1])
    return None if now == NO_SIGNAL else Change(as_of, None)


def keep_history(store: Store, as_of: date) -> None:
    """Keep what stands since tonight; a night that is run again takes the place of its first run."""
    lines = OverviewReader(store, as_of).station_lines()
    changes = read_changes(store, lines, as_of)
    store.query(f"DELETE FROM {TABLE} WHERE night = ?", [as_of])
    store.append_values(
        TABLE,
        [
            (line.station.station_id, as_of, *astuple(stand_of(line)))
            for line in lines
            if line.station.station_id in changes and changes[line.station.station_id].since == as_of
        ],
    )
