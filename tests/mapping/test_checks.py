"""What doctor says of the master data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace
from mapping.checks import examine_master

AS_OF = date(2026, 6, 30)
FILES = {
    "stations": "station_id,name\nS1,Doors\nS2,Seats\n",
    "routing": "component,station_id,operation\ndoor,S1,fit\n",
    "pfmea": "station_id,failure_mode,component,symptom\nS1,bolt loose,door,abnormal_noise\n",
    "units": "serial,product,built_at,sold_at\n"
    + "".join(f"TEST{i:04d},P1,2026-01-0{1 + i % 9},2026-02-01\n" for i in range(20)),
    "genealogy": "serial,station_id,tool\n" + "".join(f"TEST{i:04d},S1,T{i % 2}\n" for i in range(20)),
}


def noted(tmp_path: Path, settings: str = "", **changes: str) -> list[str]:
    """Return what doctor notes about master files, some of them changed."""
    workspace = Workspace(tmp_path)
    init_workspace(tmp_path, "en")
    if settings:
        workspace.settings_file.write_text(settings, encoding="utf-8")
    for name, text in (FILES | changes).items():
        (workspace.master / f"{name}.csv").write_text(text, encoding="utf-8")
    return [str(f.what) for f in examine_master(workspace, AS_OF) if f.state == "note"]


def test_master_data_that_fit_together_give_no_note(tmp_path: Path) -> None:
    assert noted(tmp_path) == []


def test_headers_of_the_plants_own_are_understood_in_every_file(tmp_path: Path) -> None:
    own = {"station_id": "Zelle", "serial": "Fgst", "built_at": "Bau", "sold_at": "Verkauf", "symptom": "Bild"}
    mapped = "".join(f'"{header}" = "{column}"\n' for column, header in own.items())
    renamed = {}
    for name, text in FILES.items():
        head, rows = text.split("\n", 1)
        renamed[name] = ",".join(own.get(column, column) for column in head.split(",")) + "\n" + rows
    assert noted(tmp_path, f"[master.columns]\n{mapped}", **renamed) == []


def test_a_station_that_only_another_file_names_is_noted(tmp_path: Path) -> None:
    found = noted(tmp_path, routing=FILES["routing"] + "door,S9,fit\n")
    assert found == ["stations that other master files name and stations lacks: S9"]


def test_a_word_that_the_dictionary_lacks_is_noted_with_its_row(tmp_path: Path) -> None:
    found = noted(tmp_path, pfmea=FILES["pfmea"] + "S1,strange,flux capacitor,abnormal_noise\n")
    assert len(found) == 1
    assert "pfmea row 3: flux capacitor" in found[0]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ("TEST0000,P1,2026-01-01,2026-02-01\n", "serial numbers that stand more than once in units: 1"),
        ("TEST9000,P1,,\n", "units without a build date: 1"),
        ("TEST9000,P1,2026-01-01,\n", "units without a sale date, taken for stock (others have one; not at risk): 1"),
        ("TEST9000,P1,2026-01-01,?\n", "units without a date of sale, whose time in service starts with the build: 1"),
        ("TEST9000,P1,2026-01-01,2027-01-01\n", "units built or sold after tonight, which count later: 1"),
    ],
)
def test_units_that_will_not_count_as_they_should_are_noted(tmp_path: Path, units: str, said: str) -> None:
    assert said in noted(tmp_path, units=FILES["units"] + units)


def test_a_pass_without_a_unit_is_noted(tmp_path: Path) -> None:
    found = noted(tmp_path, genealogy=FILES["genealogy"] + "TEST9999,S1,T1\n")
    assert found == ["passes of the genealogy that belong to no unit: 1"]


def test_a_factor_with_one_level_is_noted(tmp_path: Path) -> None:
    table = "serial,station_id,tool\n" + "".join(f"TEST{i:04d},S1,T1\n" for i in range(20))
    assert noted(tmp_path, genealogy=table) == ["factors that cannot be compared: S1 tool (one value only)"]


def test_without_master_data_there_is_nothing_to_note(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    init_workspace(tmp_path, "en")
    assert [f for f in examine_master(workspace, AS_OF) if f.state != "ok"] == []
