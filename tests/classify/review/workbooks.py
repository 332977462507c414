"""A review workbook written, filled in as a reviewer would, and taken in again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from classify.review.apply import Imported, apply
from classify.review.choices import Choices, category_choices, code_choices
from classify.review.export import write_workbook
from classify.review.read_workbook import Rules, read_workbook
from classify.review.rows import doubtful_cases, shown_content, workbook_rows
from complaints.run.night import Night

TODAY = date(2026, 3, 5)
CATEGORIES = ["engine", "brakes", "service"]
Edit = Callable[[Any], object]


def exported(night: Night, path: Path) -> Path:
    cases = doubtful_cases(night.store, 100)
    rows = workbook_rows(night.store, night.dictionary, "zh", cases)
    codes = code_choices(sorted(night.dictionary.codes), night.dictionary)
    write_workbook(path, rows, category_choices(CATEGORIES, night.dictionary), codes, "zh")
    return path


def edited(path: Path, edit: Edit) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def fill(book: Any, sheet: str, key: str, **values: object) -> int:
    place = book[sheet]
    names = [cell.value for cell in place[1]]
    row = next(r for r in range(3, place.max_row + 1) if place.cell(r, 1).value == key)
    for name, value in values.items():
        place.cell(row, names.index(name) + 1).value = value
    return int(row)


def taken(night: Night, path: Path, by: str = "") -> Imported:
    kinds = {code: entry.kind for code, entry in night.dictionary.codes.items()}
    codes: dict[str, Choices] = {
        kind: code_choices(sorted(code for code in kinds if kinds[code] == kind), night.dictionary)
        for kind in set(kinds.values())
    }
    rules = Rules(
        category_choices(CATEGORIES, night.dictionary), codes, lambda s, k: shown_content(night.store, s, k), by, TODAY
    )
    read = read_workbook(path, rules)
    return apply(night.store, read.decided, read.refused, read.empty)


def reasons(done: Imported) -> list[str]:
    return [one.reason for one in done.refused]
