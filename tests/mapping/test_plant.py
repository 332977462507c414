"""Master rows as the plant's model: codes, what matched nothing, parallel stations."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.dictionary import load_dictionary
from mapping.match import Matcher
from mapping.plant import PlantModel, read_plant

MATCHER = Matcher(load_dictionary())


def plant(folder: Path, more: tuple[str, ...] = (), **tables: str) -> PlantModel:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_plant(folder, MATCHER, more)


STATIONS = "station_id,name,sequence\nST10,减震器拧紧,10\nST20,空调加注,20\n"


def test_codes_names_and_synonyms_are_one_component(tmp_path: Path) -> None:
    model = plant(
        tmp_path,
        stations=STATIONS,
        routing="component,station_id\nshock_absorber,ST10\n减震器,ST20\nShock Absorber,ST20\n",
    )
    assert {step.component for step in model.routing} == {"shock_absorber"}


def test_what_matches_nothing_is_reported_with_the_nearest_and_kept(tmp_path: Path) -> None:
    model = plant(tmp_path, stations=STATIONS, routing="component,station_id\nshok absorbr,ST10\n")
    assert [(u.table, u.row, u.column, u.value, u.nearest) for u in model.unmatched] == [
        ("routing", 2, "component", "shok absorbr", "shock_absorber")
    ]
    assert [step.station_id for step in model.routing] == ["ST10"]


def test_free_text_failure_modes_are_read_by_their_terms(tmp_path: Path) -> None:
    model = plant(tmp_path, stations=STATIONS, pfmea="station_id,failure_mode\nST10,减震器螺栓扭矩不足导致异响\n")
    assert model.pfmea[0].symptoms == ("abnormal_noise",)
    assert "shock_absorber" in model.pfmea[0].components


def test_a_cell_with_several_symptoms_names_all_of_them(tmp_path: Path) -> None:
    model = plant(tmp_path, stations=STATIONS, pfmea="station_id,failure_mode,symptom\nST10,密封不良,漏水、异响\n")
    assert model.pfmea[0].symptoms == ("abnormal_noise", "water_leak")


def test_a_row_without_a_component_takes_the_stations_routing(tmp_path: Path) -> None:
    model = plant(
        tmp_path,
        stations=STATIONS,
        routing="component,station_id,operation\n减震器,ST10,拧紧\n空调,ST10,装管\n",
        pfmea="station_id,failure_mode,operation\nST10,扭矩不足,拧紧\n",
    )
    assert model.pfmea[0].components == ("shock_absorber",)


@pytest.mark.parametrize("written", ["ST10", "st10", "减震器拧紧", "ST10 拧紧螺栓", "工序（ST10）"])
def test_a_station_is_known_by_id_name_or_an_id_in_the_cell(tmp_path: Path, written: str) -> None:
    model = plant(tmp_path, stations=STATIONS, pfmea=f"station_id,failure_mode\n{written},松动\n")
    assert [row.station_id for row in model.pfmea] == ["ST10"]


def test_an_unknown_station_is_reported_and_kept(tmp_path: Path) -> None:
    model = plant(tmp_path, stations=STATIONS, pfmea="station_id,failure_mode\nST11,松动\n")
    assert [(u.value, u.nearest) for u in model.unmatched] == [("ST11", "ST10")]
    assert not model.stations["ST11"].declared


def test_stations_that_only_the_genealogy_names_are_there(tmp_path: Path) -> None:
    assert set(plant(tmp_path, ("ST30",), stations=STATIONS).stations) == {"ST10", "ST20", "ST30"}


def test_one_operation_on_one_component_makes_parallel_stations(tmp_path: Path) -> None:
    model = plant(
        tmp_path,
        routing="component,station_id,operation\n减震器,A,拧紧\n减震器,B,拧紧\n减震器,C,检查\n空调,D,加注\n空调,B,加注\n",
    )
    # B does both operations, so A, B and D are one set; C stands alone.
    assert model.parallels == {"A": 0, "B": 0, "D": 0}


def test_steps_without_an_operation_make_no_parallel_stations(tmp_path: Path) -> None:
    assert plant(tmp_path, routing="component,station_id\n减震器,A\n减震器,B\n").parallels == {}


def test_ratings_outside_one_to_ten_are_none(tmp_path: Path) -> None:
    model = plant(tmp_path, pfmea="station_id,failure_mode,severity,occurrence,detection\nA,松动,0,11,高\n")
    row = model.pfmea[0]
    assert (row.severity, row.occurrence, row.detection) == (None, None, None)


def test_missing_tables_are_named(tmp_path: Path) -> None:
    assert plant(tmp_path, stations=STATIONS).missing == ("routing", "pfmea")


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = ["减震器,ST10,拧紧", "空调,ST20,加注", "减震器,ST20,拧紧"]
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first = plant(one, routing="\n".join(["component,station_id,operation", *rows]))
    second = plant(two, routing="\n".join(["component,station_id,operation", *rows[::-1]]))
    assert first == second


def test_english_terms_are_whole_words() -> None:
    assert "hvac" in MATCHER.free_text("the ac is off", "component")
    assert MATCHER.free_text("place the facade", "component") == ()


def test_without_a_table_of_stations_none_is_unknown(tmp_path: Path) -> None:
    model = plant(tmp_path, routing="component,station_id\n减震器,ST10\n")
    assert model.unmatched == () and set(model.stations) == {"ST10"}
