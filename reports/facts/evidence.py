"""What stands behind a cause: `causes.evidence` as typed values.

The column is JSON that another version of the tool may have written. What is missing or of another shape is left out,
never a reason to lose the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.records import ContainedSet, Containment
from reports.facts.json_columns import object_of

SET_COUNTS = ("units", "complaints", "complained", "in_plant", "unsold", "sold", "unknown")
Message = Mapping[str, Any]  # {"key": stable_snake_name, "values": {name: value}}


@dataclass(frozen=True, slots=True)
class Statistic:
    """One comparison: units at a level of a factor against all others. Rates are complaining units over units."""

    station_id: str
    factor: str
    level: str
    method: str
    rr: float | None
    rr_low: float | None
    rr_high: float | None
    p: float | None
    q: float | None
    exposed_units: int | None
    exposed_cases: int | None
    other_units: int | None
    other_cases: int | None
    strata: int | None


@dataclass(frozen=True, slots=True)
class PfmeaRow:
    """A row of the plant's PFMEA that fits the complaint. Ratings are 1 to 10."""

    failure_mode: str
    cause: str
    operation: str
    severity: float | None
    occurrence: float | None
    detection: float | None
    match: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Redacted words of a customer; `segment_start_s` is the second of the call, None for a text."""

    case_id: str
    text: str
    segment_start_s: float | None


@dataclass(frozen=True, slots=True)
class Window:
    """The build range in which the complaints gather, both days included."""

    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that mapping kept about a cause."""

    statistics: tuple[Statistic, ...] = ()
    pfmea: tuple[PfmeaRow, ...] = ()
    routing: tuple[tuple[str, str], ...] = ()  # (component, operation)
    against: tuple[Message, ...] = ()
    next_check: Message | None = None
    missing_record: Message | None = None
    quotes: tuple[Quote, ...] = ()
    rivals: tuple[str, ...] = ()
    window: Window | None = None
    containment: Containment | None = None
    without_doubtful: str | None = None  # the verdict when doubtful cases are left out


def parse_evidence(text: str) -> Evidence:
    """Read a cause's evidence column; an unreadable one gives an empty Evidence."""
    raw = object_of(text)
    without = raw.get("without_doubtful")
    return Evidence(
        statistics=tuple(_statistic(row) for row in _objects(raw, "statistics")),
        pfmea=tuple(_pfmea(row) for row in _objects(raw, "pfmea")),
        routing=tuple((_text(r, "component"), _text(r, "operation")) for r in _objects(raw, "routing")),
        against=tuple(m for m in _objects(raw, "against") if "key" in m),
        next_check=_message(raw.get("next_check")),
        missing_record=_message(raw.get("missing_record")),
        quotes=tuple(
            Quote(_text(r, "case_id"), _text(r, "text"), _number(r, "segment_start_s")) for r in _objects(raw, "quotes")
        ),
        rivals=tuple(str(s) for s in _list(raw, "rivals")),
        window=_window(raw.get("window")),
        containment=_containment(raw.get("containment")),
        without_doubtful=_text(without, "verdict") or None if isinstance(without, dict) else None,
    )


def _statistic(row: Mapping[str, Any]) -> Statistic:
    return Statistic(
        station_id=_text(row, "station_id"),
        factor=_text(row, "factor"),
        level=_text(row, "level"),
        method=_text(row, "method"),
        rr=_number(row, "rr"),
        rr_low=_number(row, "rr_low"),
        rr_high=_number(row, "rr_high"),
        p=_number(row, "p"),
        q=_number(row, "q"),
        exposed_units=_count(row, "exposed_units"),
        exposed_cases=_count(row, "exposed_cases"),
        other_units=_count(row, "other_units"),
        other_cases=_count(row, "other_cases"),
        strata=_count(row, "strata"),
    )


def _pfmea(row: Mapping[str, Any]) -> PfmeaRow:
    return PfmeaRow(
        failure_mode=_text(row, "failure_mode"),
        cause=_text(row, "cause"),
        operation=_text(row, "operation"),
        severity=_number(row, "severity"),
        occurrence=_number(row, "occurrence"),
        detection=_number(row, "detection"),
        match=_text(row, "match"),
    )


def _window(value: Any) -> Window | None:
    if not isinstance(value, dict) or value.get("limited") is not True:
        return None
    first, last = _day(value, "from"), _day(value, "to")
    return Window(first, last) if first and last else None


def _containment(value: Any) -> Containment | None:
    """Return what to contain; None where a set is not whole: half a set is no set."""
    if not isinstance(value, dict):
        return None
    sets = [_contained_set(row) for row in _objects(value, "sets")]
    whole = [one for one in sets if one is not None]
    counts = [_count(value, name) for name in ("complaints", "without_serial", "passed_since")]
    known = [count for count in counts if count is not None]
    if not whole or len(whole) < len(sets) or len(known) < len(counts):
        return None
    running = value.get("running")
    running = running if isinstance(running, bool) else None
    return Containment(known[0], known[1], _day(value, "last"), running, known[2], tuple(whole))


def _contained_set(row: Mapping[str, Any]) -> ContainedSet | None:
    counts = [_count(row, name) for name in SET_COUNTS]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return None
    return ContainedSet(_text(row, "kind"), _day(row, "first"), _day(row, "last"), *known)


def _day(row: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(_text(row, name)[:10])
    except ValueError:
        return None


def _message(value: Any) -> Message | None:
    return value if isinstance(value, dict) and "key" in value else None


def _list(raw: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = raw.get(name)
    return value if isinstance(value, list) else []


def _objects(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [row for row in _list(raw, name) if isinstance(row, dict)]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _count(row: Mapping[str, Any], name: str) -> int | None:
    value = _number(row, name)
    return None if value is None else round(value)
