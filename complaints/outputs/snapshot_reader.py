"""The public tables of a finished night: for commands that must not disturb a running one, and for notebooks
(`open_workspace("plant-a").to_pandas("cases")`).

What is read is a snapshot (data/latest), never the store: a night at work is not disturbed, and all that one object
answers is of one night. Nothing in it needs redaction; the private store is not reachable from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from complaints.errors import StoreError, UsageError
from complaints.nearest_name import nearest
from complaints.outputs.snapshot import snapshot_folder
from complaints.records import PUBLIC_TABLES
from complaints.store import sql_path

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from complaints.workspace import Workspace

TABLE_NAME = re.compile(r"\s*\w+\s*")


class Results:
    """The public tables of one finished night, read only.

    Each reading method takes the name of a table (`tables`) or an SQL query over the tables in DuckDB's dialect, with
    `?` for parameters. Times are UTC without a zone; columns that hold lists or trees are JSON text, as everywhere.

    Args:
        folder: of the snapshot.

    Attributes:
        tables: their names, in the order of `complaints.records`; a night of an earlier version lacks later ones.
    """

    def __init__(self, folder: Path) -> None:
        import duckdb

        self._folder = folder
        self._connection: duckdb.DuckDBPyConnection = duckdb.connect()
        self.tables = tuple(table for table in PUBLIC_TABLES if (folder / f"{table}.parquet").is_file())
        for name in self.tables:
            file = folder / f"{name}.parquet"
            self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{sql_path(file)}')")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    @property
    def folder(self) -> Path:
        """Where the tables lie as Parquet."""
        return self._folder

    @property
    def run(self) -> str:
        """The id of the night: its date and number, such as 2026-06-30-001."""
        return self._folder.resolve().name

    @property
    def runs(self) -> tuple[str, ...]:
        """Ids of all nights whose tables are kept, oldest first."""
        kept = self._folder.resolve().parent.iterdir()
        return tuple(sorted(path.name for path in kept if path.is_dir() and not path.name.startswith(".")))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return a query's rows as {column: value}."""
        with self._reading():
            found = self._connection.execute(sql, list(parameters))
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return a query's rows as tuples, as `Store.query` does."""
        with self._reading():
            return self._connection.execute(sql, list(parameters)).fetchall()

    def columns(self, table: str) -> list[str]:
        """Return the columns of a table, in order."""
        with self._reading():
            return [name for (name, *_) in self._connection.execute(f"DESCRIBE {self._known(table)}").fetchall()]

    def to_arrow(self, what: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return a table or a query's answer as an Arrow table.

        Args:
            what: the name of a table, or an SQL query.
            parameters: values for the query's `?`.

        Raises:
            UsageError: no table is called so.
            StoreError: this night's tables were cleared away since they were opened.
        """
        sql = f"SELECT * FROM {self._known(what.strip())} ORDER BY ALL" if TABLE_NAME.fullmatch(what) else what
        with self._reading():
            return self._connection.sql(sql, params=list(parameters)).to_arrow_table()

    def to_pandas(self, what: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Return a table or a query's answer as a pandas frame (see `to_arrow`); days are datetime64. Needs pandas."""
        _needed("pandas")
        return self.to_arrow(what, parameters).to_pandas(date_as_object=False)

    def to_polars(self, what: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """Return a table or a query's answer as a polars frame (see `to_arrow`). Needs polars."""
        _needed("polars")
        import polars as pl

        frame = pl.from_arrow(self.to_arrow(what, parameters))
        assert isinstance(frame, pl.DataFrame)  # a Series comes of a column alone, never of a table
        return frame

    @contextmanager
    def _reading(self) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.IOException as error:
            raise StoreError("snapshot.cleared", str(self._folder)) from error

    def _known(self, name: str) -> str:
        if name in self.tables:
            return name
        near = nearest(name, self.tables, alike=0.0)
        raise UsageError("snapshot.no_table", name, near=near, tables=self.tables)


def last_night(workspace: Workspace) -> Results:
    """Open the tables of the last finished night.

    Raises:
        UsageError: no night has ended here yet.
    """
    # Resolved, so that all that is read is of one night, whatever night ends meanwhile.
    return Results(snapshot_folder(workspace).resolve())


def _needed(library: str) -> None:
    from importlib.util import find_spec

    if find_spec(library) is None:
        raise UsageError("snapshot.no_library", library=library)
