"""What `complaints doctor` finds in the master data: whether the files know each other, and what they can tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from complaints.console import Finding
from complaints.errors import ComplaintsError

if TYPE_CHECKING:
    from complaints.workspace import Workspace
    from mapping.genealogy import Loaded
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

    from mapping.genealogy import load_plant
    from mapping.levels import plan_levels
    from mapping.match import Matcher
    from mapping.plant import read_plant

    settings = workspace.settings()
    dictionary = workspace.dictionary()
    findings: list[Finding] = []
    # Rewritten CSV files hold serial numbers: where there is one, they stay in the folder that may hold them.
    place = workspace.data if workspace.data.is_dir() else None
    with duckdb.connect() as connection, TemporaryDirectory(dir=place) as scratch:
        loaded = load_plant(connection, workspace.master, Path(scratch), as_of)
        seen = [row[0] for row in connection.execute("SELECT station_id FROM plant_stations ORDER BY 1").fetchall()]
        plant = read_plant(workspace.master, Matcher(dictionary), seen)
        findings += [*_stations(plant), *_codes(plant), *_units(loaded)]
        if loaded.passes:
            plan = plan_levels(
                connection, loaded.factors, settings.mapping.numeric_bins, settings.mapping.min_exposed_cases
            )
            findings += _factors(plan.skipped)
    return [*findings, *_traced(workspace)]


def _stations(plant: PlantModel) -> Iterator[Finding]:
    strange = [s.station_id for s in plant.stations.values() if not s.declared]
    if "stations" in plant.missing or not plant.stations:
        return
    if strange:
        yield Finding(
            "note", f"stations that other master files name and stations lacks: {_some(strange)}",
            "Add them to master/stations, or mend their ids where they are misspelt",
        )  # fmt: skip
    else:
        yield Finding("ok", f"{len(plant.stations)} stations, all of them declared")


def _codes(plant: PlantModel) -> Iterator[Finding]:
    strange = [u for u in plant.unmatched if u.column in ("symptom", "component")]
    if strange:
        values = [f"{u.table} row {u.row}: {u.value}" for u in strange]
        yield Finding(
            "note", f"symptoms and components that the dictionary does not know: {_some(values)}",
            "Add the plant's words to master/dictionary, or write codes (complaints status names the nearest)",
        )  # fmt: skip
    elif not {"routing", "pfmea"} <= set(plant.missing):
        yield Finding("ok", "every symptom and component of routing and PFMEA is known to the dictionary")


def _units(loaded: Loaded) -> Iterator[Finding]:
    facts = loaded.facts
    if not facts.get("units"):
        return
    told = (
        ("serials_twice", "serial numbers that stand more than once in units", "Keep one row a unit"),
        ("without_built_at", "units without a build date", "Fill in units.built_at, or genealogy.completed_at"),
        ("without_sold_at", "units without a date of sale, whose time in service starts with the build",
         "Fill in units.sold_at: rates by time in service rest on it"),
        ("not_yet_at_risk", "units built or sold after tonight, which count later", ""),
        ("passes_without_unit", "passes of the genealogy that belong to no unit",
         "Add their serial numbers to units: these passes count nowhere"),
    )  # fmt: skip
    bad = [(facts[name], what, mend) for name, what, mend in told if facts.get(name)]
    if not bad:
        yield Finding("ok", f"{facts['units']} units, {loaded.passes} passes, every one with its dates")
    for number, what, mend in bad:
        yield Finding("note", f"{what}: {number}", mend)


def _factors(skipped: dict[tuple[str, str], str]) -> Iterator[Finding]:
    if skipped:
        values = [f"{station} {factor} ({why})" for (station, factor), why in sorted(skipped.items())]
        yield Finding(
            "note", f"factors that cannot be compared: {_some(values)}",
            "A factor tells nothing while all units share its value, or every unit has its own",
        )  # fmt: skip


def _traced(workspace: Workspace) -> Iterator[Finding]:
    """Tell which share of the complaints the last night could trace to a unit."""
    if not workspace.store_file.is_file():
        return
    try:
        with workspace.open_store(read_only=True) as store:
            noted: dict[str, Any] = json.loads(store.notes("mapping").get("coverage", "{}"))
    except ComplaintsError:
        return  # a night is at work, or the store's own finding tells
    cases, traced = noted.get("cases"), noted.get("with_genealogy")
    if not isinstance(cases, int) or not isinstance(traced, int) or not cases:
        return
    what = f"{traced} of {cases} complaints ({traced / cases:.0%}) were traced to a unit with its passes last night"
    named = noted.get("with_serial")
    mend = (
        "" if not isinstance(named, int) else f"{named} of them name a serial number; the others count in no comparison"
    )
    yield Finding("ok" if traced == cases else "note", what, mend)


def _some(values: Sequence[str]) -> str:
    shown = "; ".join(values[:NAMED])
    return shown if len(values) <= NAMED else f"{shown}; and {len(values) - NAMED} more ({len(values)} in all)"
