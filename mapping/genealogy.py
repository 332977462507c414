"""Units and genealogy as compact temporary tables of the store's connection; nothing of them reaches the store's file.

``plant_units`` (unit, key, stratum, days in service, their start), ``plant_strata`` (stratum, product, week),
``plant_stations`` (station, station_id) and ``plant_passes`` (unit, station, f0, f1, … the factors' values). Serial
numbers stay in these temporary tables, which are gone when the connection closes. DuckDB may spill them to its
temporary folder beside the store while the night runs. That risk is accepted: the folder lies in the workspace and is
emptied with the connection.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.master import Turned, moment, open_large, quoted

if TYPE_CHECKING:
    import duckdb

UNDATED_DAYS = 30  # in service, of a unit with neither date: within a stratum, time is then proportional to units
UNKNOWN_WEEK = date(1900, 1, 1)  # build week of units without a build date: a stratum of their own
# Persons: a cause that names one is no help to an engineer and no business of a report.
PERSONAL = frozenset(
    {"operator", "worker", "employee", "inspector", "name", "操作工", "操作员", "操作者", "作业员", "员工", "员工号",
     "工号", "姓名", "检验员", "人员"}
)  # fmt: skip
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
HALF_WIDTH = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What of the plant's records is there.

    Args:
        units: units at risk as of the night.
        passes: passes of these units through stations.
        factors: genealogy columns taken as factors, in order.
        ignored: genealogy columns that are none, with the reason (personal, date).
        facts: counts worth telling: serials twice, without build date, not yet sold, passes without unit.
        turned: what became of a genealogy in long form, None of one that is wide.
    """

    units: int
    passes: int
    factors: tuple[str, ...]
    ignored: dict[str, str]
    facts: dict[str, int]
    turned: Turned | None = None


def load_plant(connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, as_of: date) -> Loaded:
    """Read units, genealogy and lots of master/ into temporary tables.

    Args:
        connection: the store's; it gets temporary tables only.
        folder: master/.
        scratch: a private folder for rewritten CSV files.
        as_of: units built or sold later are left out; time in service ends there.

    Returns:
        What was found. Without units.*, the units are those of the genealogy; without genealogy.* there are no passes.

    Raises:
        MasterDataError: a file is unreadable or lacks a required column.
    """
    with ExitStack() as stack:
        units = stack.enter_context(open_large(connection, folder, "units", scratch))
        genealogy = stack.enter_context(open_large(connection, folder, "genealogy", scratch))
        lots = stack.enter_context(open_large(connection, folder, "lots", scratch))
        types = _types(connection, "master_genealogy") if genealogy else {}
        facts = _load_units(connection, units, genealogy, as_of)
        factors, ignored = _factors(genealogy or (), types, lots or ())
        passes = _load_passes(connection, bool(genealogy), factors, lots or (), types, facts)
    count = connection.execute("SELECT count(*) FROM plant_units").fetchall()[0][0]
    return Loaded(count, passes, tuple(factors), ignored, facts, genealogy.turned if genealogy else None)


