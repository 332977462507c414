"""The ledger written to the store: members, issues with their counts and status, events."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cluster.ledger import EARLIER_DAYS, RECENT_DAYS, Counts, Event, Ledger, trend
from cluster.names import IssueName, characteristic_words, name_group, told_apart
from cluster.quotes import typical
from cluster.reading import STAGE, StoreSource, case_codes, central_cases, masked_texts, service_cases
from complaints.ids import canonical_json
from complaints.night import Night, batches
from complaints.records import Issue, IssueEvent, IssueMember
from complaints.store import Store

QUOTED_CASES = 50  # surest members of an issue among which its typical ones are
QUOTED_ISSUES = 100  # whose surest members are read at once
NAMING_CASES = 200  # surest members of an issue from which its name is taken
BATCH_CASES = 5000


@dataclass(frozen=True, slots=True)
class Standing:
    """What an issue's members add up to."""

    cases: int
    vehicles: int
    services: int
    counts: Counts


def write_members(store: Store, members: Mapping[str, tuple[str | None, float]]) -> None:
    """Put the issues of cases in the place of what they were."""
    ordered = sorted(members)
    for part in batches(ordered, BATCH_CASES):
        store.delete("issue_members", "case_id", list(part))
        rows = [(case, *members[case]) for case in part]
        store.append([IssueMember(issue, case, round(share, 4)) for case, issue, share in rows if issue is not None])


def standings(store: Store, as_of: date) -> dict[str, Standing]:
    """Return what the members of each issue add up to; days after `as_of` are no days yet."""
    start = as_of - timedelta(days=RECENT_DAYS)
    rows = store.query(
        "SELECT m.issue_id, count(*), count(DISTINCT coalesce(c.serial_token, c.case_id)), "
        "count(*) FILTER (c.content = 'service'), min(d), max(d), count(*) FILTER (d > ?), "
        "count(*) FILTER (d > ? AND d <= ?) FROM issue_members m JOIN (SELECT case_id, serial_token, content, "
        "CASE WHEN CAST(received_at AS DATE) <= ? THEN CAST(received_at AS DATE) END AS d FROM cases) c "
        "ON c.case_id = m.case_id GROUP BY 1",
        [start, start - timedelta(days=EARLIER_DAYS + 1), start, as_of],
    )
    return {
        issue: Standing(cases, vehicles, services, Counts(first, last, recent, earlier))
        for issue, cases, vehicles, services, first, last, recent, earlier in rows
    }


def write_issues(
    night: Night, source: StoreSource, ledger: Ledger, renamed: Collection[str], closed: Collection[str]
) -> None:
    """Write issues and events, after the members (call inside the same transaction).

    Args:
        night: the night.
        source: reads cases.
        ledger: what happened to the issues.
        renamed: issues that are named anew; their names are not an expert's.
        closed: issues that an expert closed.
    """
    store, settings = night.store, night.settings.cluster
    before = {issue.issue_id: issue for issue in store.rows(Issue)}
    found = standings(store, night.as_of)
    anew = [issue for issue in sorted(found) if issue in renamed or issue not in before]
    names = _names(night, anew, before)
    _keep_quotes(store, source, anew, found)
    events, issues, reasons = list(ledger.events), [], {}
    for issue_id, standing in sorted(found.items()):
        state = trend(
            standing.counts, night.as_of, settings.growing_factor, settings.fading_weeks, settings.close_weeks
        )
        issue = _issue(issue_id, standing, state, before.get(issue_id), names.get(issue_id), ledger)
        if issue_id in closed:
            issue = replace(issue, status="closed")
        events += _changes(before.get(issue_id), issue, settings.close_weeks)
        issues.append(issue)
        reasons[issue_id] = {"recent_cases": standing.counts.recent, "earlier_cases": standing.counts.earlier}
    for issue_id in sorted(before.keys() - found.keys()):
        issues.append(replace(before[issue_id], status="closed", cases=0, vehicles=0))
    store.replace_all(Issue, issues)
    known = set(store.query("SELECT issue_id, event, detail FROM issue_events WHERE night = ?", [night.as_of]))
    # A night that is run again says once what happened in it.
    fresh = [e for e in events if (e.issue_id, e.event, e.detail) not in known]
    store.append([IssueEvent(e.issue_id, night.as_of, e.event, e.detail) for e in fresh])
    store.note(STAGE, "status_reasons", canonical_json(reasons))


def _keep_quotes(store: Store, source: StoreSource, anew: Sequence[str], alive: Collection[str]) -> None:
    """Note each issue's typical cases: {issue_id: [case_id, most central first]}."""
    kept: dict[str, list[str]] = json.loads(store.notes(STAGE).get("quotes", "{}"))
    quotes = {issue: cases for issue, cases in kept.items() if issue in alive}
    central = central_cases(store, anew, QUOTED_CASES)
    issues = sorted(central)
    # Many issues a question, but never the vectors of all: a refit names every one anew.
    for start in range(0, len(issues), QUOTED_ISSUES):
        part = issues[start : start + QUOTED_ISSUES]
        vectors = source.vectors([case for issue in part for case in central[issue]])
        for issue in part:
            own, vectors = vectors[: len(central[issue])], vectors[len(central[issue]) :]
            quotes[issue] = [central[issue][row] for row in typical(own)]
    store.note(STAGE, "quotes", canonical_json(quotes))


def _issue(
    issue_id: str, standing: Standing, state: str, old: Issue | None, name: IssueName | None, ledger: Ledger
) -> Issue:
    parents = list(ledger.parents.get(issue_id, ())) or ([] if old is None else json.loads(old.parent_ids))
    if name is None:
        assert old is not None
        name = IssueName(old.name_zh, old.name_en, old.symptom, old.component)
    # Leftovers that agree on nothing are no fault that could be traced, warned of or shown as one.
    fault = "fault" if name.symptom or name.component else "other"
    kind = "service" if standing.services * 2 > standing.cases else fault
    return Issue(
        issue_id, name.zh, name.en, kind, state, standing.counts.first, standing.counts.last, standing.cases,
        standing.vehicles, name.symptom, name.component, canonical_json(parents),
    )  # fmt: skip


def _changes(old: Issue | None, new: Issue, close_weeks: int) -> list[Event]:
    if old is None:
        return []
    events = []
    if (old.name_zh, old.name_en) != (new.name_zh, new.name_en):
        detail = {"from": old.name_zh, "to": new.name_zh, "reason": "what most cases name"}
        events.append(Event(new.issue_id, "renamed", canonical_json(detail)))
    if new.status == "closed" and old.status != "closed":
        detail = {"reason": f"no case for {close_weeks} weeks"}
        events.append(Event(new.issue_id, "closed", canonical_json(detail)))
    return events


def _names(night: Night, issues: Sequence[str], before: Mapping[str, Issue]) -> dict[str, IssueName]:
    central = central_cases(night.store, issues, NAMING_CASES)
    cases = [case for issue in issues for case in central[issue]]
    texts = dict(zip(cases, masked_texts(night.store, cases), strict=True))
    codes = dict(zip(cases, case_codes(night.store, cases), strict=True))
    services = service_cases(night.store, cases)
    words = characteristic_words({i: [texts[case] for case in central[i]] for i in issues}, night.dictionary)
    named = {}
    for issue in issues:
        served = sum(case in services for case in central[issue])
        kind = "service" if served * 2 > len(central[issue]) else "fault"
        named[issue] = name_group([codes[case] for case in central[issue]], words[issue], kind, night.dictionary)
    others = [issue.name_zh for issue in before.values() if issue.issue_id not in named and issue.cases]
    return told_apart(named, words, others)
