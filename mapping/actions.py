"""Corrective actions (CAPA): did the rate fall for units built afterwards, at equal time in service?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from complaints.fingerprints import content_id
from complaints.master import PLAIN, MasterReading, read_small
from complaints.records import Action, ActionEffect, ActionVerdict, Cause
from complaints.tables import parse_datetime
from mapping.association import Array, Counts, exact_limits, mantel_haenszel
from mapping.evidence import rounded
from mapping.exposure import AGE_EDGES_DAYS, BANDS, DAYS_PER_MONTH
from mapping.groups import Group
from mapping.match import Matcher

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.store import Store
    from mapping.night_tables import NightTables

EFFECTIVE: Final = "effective"
NOT_EFFECTIVE: Final = "not effective"
TOO_EARLY: Final = "too early"
BEFORE_WEEKS = 26  # build weeks before the action that it is compared with
RECENT_WEEKS = 8  # newest build weeks, looked at alone to see whether the rate comes back
# An action that leaves more than half of the trouble is not taken for effective; from where that is ruled out, it is
# "not effective". 95 % limits come as near as a factor of two with 1/after + 1/before = (ln 2 / 1.96)^2 expected cases.
HALVED = 0.5
NEEDED_SPREAD = (np.log(2) / 1.959963984540054) ** 2
MAX_WAIT_DAYS = 730
REOPENED = "reopened"
DONE = frozenset({"done", "closed", "finished", "完成", "已完成", "关闭", "已关闭"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of master/actions; symptom and component are codes or None."""

    action_id: str
    station_id: str
    action: str
    symptom: str | None
    component: str | None
    started_at: date | None
    owner: str | None
    status: str | None
    closed_at: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not marked as done; without a status, whether no day of closing is given."""
        return self.status.casefold() not in DONE if self.status else self.closed_at is None


@dataclass(frozen=True, slots=True)
class Sides:
    """Complaining units and unit-months by (product, age band), before and after; each of shape (strata,)."""

    before_cases: Array
    before_months: Array
    after_cases: Array
    after_months: Array


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of an action.

    Args:
        verdict: effective, not effective or too early.
        before_rate, after_rate: complaining units per 1,000 unit-months, the first at the age mix of the second; None
            without units.
        rr, low, high: rate ratio after to before with 95 % limits, stratified by product and age.
        expected: cases after the action if it had no effect.
        cases: cases after the action.
        days_still: of "too early": days until the records can tell, None if more than MAX_WAIT_DAYS.
    """

    verdict: ActionVerdict
    before_rate: float | None = None
    after_rate: float | None = None
    rr: float | None = None
    low: float | None = None
    high: float | None = None
    expected: float = 0.0
    cases: int = 0
    days_still: int | None = None


def read_actions(folder: Path, matcher: Matcher, how: MasterReading = PLAIN) -> list[Planned]:
    """Return the rows of master/actions by id; a row without a station or an action is left out.

    Raises:
        MasterDataError: the file is unreadable or lacks a required column.
    """
    found = {}
    for row in read_small(folder, "actions", how) or []:
        values = row.values
        if "station_id" not in values or "action" not in values:
            continue
        symptom, component = (_code(matcher, values.get(kind), kind) for kind in ("symptom", "component"))
        day, closed = (_day(values.get(column, "")) for column in ("started_at", "closed_at"))
        action_id = content_id(
            "A", values["station_id"], values["action"], symptom or "", component or "", str(day or "")
        )  # fmt: skip
        found[action_id] = Planned(
            action_id, values["station_id"], values["action"], symptom, component, day, values.get("owner"),
            values.get("status"), closed,
        )  # fmt: skip
    return [found[key] for key in sorted(found)]


def _day(written: str) -> date | None:
    moment = parse_datetime(written)
    return moment.date() if moment else None


def _code(matcher: Matcher, written: str | None, kind: str) -> str | None:
    codes = matcher.cell(written, kind) if written else ()
    return codes[0] if codes else None


