"""All units that passed some stations, sold or not: more must be contained than the units that can complain.

The tables of a night (`mapping.genealogy`) hold the units at risk alone. These hold every unit, each with its serial
number as written, and go with their owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.master import PLAIN, MasterReading, moment, open_large
from complaints.store import TemporaryTables, temporary_tables
from mapping.genealogy import column_types, factor_columns, first_pass, known_units, lot_join, serial_key

if TYPE_CHECKING:
    import duckdb

# Where a unit is, as far as dates tell: its build is not recorded yet; built, and not sold; sold; nobody can tell.
STATES = ("in plant", "unsold", "sold", "unknown")


@dataclass(frozen=True, slots=True)
class BuiltUnits:
    """Units that passed some stations by a day, as temporary tables by name.

    Args:
        own: their owner.
        units: (key, serial, product, built, sold, state); days after that day are not known yet.
        passes: (key, station_id, day, f0, f1, …: the factors' values as text).
        columns: factor -> its column of the passes.
        newest: the last day on which the plant built a unit; None without days.
    """

    own: TemporaryTables
    units: str
    passes: str
    columns: Mapping[str, str]
    newest: date | None


@contextmanager
def built_units(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    scratch: Path,
    as_of: date,
    stations: Sequence[str],
    how: MasterReading = PLAIN,
) -> Iterator[BuiltUnits | None]:
    """Read the units that passed stations from master/ into temporary tables, and drop these at the end.

    Args:
        connection: it gets temporary tables only.
        folder: master/.
        scratch: a private folder for rewritten CSV files.
        as_of: later passes are left out, and a later sale is none yet.
        stations: ids.
        how: the user's headers and limits.

    Yields:
        The tables; None without genealogy.*.

    Raises:
        MasterDataError: a file is unreadable or lacks a required column.
    """
    with temporary_tables(connection) as own, ExitStack() as stack:
        genealogy = stack.enter_context(open_large(connection, folder, "genealogy", scratch, how))
        if not genealogy:
            yield None
            return
        units = stack.enter_context(open_large(connection, folder, "units", scratch, how))
        lots = stack.enter_context(open_large(connection, folder, "lots", scratch, how))
        factors, _ = factor_columns(genealogy, column_types(connection, "master_genealogy"), lots or ())
        columns = {factor: f"f{number}" for number, factor in enumerate(factors)}
        passes = _passes(own, genealogy, factors, as_of, stations)
        known = own.make("known_units", _known(connection, genealogy, units))
        newest = connection.execute(f"SELECT max(built) FROM {known} WHERE built <= ?", [as_of]).fetchall()[0][0]
        yield BuiltUnits(own, _states(own, known, passes, bool(units), as_of), passes, columns, newest)


def _passes(
    own: TemporaryTables, genealogy: tuple[str, ...], factors: Mapping[str, str], as_of: date, stations: Sequence[str]
) -> str:
    day = "NULL::DATE"
    if "completed_at" in genealogy:
        kind = column_types(own.connection, "master_genealogy")["completed_at"]
        day = f"{moment('g.completed_at', kind)}::DATE"
    values = "".join(f", {sql}::VARCHAR AS f{number}" for number, sql in enumerate(factors.values()))
    return own.make(
        "built_passes",
        f"SELECT {serial_key('g.serial')} AS key, g.serial::VARCHAR AS serial, g.station_id::VARCHAR AS station_id, "
        f"{day} AS day{values} FROM master_genealogy g {lot_join(factors)} "
        f"WHERE g.serial IS NOT NULL AND list_contains(?, g.station_id::VARCHAR) AND coalesce({day} <= ?, true)",
        [list(stations), as_of],
    )


def _known(connection: duckdb.DuckDBPyConnection, genealogy: tuple[str, ...], units: tuple[str, ...] | None) -> str:
    """Return the SQL of all units that the plant's records know: (key, product, built, sold, written)."""
    types = column_types(connection, "master_units") if units else {}
    # As in `mapping.genealogy`: where units.* has no build dates, the first pass stands for them.
    join = "" if "built_at" in types else "LEFT JOIN first_pass USING (key)"
    built = "coalesce(built, first_pass.at)" if join else "built"
    return (
        f"WITH first_pass AS ({first_pass(connection, genealogy)}), known AS ({known_units(units, types)}) "
        f"SELECT key, product, {built}::DATE AS built, sold::DATE AS sold, written FROM known {join}"
    )


def _states(own: TemporaryTables, known: str, passes: str, listed: bool, as_of: date) -> str:
    """Write the units with their states; `listed`: there is a units.*, so that who is not in it is not known.

    Dates that the plant never writes tell nothing: a unit without one is in the plant, or unsold, only where others
    have one.
    """
    return own.make(
        "built_units",
        "SELECT p.key, p.serial, k.product, CASE WHEN k.built <= $as_of THEN k.built END AS built, "
        "CASE WHEN k.sold <= $as_of THEN k.sold END AS sold, CASE WHEN k.sold <= $as_of THEN 'sold' "
        "WHEN NOT $listed OR k.key IS NULL THEN 'unknown' "
        "WHEN k.built > $as_of OR (k.built IS NULL AND e.dated) THEN 'in plant' "
        "WHEN k.sold > $as_of OR (NOT k.written AND e.written) THEN 'unsold' ELSE 'unknown' END AS state "
        f"FROM (SELECT key, min(serial) AS serial FROM {passes} GROUP BY key) p LEFT JOIN {known} k USING (key) "
        f"CROSS JOIN (SELECT coalesce(bool_or(built IS NOT NULL), false) AS dated, "
        f"coalesce(bool_or(written), false) AS written FROM {known}) e",
        {"as_of": as_of, "listed": listed},
    )
