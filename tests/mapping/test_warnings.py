"""The ledger of warnings and the frozen limits: what stays, what is made anew, and what a budget allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from complaints.messages import from_json, message, render
from complaints.records import EarlyWarning
from complaints.settings import AlertRule, Warnings
from mapping.series import HORIZON_DAYS, SeriesKey, SeriesTable
from mapping.warnings import ACKNOWLEDGED, CLOSED, NEW, OPEN, QUIET, Alarm, alarms, frozen_limits, ledger, user_alarms

NIGHT = date(2026, 6, 30)
KEY = SeriesKey("symptom", "abnormal_noise/brakes")
STATISTICAL = "EWMA, 2 weeks, limits v1"


def table(last_weeks: float = 5.0, weeks: int = 60, series: int = 1, seed: int = 1) -> SeriesTable:
    days = np.random.default_rng(seed).poisson(5 / 7, (series, weeks * 7))
    days[0, -14:] = np.random.default_rng(9).poisson(last_weeks / 7, 14)
    keys = tuple(SeriesKey("symptom", f"noise/{n}") for n in range(series))
    first = tuple(NIGHT - timedelta(weeks=weeks) for _ in keys)
    return SeriesTable(keys, days, np.full((series, weeks), 1000.0), True, np.ones(HORIZON_DAYS + 1), first)


def alarm(rule: str = STATISTICAL) -> Alarm:
    return Alarm(KEY, rule, message("rule.own", name=rule), 9.0, 2.0, 7.0, 1.5, None)


def nights(*states: tuple[date, list[Alarm]]) -> list[EarlyWarning]:
    rows: list[EarlyWarning] = []
    last: date | None = None
    for night, tonight in states:
        rows = ledger(rows, tonight, night, last)
        last = night
    return rows


def day(number: int) -> date:
    return NIGHT + timedelta(days=number)


def test_a_warning_keeps_its_id_and_first_alarm_while_its_series_alarms() -> None:
    first = nights((day(0), [alarm()]))
    both = nights((day(0), [alarm()]), (day(1), [alarm("EWMA, 4 weeks, limits v2")]))
    assert [w.warning_id for w in both] == [w.warning_id for w in first]
    assert (both[0].first_alarm, both[0].night, both[0].status) == (day(0), day(1), OPEN)


def test_a_new_one_is_new_and_a_silent_one_quiet() -> None:
    assert nights((day(0), [alarm()]))[0].status == NEW
    assert nights((day(0), [alarm()]), (day(1), []))[0].status == QUIET


def test_an_acknowledged_one_stays_so() -> None:
    before = [replace(nights((day(0), [alarm()]))[0], status=ACKNOWLEDGED)]
    assert ledger(before, [alarm()], day(1), day(0))[0].status == ACKNOWLEDGED


def test_a_closed_one_holds_its_series_down_until_it_was_quiet() -> None:
    closed = [replace(nights((day(0), [alarm()]))[0], status=CLOSED)]
    still = ledger(closed, [alarm()], day(1), day(0))
    assert [w.status for w in still] == [CLOSED]
    quiet = ledger(still, [], day(2), day(1))
    again = ledger(quiet, [alarm()], day(3), day(2))
    assert sorted(w.status for w in again) == [CLOSED, NEW]


def test_a_night_that_is_run_again_says_the_same_once() -> None:
    once = nights((day(0), [alarm()]))
    assert ledger(once, [alarm()], day(0), None) == once


def test_the_users_rule_is_a_warning_of_its_own() -> None:
    assert len(nights((day(0), [alarm(), alarm("alert rule: ten a week")]))) == 2


def test_limits_stand_until_their_weeks_are_over_and_then_get_a_new_version() -> None:
    made = frozen_limits(table(), NIGHT, {})
    key = SeriesKey("symptom", "noise/0")
    assert made[key].version == 1
    assert frozen_limits(table(seed=5), NIGHT + timedelta(weeks=3), made) == made
    assert frozen_limits(table(seed=5), NIGHT + timedelta(weeks=4), made)[key].version == 2


def test_a_history_too_short_for_any_baseline_has_no_limits() -> None:
    assert frozen_limits(table(weeks=4), NIGHT, {}) == {}


def test_a_wave_alarms_and_an_unchanged_series_does_not() -> None:
    settings = Warnings(false_alarms_per_night=0.001)
    for cases, wanted in ((5.0, 0), (25.0, 1)):
        own = table(cases)
        assert len(alarms(own, frozen_limits(own, NIGHT, {}), NIGHT, settings)) == wanted


def test_all_series_share_one_budget() -> None:
    """A wave that alarms alone does not when its share of the budget is a thousandth."""
    settings = Warnings(false_alarms_per_night=0.01)
    alone, many = table(13.0), table(13.0, series=1000)
    assert len(alarms(alone, frozen_limits(alone, NIGHT, {}), NIGHT, settings)) == 1
    found = alarms(many, frozen_limits(many, NIGHT, {}), NIGHT, settings)
    assert SeriesKey("symptom", "noise/0") not in [a.key for a in found]


def test_too_few_cases_are_no_alarm_however_improbable() -> None:
    own = table(25.0)
    assert alarms(own, frozen_limits(own, NIGHT, {}), NIGHT, Warnings(min_cases=500)) == []


@pytest.mark.parametrize(("at_least", "wanted"), [(5, 1), (500, 0)])
def test_the_users_own_count_rule(at_least: int, wanted: int) -> None:
    rule = AlertRule(name="many", when="count", of="symptom", weeks=2, at_least=at_least)
    assert len(user_alarms(table(25.0), NIGHT, Warnings(rules=[rule]), {}, [])) == wanted


def test_a_symptom_never_seen_at_a_station_alarms_by_its_rule() -> None:
    rule = AlertRule(name="first", when="new_symptom_at_station")
    own = replace(table(), keys=(SeriesKey("station", "ST10"),))
    found = user_alarms(own, NIGHT, Warnings(rules=[rule]), {}, [("ST10", "abnormal_noise/brakes")])
    assert [(a.key.group_id, "abnormal_noise/brakes" in a.rule) for a in found] == [("ST10", True)]
    assert dict(found[0].said.values) == {"name": "first", "symptom": "abnormal_noise", "component": "brakes"}


def test_a_rule_is_told_in_either_language() -> None:
    own = table(25.0)
    (found,) = alarms(own, frozen_limits(own, NIGHT, {}), NIGHT, Warnings())
    (warning,) = ledger([], [found], NIGHT, None)
    said = from_json(warning.rule_message)
    assert said is not None
    assert render(said, "en") == warning.rule == "EWMA, 2 weeks, limits v1"
    assert render(said, "zh") == "EWMA，2 周，第 1 版界限"
