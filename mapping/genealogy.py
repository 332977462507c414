"""Units and genealogy as compact temporary tables of the store's connection; nothing of them reaches the store's file.

Serial numbers stay in these temporary tables, which go with their owner. DuckDB may spill them to its temporary folder
beside the store while the night runs. That risk is accepted: the folder lies in the workspace and is emptied with the
connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.master import PLAIN, MasterReading, Turned, moment, open_large, quoted
from complaints.store import TemporaryTables, temporary_tables

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
class PlantRecords:
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


@dataclass(frozen=True, slots=True)
class PlantTables:
    """The plant as temporary tables, by name.

    Args:
        own: their owner; further tables that derive from the plant alone are made in it.
        units: (unit, key, stratum, days in service, their start).
        strata: (stratum, product, week).
        stations: (station, station_id).
        passes: (unit, station, f0, f1, … the factors' values); `mapping.levels` puts level numbers in its place.
        records: what is in them.
    """

    own: TemporaryTables
    units: str
    strata: str
    stations: str
    passes: str
    records: PlantRecords

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """In which the tables live."""
        return self.own.connection


@contextmanager
def plant_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, as_of: date, how: MasterReading = PLAIN
) -> Iterator[PlantTables]:
    """Read units, genealogy and lots of master/ into temporary tables, and drop these, and no others, at the end.

    Args:
        connection: the store's; it gets temporary tables only.
        folder: master/.
        scratch: a private folder for rewritten CSV files.
        as_of: units built or sold later are left out; time in service ends there.
        how: the user's headers and limits.

    Yields:
        What was found. Without units.*, the units are those of the genealogy; without genealogy.* there are no passes.

    Raises:
        MasterDataError: a file is unreadable or lacks a required column.
    """
    with temporary_tables(connection) as own:
        yield _loaded(own, folder, scratch, as_of, how)


def _loaded(own: TemporaryTables, folder: Path, scratch: Path, as_of: date, how: MasterReading) -> PlantTables:
    connection = own.connection
    with ExitStack() as stack:
        units = stack.enter_context(open_large(connection, folder, "units", scratch, how))
        genealogy = stack.enter_context(open_large(connection, folder, "genealogy", scratch, how))
        lots = stack.enter_context(open_large(connection, folder, "lots", scratch, how))
        types = column_types(connection, "master_genealogy") if genealogy else {}
        at_risk, strata, facts = _load_units(own, units, genealogy, as_of)
        factors, ignored = factor_columns(genealogy or (), types, lots or ())
        stations, passes = _load_passes(own, at_risk, bool(genealogy), factors, lots or (), types)
        counts = [
            int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]) for table in (at_risk, passes)
        ]
        if genealogy:
            total = connection.execute("SELECT count(*) FROM master_genealogy").fetchall()[0][0]
            facts |= {"passes": total, "passes_without_unit": total - counts[1]}
    records = PlantRecords(
        counts[0], counts[1], tuple(factors), ignored, facts, genealogy.turned if genealogy else None
    )
    return PlantTables(own, at_risk, strata, stations, passes, records)


def serial_key(column: str) -> str:
    """Return the SQL of a serial as it is compared: half width, upper case, without blanks and hyphens."""
    half = f"translate({column}::VARCHAR, '{FULL_WIDTH}', '{_escaped(HALF_WIDTH)}')"
    # Only a text with multi-byte characters pays for the translation of full-width letters.
    plain = f"CASE WHEN strlen({column}::VARCHAR) = length({column}::VARCHAR) THEN {column}::VARCHAR ELSE {half} END"
    return f"upper(regexp_replace({plain}, '[\\s\\-]', '', 'g'))"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def column_types(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    """Return column -> DuckDB type of a table or view."""
    return {row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {view}").fetchall()}


def _load_units(
    own: TemporaryTables, units: tuple[str, ...] | None, genealogy: tuple[str, ...] | None, as_of: date
) -> tuple[str, str, dict[str, int]]:
    """Return the names of the tables of units at risk and of strata, and counts worth telling."""
    connection = own.connection
    types = column_types(connection, "master_units") if units else {}
    # Reading the whole genealogy for build dates is worth it only where units.* has none.
    join = "" if "built_at" in types else "LEFT JOIN first_pass USING (key)"
    built = "coalesce(built, first_pass.at)" if join else "built"
    all_units = own.make(
        "known_units",
        f"WITH first_pass AS ({first_pass(connection, genealogy)}), known AS ({known_units(units, types)}) "
        f"SELECT key, coalesce(product, '') AS product, {built}::DATE AS built, sold::DATE AS sold, times, "
        # Where some units have a day of sale, those without stand in stock: nobody can complain about them.
        "NOT written AND bool_or(written) OVER () AS unsold "
        f"FROM known {join}",
    )
    facts = _unit_facts(connection, all_units, as_of)
    strata = own.make(
        "strata",
        "SELECT (row_number() OVER (ORDER BY product, week) - 1)::INTEGER AS stratum, product, week FROM "
        f"(SELECT DISTINCT product, coalesce(date_trunc('week', built)::DATE, ?) AS week FROM {all_units})",
        [UNKNOWN_WEEK],
    )
    at_risk = own.make(
        "units",
        "SELECT (row_number() OVER (ORDER BY key) - 1)::INTEGER AS unit, key, s.stratum, "
        "coalesce(greatest(?::DATE - coalesce(sold, built), 1), ?)::INTEGER AS days, coalesce(sold, built) AS start "
        f"FROM {all_units} k JOIN {strata} s "
        "ON s.product = k.product AND s.week = coalesce(date_trunc('week', built)::DATE, ?) "
        "WHERE (built IS NULL OR built <= ?) AND (sold IS NULL OR sold <= ?) AND NOT unsold",
        [as_of, UNDATED_DAYS, UNKNOWN_WEEK, as_of, as_of],
    )
    own.drop(all_units)
    return at_risk, strata, facts


def known_units(units: tuple[str, ...] | None, types: Mapping[str, str]) -> str:
    """Return the SQL of the units of units.* (key, product, built, sold, written, times), without it of `first_pass`.

    `written`: something stands in the place of a day of sale, readable or not.
    """
    if not units:
        return (
            "SELECT key, NULL AS product, NULL::TIMESTAMP AS built, NULL::TIMESTAMP AS sold, false AS written, "
            "1 AS times FROM first_pass"
        )
    built = f"min({moment('built_at', types['built_at'])})" if "built_at" in units else "NULL::TIMESTAMP"
    sold = f"min({moment('sold_at', types['sold_at'])})" if "sold_at" in units else "NULL::TIMESTAMP"
    product = "min(product::VARCHAR)" if "product" in units else "NULL::VARCHAR"
    written = "bool_or(sold_at IS NOT NULL)" if "sold_at" in units else "false"
    return (
        f"SELECT {serial_key('serial')} AS key, {product} AS product, {built} AS built, {sold} AS sold, "
        f"{written} AS written, count(*) AS times FROM master_units WHERE serial IS NOT NULL GROUP BY key"
    )


def first_pass(connection: duckdb.DuckDBPyConnection, genealogy: tuple[str, ...] | None) -> str:
    """Return the SQL of each serial's first pass (key, at): the build date where units.* has none."""
    if not genealogy:
        return "SELECT NULL::VARCHAR AS key, NULL::TIMESTAMP AS at WHERE false"
    at = "NULL::TIMESTAMP"
    if "completed_at" in genealogy:
        at = f"min({moment('completed_at', column_types(connection, 'master_genealogy')['completed_at'])})"
    key = serial_key("serial")
    return f"SELECT {key} AS key, {at} AS at FROM master_genealogy WHERE serial IS NOT NULL GROUP BY ALL"


def _unit_facts(connection: duckdb.DuckDBPyConnection, all_units: str, as_of: date) -> dict[str, int]:
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (times > 1), count(*) FILTER (built IS NULL), "
        "count(*) FILTER (sold IS NULL AND NOT unsold), count(*) FILTER (sold > $1 OR built > $1), "
        f"count(*) FILTER (unsold) FROM {all_units}",
        [as_of],
    ).fetchall()[0]
    names = ("units", "serials_twice", "without_built_at", "without_sold_at", "not_yet_at_risk", "unsold")
    return dict(zip(names, row, strict=True))


