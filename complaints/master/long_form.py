"""A genealogy in long form, as a MES exports it (a row a measurement), turned into a row a pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.errors import ItemRefused
from complaints.master.sql import literal, moment, quoted
from complaints.tables import header_key

if TYPE_CHECKING:
    import duckdb

PARAMETER = (
    "参数", "参数名", "参数名称", "参数项", "工艺参数", "项目", "项目名称", "检测项", "检测项目", "测量项", "测量项目",
    "采集项", "采集项目", "特性", "特性名称", "parameter", "parameter name", "param", "param name", "measurement",
    "measurement name", "characteristic", "tag", "tag name", "variable", "attribute",
)  # fmt: skip
VALUE = (
    "值", "数值", "参数值", "测量值", "实测值", "检测值", "采集值", "实际值", "结果值", "value", "parameter value",
    "param value", "measured value", "measurement value", "actual value", "reading",
)  # fmt: skip
KEYS = ("serial", "station_id", "completed_at")
MAX_PARAMETERS = 300  # more are no names of parameters: each becomes a column
PASS_ROWS = 2_000_000  # rows that are grouped at a time, so that memory is bounded however long the file is


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of a genealogy in long form.

    Args:
        rows: measurements that were read.
        factors: parameter as written -> column of the turned table.
        repeats: measurements of a unit, station and parameter before the last one, which counts.
        unused: columns that the turned table has no place for.
    """

    rows: int
    factors: Mapping[str, str]
    repeats: int
    unused: tuple[str, ...]


def long_columns(columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of parameter and value where a table has one of each, else None."""
    found = [
        [column for column in columns if header_key(column) in {header_key(name) for name in names}]
        for names in (PARAMETER, VALUE)
    ]
    return (found[0][0], found[1][0]) if all(len(names) == 1 for names in found) else None


def turn(
    connection: duckdb.DuckDBPyConnection, view: str, columns: Sequence[str], known: Mapping[str, str], file: str
) -> tuple[tuple[str, ...], Turned]:
    """Replace the view of a table in long form by one with a row a unit and station; the last by time counts.

    Args:
        view: its name; the tables behind the new one are ``VIEW_long`` and ``VIEW_wide``.
        columns: of the view, canonical names among them.
        known: header key -> canonical column: parameters under a known name get it.
        file: for errors.

    Returns:
        The columns of the turned view, and what was done.

    Raises:
        ItemRefused: `too_many_parameters`.
    """
    names = long_columns(columns)
    assert names is not None
    parameter, value = (quoted(name) for name in names)
    types = {row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {view}").fetchall()}
    at = moment("completed_at", types["completed_at"]) if "completed_at" in columns else "NULL::TIMESTAMP"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {view}_long AS SELECT serial::VARCHAR AS serial, station_id::VARCHAR AS "
        f"station_id, {at} AS moment, trim({parameter}::VARCHAR) AS parameter, {value}::VARCHAR AS value FROM {view} "
        f"WHERE serial IS NOT NULL AND station_id IS NOT NULL AND {parameter} IS NOT NULL AND {value} IS NOT NULL"
    )
    rows = int(connection.execute(f"SELECT count(*) FROM {view}_long").fetchall()[0][0])
    found = connection.execute(
        f"SELECT DISTINCT parameter FROM {view}_long ORDER BY ALL LIMIT {MAX_PARAMETERS + 1}"
    ).fetchall()
    if len(found) > MAX_PARAMETERS:
        raise ItemRefused("master.too_many_parameters", file, most=MAX_PARAMETERS)
    factors = _factors([row[0] for row in found], known)
    _widen(connection, view, factors, rows)
    repeats = connection.execute(f"SELECT coalesce(sum(repeats), 0) FROM {view}_wide").fetchall()[0][0]
    turned = (*(c for c in KEYS if c in columns), *factors.values())
    body = ", ".join(quoted(column) for column in turned)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {body} FROM {view}_wide")
    unused = tuple(column for column in columns if column not in (*KEYS, *names))
    return turned, Turned(rows, factors, int(repeats), unused)


def _factors(parameters: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each parameter: a known name where one parameter alone has it, else its own."""
    named = {parameter: known.get(header_key(parameter), parameter) for parameter in parameters}
    times = Counter(named.values())
    factors: dict[str, str] = {}
    for parameter in parameters:
        column = named[parameter] if times[named[parameter]] == 1 else parameter
        taken = {*KEYS, *(name.casefold() for name in factors.values())}
        factors[parameter] = column if column.casefold() not in taken else f"{column} ({len(factors) + 1})"
    return factors


def _widen(connection: duckdb.DuckDBPyConnection, view: str, factors: Mapping[str, str], rows: int) -> None:
    """Write ``VIEW_wide``, group by group of units: what is grouped at a time fits into memory."""
    layout = "".join(f", {quoted(column)} VARCHAR" for column in factors.values())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {view}_wide "
        f"(serial VARCHAR, station_id VARCHAR, completed_at TIMESTAMP, repeats BIGINT{layout})"
    )
    values = "".join(f", max(final) FILTER (parameter = {literal(parameter)})" for parameter in factors)
    parts = rows // PASS_ROWS + 1
    for part in range(parts):
        connection.execute(
            f"INSERT INTO {view}_wide SELECT serial, station_id, max(moment), sum(times - 1){values} FROM ("
            "SELECT serial, station_id, parameter, max(moment) AS moment, count(*) AS times, "
            "(max({'moment': coalesce(moment, TIMESTAMP '0001-01-01'), 'value': value})).value AS final "
            f"FROM {view}_long WHERE hash(serial) % {parts} = {part} GROUP BY ALL) GROUP BY serial, station_id"
        )
    connection.execute(f"DROP TABLE {view}_long")
