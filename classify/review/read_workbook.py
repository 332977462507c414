"""Reading the review workbook back: each filled row is taken or refused on its own, with the reason."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from classify.review.sheets import (
    CASES,
    CAUSE_DECISIONS,
    COMMENT,
    DECIDED_ON,
    MENTIONS,
    REVIEWER,
    SHEETS,
    TRANSCRIPTS,
    VERDICTS,
    Sheet,
    row_hash,
)
from complaints.errors import UsageError
from complaints.nearest_name import nearest
from complaints.tables import BAD_WORKBOOK, parse_datetime

MAX_BYTES = 100_000_000
MAX_UNPACKED = 1_000_000_000
MOST_CHARACTERS = 1 << 31  # of a text: a larger offset leads nowhere, and the store holds none
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """A row that was taken.

    Args:
        sheet: its sheet.
        keys: what it is about, in the order of the sheet's keys.
        decision: what was chosen or written.
        code: of a mention, the right code, or "".
        reviewer, decided_on, comment: who, when, and a remark.
    """

    sheet: Sheet
    keys: tuple[Any, ...]
    decision: str
    code: str
    reviewer: str
    decided_on: date
    comment: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was refused: where, a short stable reason, and what to do."""

    where: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a workbook holds. `empty` counts rows without a decision."""

    decided: list[Decided]
    refused: list[Refusal]
    empty: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What is acceptable.

    Args:
        categories: that may be chosen.
        codes: kind of each dictionary code.
        shown: gives what a row of a sheet with these keys shows now, or None.
        reviewer: who decided where a row names nobody; "" for nobody.
        today: the day of a decision without a date; none may be later.
    """

    categories: Sequence[str]
    codes: dict[str, str]
    shown: Callable[[Sheet, tuple[Any, ...]], str | None]
    reviewer: str
    today: date


def read_workbook(path: Path, rules: Rules) -> Read:
    """Read a workbook.

    Raises:
        UsageError: it is no workbook of `review export`.
    """
    result = Read([], [], 0)
    empty, found = 0, False
    for sheet, rows in _sheets(path):
        found = True
        taken: dict[tuple[Any, ...], tuple[str, Decided]] = {}
        for number, values in rows:
            where = f"{path.name}, sheet {sheet.name}, row {number}"
            if not any(_filled(values.get(name)) for name in (*sheet.asked, COMMENT, REVIEWER, DECIDED_ON)):
                empty += 1
                continue
            answer = _row(sheet, values, rules)
            if not isinstance(answer, Decided):
                result.refused.append(Refusal(where, *answer))
                continue
            key = (*answer.keys, answer.reviewer)
            if key in taken:
                before = taken[key][0]
                result.refused.append(Refusal(where, "duplicate", f"{answer.reviewer} decided it already in {before}"))
                continue
            taken[key] = (f"row {number}", answer)
            result.decided.append(answer)
    if not found:
        raise _no_workbook(path, "it has none of the sheets of a review workbook")
    return Read(result.decided, result.refused, empty)


def _sheets(path: Path) -> Iterator[tuple[Sheet, Iterator[tuple[int, Values]]]]:
    import openpyxl

    try:
        size = path.stat().st_size
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
        if size > MAX_BYTES or unpacked > MAX_UNPACKED:
            raise _no_workbook(path, f"it unpacks to {unpacked} bytes")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise UsageError("no such file", str(path), "Give the workbook that was exported") from None
    except UsageError:
        raise
    # openpyxl raises whatever the broken part of a file leads to: KeyError, BadZipFile, ParseError.
    except Exception as error:
        raise _no_workbook(path, f"it does not open ({type(error).__name__})") from error
    try:
        for sheet in SHEETS:
            if sheet.name in book.sheetnames:
                yield sheet, _rows(path, sheet, book[sheet.name])
    finally:
        book.close()


def _rows(path: Path, sheet: Sheet, place: Any) -> Iterator[tuple[int, Values]]:
    """Yield a sheet's filled rows; sheets are unpacked while they are read, so that damage within one shows here."""
    try:
        yield from _filled_rows(path, sheet, place)
    except BAD_WORKBOOK as error:
        raise _no_workbook(path, f"sheet {sheet.name} is damaged ({type(error).__name__})") from error


