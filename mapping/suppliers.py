"""Suppliers month by month: complaints whose leading cause lies with a supplier's parts or station."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from complaints.fingerprints import canonical_json
from complaints.records import Cause, Supplier
from mapping.actions import Planned
from mapping.causes import CLAIMS
from mapping.groups import Group
from mapping.levels import LevelPlan
from mapping.plant import PlantModel

if TYPE_CHECKING:
    from complaints.store import Store
    from mapping.night_tables import NightTables

SHOWN_SYMPTOMS = 3
SHRINKAGE_CASES = 2.0  # a supplier's ratio is drawn towards 1 with the weight of so many expected cases


def supplier_months(
    store: Store, tables: NightTables, plant: PlantModel, causes: Sequence[Cause], actions: Sequence[Planned]
) -> list[Supplier]:
    """Return the table of suppliers.

    A complaint counts for the supplier of the parts (or of the lot) that its symptom group's leading cause blames, if
    its own unit has them; else for the supplier of the leading station. Each complaint counts once a supplier and
    month. The rate is per million units in service that month with the supplier's parts; the score is the ratio of the
    supplier's complaints to those expected at the rate of all suppliers, drawn towards 1 (above 1: worse).
    """
    blamed = _blamed(store, tables, plant, causes)
    if not blamed:
        return []
    rows: dict[tuple[str, date], dict[str, int]] = {}
    units: dict[tuple[str, date], int] = {}
    seen: set[tuple[str, str]] = set()
    for supplier, group, level in blamed:
        for case_id, month in _cases(store, tables, group.number, level):
            if (supplier, case_id) in seen:
                continue
            seen.add((supplier, case_id))
            counts = rows.setdefault((supplier, month), {})
            symptom = group.symptom or group.group_id
            counts[symptom] = counts.get(symptom, 0) + 1
        for supplied, month in [key for key in rows if key[0] == supplier]:
            units[supplied, month] = max(units.get((supplied, month), 0), _units(store, tables, level, month))
    total_cases, total_units = sum(sum(c.values()) for c in rows.values()), sum(units.values())
    open_actions, closing = _open_actions(plant, actions), _days_to_close(plant, actions)
    found = []
    for (supplier, month), counts in sorted(rows.items()):
        cases, at_risk = sum(counts.values()), units.get((supplier, month), 0)
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_SYMPTOMS]
        expected = total_cases * at_risk / total_units if total_units else None
        score = None if expected is None else (cases + SHRINKAGE_CASES) / (expected + SHRINKAGE_CASES)
        score = None if score is None else round(float(np.round(score, 4)), 4)
        found.append(
            Supplier(
                supplier, month, cases, round(1e6 * cases / at_risk, 4) if at_risk else None,
                canonical_json([{"symptom": symptom, "cases": number} for symptom, number in top]),
                open_actions.get(supplier, 0), closing.get(supplier), score,
            )
        )  # fmt: skip
    return found


def _blamed(
    store: Store, tables: NightTables, plant: PlantModel, causes: Sequence[Cause]
) -> list[tuple[str, Group, int | None]]:
    """Return (supplier, symptom group, level or None) of the leading causes that name a supplier."""
    by_name = {(g.kind, g.group_id): g for g in tables.grouped.groups}
    plan = tables.comparisons
    levels = {(x.station_id, x.factor, x.level): n for n, x in enumerate(plan.levels)} if plan is not None else {}
    found: list[tuple[str, Group, int | None]] = []
    for cause in causes:
        group = by_name.get((cause.group_kind, cause.group_id))
        if cause.group_kind != "symptom" or cause.rank != 1 or group is None:
            continue
        supplier, level = None, None
        if cause.verdict in CLAIMS and cause.factor in ("supplier", "part_lot"):
            level = levels.get((cause.station_id, cause.factor, cause.level or ""))
            supplier = cause.level if cause.factor == "supplier" else _supplier_of(store, plan, level)
        station = plant.stations.get(cause.station_id)
        if supplier is None and station is not None:
            supplier, level = station.supplier, None
        if supplier:
            found.append((supplier, group, level))
    return found


def _supplier_of(store: Store, plan: LevelPlan | None, level: int | None) -> str | None:
    """Return the supplier that goes with a lot: the level of supplier that all its units have at the station."""
    if plan is None or level is None or "supplier" not in plan.columns or "part_lot" not in plan.columns:
        return None
    rows = store.query(
        f"SELECT DISTINCT {plan.columns['supplier']} FROM {plan.passes} WHERE {plan.columns['part_lot']} = ?", [level]
    )
    number = rows[0][0] if len(rows) == 1 else None
    return plan.levels[number].level if number is not None and number >= 0 else None


def _cases(store: Store, tables: NightTables, group: int, level: int | None) -> list[tuple[str, date]]:
    exposed = _exposed(tables.comparisons, level, "u.unit")
    return [
        (case_id, month)
        for case_id, month in store.query(
            f"SELECT g.case_id, date_trunc('month', m.received)::DATE FROM {tables.grouped.numbered} g "
            f"JOIN {tables.grouped.cases} m USING (case_id) JOIN {tables.units.of_cases} u USING (case_id) "
            f"WHERE g.grp = ? AND m.received IS NOT NULL {exposed} ORDER BY g.case_id",
            [group],
        )
    ]


def _units(store: Store, tables: NightTables, level: int | None, month: date) -> int:
    """Return the units in service at a month's end, those with the level alone where there is one."""
    exposed = _exposed(tables.comparisons, level, "unit")
    sql = f"SELECT count(*) FROM {tables.plant.units} WHERE (start IS NULL OR start < ?::DATE + INTERVAL 1 MONTH)"
    return int(store.query(f"{sql} {exposed}", [month])[0][0])


def _exposed(plan: LevelPlan | None, level: int | None, unit: str) -> str:
    """Return the SQL of a condition on a column of units: they passed with a level, where there is one."""
    if plan is None or level is None:
        return ""
    column = plan.columns[plan.levels[level].factor]
    return f"AND {unit} IN (SELECT unit FROM {plan.passes} WHERE {column} = {int(level)})"


def _open_actions(plant: PlantModel, actions: Sequence[Planned]) -> Mapping[str, int]:
    return Counter(supplier for supplier, action in _supplied(plant, actions) if action.is_open)


def _days_to_close(plant: PlantModel, actions: Sequence[Planned]) -> Mapping[str, float]:
    """Return the median days from an action's start to its closing, of suppliers with any closed one."""
    days: dict[str, list[int]] = {}
    for supplier, action in _supplied(plant, actions):
        if action.started_at is not None and action.closed_at is not None and action.closed_at >= action.started_at:
            days.setdefault(supplier, []).append((action.closed_at - action.started_at).days)
    return {supplier: float(median(taken)) for supplier, taken in days.items()}


def _supplied(plant: PlantModel, actions: Sequence[Planned]) -> Iterator[tuple[str, Planned]]:
    """Yield the actions at stations that a supplier stands for, with the supplier."""
    for action in actions:
        station = plant.stations.get(action.station_id)
        if station is not None and station.supplier:
            yield station.supplier, action
