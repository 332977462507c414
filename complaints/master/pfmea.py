"""PFMEA forms as plants keep them (AIAG & VDA, RPN): titles, heads over rows, merged cells, several sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from complaints.errors import ItemRefused
from complaints.master.accounts import MasterAccount, Passed, SheetLeft, Taken
from complaints.master.columns import MASTER_TABLES
from complaints.master.pfmea_heads import (
    RATINGS,
    fits,
    is_afterwards,
    is_number,
    is_rating,
    kind_of,
    names_step_and_station,
    priority_of,
)
from complaints.tables import Grid, TableRow, columns_by_key, header_key

HEADER_SEARCH_ROWS = 25  # above it stand the title, the team, the revision
HEADER_HEIGHT = 3  # rows of heads under each other, merged ones apart
# What a blank cell takes over from the row above: about the same failure mode, about the same station.
SAME_FAILURE = ("component", "symptom", "severity")
SAME_STATION = ("operation",)
UNUSED = ("control", "other")
JOINED = (*RATINGS, "action_priority")
TOKENS = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff]")


@dataclass
class _Form:
    """A sheet whose heads are understood: column -> place, the rows below, and what was not placed."""

    grid: Grid
    start: int
    places: dict[str, int]
    heads: dict[int, str]
    passed: list[Passed] = field(default_factory=list)
    bad_values: Counter[str] = field(default_factory=Counter)


def read_pfmea(file: str, grids: Iterable[Grid], own: Mapping[str, str]) -> MasterAccount:
    """Read a PFMEA: every visible sheet with a failure mode and a station or step, and rating sheets joined to them.

    A column is known by what its head means (`complaints.master.pfmea_heads`) and by cells that can be that. Ratings
    after the action are left out. A cell merged over rows holds for all of them, and so does a station or failure mode
    over the blanks below it. A form without a station column is read by its process steps.

    Args:
        file: its name.
        grids: its sheets.
        own: the user's heads -> columns, which win.

    Raises:
        ItemRefused: `missing_column`.
    """
    known = {header_key(head): column for head, column in own.items()}
    exact = columns_by_key(MASTER_TABLES["pfmea"].aliases)
    account = MasterAccount("pfmea", file)
    main: list[_Form] = []
    ratings: list[_Form] = []
    for grid in grids:
        form = None if grid.left_out else _understood(grid, known, exact)
        if form is None:
            why = grid.left_out or "no_header"
            account.sheets_left += [SheetLeft(grid.name, why)] if any(map(any, grid.cells)) else []
            continue
        account.rows_left.update(grid.refused)
        if "station_id" in form.places:
            main.append(form)
        elif len([column for column in RATINGS if column in form.places]) > 1:
            ratings.append(form)
        else:
            account.sheets_left.append(SheetLeft(grid.name, "no_station"))
    if not main:
        raise _refused(file, account, bool(ratings))
    for form in main:
        _add_rows(form, account)
    for form in ratings:
        _join(form, account)
    for form in (*main, *ratings):
        account.taken += [Taken(form.heads[i], column, form.grid.name) for column, i in form.places.items()]
        account.passed += form.passed
        account.bad_values.update(form.bad_values)
    return account


def _refused(file: str, account: MasterAccount, rated: bool) -> ItemRefused:
    """Return why no sheet of a file is a PFMEA."""
    reasons = {sheet.why for sheet in account.sheets_left}
    if rated or "no_station" in reasons:
        return ItemRefused("master.missing_column.pfmea", file, column="station_id")
    if "hidden" in reasons and reasons <= {"hidden", "pivot", "no_sheet"}:
        return ItemRefused("tables.hidden_only", file)
    return ItemRefused("master.missing_column.pfmea", file, column="failure_mode")


def _understood(grid: Grid, own: Mapping[str, str], exact: Mapping[str, str]) -> _Form | None:
    """Return the form whose head names most columns, None without a failure mode."""
    best: tuple[int, int, int] | None = None
    for at in range(min(len(grid.cells), HEADER_SEARCH_ROWS)):
        for height in range(1, HEADER_HEIGHT + 1):
            block = grid.cells[at : at + height]
            if len(block) < height or any(is_number(cell) for cell in block[-1]):
                break  # ratings or counts: from here on stands data
            kinds = {kind for kind, _ in _kinds(grid, at, height, own, exact).values()}
            score = len(kinds - {*UNUSED, None}) if "failure_mode" in kinds else 0
            if score and (best is None or score > best[0]):
                best = (score, at, height)
    if best is None:
        return None
    _, at, height = best
    ends = [area.bottom for area in grid.areas if area.top < at + height <= area.bottom]
    return _placed(grid, at, max([at + height, *ends]), _kinds(grid, at, height, own, exact))


def _kinds(
    grid: Grid, at: int, height: int, own: Mapping[str, str], exact: Mapping[str, str]
) -> dict[int, tuple[str | None, str]]:
    """Return what each column's heads mean, with the head by which it is known; columns without a head are left out."""
    found: dict[int, tuple[str | None, str]] = {}
    width = len(grid.cells[at])
    for index in range(width):
        stack: list[str] = []
        for row in range(at, at + height):
            text, area = grid.cells[row][index], grid.joined(row, index)
            title = area is not None and area.right - area.left > width / 2
            if text and text not in stack and not title:
                stack.append(text)
        readings = [stack[-1], " ".join(stack[-2:]), " ".join(stack)] if stack else []
        mapped = next((own[key] for text in readings if (key := header_key(text)) in own), None)
        if mapped is not None:
            found[index] = (mapped, stack[-1])
        elif stack:
            kind = next((kind for text in readings if (kind := kind_of(text)) is not None), None)
            kind = kind or next((exact[key] for text in readings if (key := header_key(text)) in exact), None)
            found[index] = (kind, " ".join(stack[-1].split()))
    return found


