"""`complaints contain`: the claim behind an id, its sets of units, and the list of the units in one of them.

The store is read, not the last night's tables: a decision that an expert has just taken counts at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.errors import UsageError
from complaints.messages import message
from complaints.nearest_name import meant
from complaints.ranking import STRENGTH
from complaints.records import Cause, Containment
from complaints.store import temporary_tables
from complaints.tables import write_csv, write_xlsx
from mapping.built import built_units
from mapping.causes import NO_STATION
from mapping.containment import Complaining, Contained, claim_of
from mapping.groups import case_keys, night_cases

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace

FORMATS = (".csv", ".xlsx")
COLUMNS = ("set", "serial_token", "product", "built_at", "sold_at", "state", "complaints")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit to contain.

    Args:
        number: of the narrowest set that holds it, from 1.
        serial: as the plant writes it.
        token: that stands for it in public tables.
        product, built, sold: as the plant's records say; None where they do not.
        state: one of `mapping.built.STATES`.
        complaints: of the claim's group about it.
    """

    number: int
    serial: str
    token: str
    product: str | None
    built: date | None
    sold: date | None
    state: str
    complaints: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What to contain for an id.

    Args:
        cause: the strongest claim.
        others: ids of the further causes that are claimed for it.
        found: the sets.
        units: those of the set that was asked for.
    """

    cause: Cause
    others: tuple[str, ...]
    found: Containment
    units: tuple[Unit, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, without the list of units."""
        names = ("cause_id", "group_kind", "group_id", "station_id", "factor", "level", "verdict", "decision")
        own = {name: getattr(self.cause, name) for name in names}
        return own | {"others": list(self.others)} | self.found.as_json()


def contain(workspace: Workspace, identity: str, number: int = 1) -> Answer:
    """Return what to contain, as of the last night.

    Args:
        workspace: no run is at work in it.
        identity: of a cause, an issue or a station.
        number: of the set whose units are listed; 1 is the narrowest.

    Raises:
        UsageError: no such id or set, nothing is claimed there, no run has ended yet, or no record tells which units
            passed the station.
        WorkspaceLocked: a living run holds the workspace.
        MasterDataError: a file of master/ is unreadable or lacks a required column.
    """
    with workspace.locked_stores() as stores:
        as_of = stores.store.query("SELECT max(as_of) FROM runs")[0][0]
        if as_of is None:
            raise UsageError("snapshot.no_run", str(workspace.root), folder=workspace.root)
        claimed = _claimed(stores.store, identity)
        cause, others = claimed[0], tuple(c.cause_id for c in claimed[1:])
        with _contained(workspace, stores.store, stores.private, cause, as_of) as contained:
            found = contained.figures() if contained else None
            if contained is None or found is None:
                raise UsageError("contain.no_units", identity, station=cause.station_id)
            if not 1 <= number <= len(found.sets):
                raise UsageError("contain.no_such_set", f"--set {number}", sets=len(found.sets))
            units = tuple(
                Unit(at, serial, workspace.serial_token(serial), *rest)
                for at, serial, *rest in contained.listed(number)
            )
    return Answer(cause, others, found, units)


@contextmanager
def _contained(
    workspace: Workspace, store: Store, private: Store, cause: Cause, as_of: date
) -> Iterator[Contained | None]:
    how = workspace.master_reading()
    with (
        built_units(store.connection, workspace.master, workspace.data, as_of, [cause.station_id], how) as built,
        temporary_tables(store.connection) as own,
    ):
        if built is None:
            yield None
            return
        keys = case_keys(own, night_cases(own, as_of), private)
        yield Contained(own, built, Complaining("groups", keys), claim_of(cause))


def _claimed(store: Store, identity: str) -> list[Cause]:
    """Return the claimed causes of an id, the strongest first.

    Raises:
        UsageError: there is none; the message says why.
    """
    named = f"station_id <> '{NO_STATION}' AND (cause_id = ? OR group_id = ? OR station_id = ?)"
    causes = store.rows(Cause, named, [identity] * 3, STRENGTH)
    claimed = [cause for cause in causes if cause.claimed]
    if claimed:
        return claimed
    if causes:
        first = causes[0]
        rejected = first.decision == "rejected"
        why = "contain.why.rejected" if rejected else f"verdict.{first.verdict.replace(' ', '_')}"
        raise UsageError("contain.not_claimed", identity, why=message(why), cause=first.cause_id)
    ids = [
        row[0]
        for row in store.query(
            "SELECT cause_id FROM causes UNION SELECT group_id FROM causes UNION SELECT issue_id FROM issues "
            "UNION SELECT station_id FROM stations"
        )
    ]
    if identity in ids:
        raise UsageError("contain.no_cause", identity)
    raise UsageError("contain.no_such_id", identity, meant(identity, ids, message("contain.no_such_id.hint")))


def write_list(out: Path, units: Sequence[Unit], *, serials: bool) -> None:
    """Write the list of units, one a row.

    Args:
        out: a .csv or .xlsx file, made or replaced; with serial numbers it is for its owner's eyes alone.
        units: to list.
        serials: put the serial number before the token.

    Raises:
        UsageError: another ending, or more rows than a sheet holds.
    """
    require_format(out)
    columns = ["serial", *COLUMNS] if serials else list(COLUMNS)
    rows = [
        [*([unit.serial] if serials else []), unit.number, unit.token, unit.product, unit.built, unit.sold, unit.state,
         unit.complaints]
        for unit in units
    ]  # fmt: skip
    if serials:
        out.touch(mode=0o600)
        out.chmod(0o600)
    if out.suffix.lower() == ".csv":
        write_csv(out, columns, rows)
    else:
        write_xlsx(out, "contain", columns, rows)


def require_format(out: Path) -> None:
    """Refuse a file that is no .csv or .xlsx.

    Raises:
        UsageError: it is none.
    """
    if out.suffix.lower() not in FORMATS:
        raise UsageError("contain.format", str(out), formats=list(FORMATS))
