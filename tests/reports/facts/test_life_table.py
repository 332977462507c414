"""Complaints by months in service, against values worked out by hand and by statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from reports.facts.life_table import LEAST_AT_RISK, Risen, risen


def test_with_everybody_watched_to_the_end_it_is_the_share_that_complained() -> None:
    # 100 units, 5 complain in month 0, 10 of the 95 in month 1; all others are watched through month 2.
    found = risen([(100, 5), (95, 10), (85, 0), (85, 0)])
    assert [round(point.per_1000, 9) for point in found[:3]] == [50, 150, 150]


def test_units_watched_for_part_of_a_month_count_half_of_it() -> None:
    # Of 100 units 2 complain and 20 leave the watch: 2 of 90. Then 3 of 78 with 18 leaving: 3 of 69.
    found = risen([(100, 2), (78, 3), (57, 0), (57, 0)])
    assert found[1].per_1000 == pytest.approx(1000 * (1 - (1 - 2 / 90) * (1 - 3 / 69)))


def test_those_who_came_through_the_last_month_were_watched_for_all_of_it() -> None:
    assert risen([(100, 2)], after=98)[0].per_1000 == pytest.approx(20)
    assert risen([(100, 2)])[0].per_1000 == pytest.approx(1000 * 2 / 51)


def test_limits_are_those_of_greenwood_on_the_log_log_scale() -> None:
    times, failed = np.repeat([1.0, 2.0], [10, 90]), np.repeat([1, 0], [10, 90])
    reference = SurvfuncRight(times, failed)
    left, error = reference.surv_prob[0], reference.surv_prob_se[0]
    spread = 1.959964 * error / (left * abs(math.log(left)))
    limits = [1000 * (1 - left ** math.exp(sign * spread)) for sign in (-1, 1)]
    point = risen([(100, 10), (90, 0)])[0]
    assert [point.low, point.high] == pytest.approx(limits)


def test_the_curve_ends_where_too_few_are_watched() -> None:
    assert [p.month for p in risen([(50, 1), (LEAST_AT_RISK, 1), (LEAST_AT_RISK - 1, 1)])] == [1, 2]


def test_nobody_complained() -> None:
    assert risen([(30, 0), (30, 0)]) == [Risen(1, 30, 0.0, 0.0, 0.0), Risen(2, 30, 0.0, 0.0, 0.0)]


def test_everybody_complained() -> None:
    assert risen([(30, 30)]) == [Risen(1, 30, 1000.0, 0.0, 1000.0)]


def test_nothing_was_watched() -> None:
    assert risen([]) == []