def _filled_rows(path: Path, sheet: Sheet, place: Any) -> Iterator[tuple[int, Values]]:
    rows = place.iter_rows(values_only=True)
    names = [str(name or "") for name in next(rows, ())]
    missing = [name for name in sheet.columns if name not in names]
    if missing:
        raise _no_workbook(path, f"sheet {sheet.name} lacks the column {missing[0]} in its (hidden) first row")
    next(rows, None)  # titles for people
    for number, cells in enumerate(rows, 3):
        values = dict(zip(names, cells, strict=False))
        if any(_filled(value) for value in values.values()):
            yield number, values


def _no_workbook(path: Path, why: str) -> UsageError:
    return UsageError(f"this is no review workbook: {why}", str(path), "Export one: complaints review export FILE.xlsx")


def _row(sheet: Sheet, values: Values, rules: Rules) -> Decided | tuple[str, str]:
    """Return a filled row's decision, or (reason, what to do)."""
    keys = tuple(_key(name, values.get(name)) for name in sheet.keys)
    shown = None if None in keys else rules.shown(sheet, keys)
    if shown is None:
        return "unknown_id", "Its id was changed, or it is no longer in the store; export again"
    if _plain(values.get("hash")) != row_hash(sheet, keys, shown):
        return "changed_row", "Its id, its check or the text behind it changed since the export; export again"
    decision, reviewer = _plain(values.get(sheet.asked[0])), _plain(values.get(REVIEWER)) or rules.reviewer
    if not decision:
        return "half_filled", f"The column {sheet.asked[0]} is empty; fill it in or empty the whole row"
    if not reviewer:
        return "half_filled", "Nobody signed it: fill in the reviewer, or give --by"
    when = _day(values.get(DECIDED_ON), rules.today)
    if when is None:
        return "bad_date", "Write the date as 2026-03-01, not later than today; or leave it empty"
    code = _plain(values.get("right_code")) if "right_code" in sheet.asked else ""
    wrong = _wrong(sheet, keys, decision, code, rules)
    if wrong is not None:
        return wrong
    return Decided(sheet, keys, decision, code, reviewer, when, _plain(values.get(COMMENT)))


def _wrong(sheet: Sheet, keys: tuple[Any, ...], decision: str, code: str, rules: Rules) -> tuple[str, str] | None:
    if sheet.name == CASES and decision not in rules.categories:
        return "unknown_category", _nearest("category", decision, rules.categories)
    if sheet.name == MENTIONS:
        if decision not in VERDICTS:
            return "unknown_verdict", _nearest("verdict", decision, VERDICTS)
        kind = keys[1]
        if code and rules.codes.get(code) != kind:
            return "unknown_code", _nearest(f"{kind} code", code, [c for c, k in rules.codes.items() if k == kind])
    if sheet.name not in (CASES, MENTIONS, TRANSCRIPTS) and decision not in CAUSE_DECISIONS:
        return "unknown_decision", _nearest("decision", decision, CAUSE_DECISIONS)
    return None


def _nearest(what: str, value: str, known: Sequence[str]) -> str:
    near = nearest(value, known, alike=0.4)
    return f"There is no such {what}" + (f"; the nearest is {near}" if near else "; choose from the list")


def _filled(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _plain(value: object) -> str:
    text = "" if value is None else str(value).strip()
    # The apostrophe that the export puts before what a spreadsheet would run.
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _key(name: str, value: object) -> Any:
    if name in ("start", "end"):
        if not isinstance(value, int | float) or abs(value) >= MOST_CHARACTERS:
            return None
        return int(value) if float(value).is_integer() else None
    if name == "start_s":
        return float(value) if isinstance(value, int | float) else None
    return _plain(value) or None


def _day(value: object, today: date) -> date | None:
    if not _filled(value):
        return today
    found = value if isinstance(value, datetime) else parse_datetime(str(value))
    return found.date() if found is not None and found.date() <= today else None
