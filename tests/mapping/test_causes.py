"""What may be claimed: the verdicts, rank by rank, on hand-made findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mapping.causes import NO_STATION, Comparisons, Data, Hypothesis, Rules, join_routes
from mapping.comparison import Estimate, Findings
from mapping.exposure import Overlap
from mapping.knowledge import Candidate, Knowledge
from mapping.levels import STATION, Level
from mapping.probability import posterior, station_weights

RULES = Rules(q_value=0.05, min_exposed_cases=5, overlap=0.9)
LEVELS = (Level("A", STATION, "A"), Level("B", STATION, "B"), Level("A", "tool", "T1"), Level("B", "tool", "T9"))
A, B, A_TOOL, B_TOOL = range(4)
SIGNAL = {"q": 0.001, "low": 2.0, "high": 9.0, "cases": 20.0, "weight": 12.0, "p": 0.0001}


def known(*open_stations: str, stations: str = "ABC", none: float = 0.2) -> Knowledge:
    found = {s: Candidate(s, 1.0) for s in open_stations}
    share = (1 - none) / len(stations)
    return Knowledge(dict.fromkeys(stations, share), none, found)


def made(signals: Mapping[int, Mapping[str, float]], size: int = len(LEVELS)) -> Comparisons:
    base: dict[str, Any] = {name: np.zeros(size) for name in Findings.__slots__}
    findings = Findings(**base | {"tested": np.zeros(size, dtype=bool), "p": np.ones(size)})
    q = np.ones(size)
    for level, signal in signals.items():
        findings.tested[level] = True
        findings.exposed_cases[level] = signal.get("cases", 0.0)
        findings.weight[level] = signal.get("weight", 0.0)
        findings.p[level] = signal.get("p", 1.0)
        q[level] = signal.get("q", 1.0)

    def estimate(level: int) -> Estimate:
        signal = signals.get(level, {})
        return Estimate(signal.get("low", 0.5) + 1, signal.get("low", 0.5), signal.get("high", 2.0), "test")

    return Comparisons(findings, q, estimate)


def data(signals: Mapping[int, Mapping[str, float]], **changes: Any) -> Data:
    values: dict[str, Any] = {
        "levels": LEVELS,
        "within": np.ones(len(LEVELS), dtype=bool),
        "parallels": {},
        "overlaps": lambda level: {},
        "all_cases": made(signals),
        "p_without": lambda level, given: 0.0,
    }
    return Data(**values | changes)


def by_station(found: list[Hypothesis]) -> dict[str, Hypothesis]:
    return {hypothesis.station_id: hypothesis for hypothesis in found}


def test_without_data_knowledge_ranks_by_prior() -> None:
    prior = Knowledge({"A": 0.1, "B": 0.6, "C": 0.1}, 0.2, {s: Candidate(s, 1.0) for s in "AB"})
    found = join_routes(prior, None, RULES)
    assert [(h.station_id, h.rank, h.verdict) for h in found] == [
        ("B", 1, "knowledge only"),
        ("A", 2, "knowledge only"),
        (NO_STATION, 4, "knowledge only"),
    ]


def test_a_clear_signal_is_supported() -> None:
    found = by_station(join_routes(known("A", "B"), data({A_TOOL: SIGNAL}), RULES))
    assert (found["A"].verdict, found["A"].rank, found["A"].level) == ("supported", 1, A_TOOL)


@pytest.mark.parametrize("weaker", [{"q": 0.051}, {"low": 1.0}, {"cases": 4.0}])
def test_each_rule_of_a_claim_is_needed(weaker: dict[str, float]) -> None:
    found = by_station(join_routes(known("A"), data({A_TOOL: SIGNAL | weaker}), RULES))
    assert found["A"].verdict == "knowledge only"


def test_a_weak_hint_shows_no_figures() -> None:
    found = by_station(join_routes(known("A"), data({A_TOOL: SIGNAL | {"q": 0.9, "p": 0.2}}), RULES))
    assert found["A"].level is None


def test_probabilities_add_up_to_one_over_all_stations() -> None:
    found = join_routes(known("A", "B", "C"), data({A_TOOL: SIGNAL}), RULES)
    assert sum(h.probability for h in found) == pytest.approx(1.0)


def test_only_three_stations_are_ranked() -> None:
    found = join_routes(known(*"ABCDE", stations="ABCDE"), None, RULES)
    assert [h.rank for h in found] == [1, 2, 3, 4]


def test_an_overlapping_open_station_makes_it_not_separable() -> None:
    overlaps = {A_TOOL: {B_TOOL: Overlap(0.95, 0.97)}, B_TOOL: {A_TOOL: Overlap(0.95, 0.97)}}
    both = data({A_TOOL: SIGNAL, B_TOOL: SIGNAL}, overlaps=lambda level: overlaps[level])
    found = by_station(join_routes(known("A", "B"), both, RULES))
    assert (found["A"].verdict, found["A"].rivals) == ("not separable", ("B",))
    assert (found["B"].verdict, found["B"].rivals) == ("not separable", ("A",))


def test_an_overlap_just_under_the_setting_is_no_rival() -> None:
    one = data({A_TOOL: SIGNAL}, overlaps=lambda level: {B_TOOL: Overlap(0.89, 0.94)})
    assert by_station(join_routes(known("A", "B"), one, RULES))["A"].verdict == "supported"


def test_knowledge_excludes_an_overlapping_station_that_it_does_not_name() -> None:
    both = data({A_TOOL: SIGNAL, B_TOOL: SIGNAL}, overlaps=lambda level: {5 - level: Overlap(0.95, 0.97)})
    found = by_station(join_routes(known("A"), both, RULES))
    assert (found["A"].verdict, found["A"].excluded_rivals) == ("supported", ("B",))
    assert "B" not in found


def test_a_claim_outside_knowledge_competes_with_every_station() -> None:
    one = data({A_TOOL: SIGNAL}, overlaps=lambda level: {B_TOOL: Overlap(0.95, 0.97)})
    assert by_station(join_routes(known(), one, RULES))["A"].rivals == ("B",)


def test_a_level_that_stands_for_weeks_rivals_every_open_station_its_units_passed() -> None:
    within = np.array([True, True, False, True])
    one = data({A_TOOL: SIGNAL}, within=within, overlaps=lambda level: {B: Overlap(0.1, 0.99)})
    assert by_station(join_routes(known("A", "B"), one, RULES))["A"].verdict == "not separable"
    assert by_station(join_routes(known("A"), one, RULES))["A"].verdict == "supported"


def test_a_level_inside_weeks_is_no_rival_of_stations_that_everybody_passed() -> None:
    one = data({A_TOOL: SIGNAL}, overlaps=lambda level: {B: Overlap(0.1, 0.99)})
    assert by_station(join_routes(known("A", "B"), one, RULES))["A"].verdict == "supported"


def test_contrast_inside_weeks_is_named_before_a_change_in_time() -> None:
    within = np.array([False, True, True, True])
    one = data({A: SIGNAL | {"weight": 30.0}, A_TOOL: SIGNAL}, within=within)
    assert by_station(join_routes(known("A"), one, RULES))["A"].level == A_TOOL


def test_a_claim_that_another_explains_is_withdrawn() -> None:
    p = {(B_TOOL, A_TOOL): 0.4, (A_TOOL, B_TOOL): 0.0001}
    both = data({A_TOOL: SIGNAL, B_TOOL: SIGNAL | {"weight": 5.0}}, p_without=lambda level, given: p[level, given])
    found = by_station(join_routes(known("A", "B"), both, RULES))
    assert (found["A"].verdict, found["B"].verdict, found["B"].explained_by) == ("supported", "knowledge only", "A")


def test_two_independent_faults_are_both_supported() -> None:
    both = data({A_TOOL: SIGNAL, B_TOOL: SIGNAL | {"weight": 5.0}}, p_without=lambda level, given: 0.0001)
    found = by_station(join_routes(known("A", "B"), both, RULES))
    assert {found["A"].verdict, found["B"].verdict} == {"supported"}


def test_two_claims_neither_of_which_holds_alone_are_not_separable() -> None:
    both = data({A_TOOL: SIGNAL, B_TOOL: SIGNAL | {"weight": 5.0}}, p_without=lambda level, given: 0.5)
    found = by_station(join_routes(known("A", "B"), both, RULES))
    assert (found["A"].rivals, found["B"].rivals) == (("B",), ("A",))
    assert {found["A"].verdict, found["B"].verdict} == {"not separable"}


def test_a_parallel_station_with_a_lower_rate_is_contradicted() -> None:
    one = data({A: {"low": 0.1, "high": 0.8}}, parallels={"A": 0, "B": 0})
    assert by_station(join_routes(known("A"), one, RULES))["A"].verdict == "contradicted"


def test_a_parallel_station_with_an_equal_rate_is_not_contradicted() -> None:
    one = data({A: {"low": 0.8, "high": 1.2}}, parallels={"A": 0, "B": 0})
    assert by_station(join_routes(known("A"), one, RULES))["A"].verdict == "knowledge only"


def test_a_station_that_only_some_units_pass_without_effect_is_contradicted() -> None:
    one = data({A: {"low": 0.8, "high": 1.2}})
    assert by_station(join_routes(known("A"), one, RULES))["A"].verdict == "contradicted"


def test_wide_limits_contradict_nothing() -> None:
    one = data({A: {"low": 0.2, "high": 4.0}})
    assert by_station(join_routes(known("A"), one, RULES))["A"].verdict == "knowledge only"


def test_a_claim_that_goes_without_doubtful_cases_is_withdrawn_and_says_so() -> None:
    one = replace(data({A_TOOL: SIGNAL}), without_doubtful=made({A_TOOL: SIGNAL | {"q": 0.4}}))
    found = by_station(join_routes(known("A"), one, RULES))
    assert (found["A"].verdict, found["A"].verdict_without_doubtful) == ("knowledge only", "knowledge only")


def test_a_claim_that_stays_without_doubtful_cases_says_nothing_of_them() -> None:
    one = replace(data({A_TOOL: SIGNAL}), without_doubtful=made({A_TOOL: SIGNAL}))
    found = by_station(join_routes(known("A"), one, RULES))
    assert (found["A"].verdict, found["A"].verdict_without_doubtful) == ("supported", None)


def test_a_station_without_any_record_keeps_its_prior_odds() -> None:
    assert "C" not in station_weights(LEVELS, made({A_TOOL: SIGNAL}).findings.weight)


def test_many_levels_share_a_factors_weight() -> None:
    weights = station_weights(LEVELS, made({A_TOOL: SIGNAL}).findings.weight)
    # Two factors: "passed the station" says nothing (0), the tool says 12.
    assert weights["A"] == pytest.approx(np.log((1 + np.exp(12.0)) / 2))


def test_a_narrower_claim_that_leaves_nothing_of_the_wider_names_it() -> None:
    lots = (*LEVELS, Level("A", "part_lot", "L7"))
    two = data({A_TOOL: SIGNAL | {"weight": 20.0}}, levels=lots, within=np.array([True] * 4 + [False]))
    two = replace(two, all_cases=made({A_TOOL: SIGNAL | {"weight": 20.0}, 4: SIGNAL}, size=5))
    two.all_cases.findings.exposed_units[:] = [0, 0, 900, 0, 80]
    two = replace(two, overlaps=lambda level: {A_TOOL: Overlap(0.1, 1.0)} if level == 4 else {})
    left = by_station(join_routes(known("A"), replace(two, p_without=lambda level, given: 0.3), RULES))["A"]
    gone = by_station(join_routes(known("A"), replace(two, p_without=lambda level, given: 0.001), RULES))["A"]
    assert (left.level, left.verdict) == (4, "supported")
    assert gone.level == A_TOOL


def test_a_claim_that_is_less_probable_than_another_station_cannot_be_told_from_it() -> None:
    weak = SIGNAL | {"weight": 3.0}
    both = data({A_TOOL: SIGNAL | {"q": 0.2, "weight": 9.0}, B_TOOL: weak})
    found = by_station(join_routes(known("A", "B"), both, RULES))
    assert (found["B"].verdict, found["B"].rivals) == ("not separable", ("A",))


def test_a_claim_that_is_less_probable_than_none_is_withdrawn_and_says_so() -> None:
    one = data({A_TOOL: SIGNAL | {"weight": 0.0}})
    found = by_station(join_routes(known("A", none=0.9), one, RULES))
    assert (found["A"].verdict, found["A"].unlikely) == ("knowledge only", True)


def test_a_second_cause_is_weighed_among_the_units_that_the_first_does_not_explain() -> None:
    signals = {A_TOOL: SIGNAL | {"weight": 30.0}, B_TOOL: {"p": 0.2, "cases": 6.0}}
    alone = data(signals)
    beside = replace(alone, weights_without=lambda level, stations: np.array([0.0, 0.0, 0.0, 9.0]))
    before, after = (by_station(join_routes(known("A", "B", "C"), one, RULES)) for one in (alone, beside))
    assert (before["B"].rank, after["B"].rank) == (2, 2)
    assert after["B"].probability > 100 * after["C"].probability
    assert after["A"].probability == before["A"].probability
    assert sum(h.probability for h in after.values()) <= 1 + 1e-9


def test_a_second_cause_keeps_its_rank_behind_a_lead_that_is_all_but_certain() -> None:
    one = data({A_TOOL: SIGNAL | {"weight": 120.0}})
    beside = replace(one, weights_without=lambda level, stations: np.array([0.0, 0.0, 0.0, 9.0]))
    found = by_station(join_routes(known("A", "1", "B", stations="A1B"), beside, RULES))
    assert [found[s].rank for s in ("A", "B", "1")] == [1, 2, 3]


def test_a_station_that_explains_the_same_cases_is_not_lost_to_none() -> None:
    same = data({A_TOOL: SIGNAL | {"weight": 10.0}, B_TOOL: SIGNAL | {"q": 0.2, "weight": 9.5}})
    explained = replace(same, weights_without=lambda level, stations: np.zeros(len(LEVELS)))
    found = by_station(join_routes(known("A", "B", "C"), explained, RULES))
    assert found["B"].rank == 2
    assert found["B"].probability > found["none"].probability / 2


def test_a_station_whose_units_are_the_leads_own_keeps_its_share() -> None:
    overlaps = {A_TOOL: {B_TOOL: Overlap(0.95, 0.97)}, B_TOOL: {A_TOOL: Overlap(0.95, 0.97)}}
    pair = data({A_TOOL: SIGNAL | {"weight": 14.0}, B_TOOL: SIGNAL}, overlaps=lambda level: overlaps[level])
    beside = replace(pair, weights_without=lambda level, stations: np.zeros(len(LEVELS)))
    before, after = (by_station(join_routes(known("A", "B", "C"), one, RULES)) for one in (pair, beside))
    assert after["B"].probability == before["B"].probability


def test_a_station_that_knowledge_does_not_name_is_listed_when_the_data_single_it_out() -> None:
    within = np.array([True, True, False, True])
    changes: dict[str, Any] = {"within": within, "overlaps": lambda level: {B: Overlap(0.1, 0.99)}}
    strong, weak = (data({A_TOOL: SIGNAL | {"weight": w}}, **changes) for w in (20.0, 0.5))
    found = by_station(join_routes(known("B"), strong, RULES))["A"]
    assert (found.verdict, found.rivals) == ("not separable", ("B",))
    assert "A" not in by_station(join_routes(known("B"), weak, RULES))


def test_probabilities_of_stations_and_none_add_up_to_one() -> None:
    stations, none = posterior({"A": 0.5, "B": 0.3}, 0.2, {"A": 4.0, "B": -1.0})
    assert sum(stations.values()) + none == pytest.approx(1.0)
    assert stations["A"] > stations["B"]
