"""How files of master/ are read: the user's own headers, and a reading process with limits for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

from complaints.master.columns import MASTER_TABLES
from complaints.tables import Grid, Reading, SheetAccount, Table, TableLimits, TableReader


@dataclass(frozen=True)
class MasterReading:
    """How files of master/ are read.

    Args:
        columns: the user's headers -> ``column`` or, for one table alone, ``table.column`` (`[master.columns]`).
        limits: what one file may cost.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    limits: TableLimits = field(default_factory=TableLimits)

    def own(self, table: str) -> dict[str, str]:
        """Return the user's headers -> columns of a table."""
        known = MASTER_TABLES[table].columns
        found = {}
        for header, target in self.columns.items():
            of, _, column = target.rpartition(".")
            if of in ("", table) and column in known:
                found[header] = column
        return found

    def reading(self, table: str) -> Reading:
        """Return how a table is read: the user's headers win where they stand, ours mean the same elsewhere."""
        shape, own = MASTER_TABLES[table], self.own(table)
        ours = {header: column for header, column in shape.aliases.items() if header not in own}
        weak = [header for header, column in ours.items() if column in own.values()]
        alone = frozenset(shape.columns)
        return Reading(ours | own, shape.required, tuple(weak), limits=self.limits, alone=alone)

    def read(self, path: Path, table: str) -> Table:
        """Open a file as a table of master/, in the reading process.

        Raises:
            ItemRefused: as `TableReader.read` does.
        """
        return _reader(self.limits).read(path, self.reading(table), path.name)

    def head(self, path: Path, table: str) -> list[SheetAccount]:
        """Return what the headers of a file were taken for, without reading its rows.

        Raises:
            ItemRefused: as `TableReader.head` does.
        """
        return _reader(self.limits).head(path, self.reading(table), path.name)

    def grids(self, path: Path) -> Iterator[Grid]:
        """Yield a file's sheets as cells, from the reading process.

        Raises:
            ItemRefused: as `TableReader.grids` does.
        """
        return _reader(self.limits).grids(path, path.name)


PLAIN = MasterReading()


@cache
def _reader(limits: TableLimits) -> TableReader:
    """Return this process's reader: one child serves all small files, for starting it costs more than they do."""
    reader = TableReader(limits)
    # Before multiprocessing waits for its children: this one waits for requests.
    Finalize(reader, reader.__exit__, exitpriority=10)
    return reader