def _placed(grid: Grid, at: int, start: int, kinds: dict[int, tuple[str | None, str]]) -> _Form | None:
    """Return the form with each column at its place: the first whose head means it and whose cells can be it."""
    form = _Form(grid, start, {}, {})
    below = [row for row in grid.cells[start:] if not _spans(grid, row)]
    for index, (kind, head) in kinds.items():
        form.heads[index] = head
        why = ""
        if kind is None or kind in UNUSED:
            why = "unused"
        elif _afterwards(grid, at, start, index):
            why = "afterwards"
        elif not fits(kind, [row[index] for row in below]):
            why = "unlike"
        elif kind in form.places:
            why = "second"
        if why:
            passed = Passed(head, why, kind if kind and why in ("unlike", "second") else "", grid.name)
            form.passed += [] if passed in form.passed else [passed]
            continue
        assert kind is not None
        form.places[kind] = index
        if kind == "station_id" and names_step_and_station(head):
            form.places.setdefault("operation", index)
    if "failure_mode" not in form.places:
        return None
    if "station_id" not in form.places and "operation" in form.places:
        form.places["station_id"] = form.places["operation"]
    return form


def _afterwards(grid: Grid, at: int, start: int, index: int) -> bool:
    """Tell whether a column's heads, or the groups up to two rows above them, speak of the time after the action."""
    width = len(grid.cells[at])
    for row in range(max(at - 2, 0), start):
        area = grid.joined(row, index)
        if (area is None or area.right - area.left <= width / 2) and is_afterwards(_group(grid, row, index, at)):
            return True
    return False


def _group(grid: Grid, row: int, index: int, at: int) -> str:
    """Return a head, or the group's head that stands to the left of a blank one in a row of groups above."""
    cells = grid.cells[row]
    if row >= at or cells[index] or len(set(filter(None, cells))) < 2:
        return cells[index]
    return next((text for text in reversed(cells[:index]) if text), "")


def _spans(grid: Grid, row: Sequence[str]) -> bool:
    """Tell whether a row is one text over the whole width: a section's title or a foot, no failure."""
    return len(row) > 2 and len(set(row)) == 1


def _values(form: _Form, number: int) -> dict[str, str]:
    """Return a row's cells by column; what is no rating or priority where one should stand is counted and left out."""
    cells, values = form.grid.cells[number], {}
    for column, index in form.places.items():
        text = cells[index].strip()
        if not text:
            continue
        if column in RATINGS:
            good = str(int(float(text))) if is_rating(text) else None
        else:
            good = priority_of(text) if column == "action_priority" else text
        if good is None:
            form.bad_values[column] += 1
        else:
            values[column] = good
    return values


def _rows(form: _Form) -> Iterator[TableRow]:
    above: dict[str, str] = {}
    for number in range(form.start, len(form.grid.cells)):
        place = form.places["failure_mode"]
        area, cells = form.grid.joined(number, place), form.grid.cells[number]
        across = area is not None and any(area.left <= i < area.right for i in form.places.values() if i != place)
        if across or _spans(form.grid, cells) or cells[place].strip() == form.heads[place]:
            continue
        values = _values(form, number)
        if not values:
            continue
        _inherit(values, above, ("station_id",))
        if values.get("station_id") == above.get("station_id"):
            _inherit(values, above, ("failure_mode", *SAME_STATION))
            if values.get("failure_mode") == above.get("failure_mode"):
                _inherit(values, above, SAME_FAILURE)
        above = values
        if "failure_mode" in values:
            yield TableRow(number + 1, values)


def _inherit(values: dict[str, str], above: dict[str, str], columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in values and column in above:
            values[column] = above[column]


def _add_rows(form: _Form, account: MasterAccount) -> None:
    """Add a sheet's rows; one that an earlier sheet has said word for word counts once."""
    said = {frozenset(row.values.items()) for row in account.rows}
    for row in _rows(form):
        if frozenset(row.values.items()) in said:
            account.repeated += 1
        else:
            account.rows.append(row)


def _join(form: _Form, account: MasterAccount) -> None:
    """Give the ratings of a sheet of their own to the rows of the one failure mode that they speak of, else to none.

    The words of the one must stand in the other in their order, for one failure mode alone, and severities must agree.
    """
    modes = list(dict.fromkeys(row.values["failure_mode"] for row in account.rows))
    rated = list(_rows(form))
    for row in rated:
        mode = row.values["failure_mode"]
        same = [known for known in modes if _speaks_of(known, mode)]
        back = [other for other in rated if same and _speaks_of(same[0], other.values["failure_mode"])]
        sure = same if len(same) == len(back) == 1 else []
        rows = [known for known in account.rows if known.values["failure_mode"] in sure]
        severity = row.values.get("severity")
        rows = [known for known in rows if severity is None or known.values.get("severity", severity) == severity]
        for known in rows:
            known.values.update({c: row.values[c] for c in JOINED if c in row.values and c not in known.values})
        account.unjoined += not rows


def _speaks_of(one: str, other: str) -> bool:
    words = sorted((TOKENS.findall(text.casefold()) for text in (one, other)), key=len)
    rest = iter(words[1])
    return bool(words[0]) and all(word in rest for word in words[0])
