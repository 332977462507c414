"""Dates of a column: whether day or month comes first is what the whole column shows, never one cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from complaints.tables.dates import Order, date_readings

MOST = 0.98  # share of the cells that tell which must agree: a slip of the pen turns no column over
FUTURE_SHARE = 0.02


def order_of(cells: Iterable[str], zone: tzinfo | None, latest: date | None) -> Order | None:
    """Return the order in which a column's dates are written, None where nothing shows it.

    What shows it: cells that are a date in one order alone (30/01/2024), else an order under which dates lie behind
    `latest` while another has none there.

    Args:
        cells: the column.
        zone: the plant's.
        latest: the day of the night.
    """
    alone: Counter[Order] = Counter()
    future: Counter[Order] = Counter()
    open_cells: Counter[Order] = Counter()
    for cell in cells:
        readings = date_readings(cell, zone)
        if len(set(readings.values())) < 2:
            if len(readings) == 1:
                alone[next(iter(readings))] += 1
            continue
        for order, moment in readings.items():
            open_cells[order] += 1
            future[order] += latest is not None and moment.date() > latest
    if alone:
        order, count = alone.most_common(1)[0]
        return order if count >= MOST * alone.total() else None
    if not open_cells:
        return None
    whole = [order for order, count in open_cells.items() if count == max(open_cells.values())]
    possible = [order for order in whole if future[order] <= FUTURE_SHARE * open_cells[order]]
    return possible[0] if len(possible) == 1 else None


def read_cell(cell: str, zone: tzinfo | None, order: Order | None) -> tuple[datetime | None, bool]:
    """Return a cell's date, and whether it is one that the column's order leaves open."""
    readings = date_readings(cell, zone)
    if len(set(readings.values())) == 1:
        return next(iter(readings.values())), False
    found = readings.get(order) if order else None
    return found, found is None and bool(readings)
