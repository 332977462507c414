"""Figures that the pages state: weekly rates with their limits, and what a series comes to in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from reports.facts.types import Week

WEEK = timedelta(days=7)
RECENT_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """Complaining units per 1,000 built, with the 95 % Wilson interval; None where no unit was built."""

    rate_per_1000: float | None
    low_per_1000: float | None
    high_per_1000: float | None


@lru_cache(maxsize=8192)  # each language's pages ask for the same weeks, table and chart alike
def rate_per_1000(cases: int, units: int) -> Rate:
    """Return the rate of `cases` complaining among `units` built, with its Wilson score interval (Wilson 1927)."""
    if units <= 0:
        return Rate(None, None, None)
    from scipy.stats import binomtest

    found = binomtest(min(cases, units), units)
    limits = found.proportion_ci(0.95, method="wilson")
    return Rate(1000 * found.statistic, 1000 * float(limits.low), 1000 * float(limits.high))


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over build weeks."""

    exposed_units: int
    exposed_cases: int
    other_units: int
    other_cases: int

    @property
    def exposed(self) -> Rate:
        """Rate at the level."""
        return rate_per_1000(self.exposed_cases, self.exposed_units)

    @property
    def other(self) -> Rate:
        """Rate elsewhere."""
        return rate_per_1000(self.other_cases, self.other_units)


def totals(weeks: Sequence[Week]) -> Totals:
    """Return the sums over weeks."""
    return Totals(
        sum(w.exposed_units for w in weeks),
        sum(w.exposed_cases for w in weeks),
        sum(w.other_units for w in weeks),
        sum(w.other_cases for w in weeks),
    )


def weeks_with_cases(weeks: Sequence[Week]) -> tuple[date, date] | None:
    """Return the Mondays of the first and the last build week in which an exposed unit complained."""
    mondays = sorted(w.monday for w in weeks if w.exposed_cases)
    return (mondays[0], mondays[-1]) if mondays else None


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def without_gaps(weekly: Sequence[tuple[date, int]], until: date | None = None) -> tuple[tuple[date, int], ...]:
    """Return weekly counts with the empty weeks between them filled in, up to the week of `until`."""
    if not weekly:
        return ()
    known = dict(weekly)
    first, last = min(known), max(known)
    if until is not None:
        last = max(last, monday_of(until))
    steps = (last - first).days // 7
    return tuple((first + i * WEEK, known.get(first + i * WEEK, 0)) for i in range(steps + 1))


def recent_and_before(weekly: Sequence[tuple[date, int]], night: date) -> tuple[int, int]:
    """Return the cases of the four calendar weeks up to the night's, and those of the four weeks before."""
    since = first_recent(night)
    recent = sum(n for monday, n in weekly if since <= monday)
    return recent, sum(n for monday, n in weekly if since - RECENT_WEEKS * WEEK <= monday < since)


def first_recent(night: date) -> date:
    """Return the Monday of the first of the four calendar weeks up to the night's."""
    return monday_of(night) - (RECENT_WEEKS - 1) * WEEK