def groups_of(planned: Planned, groups: Sequence[Group], causes: Sequence[Cause], dictionary: Dictionary) -> list[int]:
    """Return the symptom groups that an action is about: its symptom and system, else those that its station leads."""
    if planned.symptom is None and planned.component is None:
        led = {c.group_id for c in causes if c.group_kind == "symptom" and c.rank == 1 and _at(c, planned)}
        return [g.number for g in groups if g.kind == "symptom" and g.group_id in led]
    symptom = dictionary.broad_symptom(planned.symptom) if planned.symptom else None
    system = dictionary.system_of(planned.component) if planned.component else None
    found = []
    for group in groups:
        own_symptom, _, own_system = group.group_id.rpartition("/")
        fits = (symptom is None or own_symptom == symptom) and (system is None or own_system == system)
        if group.kind == "symptom" and fits:
            found.append(group.number)
    return found


def _at(cause: Cause, planned: Planned) -> bool:
    return cause.station_id == planned.station_id


def sides(store: Store, tables: NightTables, planned: Planned, groups: Sequence[int], first: date, last: date) -> Sides:
    """Count both sides of an action over build weeks.

    Units that passed the action's station; all units where the genealogy knows no pass of it. The week of the action
    itself belongs to neither side.

    Args:
        store: the public store.
        tables: of the night.
        planned: the action.
        groups: numbers of the groups whose complaints count.
        first: units built earlier are left out of "before".
        last: Monday of the newest build week that counts as "after".
    """
    assert planned.started_at is not None
    months = ", ".join(
        f"sum(greatest(least(days, {end}) - {start}, 0))::DOUBLE / {DAYS_PER_MONTH}"
        for start, end in zip(AGE_EDGES_DAYS, (*AGE_EDGES_DAYS[1:], 1 << 30), strict=True)
    )
    side = "CASE WHEN s.week + 7 <= $start THEN 0 WHEN s.week >= $start THEN 1 END"
    plant, passes = tables.plant, f"{tables.plan.passes} p JOIN {tables.plant.stations} t USING (station)"
    chosen = (
        f"SELECT u.unit, u.days, s.product, {side} AS side FROM {plant.units} u JOIN {plant.strata} s USING (stratum) "
        f"WHERE s.week >= $first AND s.week <= $last AND (NOT EXISTS (SELECT 1 FROM {passes} "
        f"WHERE t.station_id = $station) OR u.unit IN (SELECT p.unit FROM {passes} WHERE t.station_id = $station))"
    )
    values = {"start": planned.started_at, "first": first, "last": last, "station": planned.station_id}
    db = store.connection
    at_risk = db.execute(
        f"SELECT side, product, {months} FROM ({chosen}) WHERE side IS NOT NULL GROUP BY side, product ORDER BY ALL",
        values,
    ).fetchall()
    hit = db.execute(
        f"SELECT side, product, {_band('age')} AS band, count(*) FROM (SELECT unit, min(age) AS age "
        f"FROM {tables.grouped.numbered} JOIN {tables.units.of_cases} USING (case_id) "
        "WHERE unit IS NOT NULL AND list_contains($groups, grp) GROUP BY unit) "
        f"JOIN ({chosen}) USING (unit) WHERE side IS NOT NULL GROUP BY ALL ORDER BY ALL",
        values | {"groups": list(groups)},
    ).fetchall()
    products = sorted({row[1] for row in at_risk})
    cases, risk = np.zeros((2, len(products), BANDS)), np.zeros((2, len(products), BANDS))
    for which, product, *bands in at_risk:
        risk[which, products.index(product)] = bands
    for which, product, band, count in hit:
        cases[which, products.index(product), band] = count
    return Sides(cases[0].ravel(), risk[0].ravel(), cases[1].ravel(), risk[1].ravel())


def _band(age: str) -> str:
    from mapping.exposure import band_of

    return band_of(age)


