"""Series of complaints for the early warning: cases by day of receipt, units in service, and what is not yet reported.

Each vehicle counts once in a series; a complaint counts on the day on which it was received.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from complaints.records import WarningGroupKind
from mapping.association import Array
from mapping.detection import completeness

if TYPE_CHECKING:
    from complaints.store import Store
    from mapping.night_tables import NightTables

MAX_WEEKS = 312  # of history: six years
HORIZON_DAYS = 35  # after so many days a complaint counts as reported
MIN_DELAYS = 50  # complaints of earlier nights from which the delay of reporting is learned


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What a series is about; `product` only of issues."""

    kind: WarningGroupKind
    group_id: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """All series of a night.

    Args:
        keys: what each is about.
        days: cases by day, the night last; shape (series, days), whole weeks.
        in_service: units in service in each week, shape (series, weeks); ones where there are no units.
        has_units: units are known, so that rates may be told.
        reported: share of a day's complaints that is in the store, by days since; shape (HORIZON_DAYS + 1,).
        first_day: of the first complaint of a series.
    """

    keys: tuple[SeriesKey, ...]
    days: NDArray[np.int64]
    in_service: Array
    has_units: bool
    reported: Array
    first_day: tuple[date, ...]

    @property
    def weeks(self) -> int:
        """Weeks of history."""
        return int(self.days.shape[1] // 7)

    @property
    def weekly(self) -> Array:
        """Cases by week, the night's last; shape (series, weeks)."""
        return np.asarray(self.days.reshape(len(self.keys), -1, 7).sum(axis=2), dtype=float)

    @property
    def exposure(self) -> Array:
        """Units in service times the share reported by now; shape (series, weeks)."""
        lag = np.minimum(np.arange(self.weeks * 7)[::-1], HORIZON_DAYS)
        share = self.reported[lag].reshape(-1, 7).mean(axis=1)
        return np.asarray(self.in_service * share[None, :])


def load_series(store: Store, tables: NightTables, as_of: date) -> SeriesTable:
    """Return the series of issues by product, of symptom groups, and of stations.

    Args:
        store: the public store.
        tables: of the night; groups too small to be traced have no series.
        as_of: the night.
    """
    grouped = tables.grouped
    rows = store.query(
        "WITH watched AS (SELECT unnest(?::VARCHAR[]) AS group_kind, unnest(?::VARCHAR[]) AS group_id UNION "
        f"SELECT group_kind, group_id FROM {grouped.members} WHERE group_kind = 'station'), "
        "once AS (SELECT g.group_kind AS kind, g.group_id AS id, "
        "CASE WHEN g.group_kind = 'issue' THEN coalesce(c.product, '') END AS product, min(m.received) AS received "
        f"FROM {grouped.members} g JOIN watched USING (group_kind, group_id) JOIN {grouped.cases} m USING (case_id) "
        "JOIN cases c USING (case_id) WHERE m.received IS NOT NULL "
        "GROUP BY 1, 2, 3, coalesce(m.serial_token, m.case_id)) "
        "SELECT kind, id, product, received, count(*) FROM once GROUP BY ALL ORDER BY ALL",
        [[g.kind for g in grouped.groups], [g.group_id for g in grouped.groups]],
    )
    return _table(store, tables, rows, as_of)


def _table(
    store: Store,
    tables: NightTables,
    rows: Sequence[tuple[WarningGroupKind, str, str | None, date, int]],
    as_of: date,
) -> SeriesTable:
    first = min((row[3] for row in rows), default=as_of)
    weeks = min(MAX_WEEKS, max(1, -(-((as_of - first).days + 1) // 7)))
    keys = list(dict.fromkeys(SeriesKey(kind, group, product) for kind, group, product, _, _ in rows))
    at = {key: number for number, key in enumerate(keys)}
    days = np.zeros((len(keys), weeks * 7), np.int64)
    first_day: dict[SeriesKey, date] = {}
    for kind, group, product, received, count in rows:
        key = SeriesKey(kind, group, product)
        first_day[key] = min(first_day.get(key, received), received)
        column = weeks * 7 - 1 - (as_of - received).days
        if column >= 0:
            days[at[key], column] += count
    service, has_units = _in_service(store, tables, keys, weeks, as_of)
    return SeriesTable(
        tuple(keys), days, service, has_units, _reported(store), tuple(first_day[key] for key in keys)
    )  # fmt: skip


def _in_service(
    store: Store, tables: NightTables, keys: Sequence[SeriesKey], weeks: int, as_of: date
) -> tuple[Array, bool]:
    """Return the units in service at each week's end, of the series' product where units tell products."""
    rows = store.query(
        "SELECT s.product, least(greatest((?::DATE - u.start) // 7, 0), ?) AS weeks_ago, count(*) "
        f"FROM {tables.plant.units} u JOIN {tables.plant.strata} s USING (stratum) WHERE u.start IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL",
        [as_of, weeks],
    )
    if not rows:
        return np.ones((len(keys), weeks)), False
    by_product: dict[str, Array] = {}
    for product, ago, count in rows:
        by_product.setdefault(product, np.zeros(weeks + 1))[weeks - int(ago)] += count
    # Column w of the sums: started in or before week w; units older than the window stand in column 0.
    running = {product: np.cumsum(table)[1:] for product, table in by_product.items()}
    total = np.asarray(sum(running.values()))
    service = np.stack([running.get(key.product or "", total) for key in keys]) if keys else np.ones((0, weeks))
    return np.maximum(service, 1.0), True


def _reported(store: Store) -> Array:
    """Return the completeness learned from the nights after the first: days between receipt and the night's reading."""
    rows = store.query(
        "SELECT (r.as_of - c.received_at::DATE) AS delay, count(*) FROM cases c "
        "JOIN inputs i ON i.input_id = c.case_id JOIN runs r USING (run_id) WHERE c.received_at IS NOT NULL "
        "AND c.received_at_from IN ('given', 'sidecar') "
        "AND r.as_of > (SELECT min(as_of) FROM runs) AND r.as_of >= c.received_at::DATE GROUP BY ALL ORDER BY ALL"
    )
    if sum(count for _, count in rows) < MIN_DELAYS:
        return np.ones(HORIZON_DAYS + 1)
    delays = np.repeat([int(delay) for delay, _ in rows], [int(count) for _, count in rows])
    return completeness(delays, HORIZON_DAYS)
