"""An issue's events on its page: recent growth by night, older growth by month, all else as it is."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from complaints.fingerprints import canonical_json
from complaints.records import IssueEvent
from reports.facts.event_months import NIGHTLY_DAYS, by_month
from reports.wording.messages import Words
from reports.wording.phrases import event_detail

AS_OF = date(2026, 6, 30)


def grew(night: date, before: int, **more: object) -> IssueEvent:
    return IssueEvent("I1", night, "grew", canonical_json({"before": before, "left": 0, "new_cases": 2} | more))


def test_three_years_of_nights_make_a_page_of_months() -> None:
    nights = [grew(AS_OF - timedelta(days=n), 2000 - 2 * n) for n in range(1000)]
    found = by_month(nights, AS_OF)
    assert len(found) == NIGHTLY_DAYS + 32  # October 2023 to May 2026
    assert sum(json.loads(event.detail)["new_cases"] for event in found) == 2 * len(nights)


def test_a_month_tells_its_nights_its_sum_and_what_was_there_before() -> None:
    (found,) = by_month([grew(date(2026, 2, 20), 9), grew(date(2026, 2, 3), 5)], AS_OF)
    assert (found.night, found.event) == (date(2026, 2, 20), "grew")
    assert json.loads(found.detail) == {"before": 5, "left": 0, "new_cases": 4, "nights": 2}


def test_other_events_and_growth_with_a_reason_stay_as_they_are() -> None:
    born = IssueEvent("I1", date(2025, 1, 1), "born", canonical_json({"cases": 3}))
    undone = grew(date(2026, 2, 10), 5, reason="closing undone")
    events = [grew(date(2026, 2, 20), 9), undone, grew(date(2026, 2, 3), 5), born]
    assert [event.night for event in by_month(events, AS_OF)] == [
        date(2026, 2, 20), undone.night, born.night,
    ]  # fmt: skip
    assert undone in by_month(events, AS_OF)


def test_a_single_night_of_a_month_is_told_as_it_was() -> None:
    alone = grew(date(2026, 2, 20), 9)
    assert by_month([alone], AS_OF) == (alone,)


@pytest.mark.parametrize(("language", "told"), [("en", "in 2 nights of the month"), ("zh", "当月 2 夜合计")])
def test_the_page_says_that_a_line_stands_for_several_nights(language: str, told: str) -> None:
    (found,) = by_month([grew(date(2026, 2, 20), 9), grew(date(2026, 2, 3), 5)], AS_OF)
    assert told in event_detail(found, Words(language, lambda code, _: code))
