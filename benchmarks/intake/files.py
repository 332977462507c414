"""Large tables of invented complaints, written a row at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.scale.base import DAYS, HEADER, PRODUCTS, ended, last_day, noon, owners
from benchmarks.scale.wording import clause

NAMED = 10  # every so many a complaint names a telephone number
WITHOUT_SERIAL = 10  # every so many a complaint names no vehicle
Row = tuple[str, datetime, str, str, str, str]


def rows(count: int) -> Iterator[Row]:
    """Yield complaints in the columns of HEADER; each has an id and a clause of its own."""
    known = [ended(owner.text) for owner in owners(None)]
    for number in range(count):
        text = f"{known[number % len(known)]}。{clause(number)}"
        if number % NAMED == 0:
            text += f"，请打电话139{number % 10**8:08d}给我"
        serial = "" if number % WITHOUT_SERIAL == 1 else f"CAR{number * 4 // 5:09d}"
        received = noon(last_day() - 1 - number % DAYS)
        yield f"C{number:08d}", received, serial, f"P{number % PRODUCTS:02d}", "", text


def write_csv(path: Path, count: int) -> None:
    """Write complaints as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """Write complaints as a workbook of one sheet; its dates are cells of dates."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("投诉")
    sheet.append(HEADER)
    for row in rows(count):
        sheet.append(row)
    book.save(path)
