"""Reading of tables that people made, row by row, with one set of rules for every format.

This reads in the process that calls it. Files of strangers are read in a child process with limits:
`complaints.tables.child`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.tables.date_columns import order_of, read_cell
from complaints.tables.dates import Order
from complaints.tables.headers import Header, HeaderFinder, header_key
from complaints.tables.open import open_table
from complaints.tables.types import UNPACKED_FREE, RawRow, Reading, SheetAccount, Source, Table, TableRow

# The words of a row that sums up others, as its first cell or beside a name: 小计, 3月合计, Grand total.
_SUBTOTAL = re.compile(r"[^。，]{0,20}(?:小计|合计|总计|累计|共计|汇总)[:：]?|(?:grand |sub-?)?totals?:?|sum:?", re.I)
_REMARK = re.compile(r"[(（【\[][^()（）]{1,40}[)）】\]]")  # (年月日) under a header: what is to be written there
OPEN = "open"


def read_table(
    path: Path, reading: Reading | Mapping[str, str], required: Iterable[str] = (), *, name: str = ""
) -> Table:
    """Open a table, find its headers and understand them.

    Args:
        path: a file with one of TABLE_SUFFIXES.
        reading: what its columns are called, and how it is read; or only {header: column}.
        required: with the latter, the columns that must be there.
        name: how errors name the file; its own name by default.

    Raises:
        ItemRefused: `empty_file`, `undecodable_bytes`, `not_a_table`, `password`, `too_large`, `no_header`,
            `missing_column`, `double_column`, `counts_only`, `pivot_only` or `hidden_only`; later, from `rows`:
            `not_a_table`, `too_large` or `too_many_rows`.
    """
    if not isinstance(reading, Reading):
        reading = Reading(reading, tuple(required))
    with ExitStack() as stack:
        sources = open_table(path, reading.limits, stack)
        tables, accounts = _understood(sources, reading, name or path.name)
        kept = stack.pop_all()  # closed by the rows, when they end
    columns = dict.fromkeys(column for one in tables for column in one.header.columns if column)
    unmapped = dict.fromkeys(header for one in tables for header in one.header.unmapped)
    budget = UNPACKED_FREE + reading.limits.unpacked * path.stat().st_size
    rows = _bounded(chain.from_iterable(one.rows() for one in tables), reading, budget, path.name, kept)
    encoding = str(getattr(sources[0], "encoding", "")) if sources else ""
    return Table(tuple(columns), tuple(unmapped), rows, accounts, encoding)


def _understood(sources: Sequence[Source], reading: Reading, where: str) -> tuple[list[_OneTable], list[SheetAccount]]:
    """Return the tables that are read, and an account of every sheet."""
    finder, tables, accounts = HeaderFinder(reading), [], []
    refusal: ItemRefused | None = None
    for source in sources:
        account = SheetAccount(source.name, source.left_out)
        accounts.append(account)
        if source.left_out:
            continue
        try:
            header, head = finder.find(source, where)
        except ItemRefused as refused:  # it costs its sheet
            account.left_out, refusal = refused.reason, refusal or refused
            continue
        if header is None or not set(reading.required) <= header.matched:
            blank = source.header is None and not any(any(row.cells) for row in head)
            account.left_out = "empty" if blank else "no_header"
            if not blank and refusal is None:
                refusal = finder.missing(head, source, where)
        elif finder.counts(header):
            account.left_out = "counts"
        else:
            account.header_row, account.columns = header.row, header.taken_for
            account.unmapped, account.passed_over = header.unmapped, list(header.passed_over)
            account.left_out_rows.update(["title"] * sum(row.number < header.row and any(row.cells) for row in head))
            tables.append(_OneTable(source, header, reading, account))
    for one in tables:
        one.sheet = one.source.name if len(tables) > 1 else ""
    if not tables:
        raise _nothing(accounts, refusal, where)
    return tables, accounts


def _nothing(accounts: list[SheetAccount], refusal: ItemRefused | None, where: str) -> ItemRefused:
    """Return why no sheet of a file is read."""
    if refusal is not None:
        return refusal
    reasons = {account.left_out for account in accounts}
    if "counts" in reasons:
        return ItemRefused("tables.counts_only", where)
    if "pivot" in reasons:
        return ItemRefused("tables.pivot_only", where)
    if "hidden" in reasons:
        return ItemRefused("tables.hidden_only", where)
    return ItemRefused("tables.empty_file.no_rows", where)


@dataclass
class _OneTable:
    """A sheet whose headers are understood."""

    source: Source
    header: Header
    reading: Reading
    account: SheetAccount
    sheet: str = ""  # its name in rows, where several are read

    def rows(self) -> Iterator[TableRow]:
        """Yield its rows and keep the account."""
        width = len(self.header.columns)
        orders = _DateOrders(self.source, self.header, self.reading, self.account)
        heads = {header_key(name) for name in self.header.names if name}
        for raw in self.source.rows(width):
            if raw.number <= self.header.row:
                continue
            row = self._row(raw, heads)
            if row is None:
                continue
            self.account.rows += 1
            if row.problem is not None:
                self.account.refused_rows[row.problem.reason] += 1
                yield row
            else:
                yield orders.read(row) if self.reading.dates else row

    def _row(self, raw: RawRow, heads: set[str]) -> TableRow | None:
        columns, name = self.header.columns, self.sheet
        if raw.problem is not None:
            return TableRow(raw.number, {}, raw.problem, name)
        if raw.named is not None:
            by_name = dict(zip(self.header.names, columns, strict=True))
            values = {by_name.get(header, header): cell for header, cell in raw.named.items()}
        else:
            cells = raw.cells
            if len(cells) > len(columns) and not self.source.cells_are_placed and any(cells[len(columns) :]):
                problem = ItemRefused("tables.too_many_cells", cells=len(cells), columns=len(columns))
                return TableRow(raw.number, {}, problem, name)
            values = {column: cell for column, cell in zip(columns, cells, strict=False) if cell and column}
        if not values:
            return None
        if any(len(cell) > self.reading.limits.cell_characters for cell in values.values()):
            problem = ItemRefused("tables.too_long.cell", most=self.reading.limits.cell_characters)
            return TableRow(raw.number, {}, problem, name)
        why = self._left_out(values, heads)
        if why:
            self.account.rows += 1
            self.account.left_out_rows[why] += 1
            return None
        return TableRow(raw.number, values, None, name)

    def _left_out(self, values: dict[str, str], heads: set[str]) -> str:
        """Return why a row is none of its own, "" where it is one."""
        texts = list(values.values())
        if all(header_key(text) in heads or _REMARK.fullmatch(text) for text in texts) and len(texts) > 1:
            return "header"
        required = [values[column] for column in self.reading.required if column in values]
        sums = any(_SUBTOTAL.fullmatch(text) for text in texts)
        return "subtotal" if sums and all(_SUBTOTAL.fullmatch(text) for text in required) else ""


class _DateOrders:
    """Reads the dates of a table's rows; the first open date makes the whole column be looked at, once."""

    def __init__(self, source: Source, header: Header, reading: Reading, account: SheetAccount) -> None:
        self._source, self._header, self._reading, self._account = source, header, reading, account
        self._columns = [column for column in header.columns if column in reading.dates]
        self._orders: dict[str, Order | None] = {}

    def read(self, row: TableRow) -> TableRow:
        """Return a row with its dates in ISO form; those that are none as they stand, named in `undated`."""
        undated: list[str] = []
        for column in self._columns:
            cell = row.values.get(column)
            if cell is None:
                continue
            moment, is_open = read_cell(cell, self._reading.zone, self._orders.get(column))
            if is_open and column not in self._orders:
                self._orders[column] = order = self._reading.order or self._decided(column)
                self._account.date_orders[column] = order or OPEN
                moment, is_open = read_cell(cell, self._reading.zone, order)
            if moment is not None:
                row.values[column] = moment.isoformat(sep=" ")
            else:
                undated.append(column)
                self._account.undated[column] += 1
                self._account.undated_open[column] += is_open
        return TableRow(row.number, row.values, None, row.sheet, tuple(undated)) if undated else row

    def _decided(self, column: str) -> Order | None:
        place = self._header.columns.index(column)
        name = self._header.names[place]
        cells = (
            raw.named.get(name, "") if raw.named is not None else raw.cells[place] if place < len(raw.cells) else ""
            for raw in self._source.rows(len(self._header.columns))
            if raw.number > self._header.row
        )
        return order_of(cells, self._reading.zone, self._reading.latest)


def _bounded(
    rows: Iterator[TableRow], reading: Reading, budget: int, where: str, stack: ExitStack
) -> Iterator[TableRow]:
    """Yield rows up to what the file may hold."""
    limits = reading.limits
    with stack:
        for count, row in enumerate(rows, start=1):
            budget -= sum(map(len, row.values.values()))
            if budget < 0:
                raise ItemRefused("tables.too_large.unpacked", where, times=limits.unpacked)
            if count > limits.rows:
                raise ItemRefused("tables.too_many_rows", where, most=limits.rows)
            yield row
