"""Temporary tables: an owner drops its own, and no other's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from complaints.store.database import Store
from complaints.store.temporary_tables import temporary_tables


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def temporary(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    return {name for (name,) in rows}


def test_two_owners_use_one_word_for_two_tables(connection: duckdb.DuckDBPyConnection) -> None:
    with temporary_tables(connection) as one, temporary_tables(connection) as other:
        names = [own.make("units", "SELECT ? AS unit", [number]) for number, own in enumerate((one, other))]
        assert [connection.execute(f"SELECT unit FROM {name}").fetchall() for name in names] == [[(0,)], [(1,)]]


def test_an_owner_drops_its_tables_alone(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TEMP TABLE nobodys (x INTEGER)")
    with temporary_tables(connection) as one:
        kept = one.make("units", "SELECT 1 AS unit")
        with temporary_tables(connection) as other:
            other.make("units", "SELECT 2 AS unit")
        assert temporary(connection) == {"nobodys", kept}
    assert temporary(connection) == {"nobodys"}


def test_a_table_of_another_owner_is_not_dropped(connection: duckdb.DuckDBPyConnection) -> None:
    with temporary_tables(connection) as one, temporary_tables(connection) as other:
        name = one.make("units", "SELECT 1 AS unit")
        with pytest.raises(KeyError):
            other.drop(name)
        assert name in temporary(connection)


def test_an_error_is_told_as_it_is_and_leaves_no_table(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ZeroDivisionError), temporary_tables(connection) as own:
        own.make("units", "SELECT 1 AS unit")
        raise ZeroDivisionError
    assert temporary(connection) == set()


def test_a_transaction_that_fails_takes_its_tables_along(tmp_path: Path) -> None:
    with Store(tmp_path / "store.duckdb") as store:
        with pytest.raises(duckdb.CatalogException), store.transaction(), temporary_tables(store.connection) as own:
            own.make("units", "SELECT 1 AS unit")
            store.query("SELECT * FROM nowhere")
        assert temporary(store.connection) == set()
