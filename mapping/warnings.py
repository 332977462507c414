"""The night's early warning: every series against its frozen limits, within one budget of false alarms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from complaints.fingerprints import canonical_json, content_id
from complaints.messages import Message, message
from complaints.records import EarlyWarning, WarningStatus
from mapping import detection
from mapping.detection import EARS, EWMA, FARRINGTON, GUARD_WEEKS, WINDOWS, Baseline
from mapping.series import SeriesKey, SeriesTable

if TYPE_CHECKING:
    from complaints.settings import Warnings
    from complaints.store import Store

NEW: Final = "new"
OPEN: Final = "open"
QUIET: Final = "quiet"
ACKNOWLEDGED: Final = "acknowledged"
CLOSED: Final = "closed"
METHODS = {EARS: "rule.ears", EWMA: "rule.ewma", FARRINGTON: "rule.farrington"}
REFIT_WEEKS = {EARS: 0, EWMA: 4, FARRINGTON: 13}  # weeks for which limits stand before a new version is made
RECENT_WEEKS = 4  # the setting's fewest cases are counted in them
MIN_BASELINE_WEEKS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """The frozen Phase I of one series.

    Args:
        version: counts from 1.
        made_on: the night that made it.
        rung: of the ladder.
        first, last: baseline weeks' first and last day.
        coefficients, covariance, dispersion, origin: see `detection.Baseline`.
        excluded: Mondays-to-be of weeks that were taken for past outbreaks (their last days).
    """

    version: int
    made_on: date
    rung: str
    first: date
    last: date
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    dispersion: float
    origin: float
    excluded: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One series above its limit tonight. `rule` is the rule's stable name, `said` the same for people."""

    key: SeriesKey
    rule: str
    said: Message
    observed: float
    expected: float
    limit: float
    rate_per_1000: float | None
    limits: Limits | None


def week_number(day: date) -> float:
    """Return the number of the week that ends on a day; a week later it is one more."""
    return (day.toordinal() + 1) / 7


def frozen_limits(
    table: SeriesTable, as_of: date, known: Mapping[SeriesKey, Limits]
) -> dict[SeriesKey, Limits]:  # fmt: skip
    """Return the limits that hold tonight: those known while they stand, else a new version.

    Args:
        table: the night's series.
        as_of: the night.
        known: limits of earlier nights.
    """
    length = table.weeks - GUARD_WEEKS
    if length < MIN_BASELINE_WEEKS:
        return {}
    rung = detection.rung_of(length)
    stale = [n for n, key in enumerate(table.keys) if _is_stale(known.get(key), rung, as_of)]
    found = {key: known[key] for key in table.keys if key in known}
    if not stale:
        return found
    last = as_of - timedelta(days=7 * GUARD_WEEKS)
    week = week_number(last) - np.arange(length, dtype=float)[::-1]
    counts, exposure = table.weekly[stale, :length], table.exposure[stale, :length]
    fitted = detection.fit_baseline(counts, exposure, week, rung)
    for row, number in enumerate(stale):
        key = table.keys[number]
        used = min(length, detection.EARS_WEEKS) if rung == EARS else length
        outliers = np.flatnonzero(fitted.weights[row] < 1)
        before = known.get(key)
        found[key] = Limits(
            (before.version + 1) if before else 1, as_of, rung, last - timedelta(days=7 * used - 1), last,
            tuple(map(float, fitted.coefficients[row])), tuple(tuple(map(float, r)) for r in fitted.covariance[row]),
            float(fitted.dispersion[row]), fitted.origin,
            tuple(last - timedelta(days=7 * (length - 1 - int(w))) for w in outliers),
        )  # fmt: skip
    return found


def _is_stale(limits: Limits | None, rung: str, as_of: date) -> bool:
    return limits is None or limits.rung != rung or as_of >= limits.made_on + timedelta(weeks=REFIT_WEEKS[rung])


