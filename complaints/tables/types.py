"""What reading a table gives: rows, what each column was taken for, and an account of all that was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from complaints.errors import ItemRefused
from complaints.tables.dates import Order


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: `number` counts from 1 as a spreadsheet shows it; `values` holds the non-empty cells by column.

    A row that could not be read has a `problem` and no values. `sheet` is empty
    where one table of the file is read. Dates that were read stand in ISO form, as the plant's clock shows
    them; `undated` names the columns whose cell is no date.
    """

    number: int
    values: dict[str, str]
    problem: ItemRefused | None = None
    sheet: str = ""
    undated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableLimits:
    """What one table may cost.

    Args:
        quiet_s: seconds without a row, and as many again for each 25 MB of file, after which reading ends.
        memory_bytes: address space beyond what the reading process holds before it opens a file; of a Parquet
            file 310 MB are its library's.
        rows: rows of a file.
        cells: cells of a row; a sheet has at most 16,384.
        cell_characters: characters of a cell.
        unpacked: characters that a file may unpack to, for each of its bytes; on top of UNPACKED_FREE.
    """

    quiet_s: float = 25.0
    memory_bytes: int = 768 << 20
    rows: int = 5_000_000
    cells: int = 16_384
    cell_characters: int = 1_000_000
    unpacked: int = 100


UNPACKED_FREE = 64_000_000  # characters that any file may unpack to


@dataclass(frozen=True)
class Reading:
    """How a table is read.

    Args:
        aliases: header -> canonical column, compared by `header_key`; canonical names are headers of their own.
        required: canonical columns that must be there.
        weak: headers among the aliases that mean their column only where no other header does (``id``, ``日期``), the
            likelier first.
        alone: canonical columns that two headers, neither of them weak, may not both mean; None: the required ones
            where headers are weak, else all.
        dates: canonical columns of dates.
        zone: the plant's, for moments; None keeps times as they are written.
        order: how 03/04/2024 is meant; None: as its column shows.
        latest: a day after which no complaint can be; decides an open order where nothing else does.
        limits: what the table may cost.
    """

    aliases: Mapping[str, str]
    required: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    dates: frozenset[str] = frozenset()
    zone: tzinfo | None = None
    order: Order | None = None
    latest: date | None = None
    limits: TableLimits = field(default_factory=TableLimits)
    alone: frozenset[str] | None = None


@dataclass
class SheetAccount:
    """What became of a sheet, or of the one table that a file is.

    Args:
        name: the sheet's; empty where the file is one table.
        left_out: why none of its rows was read: hidden, pivot, counts (it counts complaints), no_header,
            double_column, empty or no_sheet (a chart).
        header_row: number of the (lower) row of headers, 0 where the format names its columns.
        columns: (header, canonical column) of the columns that were understood, in order.
        unmapped: headers that mean no column.
        passed_over: headers that could mean a column for which a better one was there, with that column.
        rows: rows below the header that are not blank.
        left_out_rows: rows that are none of their own, by reason: subtotal, header (repeated).
        refused_rows: rows that cannot be read, by reason.
        date_orders: column -> the order in which its open dates were read, "open" where nothing told.
        undated: column -> cells that are no date.
        undated_open: column -> those of them that are open between day and month.
    """

    name: str = ""
    left_out: str = ""
    header_row: int = 0
    columns: list[tuple[str, str]] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0
    left_out_rows: Counter[str] = field(default_factory=Counter)
    refused_rows: Counter[str] = field(default_factory=Counter)
    date_orders: dict[str, str] = field(default_factory=dict)
    undated: Counter[str] = field(default_factory=Counter)
    undated_open: Counter[str] = field(default_factory=Counter)


@dataclass
class Table:
    """A table being read. `accounts` is whole when `rows` have ended.

    Args:
        columns: canonical names where an alias is known, else the header as it stands; of all sheets that are read.
        unmapped: headers that mean no column.
        rows: the rows; they can be read once.
        accounts: of each sheet, in order.
        encoding: of the bytes, empty where the format fixes it.
    """

    columns: tuple[str, ...]
    unmapped: tuple[str, ...]
    rows: Iterator[TableRow]
    accounts: list[SheetAccount] = field(default_factory=list)
    encoding: str = ""


@dataclass(slots=True)
class RawRow:
    """A row as the file has it: cells in order, or by name where the format names them; or a problem."""

    number: int
    cells: list[str]
    problem: ItemRefused | None = None
    named: dict[str, str] | None = None


# First and last (row, column) of merged cells, from 0.
Merged = tuple[tuple[int, int], tuple[int, int]]


class Source:
    """One table of a file, before its headers are understood. Subclasses can be read more than once."""

    name = ""
    left_out = ""  # why it is no table of data, "" where it may be one
    cells_are_placed = False  # each cell knows its column: one too many shifts no other
    header: list[str] | None = None  # columns that the format itself names

    def head(self) -> list[RawRow]:
        """Return the first rows, among which the headers stand."""
        raise NotImplementedError

    def rows(self, width: int) -> Iterable[RawRow]:
        """Yield all rows; `width` is the number of columns that the headers name."""
        raise NotImplementedError

    def look(self) -> Iterable[RawRow]:
        """Yield all rows as a person sees them: what is merged stands in every cell."""
        return self.rows(0)

    def merged(self) -> Sequence[Merged]:
        """Return the merged ranges."""
        return ()