def drop_plant(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove every temporary table of the connection: serials of complaining units are among them."""
    rows = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary ORDER BY table_name").fetchall()
    for (name,) in rows:
        connection.execute(f"DROP TABLE {quoted(name)}")


def serial_key(column: str) -> str:
    """Return the SQL of a serial as it is compared: half width, upper case, without blanks and hyphens."""
    half = f"translate({column}::VARCHAR, '{FULL_WIDTH}', '{_escaped(HALF_WIDTH)}')"
    # Only a text with multi-byte characters pays for the translation of full-width letters.
    plain = f"CASE WHEN strlen({column}::VARCHAR) = length({column}::VARCHAR) THEN {column}::VARCHAR ELSE {half} END"
    return f"upper(regexp_replace({plain}, '[\\s\\-]', '', 'g'))"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _types(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    return {row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {view}").fetchall()}


def _load_units(
    connection: duckdb.DuckDBPyConnection, units: tuple[str, ...] | None, genealogy: tuple[str, ...] | None, as_of: date
) -> dict[str, int]:
    first_pass = _first_pass(connection, genealogy)
    types = _types(connection, "master_units") if units else {}
    if units:
        built = f"min({moment('built_at', types['built_at'])})" if "built_at" in units else "NULL::TIMESTAMP"
        sold = f"min({moment('sold_at', types['sold_at'])})" if "sold_at" in units else "NULL::TIMESTAMP"
        product = "min(product::VARCHAR)" if "product" in units else "NULL::VARCHAR"
        written = "bool_or(sold_at IS NOT NULL)" if "sold_at" in units else "false"
        known = (
            f"SELECT {serial_key('serial')} AS key, {product} AS product, {built} AS built, {sold} AS sold, "
            f"{written} AS written, count(*) AS times FROM master_units WHERE serial IS NOT NULL GROUP BY key"
        )
    else:
        known = (
            "SELECT key, NULL AS product, NULL::TIMESTAMP AS built, NULL::TIMESTAMP AS sold, false AS written, "
            "1 AS times FROM first_pass"
        )
    # Reading the whole genealogy for build dates is worth it only where units.* has none.
    join = "" if "built_at" in types else "LEFT JOIN first_pass USING (key)"
    built = "coalesce(built, first_pass.at)" if join else "built"
    prefix = f"WITH first_pass AS ({first_pass}), "
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE plant_known AS {prefix} known AS ({known}) "
        f"SELECT key, coalesce(product, '') AS product, {built}::DATE AS built, sold::DATE AS sold, times, "
        # Where some units have a day of sale, those without stand in stock: nobody can complain about them.
        "NOT written AND bool_or(written) OVER () AS unsold "
        f"FROM known {join}"
    )
    facts = _unit_facts(connection, as_of)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE plant_strata AS SELECT (row_number() OVER (ORDER BY product, week) - 1)::INTEGER "
        "AS stratum, product, week FROM (SELECT DISTINCT product, coalesce(date_trunc('week', built)::DATE, ?) AS week "
        "FROM plant_known)",
        [UNKNOWN_WEEK],
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE plant_units AS "
        "SELECT (row_number() OVER (ORDER BY key) - 1)::INTEGER AS unit, key, s.stratum, "
        "coalesce(greatest(?::DATE - coalesce(sold, built), 1), ?)::INTEGER AS days, coalesce(sold, built) AS start "
        "FROM plant_known k JOIN plant_strata s "
        "ON s.product = k.product AND s.week = coalesce(date_trunc('week', built)::DATE, ?) "
        "WHERE (built IS NULL OR built <= ?) AND (sold IS NULL OR sold <= ?) AND NOT unsold",
        [as_of, UNDATED_DAYS, UNKNOWN_WEEK, as_of, as_of],
    )
    connection.execute("DROP TABLE plant_known")
    return facts


def _first_pass(connection: duckdb.DuckDBPyConnection, genealogy: tuple[str, ...] | None) -> str:
    """Return the SQL of each serial's first pass (key, at): the build date where units.* has none."""
    if not genealogy:
        return "SELECT NULL::VARCHAR AS key, NULL::TIMESTAMP AS at WHERE false"
    at = "NULL::TIMESTAMP"
    if "completed_at" in genealogy:
        at = f"min({moment('completed_at', _types(connection, 'master_genealogy')['completed_at'])})"
    key = serial_key("serial")
    return f"SELECT {key} AS key, {at} AS at FROM master_genealogy WHERE serial IS NOT NULL GROUP BY ALL"


def _unit_facts(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, int]:
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (times > 1), count(*) FILTER (built IS NULL), "
        "count(*) FILTER (sold IS NULL AND NOT unsold), count(*) FILTER (sold > $1 OR built > $1), "
        "count(*) FILTER (unsold) FROM plant_known",
        [as_of],
    ).fetchall()[0]
    names = ("units", "serials_twice", "without_built_at", "without_sold_at", "not_yet_at_risk", "unsold")
    return dict(zip(names, row, strict=True))


def _factors(
    columns: tuple[str, ...], types: dict[str, str], lots: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return factor -> SQL of its value (of the join g = genealogy, l = lots), and the columns that are no factors."""
    factors: dict[str, str] = {}
    ignored: dict[str, str] = {}
    for column in columns:
        if column in ("serial", "station_id", "completed_at"):
            continue
        if column.casefold().replace("_", " ").removesuffix(" id") in PERSONAL:
            ignored[column] = "personal"
        elif types[column].startswith(("TIMESTAMP", "DATE", "TIME")):
            ignored[column] = "date"
        else:
            factors[column] = f"g.{quoted(column)}"
    if "part_lot" in factors and "supplier" in lots and "supplier" not in factors:
        factors["supplier"] = "l.supplier"
    return factors, ignored


def _load_passes(
    connection: duckdb.DuckDBPyConnection,
    genealogy: bool,
    factors: dict[str, str],
    lots: tuple[str, ...],
    types: dict[str, str],
    facts: dict[str, int],
) -> int:
    connection.execute("CREATE OR REPLACE TEMP TABLE plant_stations (station INTEGER, station_id VARCHAR)")
    if not genealogy:
        connection.execute("CREATE OR REPLACE TEMP TABLE plant_passes (unit INTEGER, station INTEGER)")
        return 0
    connection.execute(
        "INSERT INTO plant_stations SELECT (row_number() OVER (ORDER BY station_id) - 1)::INTEGER, station_id FROM "
        "(SELECT DISTINCT station_id::VARCHAR AS station_id FROM master_genealogy WHERE station_id IS NOT NULL)"
    )
    values = "".join(
        f", {sql}{'' if types.get(name, 'VARCHAR') != 'VARCHAR' else '::VARCHAR'} AS f{number}"
        for number, (name, sql) in enumerate(factors.items())
    )
    join = ""
    if factors.get("supplier") == "l.supplier":
        join = (
            "LEFT JOIN (SELECT part_lot::VARCHAR AS part_lot, min(supplier::VARCHAR) AS supplier FROM master_lots "
            "WHERE part_lot IS NOT NULL GROUP BY ALL) l ON l.part_lot = g.part_lot::VARCHAR"
        )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE plant_passes AS SELECT u.unit, s.station{values} FROM master_genealogy g "
        f"JOIN plant_units u ON u.key = {serial_key('g.serial')} "
        f"JOIN plant_stations s ON s.station_id = g.station_id::VARCHAR {join}"
    )
    total = connection.execute("SELECT count(*) FROM master_genealogy").fetchall()[0][0]
    kept = int(connection.execute("SELECT count(*) FROM plant_passes").fetchall()[0][0])
    facts["passes"], facts["passes_without_unit"] = total, total - kept
    return kept