def alarms(
    table: SeriesTable, limits: Mapping[SeriesKey, Limits], as_of: date, settings: Warnings
) -> list[Alarm]:  # fmt: skip
    """Return the series that are above their limits.

    All series share the budget: a series alarms when its p-value is at or under budget / series.
    """
    recent = max(WINDOWS)
    judged = [n for n, key in enumerate(table.keys) if key in limits and table.weeks > recent]
    if not judged:
        return []
    threshold = settings.false_alarms_per_night / len(judged)
    counts, exposure = table.weekly[:, -recent:], table.exposure[:, -recent:]
    week = week_number(as_of) - np.arange(recent, dtype=float)[::-1]
    found = []
    for origin in sorted({limits[table.keys[n]].origin for n in judged}):
        rows = [n for n in judged if limits[table.keys[n]].origin == origin]
        baseline = _stacked([limits[table.keys[n]] for n in rows])
        verdict = detection.judge(baseline, counts[rows], exposure[rows], week)
        bound = detection.limit_of(verdict.expected, verdict.variance, threshold / len(WINDOWS))
        for row, number in enumerate(rows):
            if verdict.p[row] > threshold or table.weekly[number, -RECENT_WEEKS:].sum() < settings.min_cases:
                continue
            key, window = table.keys[number], int(verdict.window[row])
            rule = f"{limits[key].rung}, {window} week{'s' if window > 1 else ''}, limits v{limits[key].version}"
            method = message(METHODS[limits[key].rung])
            said = message("rule.statistical", method=method, n=window, version=limits[key].version)
            rate, seen, expected = _rate(table, number, window), verdict.observed[row], verdict.expected[row]
            found.append(Alarm(key, rule, said, seen, expected, bound[row], rate, limits[key]))
    return found


def _rate(table: SeriesTable, number: int, weeks: int) -> float | None:
    if not table.has_units:
        return None
    units = float(table.in_service[number, -weeks:].mean())
    return round(1000 * float(table.weekly[number, -weeks:].sum()) / units, 4) if units >= 1 else None


def _stacked(limits: Sequence[Limits]) -> Baseline:
    return Baseline(
        limits[0].rung, np.array([x.coefficients for x in limits]), np.array([x.covariance for x in limits]),
        np.array([x.dispersion for x in limits]), np.ones((len(limits), 0)), limits[0].origin,
    )  # fmt: skip


def user_alarms(
    table: SeriesTable,
    as_of: date,
    settings: Warnings,
    first_seen: Mapping[str, date],
    fresh: Iterable[tuple[str, str]],
) -> list[Alarm]:
    """Return what the user's own alert rules say.

    Args:
        table: the night's series.
        as_of: the night.
        settings: the rules.
        first_seen: issue -> day of its first case.
        fresh: (station, symptom group) pairs never seen before tonight.
    """
    found = []
    fresh = sorted(fresh)
    for rule in settings.rules:
        name, said = f"alert rule: {rule.name}", message("rule.own", name=rule.name)
        if rule.when == "new_symptom_at_station":
            at = {key: number for number, key in enumerate(table.keys)}
            for station, group in fresh:
                number = at.get(SeriesKey("station", station))
                if number is not None:
                    cases, key = float(table.days[number].sum()), SeriesKey("station", station)
                    symptom, _, component = group.partition("/")
                    about = message("rule.own_symptom", name=rule.name, symptom=symptom, component=component or None)
                    found.append(Alarm(key, f"{name} ({group})", about, cases, 0.0, 1.0, None, None))
            continue
        for number, key in enumerate(table.keys):
            if rule.of not in ("any", key.kind) or (rule.product and rule.product != key.product):
                continue
            if rule.when == "new_issue":
                first = first_seen.get(key.group_id) if key.kind == "issue" else None
                if first is None or (as_of - first).days >= 7 * rule.weeks:
                    continue
            weeks = min(rule.weeks, table.weeks)
            cases, rate = float(table.weekly[number, -weeks:].sum()), _rate(table, number, weeks)
            value = rate if rule.when == "rate" else cases
            if value is not None and value >= rule.at_least:
                found.append(Alarm(key, name, said, cases, 0.0, rule.at_least, rate, None))
    return found


