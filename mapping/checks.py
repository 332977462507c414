"""What `complaints doctor` finds in the master data: whether the files know each other, and what they can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from complaints.console import Finding
from complaints.errors import ComplaintsError
from complaints.messages import Message, Text, knows, message
from complaints.records import Traceability

if TYPE_CHECKING:
    from complaints.workspace import Workspace
    from mapping.genealogy import PlantRecords
    from mapping.plant import PlantModel

NAMED = 5  # of a list in one line


def examine_master(workspace: Workspace, as_of: date) -> list[Finding]:
    """Examine the master data of a workspace, as the mapping stage would read them on a night.

    Args:
        workspace: its settings are valid and its master files readable (else `complaints.console.doctor` tells).
        as_of: the night; units built or sold later are not yet at risk.

    Returns:
        Notes, each with the way to mend it; unmatched values do not stop a night.
    """
    import duckdb

    from mapping.genealogy import plant_tables
    from mapping.levels import plan_levels
    from mapping.match import Matcher
    from mapping.plant import read_plant

    settings = workspace.settings()
    dictionary, how = workspace.dictionary(), workspace.master_reading()
    findings: list[Finding] = []
    # Rewritten CSV files hold serial numbers: where there is one, they stay in the folder that may hold them.
    place = workspace.data if workspace.data.is_dir() else None
    with (
        duckdb.connect() as connection, TemporaryDirectory(dir=place) as scratch,
        plant_tables(connection, workspace.master, Path(scratch), as_of, how) as tables,
    ):  # fmt: skip
        rows = connection.execute(f"SELECT station_id FROM {tables.stations} ORDER BY 1").fetchall()
        plant = read_plant(workspace.master, Matcher(dictionary), [station for (station,) in rows], how)
        findings += [*_stations(plant), *_codes(plant), *_units(tables.records), *_turned(tables.records)]
        if tables.records.passes:
            plan = plan_levels(tables, settings.mapping.numeric_bins, settings.mapping.min_exposed_cases)
            findings += _factors(plan.skipped)
    return [*findings, *_traced(workspace)]


def _stations(plant: PlantModel) -> Iterator[Finding]:
    strange = [s.station_id for s in plant.stations.values() if not s.declared]
    if "stations" in plant.missing or not plant.stations:
        return
    if strange:
        yield Finding(
            "note", message("doctor.stations_undeclared", stations=_some(strange)),
            message("doctor.stations_undeclared.mend"),
        )  # fmt: skip
    else:
        yield Finding("ok", message("doctor.stations", number=len(plant.stations)))


def _codes(plant: PlantModel) -> Iterator[Finding]:
    strange = [u for u in plant.unmatched if u.column in ("symptom", "component")]
    if strange:
        values = [message("doctor.value_at", table=u.table, row=u.row, value=u.value) for u in strange]
        yield Finding(
            "note", message("doctor.codes_unknown", values=_some(values)),
            message("doctor.codes_unknown.mend"),
        )  # fmt: skip
    elif not {"routing", "pfmea"} <= set(plant.missing):
        yield Finding("ok", message("doctor.codes"))


def _units(records: PlantRecords) -> Iterator[Finding]:
    facts = records.facts
    if not facts.get("units"):
        return
    names = ("serials_twice", "without_built_at", "without_sold_at", "not_yet_at_risk", "unsold", "passes_without_unit")
    bad = [name for name in names if facts.get(name)]
    if not bad:
        yield Finding("ok", message("doctor.units", units=facts["units"], passes=records.passes))
    for name in bad:
        mend = f"doctor.units.{name}.mend"
        what = message(f"doctor.units.{name}", number=facts[name])
        yield Finding("note", what, message(mend) if knows(mend) else "")


def _turned(records: PlantRecords) -> Iterator[Finding]:
    """Tell which parameter of a genealogy in long form became which factor, and what was left out."""
    turned = records.turned
    if turned is None:
        return
    pairs = [message("doctor.taken", head=name, column=column) for name, column in turned.factors.items()]
    yield Finding("ok", message("doctor.turned", rows=turned.rows, values=pairs))
    if turned.repeats:
        yield Finding("note", message("doctor.turned.repeats", number=turned.repeats))
    if turned.unused:
        yield Finding("note", message("doctor.turned.unused", values=list(turned.unused)))


def _factors(skipped: dict[tuple[str, str], str]) -> Iterator[Finding]:
    if skipped:
        values = [
            message(
                "doctor.factor_why", station=station, factor=factor, why=message(f"skipped.{why.replace(' ', '_')}")
            )
            for (station, factor), why in sorted(skipped.items())
        ]
        yield Finding(
            "note", message("doctor.factors", values=_some(values)),
            message("doctor.factors.mend"),
        )  # fmt: skip


def _skipped(why: str) -> Message:
    return message(f"skipped.{why.replace(' ', '_')}")


def _traced(workspace: Workspace) -> Iterator[Finding]:
    """Tell which share of the complaints the last night could trace to a unit."""
    if not workspace.store_file.is_file():
        return
    try:
        with workspace.open_store(read_only=True) as store:
            found = store.only(Traceability)
    except ComplaintsError:
        return  # a night is at work, or the store's own finding tells
    if found is None or not found.cases:
        return
    traced, cases = found.with_genealogy, found.cases
    what = message("doctor.traced", traced=traced, cases=cases, share=traced / cases)
    yield Finding("ok" if traced == cases else "note", what, message("doctor.traced.mend", named=found.with_serial))


def _some(values: Sequence[Text]) -> Message:
    if len(values) <= NAMED:
        return message("doctor.list", values=list(values))
    return message("doctor.list_and_more", values=list(values[:NAMED]), more=len(values) - NAMED, number=len(values))
