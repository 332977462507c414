"""The benchmark's plant is written as the store's tables stand today."""

from __future__ import annotations

from benchmarks.reports.plant import Size, fill
from complaints.records import EarlyWarning
from complaints.run.night import Night


def test_a_plant_fills_the_tables_of_today(night: Night) -> None:
    fill(night.store, Size(stations=4, issues=8, cases=40, warnings=3))
    assert len(night.store.rows(EarlyWarning)) == 3
