"""From Bayes factors to the percentages beside stations and none."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.levels import Level
from mapping.probability import NONE_SHIFT, posterior, station_weights


def test_it_is_prior_times_bayes_factor_shared_out() -> None:
    stations, none = posterior({"A": 0.3, "B": 0.2}, 0.5, {"A": np.log(40.0), "B": np.log(0.5)})
    parts = np.array([0.3 * 40, 0.2 * 0.5, 0.5 * np.exp(NONE_SHIFT)])
    assert [stations["A"], stations["B"], none] == pytest.approx(parts / parts.sum())


def test_without_data_stations_keep_their_order_and_their_ratio() -> None:
    stations, none = posterior({"A": 0.4, "B": 0.2}, 0.4, {})
    assert stations["A"] / stations["B"] == pytest.approx(2.0)
    assert sum(stations.values()) + none == pytest.approx(1.0)


def test_nothing_is_impossible_before_the_data() -> None:
    stations, none = posterior({"A": 0.0, "B": 1.0}, 0.0, {"A": np.log(1e13)})
    assert stations["A"] == pytest.approx(10 / (10 + 1 + 1e-12 * np.exp(NONE_SHIFT)))
    assert none == pytest.approx(1e-12 * np.exp(NONE_SHIFT) / 11, rel=1e-6)


def test_huge_factors_do_not_overflow() -> None:
    stations, none = posterior({"A": 0.5, "B": 0.5}, 0.1, {"A": 5000.0, "B": 4999.0})
    assert [stations["A"], none] == pytest.approx([1 / (1 + np.exp(-1)), 0.0])


def test_a_station_has_the_mean_over_its_factors_of_the_mean_over_their_levels() -> None:
    levels = [Level("A", "tool", "T1"), Level("B", "tool", "T1"), Level("A", "tool", "T2"), Level("A", "shift", "day")]
    weights = station_weights(levels, np.log(np.array([8.0, 3.0, 2.0, 1.0])))
    assert weights == pytest.approx({"A": np.log((5.0 + 1.0) / 2), "B": np.log(3.0)})
    assert list(weights) == ["A", "B"]


def test_means_of_factors_far_beyond_a_double_stay_finite() -> None:
    weights = station_weights([Level("A", "tool", "T1"), Level("A", "tool", "T2")], np.array([2000.0, -2000.0]))
    assert weights["A"] == pytest.approx(2000.0 - np.log(2))
