"""Simulated plants: the same seed gives the same plant, other folders are left alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cli
from complaints.errors import UsageError
from mapping.simulate.run import lay_out, make


def test_the_same_seed_gives_the_same_plant_and_complaints() -> None:
    one, two = make(3, 2000), make(3, 2000)
    assert one.plant.values.keys() == two.plant.values.keys()
    assert list(one.complaints.text) == list(two.complaints.text)
    assert np.array_equal(one.complaints.unit, two.complaints.unit)


def test_a_plant_without_faults_has_none() -> None:
    assert [fault for trouble in make(4, 2000, faults=False).troubles for fault in trouble.faults] == []


def test_a_plant_whose_stations_are_all_taken_gets_its_fault_all_the_same() -> None:
    made = make(2011, 2000)  # every station with lots has a fault when the last one is planted
    assert sum(len(trouble.faults) for trouble in made.troubles) == 9


def test_exposed_units_complain_more_often() -> None:
    made = make(5, 20_000)
    strong = max((f for t in made.troubles for f in t.faults), key=lambda f: f.relative_risk * f.exposed_cases)
    units = np.unique(made.complaints.unit[made.complaints.topic == strong.topic])
    marked = np.zeros(made.plant.units, dtype=bool)
    marked[units] = True
    assert marked[strong.exposed].mean() > 2 * marked[~strong.exposed].mean()


def test_a_folder_that_is_no_simulated_plant_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "plant-001"
    precious.mkdir()
    (precious / "complaints.toml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="no simulated plant"):
        lay_out(precious, make(1, 1000))
    assert (precious / "complaints.toml").exists()


@pytest.mark.slow
def test_the_command_runs_whole_nights_and_prints_the_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["simulate", str(tmp_path), "--plants", "1", "--without", "0", "--units", "3000", "--json"])
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["plants"], found["pairs"]) == (1, 1)
    assert found["faults"] == 8
    assert (tmp_path / "plant-001" / "site" / "index.html").exists()
