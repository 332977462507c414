"""Which tables and columns of the store a piece of work reads: its SQL, recorded as it runs and read by sqlglot.

Where a name is ambiguous, every column that it may mean counts as read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from complaints.store import Store

Columns = Mapping[str, frozenset[str]]
PSEUDO = "rowid"  # a row's place, not what stands there


@dataclass(frozen=True, slots=True)
class Reads:
    """What some statements touch.

    Args:
        columns: (table, column) that they read.
        written: tables that they insert into, update or delete from.
        notes: stages whose notes they read.
    """

    columns: frozenset[tuple[str, str]]
    written: frozenset[str]
    notes: frozenset[str]

    @property
    def foreign(self) -> frozenset[tuple[str, str]]:
        """What is read of tables that are not written."""
        return frozenset((table, column) for table, column in self.columns if table not in self.written)


@contextmanager
def recorded(store: Store) -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """Record the SQL that runs over a store's connection, with its parameters."""
    statements: list[tuple[str, Sequence[Any]]] = []
    real = store._connection
    store._connection = _Recorder(real, statements)  # type: ignore[assignment]
    try:
        yield statements
    finally:
        store._connection = real


class _Recorder:
    def __init__(self, connection: Any, statements: list[tuple[str, Sequence[Any]]]) -> None:
        self._connection, self._statements = connection, statements

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        self._statements.append((sql, parameters))
        return self._connection.execute(sql, parameters)

    def sql(self, sql: str, **named: Any) -> Any:
        self._statements.append((sql, ()))
        return self._connection.sql(sql, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def reads_of(store: Store, statements: Iterable[tuple[str, Sequence[Any]]]) -> Reads:
    """Return what recorded statements touch of a store's lasting tables."""
    tables: dict[str, set[str]] = {}
    for table, column in store.query("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"):
        tables.setdefault(table, set()).add(column)
    known = {table: frozenset(columns) for table, columns in tables.items()}
    columns: set[tuple[str, str]] = set()
    written: set[str] = set()
    notes: set[str] = set()
    for sql, parameters in statements:
        # sqlglot takes ?:: for an operator of another dialect.
        for statement in sqlglot.parse(sql.replace("?::", "? ::"), read="duckdb"):
            if statement is None or isinstance(statement, exp.Command | exp.Transaction | exp.Commit | exp.Rollback):
                continue
            found = columns_of(statement, known)
            columns |= found
            if isinstance(statement, exp.Insert | exp.Update | exp.Delete):
                target = statement.find(exp.Table)
                assert target is not None
                written.add(target.name)
            elif any(table == "notes" for table, _ in found):
                notes.add(str(parameters[0]))
    return Reads(frozenset(columns), frozenset(written & known.keys()), frozenset(notes))


def columns_of(statement: exp.Expr, known: Columns) -> set[tuple[str, str]]:
    """Return the (table, column) of known tables that a statement reads."""
    found: set[tuple[str, str]] = set()
    for query in _queries(statement):
        for scope in traverse_scope(query):
            found |= _of_scope(scope, known)
    return found


def _queries(statement: exp.Expr) -> list[exp.Query]:
    """Return the outermost queries of a statement."""
    if isinstance(statement, exp.Query):
        return [statement]
    return [q for q in statement.find_all(exp.Query) if q.find_ancestor(exp.Query) is None]


def _of_scope(scope: Scope, known: Columns) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for column in scope.columns:
        for table in _meant(scope, column, known):
            names = known[table]
            whole = isinstance(column.this, exp.Star) or column.name not in names
            found |= {(table, name) for name in (names if whole else {column.name})}
    own = {source.name for source in scope.sources.values() if isinstance(source, exp.Table) and source.name in known}
    select = scope.expression
    if isinstance(select, exp.Select):
        for projection in select.expressions:
            if isinstance(projection, exp.Star):
                left_out = {left.name for left in projection.args.get("except_") or projection.args.get("except") or ()}
                found |= {(table, name) for table in own for name in known[table] - left_out}
        for join in select.args.get("joins") or ():
            for name in join.args.get("using") or ():
                found |= {(table, name.name) for table in own if name.name in known[table]}
    return found


def _meant(scope: Scope, column: exp.Column, known: Columns) -> list[str]:
    """Return the known tables that a column may be of, here or in a query around this one."""
    if column.name == PSEUDO:
        return []
    around: Scope | None = scope
    while around is not None:
        tables = {
            alias: source.name
            for alias, source in around.sources.items()
            if isinstance(source, exp.Table) and source.name in known
        }
        if column.table:
            if column.table in around.sources:
                return [tables[column.table]] if column.table in tables else []
        elif column.name in around.sources:  # a whole row, as in hash(t)
            return [tables[column.name]] if column.name in tables else []
        else:
            named = [table for table in tables.values() if column.name in known[table]]
            if named:
                return named
        around = around.parent
    return []