def factor_columns(
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
    own: TemporaryTables,
    units: str,
    genealogy: bool,
    factors: dict[str, str],
    lots: tuple[str, ...],
    types: dict[str, str],
) -> tuple[str, str]:
    """Return the names of the tables of stations and of passes."""
    if not genealogy:
        none = "SELECT NULL::INTEGER AS unit, NULL::INTEGER AS station, NULL::VARCHAR AS station_id WHERE false"
        return own.make("stations", f"SELECT station, station_id FROM ({none})"), own.make(
            "passes", f"SELECT unit, station FROM ({none})"
        )
    stations = own.make(
        "stations",
        "SELECT (row_number() OVER (ORDER BY station_id) - 1)::INTEGER AS station, station_id FROM "
        "(SELECT DISTINCT station_id::VARCHAR AS station_id FROM master_genealogy WHERE station_id IS NOT NULL)",
    )
    values = "".join(
        f", {sql}{'' if types.get(name, 'VARCHAR') != 'VARCHAR' else '::VARCHAR'} AS f{number}"
        for number, (name, sql) in enumerate(factors.items())
    )
    passes = own.make(
        "passes",
        f"SELECT u.unit, s.station{values} FROM master_genealogy g "
        f"JOIN {units} u ON u.key = {serial_key('g.serial')} "
        f"JOIN {stations} s ON s.station_id = g.station_id::VARCHAR {lot_join(factors)}",
    )
    return stations, passes


def lot_join(factors: Mapping[str, str]) -> str:
    """Return the SQL that joins lots.* (l) to the genealogy (g) where they give the factor supplier, else nothing."""
    if factors.get("supplier") != "l.supplier":
        return ""
    return (
        "LEFT JOIN (SELECT part_lot::VARCHAR AS part_lot, min(supplier::VARCHAR) AS supplier FROM master_lots "
        "WHERE part_lot IS NOT NULL GROUP BY ALL) l ON l.part_lot = g.part_lot::VARCHAR"
    )
