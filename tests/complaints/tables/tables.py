"""What the tests of tables share: reading a file as the inbox is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from complaints.errors import ItemRefused
from complaints.intake.headers import text_aliases
from complaints.tables.reader import read_table
from complaints.tables.types import Reading, SheetAccount, TableRow

HEADERS, WEAK = text_aliases({})
READING = Reading(
    HEADERS, ("text",), WEAK, frozenset(("received_at",)), ZoneInfo("Asia/Shanghai"), None, date(2026, 6, 30)
)  # fmt: skip


def read(path: Path, **changes: Any) -> tuple[list[TableRow], list[SheetAccount]]:
    """Return a file's rows and its accounts."""
    table = read_table(path, replace(READING, **changes))
    return list(table.rows), table.accounts


def texts(path: Path, **changes: Any) -> list[str]:
    """Return the words of a file's rows; a refused row gives its reason in brackets."""
    return [
        f"[{row.problem.reason}]" if row.problem else row.values.get("text", "") for row in read(path, **changes)[0]
    ]


def refusal(path: Path, **changes: Any) -> ItemRefused:
    """Return why a file is refused."""
    with pytest.raises(ItemRefused) as caught:
        read(path, **changes)
    return caught.value


def written(path: Path, content: str | bytes) -> Path:
    """Write a file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(path: Path, **sheets: Any) -> openpyxl.Workbook:
    """Return a workbook with some sheets, not yet saved to `path`."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book
