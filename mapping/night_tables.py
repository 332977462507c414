"""What a night of mapping works on, as temporary tables of the store's connection: the plant, and who complains."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from complaints.run import Night
from mapping.genealogy import PlantTables, plant_tables
from mapping.groups import GroupedCases, TracedUnits, grouped_cases, trace_units
from mapping.levels import LevelPlan, plan_levels


@dataclass(frozen=True, slots=True)
class NightTables:
    """The tables of a night.

    Args:
        plant: units, stations and passes.
        plan: the levels of the passes.
        grouped: cases and the groups behind which they stand.
        units: the units of these cases.
    """

    plant: PlantTables
    plan: LevelPlan
    grouped: GroupedCases
    units: TracedUnits

    @property
    def comparisons(self) -> LevelPlan | None:
        """The plan; None without genealogy."""
        return self.plan if self.plant.records.passes else None


@contextmanager
def night_tables(night: Night) -> Iterator[NightTables]:
    """Lay out a night's tables, and drop them at the end: serial numbers of units are in them.

    Raises:
        MasterDataError: a master file is unreadable or lacks a required column.
    """
    settings, place = night.settings.mapping, night.workspace
    with (
        plant_tables(night.store.connection, place.master, place.data, night.as_of, place.master_reading()) as plant,
        grouped_cases(night.store, night.dictionary, night.as_of, settings.min_group_cases) as grouped,
    ):
        plan = plan_levels(plant, settings.numeric_bins, settings.min_exposed_cases)
        yield NightTables(plant, plan, grouped, trace_units(grouped, plant, plan, night.private))
