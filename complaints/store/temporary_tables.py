"""Temporary tables with an owner: no two of a program have one name, and an owner's tables go with it.

A temporary table lives in a connection's memory (DuckDB may spill it beside the store while the connection is open) and
is seen by that connection alone. Its name is a value that its owner hands on to those who read it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

_NUMBERS = itertools.count(1)


class TemporaryTables:
    """The temporary tables of one owner.

    Args:
        connection: in which they live.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._names: dict[str, None] = {}

    def make(self, word: str, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> str:
        """Make a table of a query's rows and return its name.

        Args:
            word: what the name begins with, for those who read a plan or an error.
            query: SQL of the rows.
            parameters: values of its marks.
        """
        name = f"{word}_{next(_NUMBERS)}"
        given = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {query}", given)
        self._names[name] = None
        return name

    def drop(self, *names: str) -> None:
        """Drop tables of this owner.

        Raises:
            KeyError: a table is none of this owner's.
        """
        for name in names:
            del self._names[name]
            self.connection.execute(f"DROP TABLE {name}")

    def close(self) -> None:
        """Drop all tables of this owner, and no other."""
        self.drop(*self._names)


@contextmanager
def temporary_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[TemporaryTables]:
    """Own temporary tables for as long as the context lasts.

    Args:
        connection: in which they live. Where a transaction in it fails, what was made inside goes with the transaction.
    """
    import duckdb

    tables = TemporaryTables(connection)
    try:
        yield tables
    except BaseException:
        with suppress(duckdb.Error):
            tables.close()
        raise
    tables.close()
