"""The ledger: what a night did to the issues, as events; and the state of an issue with the counts it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from complaints.fingerprints import canonical_json
from complaints.records import EventKind, IssueStatus
from complaints.store import BASELINE_DAYS

RECENT_DAYS = 28
EARLIER_DAYS = 182
MIN_GROWING_CASES = 3


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an issue tonight; `detail` is canonical JSON."""

    issue_id: str
    event: EventKind
    detail: str


@dataclass(frozen=True)
class Change:
    """What a night did to the ledger.

    Args:
        before: issue of each touched case before the night; cases without one are absent.
        after: issue of each touched case after it, None for none.
        sizes: cases of each open issue before the night.
        parents: the issue that a new one left.
        heirs: the issue that most cases of a vanished one are in.
        refits: why issues were refitted tonight; empty when they were not.
        later: cases received after the night: events do not count them.
        later_sizes: how many of `sizes` are such.
    """

    before: Mapping[str, str]
    after: Mapping[str, str | None]
    sizes: Mapping[str, int]
    parents: Mapping[str, str]
    heirs: Mapping[str, str]
    refits: Sequence[str]
    later: Collection[str] = frozenset()
    later_sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ledger:
    """The events of a night, the parents of the born, and the issues that vanished."""

    events: tuple[Event, ...]
    parents: dict[str, tuple[str, ...]]
    vanished: tuple[str, ...]


def ledger_of(change: Change) -> Ledger:
    """Return a night's events: born, grew, merged, split, closed; each says why.

    Every issue whose members changed has one, and the answer does not depend on the order of cases. Counted is what was
    received by the night; where no more came or left than what was received later, nothing is told of it.
    """
    came: Counter[str] = Counter()
    left: Counter[str] = Counter()
    came_later: Counter[str] = Counter()
    left_later: Counter[str] = Counter()
    for case, issue in change.after.items():
        old = change.before.get(case)
        if old == issue:
            continue
        if issue is not None:
            came[issue] += 1
            came_later[issue] += case in change.later
        if old is not None:
            left[old] += 1
            left_later[old] += case in change.later
    why = {"refit": sorted(set(change.refits))} if change.refits else {}
    events: list[Event] = []
    parents: dict[str, tuple[str, ...]] = {}
    vanished = tuple(sorted(i for i, size in change.sizes.items() if size > 0 and size - left[i] + came[i] <= 0))
    for issue in sorted(came.keys() - change.sizes.keys()):
        parent = change.parents.get(issue)
        if parent in change.sizes:
            assert parent is not None
            parents[issue] = (parent,)
            events.append(Event(parent, "split", canonical_json({"into": issue} | why)))
        # One of which nothing is known yet is on no page before the night that knows of it.
        born = {"cases": came[issue] - came_later[issue] or came[issue], "parents": list(parents.get(issue, ()))}
        events.append(Event(issue, "born", canonical_json(born)))
    for issue in sorted((came.keys() | left.keys()) & change.sizes.keys() - set(vanished)):
        grew = {
            "new_cases": came[issue] - came_later[issue], "left": left[issue] - left_later[issue],
            "before": change.sizes[issue] - change.later_sizes.get(issue, 0),
        }  # fmt: skip
        if grew["new_cases"] or grew["left"]:
            events.append(Event(issue, "grew", canonical_json(grew | why)))
    for issue in vanished:
        heir = _heir(issue, change, set(vanished))
        if heir is not None:
            events.append(Event(issue, "merged", canonical_json({"into": heir} | why)))
        events.append(Event(issue, "closed", canonical_json({"reason": "merged" if heir else "no_group_left"} | why)))
    return Ledger(tuple(sorted(events, key=lambda e: (e.issue_id, e.event, e.detail))), parents, vanished)


def _heir(issue: str, change: Change, vanished: set[str]) -> str | None:
    seen = {issue}
    heir = change.heirs.get(issue)
    while heir is not None and heir in vanished and heir not in seen:
        seen.add(heir)
        heir = change.heirs.get(heir)
    if heir is not None and heir not in seen:
        return heir
    goals = Counter(
        change.after[case] for case, old in change.before.items() if old == issue and change.after.get(case)
    )
    return min(((-count, str(goal)) for goal, count in goals.items()), default=(0, None))[1]


@dataclass(frozen=True, slots=True)
class Counts:
    """An issue's counted cases (not calls) up to a night: first and last day, those of the last RECENT_DAYS, and those
    of the EARLIER_DAYS before them."""

    first: date | None
    last: date | None
    recent: int
    earlier: int


def trend(
    counts: Counts, as_of: date, growing_factor: float, fading_weeks: int, close_weeks: int, begin: date | None
) -> IssueStatus:
    """Return an issue's status.

    new: first case within the last 28 days, and the history had gone on for as long without it: what a first import
    brings is a baseline. growing: the last 28 days hold at least three cases and `growing_factor`
    times the rate of the (up to 26) weeks before. fading and closed: no case for so many weeks. Else stable.

    Args:
        counts: of the days up to `as_of`.
        as_of: the night.
        growing_factor: ratio of rates, above 1.
        fading_weeks: weeks without a case.
        close_weeks: weeks without a case.
        begin: day on which the history begins (`complaints.store.history_begin`).
    """
    if counts.first is None or counts.last is None:
        return "stable"
    start = as_of - timedelta(days=RECENT_DAYS)
    span = (start - max(counts.first, start - timedelta(days=EARLIER_DAYS))).days
    quiet = (as_of - counts.last).days
    if quiet >= close_weeks * 7:
        return "closed"
    if quiet >= fading_weeks * 7:
        return "fading"
    if counts.first > start:
        known_without = begin is not None and (counts.first - begin).days >= BASELINE_DAYS
        return "new" if known_without else "stable"
    earlier = counts.earlier * RECENT_DAYS / span if span >= RECENT_DAYS else None
    if counts.recent >= MIN_GROWING_CASES and earlier is not None and counts.recent >= growing_factor * earlier:
        return "growing"
    return "stable"
