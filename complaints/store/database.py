"""The DuckDB stores: opening, migrating, reading and writing rows, and the stage rule's bookkeeping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from complaints.errors import StoreError
from complaints.store import schema

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Row = TypeVar("Row")
MEMORY_LIMIT = "2GB"  # of the buffer manager; genealogy joins spill to disk beyond it


class Store:
    """One DuckDB file with the tables of `complaints.store.schema`, open until its `with` block ends or `close`.

    Args:
        path: the file; made with an empty schema when missing, unless read_only.
        private: lay out the private tables (persons) instead of the public and internal ones.
        read_only: open for reading; the file must exist.

    Raises:
        StoreError: the file does not open, or was written by a newer version of this tool.
    """

    def __init__(self, path: Path, *, private: bool = False, read_only: bool = False) -> None:
        import duckdb

        self.path = path
        self._described: dict[str, list[tuple[Any, ...]]] = {}  # columns and types by table, once asked for
        fresh = not path.exists()
        try:
            self._connection = duckdb.connect(str(path), read_only=read_only)
            self._connection.execute(f"SET memory_limit='{MEMORY_LIMIT}'")
            self._connection.execute("SET preserve_insertion_order=true")
            if not read_only:
                self._lay_out(schema.private_ddl() if private else schema.store_ddl())
        except duckdb.Error as error:
            raise StoreError("store.does_not_open", str(path), error=type(error).__name__) from error
        if fresh and private:
            path.chmod(0o600)

    def _lay_out(self, ddl: Sequence[str]) -> None:
        with self.transaction():
            version = self._version()
            if version is None:
                for statement in ddl:
                    self._connection.execute(statement)
                self._set_version(schema.SCHEMA_VERSION)
                return
            if version > schema.SCHEMA_VERSION:
                raise StoreError("store.newer", str(self.path), version=version, known=schema.SCHEMA_VERSION)
            for number in range(version, schema.SCHEMA_VERSION):
                for statement in schema.MIGRATIONS[number]:
                    self._connection.execute(statement)
            # A table that a later build added is laid out as in a new store; only a changed one needs a migration.
            for statement in ddl:
                self._connection.execute(statement)
            self._set_version(schema.SCHEMA_VERSION)

    def _version(self) -> int | None:
        known = self.query("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'")
        if not known[0][0]:
            return None
        found = self.query("SELECT value FROM meta WHERE name = 'schema_version'")
        return int(found[0][0]) if found else None

    def _set_version(self, version: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)", [str(version)])

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB connection, for set-wise work such as joins with master files."""
        return self._connection

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside as one, or nothing of it."""
        import duckdb

        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # A signal can come when the commit is done, and DuckDB then tells of it in its place.
            with suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        return self._connection.execute(sql, list(parameters)).fetchall()

    def rows(self, record: type[Row], where: str = "", parameters: Sequence[Any] = (), order: str = "") -> list[Row]:
        """Return rows of a table as records.

        Args:
            record: the record class (of `complaints.records`), which names the table.
            where: an SQL condition with ? marks, or empty.
            parameters: values of the marks.
            order: an SQL order; by default all columns, so that the answer never depends on how rows were written.
        """
        sql = f"SELECT {_columns(record)} FROM {schema.table_of(record)}"
        sql += f" WHERE {where}" if where else ""
        sql += f" ORDER BY {order or 'ALL'}"
        return [record(*row) for row in self.query(sql, parameters)]

    def only(self, record: type[Row]) -> Row | None:
        """Return the row of a table that holds at most one, None while it holds none."""
        return next(iter(self.rows(record)), None)

    def append(self, rows: Sequence[Any]) -> None:
        """Append records, all of one class, to their table."""
        if not rows:
            return
        record = type(rows[0])
        self.append_values(schema.table_of(record), [tuple(getattr(r, f.name) for f in fields(record)) for r in rows])

    def append_values(self, table: str, rows: Sequence[tuple[Any, ...]], *, replace: bool = False) -> None:
        """Append tuples in column order to any table; with `replace`, rows of the same primary key are overwritten."""
        if not rows:
            return
        block = self._arrow(table, rows)
        self._connection.register("incoming", block)
        try:
            verb = "INSERT OR REPLACE INTO" if replace else "INSERT INTO"
            self._connection.execute(f"{verb} {table} SELECT * FROM incoming")
        finally:
            self._connection.unregister("incoming")

    def _arrow(self, table: str, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
        import pyarrow as pa

        arrow = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}
        arrow |= {"TIMESTAMP": pa.timestamp("us"), "DATE": pa.date32(), "BLOB": pa.binary()}
        if table not in self._described:
            sql = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?"
            self._described[table] = self.query(sql, [table])
        described = self._described[table]
        columns = list(zip(*rows, strict=True))
        arrays = [pa.array(values, arrow[kind]) for values, (_, kind) in zip(columns, described, strict=True)]
        return pa.table(arrays, names=[name for name, _ in described])

    def digest(self, rows: str) -> str:
        """Return a digest of rows, whatever their order; no row leaves DuckDB.

        Args:
            rows: a table, or a query in brackets.
        """
        count, total = self.query(f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM {rows} AS t")[0]
        return f"{count}:{total}"

    def delete(self, table: str, column: str, values: Sequence[str]) -> None:
        """Delete the rows of a table whose column holds one of the values."""
        if values:
            self._connection.execute(f'DELETE FROM {table} WHERE "{column}" IN (SELECT unnest(?))', [list(values)])

    def replace_all(self, record: type[Row], rows: Sequence[Row]) -> None:
        """Make `rows` the whole content of a table (call inside a transaction)."""
        self._connection.execute(f"DELETE FROM {schema.table_of(record)}")
        self.append(rows)

    def pending_cases(
        self, stage: str, key: str, later_key: str | None = None, after: date | None = None
    ) -> list[tuple[str, str]]:
        """Return (case_id, content) of the cases that lack a result of `stage` under `key`, by case_id.

        Args:
            stage: its name.
            key: what results depend on besides the case.
            later_key: what those of cases received after the day `after` depend on, where that is something else.
            after: the day.
        """
        return [
            (case, content)
            for case, content in self.query(
                "SELECT c.case_id, c.content FROM case_content c JOIN cases k ON k.case_id = c.case_id "
                "LEFT JOIN stage_state s ON s.stage = ? AND s.item_id = c.case_id "
                "WHERE s.item_id IS NULL OR s.content <> c.content "
                "OR s.key <> CASE WHEN CAST(k.received_at AS DATE) > ? THEN ? ELSE ? END ORDER BY c.case_id",
                [stage, after, later_key, key],
            )
        ]

    def mark(self, stage: str, key: str, items: Sequence[tuple[str, str]], run_id: str, outcome: str = "done") -> None:
        """Record that `stage` dealt with items under `key` (in the transaction that writes their results).

        Args:
            items: (item_id, content) pairs.
            outcome: done, or quarantined (tried again only with --retry-failed or a changed key or content).
        """
        self.append_values(
            "stage_state", [(stage, item, key, content, outcome, run_id) for item, content in items], replace=True
        )

    def note(self, stage: str, name: str, value: str) -> None:
        """Keep a fact of a stage for its next nights (JSON); what another room reads has a table."""
        self._connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", [stage, name, value])

    def notes(self, stage: str) -> dict[str, str]:
        """Return the facts that a stage kept, by name."""
        return dict(self.query("SELECT name, value FROM notes WHERE stage = ? ORDER BY name", [stage]))


def _columns(record: type) -> str:
    return ", ".join(f'"{name}"' for name in schema.column_types(record))


def compact(path: Path) -> None:
    """Write a store's file anew with nothing in it but its rows: DuckDB leaves deleted ones in free blocks.

    In one step, so that a kill leaves the old file or the new one. The store must be closed.
    """
    import duckdb

    fresh = path.with_name(f".{path.name}.part")
    fresh.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{sql_path(path)}' AS old (READ_ONLY)")
        connection.execute(f"ATTACH '{sql_path(fresh)}' AS new")
        connection.execute("COPY FROM DATABASE old TO new")
        connection.execute("DETACH new")
        connection.execute("DETACH old")
    fresh.chmod(path.stat().st_mode & 0o777)
    fresh.replace(path)


def sql_path(path: Path) -> str:
    """Return a path as it stands inside an SQL string."""
    return path.as_posix().replace("'", "''")
