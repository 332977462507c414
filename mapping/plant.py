"""The plant as the small master files tell it: stations, routing, PFMEA, with components and symptoms as codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from complaints.dictionary import normal_term
from complaints.master import PLAIN, MasterReading, read_small
from complaints.nearest_name import nearest
from complaints.tables import TableRow
from mapping.match import Matcher

TOKENS = re.compile(r"[^\s,，;；:：、()（）\[\]【】]+")


@dataclass(frozen=True, slots=True)
class Station:
    """A station. `declared` is false when another file names it and stations.* does not."""

    station_id: str
    name: str
    line: str | None = None
    sequence: float | None = None
    supplier: str | None = None
    declared: bool = True


@dataclass(frozen=True, slots=True)
class RoutingStep:
    """A component is worked on at a station. `component` is a code, or None where the word matched nothing."""

    component: str | None
    station_id: str
    operation: str
    product: str | None
    written: str


@dataclass(frozen=True, slots=True)
class PfmeaRow:
    """A failure mode at a station. Ratings are 1 to 10 or None; `components` and `symptoms` are codes."""

    station_id: str
    failure_mode: str
    cause: str
    operation: str
    severity: int | None
    occurrence: int | None
    detection: int | None
    components: tuple[str, ...]
    symptoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A value of a master file that matched nothing; it is reported and its row is kept."""

    table: str
    row: int
    column: str
    value: str
    nearest: str


@dataclass(frozen=True, slots=True)
class PlantModel:
    """What the small master files say. `missing` names the tables that are not there."""

    stations: Mapping[str, Station]
    routing: tuple[RoutingStep, ...]
    pfmea: tuple[PfmeaRow, ...]
    unmatched: tuple[Unmatched, ...]
    missing: tuple[str, ...]

    @property
    def parallels(self) -> dict[str, int]:
        """Station -> number of its set of parallel stations: routing gives them one operation on one component."""
        sets: dict[tuple[str, str], set[str]] = {}
        for step in self.routing:
            if step.operation:
                key = (step.component or normal_term(step.written), normal_term(step.operation))
                sets.setdefault(key, set()).add(step.station_id)
        return _numbered(sets.values())


def read_plant(
    folder: Path, matcher: Matcher, more_stations: Iterable[str] = (), how: MasterReading = PLAIN
) -> PlantModel:
    """Read stations, routing and PFMEA of master/.

    Args:
        folder: master/.
        matcher: resolves components and symptoms.
        more_stations: ids that the genealogy names.
        how: the user's headers and limits.

    Raises:
        MasterDataError: a file is unreadable or lacks a required column.
    """
    tables = {name: read_small(folder, name, how) for name in ("stations", "routing", "pfmea")}
    reader = _Reader(matcher, complete=tables["stations"] is not None)
    for row in tables["stations"] or []:
        reader.station(row)
    for station_id in sorted(more_stations):
        reader.stations.setdefault(station_id, Station(station_id, station_id, declared=False))
    routing = [step for row in tables["routing"] or [] if (step := reader.step(row))]
    pfmea = [line for row in tables["pfmea"] or [] if (line := reader.failure(row, routing))]
    missing = tuple(name for name, rows in tables.items() if rows is None)
    unmatched = tuple(sorted(set(reader.unmatched), key=lambda u: (u.table, u.row, u.column, u.value)))
    stations = dict(sorted(reader.stations.items()))
    return PlantModel(
        stations, tuple(sorted(routing, key=_step_order)), tuple(sorted(pfmea, key=_row_order)), unmatched, missing,
    )  # fmt: skip


def _step_order(step: RoutingStep) -> tuple[str, ...]:
    return (step.station_id, step.component or "", step.operation, step.product or "", step.written)


def _row_order(row: PfmeaRow) -> tuple[str, ...]:
    return (row.station_id, row.failure_mode, row.cause, row.operation, repr(row))


def _numbered(sets: Iterable[set[str]]) -> dict[str, int]:
    """Join sets that share a station, and number those of two and more in a fixed order."""
    joined: list[set[str]] = []
    for members in sorted(sets, key=sorted):
        touching = [group for group in joined if group & members]
        joined = [group for group in joined if not group & members] + [set(members).union(*touching)]
    several = sorted(sorted(group) for group in joined if len(group) > 1)
    return {station: number for number, group in enumerate(several) for station in group}


