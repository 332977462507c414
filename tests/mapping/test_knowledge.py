"""The knowledge route: what is open, how likely it is, and how much is left for none of these."""

from __future__ import annotations

import pytest

from complaints.dictionary import load_dictionary
from mapping.knowledge import NONE_WITHOUT_KNOWLEDGE, Knowledge, knowledge, rate
from mapping.plant import PfmeaRow, PlantModel, RoutingStep, Station

DICTIONARY = load_dictionary()


def row(station: str, symptoms: tuple[str, ...], components: tuple[str, ...], occurrence: int | None = 4) -> PfmeaRow:
    return PfmeaRow(station, "mode", "cause", "", None, occurrence, None, components, symptoms)


def step(station: str, component: str) -> RoutingStep:
    return RoutingStep(component, station, "", None, component)


def known(
    pfmea: tuple[PfmeaRow, ...] = (),
    routing: tuple[RoutingStep, ...] = (),
    symptom: str | None = "abnormal_noise",
    components: dict[str, float] | None = None,
    stations: str = "ABC",
) -> Knowledge:
    plant = PlantModel({s: Station(s, s) for s in stations}, routing, pfmea, (), ())
    return knowledge(plant, DICTIONARY, symptom, {"shock_absorber": 1.0} if components is None else components)


def test_prior_and_none_add_up_to_one() -> None:
    found = known((row("A", ("abnormal_noise",), ("shock_absorber",)),), (step("B", "shock_absorber"),))
    assert sum(found.prior.values()) + found.none == pytest.approx(1.0)


def test_routing_alone_leaves_its_stations_open() -> None:
    found = known(routing=(step("A", "shock_absorber"), step("B", "hvac")))
    assert set(found.open_stations) == {"A"}


def test_symptom_and_component_outweigh_the_component_alone() -> None:
    found = known((row("A", ("abnormal_noise",), ("shock_absorber",)), row("B", (), ("shock_absorber",))))
    assert found.prior["A"] > found.prior["B"] > found.prior["C"]


def test_a_row_of_another_symptom_weighs_less_than_one_of_none() -> None:
    found = known((row("A", ("water_leak",), ("shock_absorber",)), row("B", (), ("shock_absorber",))))
    assert found.prior["B"] > found.prior["A"] > 0


def test_the_same_symptom_of_another_part_opens_nothing() -> None:
    assert known((row("A", ("abnormal_noise",), ("sunroof",)),)).open_stations == {}


def test_a_kind_of_the_symptom_fits() -> None:
    found = known((row("A", ("abnormal_noise",), ("shock_absorber",)),), symptom="rattle")
    assert [match for _, match in found.open_stations["A"].pfmea] == ["symptom+component"]


def test_another_part_of_the_system_fits_as_the_system() -> None:
    found = known((row("A", ("abnormal_noise",), ("suspension_chassis",)),))
    assert [match for _, match in found.open_stations["A"].pfmea] == ["symptom+system"]


def test_a_group_without_components_is_matched_by_its_symptom() -> None:
    found = known((row("A", ("abnormal_noise",), ("sunroof",)),), components={})
    assert [match for _, match in found.open_stations["A"].pfmea] == ["symptom"]


def test_a_higher_occurrence_rating_is_likelier() -> None:
    pair = tuple(row(s, ("abnormal_noise",), ("shock_absorber",), o) for s, o in (("A", 7), ("B", 3)))
    found = known(pair)
    assert found.prior["A"] / found.prior["B"] == pytest.approx(rate(7) / rate(3))


def test_occurrence_rates_follow_the_table() -> None:
    # 10 per thousand against 0.01 per thousand, tempered by the cube root.
    assert rate(7) / rate(3) == pytest.approx((10 / 0.01) ** (1 / 3))


def test_nothing_known_leaves_all_stations_equal_and_none_open() -> None:
    found = known()
    assert found.open_stations == {} and found.none == NONE_WITHOUT_KNOWLEDGE
    assert len(set(found.prior.values())) == 1


def test_stations_that_nothing_names_keep_a_small_share() -> None:
    found = known((row("A", ("abnormal_noise",), ("shock_absorber",)),))
    assert 0 < found.prior["B"] < 0.1 * found.prior["A"]


def test_a_weaker_fit_leaves_more_for_none() -> None:
    exact = known((row("A", ("abnormal_noise",), ("shock_absorber",)),))
    weak = known(routing=(step("A", "suspension_chassis"),))
    assert weak.none > exact.none


def test_a_component_that_half_the_cases_name_weighs_half() -> None:
    shares = {"shock_absorber": 0.75, "sunroof": 0.25}
    found = known(routing=(step("A", "shock_absorber"), step("B", "sunroof")), components=shares)
    assert found.prior["A"] / found.prior["B"] == pytest.approx(3.0)
