"""The ledger: tonight's groups are matched to the known issues, so that ids survive, and every change is an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from complaints.ids import canonical_json, content_id

# A group continues an issue, is part of it, or swallowed it, when they share at least this part of the smaller one.
SHARED = 0.5
RECENT_DAYS = 28
EARLIER_DAYS = 182
MIN_GROWING_CASES = 3


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an issue tonight; `detail` is canonical JSON."""

    issue_id: str
    event: str
    detail: str


@dataclass(frozen=True)
class Matching:
    """Tonight's ledger: one id a group, the parents of the born, what closed, and why."""

    ids: tuple[str, ...]
    parents: dict[str, tuple[str, ...]]
    closed: tuple[str, ...]
    events: tuple[Event, ...]


def match(groups: Sequence[frozenset[str]], known: Mapping[str, frozenset[str]], taken: frozenset[str]) -> Matching:
    """Match tonight's groups to the known issues.

    Pairs are chosen to share as many cases as possible in total (an optimal assignment), so the answer depends neither
    on the order of groups nor on the order of issues.

    Args:
        groups: case ids of each group; groups do not overlap.
        known: case ids of each open issue, by issue id.
        taken: all ids the ledger ever gave, closed ones included; none is given twice.

    Returns:
        ids in the order of `groups`; events: born, grew, merged, split, closed.
    """
    order = sorted(range(len(groups)), key=lambda n: min(groups[n]))
    issues = sorted(known)
    pairs = _pairs([groups[n] for n in order], [known[issue] for issue in issues])
    by_group = {order[g]: issues[i] for g, i in pairs.items()}
    used = set(taken) | set(issues)
    ids, parents, events = [""] * len(groups), {}, []
    for n in order:
        if n in by_group:
            ids[n] = by_group[n]
            events += _growth(ids[n], len(known[ids[n]]), groups[n] - known[ids[n]])
            continue
        ids[n] = _fresh_id(groups[n], used)
        used.add(ids[n])
        origins = tuple(i for i in issues if _share(groups[n], known[i]) >= SHARED)
        if origins:
            parents[ids[n]] = origins
            events += [Event(issue, "split", canonical_json({"into": ids[n]})) for issue in origins]
        events.append(Event(ids[n], "born", canonical_json({"cases": len(groups[n]), "parents": list(origins)})))
    closed = []
    for issue in issues:
        if issue in by_group.values():
            continue
        closed.append(issue)
        heir = next((ids[n] for n in order if _share(known[issue], groups[n]) >= SHARED), None)
        if heir is not None:
            events.append(Event(issue, "merged", canonical_json({"into": heir})))
        events.append(Event(issue, "closed", canonical_json({"reason": "merged" if heir else "no group left"})))
    return Matching(
        tuple(ids), parents, tuple(closed), tuple(sorted(events, key=lambda e: (e.issue_id, e.event, e.detail)))
    )


def _pairs(groups: Sequence[frozenset[str]], issues: Sequence[frozenset[str]]) -> dict[int, int]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not groups or not issues:
        return {}
    shared = np.zeros((len(groups), len(issues)))
    holder = {case: i for i, members in enumerate(issues) for case in members}
    for g, members in enumerate(groups):
        for case in members & holder.keys():
            shared[g, holder[case]] += 1
    rows, columns = linear_sum_assignment(shared, maximize=True)
    smaller = np.minimum.outer([len(g) for g in groups], [len(i) for i in issues])
    return {
        int(g): int(i) for g, i in zip(rows, columns, strict=True) if shared[g, i] >= max(SHARED * smaller[g, i], 1)
    }


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _fresh_id(members: frozenset[str], used: set[str]) -> str:
    # An issue is named after its founding cases: the same cases found the same issue in any workspace.
    number = 0
    while (issue := content_id("I", *sorted(members), *([number] if number else []))) in used:
        number += 1
    return issue


def _growth(issue: str, before: int, new: frozenset[str]) -> list[Event]:
    return [Event(issue, "grew", canonical_json({"new_cases": len(new), "before": before}))] if new else []


@dataclass(frozen=True, slots=True)
class Trend:
    """An issue's state of the night with the counts it rests on (cases, not calls)."""

    status: str
    recent_cases: int
    earlier_per_28_days: float | None


def trend(days: Sequence[date], as_of: date, growing_factor: float, fading_weeks: int, close_weeks: int) -> Trend:
    """Return an issue's status from the days on which its counted cases were received.

    new: first case within the last 28 days. growing: the last 28 days hold at least three cases and `growing_factor`
    times the rate of the (up to 26) weeks before. fading and closed: no case for so many weeks. Else stable.

    Args:
        days: receiving days of the counted cases, in any order; days after `as_of` are left out.
        as_of: the night.
        growing_factor: ratio of rates, above 1.
        fading_weeks: weeks without a case.
        close_weeks: weeks without a case.
    """
    past = sorted(day for day in days if day <= as_of)
    if not past:
        return Trend("stable", 0, None)
    start = as_of - timedelta(days=RECENT_DAYS)
    recent = sum(day > start for day in past)
    since = max(past[0], start - timedelta(days=EARLIER_DAYS))
    span = (start - since).days
    earlier = None
    if span >= RECENT_DAYS:
        earlier = sum(since <= day <= start for day in past) * RECENT_DAYS / span
    quiet = (as_of - past[-1]).days
    if quiet >= close_weeks * 7:
        status = "closed"
    elif quiet >= fading_weeks * 7:
        status = "fading"
    elif past[0] > start:
        status = "new"
    elif recent >= MIN_GROWING_CASES and earlier is not None and recent >= growing_factor * earlier:
        status = "growing"
    else:
        status = "stable"
    return Trend(status, recent, None if earlier is None else round(earlier, 4))
