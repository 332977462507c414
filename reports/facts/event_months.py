"""An issue's events for a page that does not grow with the number of nights: old growth is told by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from complaints.fingerprints import canonical_json
from complaints.records import IssueEvent
from reports.facts.json_columns import object_of

NIGHTLY_DAYS = 30  # so long each night's growth is told on its own
PLAIN = {"before", "left", "new_cases"}


def by_month(events: Sequence[IssueEvent], as_of: date) -> tuple[IssueEvent, ...]:
    """Return events, newest first, with the growth of older nights as one event a month.

    Args:
        events: of one issue, newest first.
        as_of: the night.

    Returns:
        What is not plain growth as it is. A month's growth stands at the last of its nights, with the sums of its
        ``new_cases`` and ``left``, the cases ``before`` its first night, and the number of ``nights``.
    """
    since = as_of - timedelta(days=NIGHTLY_DAYS)
    kept = [event for event in events if event.night > since or not _plain(event)]
    old = [event for event in events if event.night <= since and _plain(event)]
    months = [_sum(list(same)) for _, same in groupby(old, key=lambda event: (event.night.year, event.night.month))]
    return tuple(sorted([*kept, *months], key=lambda event: event.night, reverse=True))


def _plain(event: IssueEvent) -> bool:
    return event.event == "grew" and object_of(event.detail).keys() == PLAIN


def _sum(events: Sequence[IssueEvent]) -> IssueEvent:
    if len(events) == 1:
        return events[0]
    details = [object_of(event.detail) for event in events]
    whole = {name: sum(detail[name] for detail in details) for name in ("left", "new_cases")}
    detail = canonical_json(whole | {"before": details[-1]["before"], "nights": len(events)})
    return IssueEvent(events[0].issue_id, events[0].night, "grew", detail)
