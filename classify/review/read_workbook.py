"""Reading the review workbook back: each filled row is taken or refused on its own, with the reason."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from classify.review.choices import Choices, word_choices
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
from complaints.messages import Message, message
from complaints.nearest_name import nearest
from complaints.tables import BAD_WORKBOOK, parse_datetime

MAX_BYTES = 100_000_000
MAX_UNPACKED = 1_000_000_000
MOST_CHARACTERS = 1 << 31  # of a text: a larger offset leads nowhere, and the store holds none
Values = dict[str, Any]
VERDICT_CHOICES = word_choices("mention_verdict", VERDICTS)
DECISION_CHOICES = word_choices("decision", CAUSE_DECISIONS)
Chosen = tuple[str, str]  # decision, right code
Refused = tuple[str, Message]  # short stable reason, what to do


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
    """A row that was refused: where, a short stable reason, and the reason in a sentence with what to do."""

    where: Message
    reason: str
    why: Message


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
        codes: dictionary codes by kind.
        shown: gives what a row of a sheet with these keys shows now, or None.
        reviewer: who decided where a row names nobody; "" for nobody.
        today: the day of a decision without a date; none may be later.
    """

    categories: Choices
    codes: Mapping[str, Choices]
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
        taken: dict[tuple[Any, ...], tuple[int, Decided]] = {}
        for number, values in rows:
            where = _place(path, sheet, number)
            if not any(_filled(values.get(name)) for name in (*sheet.asked, COMMENT, REVIEWER, DECIDED_ON)):
                empty += 1
                continue
            answer = _row(sheet, values, rules)
            if not isinstance(answer, Decided):
                result.refused.append(Refusal(where, *answer))
                continue
            key = (*answer.keys, answer.reviewer)
            if key in taken:
                twice = message("review.duplicate", reviewer=answer.reviewer, row=taken[key][0])
                result.refused.append(Refusal(where, "duplicate", twice))
                continue
            taken[key] = (number, answer)
            result.decided.append(answer)
    if not found:
        raise _no_workbook(path, message("review.fault.no_sheet"))
    return Read(result.decided, result.refused, empty)


def _title(sheet: Sheet) -> Message:
    return message(f"review.column.{sheet.asked[0]}")


def _place(path: Path, sheet: Sheet, row: int) -> Message:
    return message("review.place", file=path.name, name=message(f"review.sheet.{sheet.name}"), row=row)


def _sheets(path: Path) -> Iterator[tuple[Sheet, Iterator[tuple[int, Values]]]]:
    import openpyxl

    try:
        size = path.stat().st_size
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
        if size > MAX_BYTES or unpacked > MAX_UNPACKED:
            raise _no_workbook(path, message("review.fault.too_large", size=unpacked))
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise UsageError("review.no_file", str(path)) from None
    except UsageError:
        raise
    # openpyxl raises whatever the broken part of a file leads to: KeyError, BadZipFile, ParseError.
    except Exception as error:
        raise _no_workbook(path, message("review.fault.does_not_open", error=type(error).__name__)) from error
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
        raise _no_workbook(
            path, message("review.fault.damaged", sheet=sheet.name, error=type(error).__name__)
        ) from error


def _filled_rows(path: Path, sheet: Sheet, place: Any) -> Iterator[tuple[int, Values]]:
    rows = place.iter_rows(values_only=True)
    names = [str(name or "") for name in next(rows, ())]
    missing = [name for name in sheet.columns if name not in names]
    if missing:
        raise _no_workbook(path, message("review.fault.no_column", sheet=sheet.name, column=missing[0]))
    next(rows, None)  # titles for people
    for number, cells in enumerate(rows, 3):
        values = dict(zip(names, cells, strict=False))
        if any(_filled(value) for value in values.values()):
            yield number, values


def _no_workbook(path: Path, fault: Message) -> UsageError:
    return UsageError("review.no_workbook", str(path), fault=fault)


def _row(sheet: Sheet, values: Values, rules: Rules) -> Decided | tuple[str, Message]:
    """Return a filled row's decision, or (reason, what to do)."""
    keys = tuple(_key(name, values.get(name)) for name in sheet.keys)
    shown = None if None in keys else rules.shown(sheet, keys)
    if shown is None:
        return "unknown_id", message("review.unknown_id")
    if _plain(values.get("hash")) != row_hash(sheet, keys, shown):
        return "changed_row", message("review.changed_row")
    decision, reviewer = _plain(values.get(sheet.asked[0])), _plain(values.get(REVIEWER)) or rules.reviewer
    if not decision:
        return "half_filled", message("review.half_filled", column=_title(sheet))
    if not reviewer:
        return "half_filled", message("review.unsigned")
    when = _day(values.get(DECIDED_ON), rules.today)
    if when is None:
        return "bad_date", message("review.bad_date")
    code = _plain(values.get("right_code")) if "right_code" in sheet.asked else ""
    chosen, right = _chosen(sheet, keys, decision, code, rules)
    if isinstance(right, Message):
        return chosen, right
    return Decided(sheet, keys, chosen, right, reviewer, when, _plain(values.get(COMMENT)))


def _chosen(sheet: Sheet, keys: tuple[Any, ...], decision: str, code: str, rules: Rules) -> Chosen | Refused:
    """Return (decision, right code) as the store knows them; what was written may be a code or a name."""
    if sheet.name == TRANSCRIPTS:
        return decision, code
    known = {CASES: rules.categories, MENTIONS: VERDICT_CHOICES}.get(sheet.name, DECISION_CHOICES)
    kind = {CASES: "category", MENTIONS: "verdict"}.get(sheet.name, "decision")
    value = known.value(decision)
    if value is None:
        return f"unknown_{kind}", _nearest(kind, decision, known)
    if not code:
        return value, ""
    right = rules.codes[keys[1]].value(code)
    return ("unknown_code", _nearest("code", code, rules.codes[keys[1]])) if right is None else (value, right)


def _nearest(kind: str, text: str, known: Choices) -> Message:
    near = nearest(text, known.texts(), alike=0.4)
    return message(f"review.nearest.{kind}", near=near) if near else message(f"review.no_such.{kind}")


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