def ledger(
    before: Sequence[EarlyWarning], tonight: Sequence[Alarm], as_of: date, last_night: date | None
) -> list[EarlyWarning]:
    """Return the table of warnings after tonight.

    A warning keeps its id while its series alarms night after night; acknowledged ones stay so. A closed one holds its
    series down until it has been quiet for a night. A night that is run again replaces what it said before.

    Args:
        before: the table as it stands.
        tonight: alarms.
        as_of: the night.
        last_night: the night before this one that looked at the series, None for none.
    """
    rows = [w for w in before if w.first_alarm < as_of]
    by_series: dict[tuple[SeriesKey, str], EarlyWarning] = {}
    for warning in sorted(rows, key=lambda w: (w.first_alarm, w.warning_id)):
        by_series[_series_of(warning), _family(warning.rule)] = warning
    kept = {w.warning_id: w for w in rows}
    known = {w.warning_id: w for w in before}
    for alarm in tonight:
        running = by_series.get((alarm.key, _family(alarm.rule)))
        if running is not None and (running.status != CLOSED or running.night == last_night or running.night == as_of):
            status = running.status if running.status in (ACKNOWLEDGED, CLOSED) else OPEN
            kept[running.warning_id] = replace(
                _row(alarm, running.first_alarm, status, as_of), warning_id=running.warning_id
            )
            continue
        row = _row(alarm, as_of, NEW, as_of)
        said = known.get(row.warning_id)
        if said is not None and said.status in (ACKNOWLEDGED, CLOSED):
            row = replace(row, status=said.status)
        kept[row.warning_id] = row
    alarming = {(alarm.key, _family(alarm.rule)) for alarm in tonight}
    for key, warning in kept.items():
        if (_series_of(warning), _family(warning.rule)) not in alarming and warning.status in (NEW, OPEN):
            kept[key] = replace(warning, status=QUIET)
    return [kept[key] for key in sorted(kept)]


def _series_of(warning: EarlyWarning) -> SeriesKey:
    return SeriesKey(warning.group_kind, warning.group_id, warning.product)


def _family(rule: str) -> str:
    """Return the user's rule, or one word for all rungs and windows: a wave does not become another by its window."""
    return rule if rule.startswith("alert rule") else "statistical"


def _row(alarm: Alarm, first: date, status: WarningStatus, as_of: date) -> EarlyWarning:
    key, limits = alarm.key, alarm.limits
    warning_id = content_id("W", key.kind, key.group_id, key.product or "", _family(alarm.rule), first.isoformat())
    excluded = [day.isoformat() for day in limits.excluded] if limits else []
    return EarlyWarning(
        warning_id, key.kind, key.group_id, key.product, as_of, alarm.rule, round(float(alarm.observed), 4),
        round(float(alarm.expected), 4), round(float(alarm.limit), 4), alarm.rate_per_1000,
        limits.first if limits else None, limits.last if limits else None, canonical_json(excluded), first, status,
        canonical_json(alarm.said.as_json()),
    )  # fmt: skip


def read_limits(store: Store) -> dict[SeriesKey, Limits]:
    """Return the frozen limits of all series (the newest version of each)."""
    rows = store.query(
        "SELECT kind, group_id, product, version, made_on, rung, first, last, model, excluded FROM warning_limits "
        "QUALIFY row_number() OVER (PARTITION BY kind, group_id, product ORDER BY version DESC) = 1 ORDER BY ALL"
    )
    found = {}
    for kind, group, product, version, made_on, rung, first, last, model, excluded in rows:
        m: dict[str, Any] = json.loads(model)
        found[SeriesKey(kind, group, product)] = Limits(
            version, made_on, rung, first, last, tuple(m["coefficients"]), tuple(tuple(r) for r in m["covariance"]),
            m["dispersion"], m["origin"], tuple(date.fromisoformat(day) for day in json.loads(excluded)),
        )  # fmt: skip
    return found


def write_limits(store: Store, limits: Mapping[SeriesKey, Limits], before: Mapping[SeriesKey, Limits]) -> None:
    """Append new versions; of the EARS rung, whose baseline moves with the night, the newest alone is kept."""
    rows = []
    for key, x in sorted(limits.items(), key=lambda item: (item[0].kind, item[0].group_id, item[0].product or "")):
        if before.get(key) == x:
            continue
        model = {
            "coefficients": x.coefficients, "covariance": x.covariance, "dispersion": x.dispersion, "origin": x.origin
        }  # fmt: skip
        excluded = canonical_json([day.isoformat() for day in x.excluded])
        rows.append(
            (key.kind, key.group_id, key.product, x.version, x.made_on, x.rung, x.first, x.last, canonical_json(model),
             excluded)
        )  # fmt: skip
    store.append_values("warning_limits", rows)
    store.query(
        "DELETE FROM warning_limits w WHERE rung = ? AND EXISTS (SELECT 1 FROM warning_limits v WHERE v.kind = w.kind "
        "AND v.group_id = w.group_id AND v.product IS NOT DISTINCT FROM w.product AND v.version > w.version)",
        [EARS],
    )