def effect_of(found: Sides) -> Effect:
    """Judge an action by both sides (see HALVED for the rule)."""
    both = (found.before_months > 0) & (found.after_months > 0)
    months = float(found.after_months[both].sum())
    before = float(found.before_cases[both].sum())
    if months <= 0 or before <= 0:
        return Effect(TOO_EARLY)
    rate = np.divide(found.before_cases, found.before_months, out=np.zeros_like(found.before_cases), where=both)
    expected = float((rate * found.after_months)[both].sum())
    observed = int(found.after_cases[both].sum())
    counts = Counts(*(table[both][None, :] for table in (
        found.after_cases, found.after_months, found.before_cases, found.before_months
    )))  # fmt: skip
    rr = float(mantel_haenszel(counts, person_time=True).estimate[0])
    low, high = exact_limits(counts)
    verdict: ActionVerdict = EFFECTIVE if high < 1 else NOT_EFFECTIVE if low > HALVED else TOO_EARLY
    return Effect(
        verdict, 1000 * expected / months, 1000 * observed / months, rr, low, high, expected, observed,
        _days_still(found, rate, before) if verdict == TOO_EARLY else None,
    )  # fmt: skip


def _days_still(found: Sides, rate: Array, before: float) -> int | None:
    """Return the days until enough cases would be expected, by the units already built growing older."""
    if before <= 1 / NEEDED_SPREAD:
        return None
    needed = 1 / (NEEDED_SPREAD - 1 / before)
    expected = float((rate * found.after_months).sum())
    # Months at risk grow by the number of units a month; they stand in the band that the oldest reached last.
    table, rates = found.after_months.reshape(-1, BANDS), rate.reshape(-1, BANDS)
    a_day = 0.0
    for months, own in zip(table, rates, strict=True):
        widths = np.diff([*AGE_EDGES_DAYS, AGE_EDGES_DAYS[-1] * 2]) / DAYS_PER_MONTH
        units = float((months / widths).max(initial=0.0))
        a_day += units * float(own[own > 0].mean() if (own > 0).any() else 0.0) / DAYS_PER_MONTH
    if a_day <= 0:
        return None
    days = int(np.ceil(max(needed - expected, 0.0) / a_day))
    return max(days, 1) if days <= MAX_WAIT_DAYS else None


def came_back(store: Store, tables: NightTables, planned: Planned, groups: Sequence[int], last: date) -> bool:
    """Return whether units of the newest build weeks complain more than those built earlier after the action."""
    assert planned.started_at is not None
    recent = last - timedelta(weeks=RECENT_WEEKS - 1)
    if recent <= planned.started_at:
        return False
    moved = Planned(
        planned.action_id, planned.station_id, planned.action, planned.symptom, planned.component, recent,
        planned.owner, planned.status,
    )  # fmt: skip
    found = sides(store, tables, moved, groups, planned.started_at, last)
    both = (found.before_months > 0) & (found.after_months > 0)
    if found.after_cases[both].sum() == 0 or not both.any():
        return False
    counts = Counts(*(table[both][None, :] for table in (
        found.after_cases, found.after_months, found.before_cases, found.before_months
    )))  # fmt: skip
    return exact_limits(counts)[0] > 1.0


def judge_actions(
    store: Store, tables: NightTables, planned: Sequence[Planned], causes: Sequence[Cause], dictionary: Dictionary
) -> tuple[list[Action], list[ActionEffect]]:
    """Return the rows of the table of actions, and more about each for the reports."""
    plant = tables.plant
    newest = store.query(f"SELECT max(week) FROM {plant.strata} JOIN {plant.units} USING (stratum)")[0][0]
    rows, effects = [], []
    for one in planned:
        numbers = groups_of(one, tables.grouped.groups, causes, dictionary)
        effect, reopened = Effect(TOO_EARLY), False
        if one.started_at is not None and newest is not None:
            first = one.started_at - timedelta(weeks=BEFORE_WEEKS)
            effect = effect_of(sides(store, tables, one, numbers, first, newest))
            reopened = effect.verdict == EFFECTIVE and came_back(store, tables, one, numbers, newest)
        verdict: ActionVerdict = NOT_EFFECTIVE if reopened else effect.verdict
        status = REOPENED if reopened else one.status
        rows.append(
            Action(
                one.action_id, one.station_id, one.symptom, one.component, status, one.started_at,
                rounded(effect.before_rate), rounded(effect.after_rate), verdict,
            )
        )  # fmt: skip
        effects.append(
            ActionEffect(
                one.action_id, one.action, one.owner, rounded(effect.rr), rounded(effect.low), rounded(effect.high),
                effect.cases, rounded(effect.expected), effect.days_still, reopened,
            )
        )  # fmt: skip
    return rows, effects
