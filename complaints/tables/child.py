"""Tables of strangers are read in a child process with limits: a file may end that process, never the night."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.system import Child, ChildDied, ChildStalled, limit_memory
from complaints.tables.grid import Grid, read_grids
from complaints.tables.reader import read_table
from complaints.tables.types import Reading, SheetAccount, Table, TableLimits, TableRow

BATCH_ROWS = 500
BATCH_CHARACTERS = 2_000_000
RECYCLE_FILES = 500  # what readers leave behind is bounded by a fresh process
MB_A_QUIET = 25.0  # a larger file may be silent for longer: `TableLimits.quiet_s` as many times
NOTHING: tuple[tuple[str, ...], tuple[str, ...], str] = ((), (), "")
Row = tuple[int, tuple[str, ...], tuple[str, ...], ItemRefused | None, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """What the child sends of a file at once; all of a small one, since each message costs a change of process.

    Args:
        begin: columns, unmapped headers and encoding, in the first piece.
        rows: the next ones.
        accounts: in the last piece.
        grid: a sheet as cells, where the file is read so.
    """

    begin: tuple[tuple[str, ...], tuple[str, ...], str]
    rows: list[Row]
    accounts: list[SheetAccount] = field(default_factory=list)
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One file to read, its name in messages, and how it is read; without a reading: as sheets of cells."""

    path: str
    name: str
    reading: Reading | None
    head_only: bool = False


def serve_tables(limits: TableLimits) -> Callable[[Request, object], Generator[Piece, None, Piece]]:
    """Set the process's limits and return the function that answers requests."""
    # Imported before the limit is measured, so that it holds for the file alone.
    with contextlib.suppress(ImportError):
        import python_calamine  # noqa: F401

    limit_memory(limits.memory_bytes)
    return lambda request, _: _pieces(request, limits)


def _pieces(request: Request, limits: TableLimits) -> Generator[Piece, None, Piece]:
    """Yield a file's rows in batches, and return the last ones with its accounts; or yield its sheets.

    Raises:
        ItemRefused: as `read_table` does, `tables.reader_memory`, `tables.reader_failed`.
    """
    try:
        if request.reading is None:
            for grid in read_grids(Path(request.path), limits):
                yield Piece(NOTHING, [], [], grid)
            return Piece(NOTHING, [])
        table = read_table(Path(request.path), request.reading, name=request.name)
        begin = table.columns, table.unmapped, table.encoding
        if request.head_only:
            return Piece(begin, [], table.accounts)
        batch: list[Row] = []
        size = 0
        for row in table.rows:
            values = tuple(row.values.values())
            batch.append((row.number, tuple(row.values), values, row.problem, row.sheet, row.undated))
            size += sum(map(len, values))
            if len(batch) >= BATCH_ROWS or size >= BATCH_CHARACTERS:
                yield Piece(begin, batch)
                batch, size = [], 0
        return Piece(begin, batch, table.accounts)
    except MemoryError:
        raise ItemRefused("tables.reader_memory", request.name) from None
    except (ItemRefused, FileNotFoundError):
        raise
    except OSError as error:
        raise ItemRefused("tables.unreadable.error", request.name, error=type(error).__name__) from None
    except Exception as error:
        # What a hostile file brings a reader to costs that file; its message may quote the file.
        raise ItemRefused("tables.unreadable.error", request.name, error=type(error).__name__) from None


class TableReader:
    """Reads files one after another in a child process of its own; a context manager that ends the child."""

    def __init__(self, limits: TableLimits) -> None:
        self._limits = limits
        self._child = Child(serve_tables, limits, recycle=RECYCLE_FILES, name="complaints-tables", light=True)

    def __enter__(self) -> TableReader:
        return self

    def __exit__(self, *failure: object) -> None:
        self._child.close()

    def read(self, path: Path, reading: Reading, name: str) -> Table:
        """Open a table, as `read_table` does.

        Args:
            path: the file.
            reading: how it is read.
            name: how errors name it, without persons in it.

        Raises:
            ItemRefused: as `read_table` does; then or from the rows `reader_died`, `reader_stalled`, `reader_memory` or
                `unreadable`.
            FileNotFoundError: it is no longer there.
        """
        pieces = self._pieces(path, Request(str(path.absolute()), name, reading), name)
        first = next(pieces)
        columns, unmapped, encoding = first.begin
        accounts: list[SheetAccount] = []
        return Table(columns, unmapped, _rows(first, pieces, accounts), accounts, encoding)

    def head(self, path: Path, reading: Reading, name: str) -> list[SheetAccount]:
        """Return what the headers of a table were taken for, without reading its rows.

        Raises:
            ItemRefused: as `read_table` does, or as `read` does for the reading process.
            FileNotFoundError: it is no longer there.
        """
        (piece,) = self._pieces(path, Request(str(path.absolute()), name, reading, head_only=True), name)
        return piece.accounts

    def grids(self, path: Path, name: str) -> Iterator[Grid]:
        """Yield the sheets of a file as cells, without looking for headers.

        Raises:
            ItemRefused: as `read_grids` does, or as `read` does for the reading process.
            FileNotFoundError: it is no longer there.
        """
        pieces = self._pieces(path, Request(str(path.absolute()), name, None), name)
        return (piece.grid for piece in pieces if piece.grid is not None)

    def _pieces(self, path: Path, request: Request, name: str) -> Generator[Piece, None, None]:
        quiet_s = self._limits.quiet_s * (1 + path.stat().st_size / 1e6 / MB_A_QUIET)
        try:
            yield from self._child.parts(request, quiet_s)
        except ItemRefused as refused:
            if refused.reason == "reader_memory":
                self._child.close()  # what is left of its memory is in pieces
            raise
        except ChildStalled:
            raise ItemRefused("tables.reader_stalled", name, seconds=round(quiet_s)) from None
        except ChildDied as death:
            raise ItemRefused("tables.reader_died", name, code=death.args[0]) from None


def _rows(first: Piece, others: Generator[Piece, None, None], accounts: list[SheetAccount]) -> Iterator[TableRow]:
    with contextlib.closing(others):
        for piece in chain((first,), others):
            accounts += piece.accounts
            for number, columns, cells, problem, sheet, undated in piece.rows:
                yield TableRow(number, dict(zip(columns, cells, strict=True)), problem, sheet, undated)
