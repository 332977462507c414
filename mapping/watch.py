"""What follows from the causes: warnings, effects of actions, suppliers, PFMEA feedback. It reads; `stage` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.records import Action, ActionEffect, Cause, EarlyWarning, LoopTimes, PfmeaGap, Supplier
from complaints.run import Night
from complaints.store import BASELINE_DAYS, history_begin
from mapping import warnings
from mapping.actions import judge_actions, read_actions
from mapping.causes import CLAIMS, NO_STATION
from mapping.feedback import closed_loop, pfmea_feedback
from mapping.match import Matcher
from mapping.night_tables import NightTables
from mapping.plant import PlantModel
from mapping.series import SeriesKey, load_series
from mapping.suppliers import supplier_months
from mapping.warnings import Limits

LAST_NIGHT = "warning_nights"  # note: the last two nights on which series were looked at


@dataclass(frozen=True, slots=True)
class Watched:
    """What the stage writes of the night's watch.

    Args:
        warnings, actions, suppliers: rows of the public tables.
        limits: all that hold tonight; `limits_before`: as they were read.
        station_symptoms: rows to add to the table of that name.
        for_others: rows of internal tables that other rooms read, by record.
        notes: name -> value.
    """

    warnings: list[EarlyWarning]
    actions: list[Action]
    suppliers: list[Supplier]
    limits: Mapping[SeriesKey, Limits]
    limits_before: Mapping[SeriesKey, Limits]
    station_symptoms: list[tuple[str, str, date]]
    for_others: dict[type, list[Any]]
    notes: dict[str, Any]


def watch(night: Night, tables: NightTables, plant: PlantModel, causes: Sequence[Cause]) -> Watched:
    """Look at every series and every action of the night.

    Args:
        night: the night.
        tables: its tables; the cases behind stations are added to the members of groups.
        plant: the small master files as understood.
        causes: of the night.
    """
    store, settings = night.store, night.settings.warnings
    leading = [(c.group_id, c.station_id) for c in causes if c.group_kind == "symptom" and c.rank == 1]
    tables.grouped.add_stations([(group, station) for group, station in leading if station != NO_STATION])
    table = load_series(store, tables, night.as_of)
    before = warnings.read_limits(store)
    limits = warnings.frozen_limits(table, night.as_of, before)
    fresh = _fresh_symptoms(night, causes)
    first_seen = _first_seen(night)
    alarms = warnings.alarms(table, limits, night.as_of, settings)
    alarms += warnings.user_alarms(table, night.as_of, settings, first_seen, fresh.alarming)
    nights = _nights(night)
    rows = warnings.ledger(store.rows(EarlyWarning), alarms, night.as_of, nights[0])
    planned = read_actions(night.workspace.master, Matcher(night.dictionary), night.workspace.master_reading())
    actions, effects = judge_actions(store, tables, planned, causes, night.dictionary)
    first_case = {(key.kind, key.group_id): day for key, day in zip(table.keys, table.first_day, strict=True)}
    for_others: dict[type, list[Any]] = {
        ActionEffect: effects,
        PfmeaGap: pfmea_feedback(plant, causes, night.dictionary),
        LoopTimes: [closed_loop(rows, actions, causes, first_case)],
    }
    notes = {
        "early_warning": {
            "series": len(table.keys), "weeks": table.weeks, "budget": settings.false_alarms_per_night,
            "reported_after_days": [round(float(x), 4) for x in table.reported[:15]],
            "rungs": sorted({x.rung for x in limits.values()}), "units_known": table.has_units,
        },
        LAST_NIGHT: [day.isoformat() if day else None for day in nights],
    }  # fmt: skip
    suppliers = supplier_months(store, tables, plant, causes, planned)
    return Watched(rows, actions, suppliers, limits, before, fresh.rows, for_others, notes)


def _first_seen(night: Night) -> dict[str, date]:
    """Return the first day of each issue that the history had gone on without: the others are its baseline."""
    begin = history_begin(night.store, night.as_of)
    rows = night.store.query("SELECT issue_id, first_seen FROM issues WHERE first_seen IS NOT NULL")
    return {issue: day for issue, day in rows if begin is not None and (day - begin).days >= BASELINE_DAYS}


def _nights(night: Night) -> tuple[date | None, date]:
    """Return the night before tonight and tonight; a night that is run again keeps the one before it."""
    noted = night.store.notes("mapping").get(LAST_NIGHT)
    before, last = json.loads(noted) if noted else (None, None)
    previous = before if last == night.as_of.isoformat() else last
    return (date.fromisoformat(previous) if previous else None), night.as_of


@dataclass(frozen=True, slots=True)
class _Fresh:
    rows: list[tuple[str, str, date]]
    alarming: list[tuple[str, str]]


def _fresh_symptoms(night: Night, causes: Sequence[Cause]) -> _Fresh:
    """Return symptom groups traced to a station for the first time; on the first night of all, none is an alarm."""
    known = night.store.query("SELECT station_id, group_id, first_night FROM station_symptoms")
    earlier = {(station, group) for station, group, first in known if first < night.as_of}
    claims = [c for c in causes if c.group_kind == "symptom" and c.verdict in CLAIMS]
    traced = {(c.station_id, c.group_id) for c in claims}
    # What another symptom group tells is no news of its own; where an issue tells it, this is the one that may alarm.
    speaking = {c.cause_id for c in claims}
    told = {(c.station_id, c.group_id) for c in claims if c.same_as not in speaking}
    written = {(station, group) for station, group, _ in known}
    rows = [(station, group, night.as_of) for station, group in sorted(traced - written)]
    started = any(first < night.as_of for *_, first in known)
    return _Fresh(rows, sorted(told - earlier) if started else [])