class _Reader:
    """Turns rows into records, keeping what matched nothing.

    Args:
        matcher: resolves components and symptoms.
        complete: there is a table of stations, so that a station not in it is worth a report.
    """

    def __init__(self, matcher: Matcher, *, complete: bool) -> None:
        self.matcher, self.complete = matcher, complete
        self.stations: dict[str, Station] = {}
        self.unmatched: list[Unmatched] = []

    def station(self, row: TableRow) -> None:
        values = row.values
        if "station_id" not in values:
            self._report("stations", row, "station_id", "", "")
            return
        sequence = _number(values.get("sequence"))
        name = values.get("name", values["station_id"])
        station = Station(values["station_id"], name, values.get("line"), sequence, values.get("supplier"))
        if station.station_id in self.stations and self.stations[station.station_id] != station:
            self._report("stations", row, "station_id", station.station_id, station.station_id)
        self.stations.setdefault(station.station_id, station)

    def step(self, row: TableRow) -> RoutingStep | None:
        station = self._station_of("routing", row)
        written = row.values.get("component", "")
        if station is None or not written:
            return None
        codes = self.matcher.cell(written, "component")
        if not codes:
            self._report("routing", row, "component", written, self.matcher.nearest(written, "component"))
        code = codes[0] if codes else None
        return RoutingStep(code, station, row.values.get("operation", ""), row.values.get("product"), written)

    def failure(self, row: TableRow, routing: Sequence[RoutingStep]) -> PfmeaRow | None:
        values, station = row.values, self._station_of("pfmea", row)
        if station is None or "failure_mode" not in values:
            return None
        mode, operation = values["failure_mode"], values.get("operation", "")
        symptoms = self._codes(row, "symptom", "symptom") or self.matcher.free_text(mode, "symptom")
        components = self._codes(row, "component", "component") or self.matcher.free_text(mode, "component")
        components = components or self.matcher.free_text(operation, "component")
        if not components and "component" not in values:
            steps = [s for s in routing if s.station_id == station and s.component]
            same = [s for s in steps if normal_term(s.operation) == normal_term(operation)] or steps
            components = tuple(sorted({s.component for s in same if s.component}))
        severity, occurrence, detection = (_rating(values.get(n)) for n in ("severity", "occurrence", "detection"))
        cause = values.get("cause", "")
        return PfmeaRow(station, mode, cause, operation, severity, occurrence, detection, components, symptoms)

    def _codes(self, row: TableRow, column: str, kind: str) -> tuple[str, ...]:
        written = row.values.get(column, "")
        codes = self.matcher.cell(written, kind) if written else ()
        if written and not codes:
            self._report("pfmea", row, column, written, self.matcher.nearest(written, kind))
        return codes

    def _station_of(self, table: str, row: TableRow) -> str | None:
        written = row.values.get("station_id", "")
        if not written:
            self._report(table, row, "station_id", "", "")
            return None
        found = self._known_station(written)
        if found is None:
            if self.complete:
                self._report(table, row, "station_id", written, nearest(written, self.stations, alike=0.4) or "")
            # Kept under its own name: what speaks about an unknown station still speaks.
            self.stations[written] = Station(written, written, declared=False)
            return written
        return found

    def _known_station(self, written: str) -> str | None:
        """Return the station that a cell names: by its id, its name, or an id among the cell's words ("ST10 拧紧")."""
        if written in self.stations:
            return written
        by_text = {normal_term(s.station_id): s.station_id for s in self.stations.values()}
        names: dict[str, set[str]] = {}
        for station in self.stations.values():
            names.setdefault(normal_term(station.name), set()).add(station.station_id)
        for text in (normal_term(written), *(normal_term(token) for token in TOKENS.findall(written))):
            if text in by_text:
                return by_text[text]
            if len(names.get(text, ())) == 1:
                return next(iter(names[text]))
        return None

    def _report(self, table: str, row: TableRow, column: str, value: str, nearest: str) -> None:
        self.unmatched.append(Unmatched(table, row.number, column, value, nearest))


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _rating(text: str | None) -> int | None:
    value = _number(text)
    return int(value) if value is not None and 1 <= value <= 10 else None
