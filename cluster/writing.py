"""The ledger written to the store: members, issues with their counts and status, events."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cluster.ledger import Event, Ledger, trend
from cluster.names import IssueName, characteristic_words, name_group, told_apart
from cluster.quotes import typical
from cluster.reading import STAGE, Member, StoreSource, central_cases, members
from cluster.sums import Standing, standings
from complaints.batching import batches
from complaints.fingerprints import canonical_json
from complaints.records import Issue, IssueEvent, IssueKind, IssueMember, IssueQuote, IssueStatus, IssueTrend
from complaints.run import Night
from complaints.store import Store, history_begin

QUOTED_CASES = 50  # surest members of an issue among which its typical ones are
QUOTED_ISSUES = 100  # whose surest members are read at once
NAMING_CASES = 200  # surest members of an issue from which its name is taken
BATCH_CASES = 5000


def write_members(store: Store, before: Mapping[str, Member], now: Mapping[str, tuple[str | None, float]]) -> None:
    """Put the issues of cases in the place of what they were.

    Args:
        store: inside the transaction that read `before`.
        before: the membership of those that are in an issue.
        now: (issue, probability) by case; issue None: in none.
    """
    kept = {case: (issue, round(share, 4)) for case, (issue, share) in now.items()}
    same = {case for case, old in before.items() if kept.get(case) == (old.issue_id, old.probability)}
    places = [old.place for case, old in sorted(before.items()) if case in kept and case not in same]
    for part in batches(places, BATCH_CASES):
        store.query("DELETE FROM issue_members WHERE rowid IN (SELECT unnest(?))", [list(part)])
    rows = [
        IssueMember(issue, case, share)
        for case, (issue, share) in sorted(kept.items())
        if issue is not None and case not in same
    ]
    for some in batches(rows, BATCH_CASES):
        store.append(some)


def write_issues(
    night: Night,
    source: StoreSource,
    ledger: Ledger,
    vehicles: Mapping[str, int],
    after: Mapping[str, str | None] | None,
    renamed: Collection[str],
    closed: Collection[str],
) -> None:
    """Write issues and events, after the members and their sums (call inside the same transaction).

    Args:
        night: the night.
        source: reads cases.
        ledger: what happened to the issues.
        vehicles: of the members of each issue.
        after: the issue of each case that moved since the last night, and maybe of others; None: not known.
        renamed: issues that are named anew; their names are not an expert's.
        closed: issues that an expert closed.
    """
    store, settings = night.store, night.settings.cluster
    before = {issue.issue_id: issue for issue in store.rows(Issue)}
    found = standings(store, night.as_of)
    anew = [issue for issue in sorted(found) if issue in renamed or issue not in before]
    names, begin = _names(source, anew, before), history_begin(store, night.as_of)
    _keep_quotes(store, source, anew, found, after)
    events, issues, trends = list(ledger.events), [], []
    for issue_id, standing in sorted(found.items()):
        state = trend(
            standing.counts, night.as_of, settings.growing_factor, settings.fading_weeks, settings.close_weeks, begin
        )
        issue = _issue(issue_id, standing, vehicles[issue_id], state, before.get(issue_id), names.get(issue_id), ledger)
        if issue_id in closed:
            issue = replace(issue, status="closed")
        events += _changes(before.get(issue_id), issue, settings.close_weeks)
        issues.append(issue)
        trends.append(IssueTrend(issue_id, standing.counts.recent, standing.counts.earlier))
    for issue_id in sorted(before.keys() - found.keys()):
        issues.append(replace(before[issue_id], status="closed", cases=0, vehicles=0))
    store.replace_all(Issue, issues)
    known = set(store.query("SELECT issue_id, event, detail FROM issue_events WHERE night = ?", [night.as_of]))
    # A night that is run again says once what happened in it.
    fresh = [e for e in events if (e.issue_id, e.event, e.detail) not in known]
    store.append([IssueEvent(e.issue_id, night.as_of, e.event, e.detail) for e in fresh])
    store.replace_all(IssueTrend, trends)
    # Versions before kept trends and typical cases here; the latter would outlive a purge.
    store.query("DELETE FROM notes WHERE stage = ?", [STAGE])


def _keep_quotes(
    store: Store,
    source: StoreSource,
    anew: Sequence[str],
    alive: Collection[str],
    after: Mapping[str, str | None] | None,
) -> None:
    """Keep each issue's typical cases, the most central first."""
    quotes: dict[str, list[str]] = {}
    for quote in store.rows(IssueQuote, order="issue_id, place"):
        if quote.issue_id in alive:
            quotes.setdefault(quote.issue_id, []).append(quote.case_id)
    if after is None:
        quoted = [case for cases in quotes.values() for case in cases]
        after = dict.fromkeys(quoted) | {case: member.issue_id for case, member in members(store, quoted).items()}
    left = {issue for issue, cases in quotes.items() if any(after.get(case, issue) != issue for case in cases)}
    missing = set(alive) - quotes.keys()
    central = central_cases(store, sorted({*anew, *left, *missing}), QUOTED_CASES)
    issues = sorted(central)
    # Many issues a question, but never the vectors of all: a refit names every one anew.
    for start in range(0, len(issues), QUOTED_ISSUES):
        part = issues[start : start + QUOTED_ISSUES]
        vectors = source.vectors([case for issue in part for case in central[issue]])
        for issue in part:
            own, vectors = vectors[: len(central[issue])], vectors[len(central[issue]) :]
            quotes[issue] = [central[issue][row] for row in typical(own)]
    rows = [IssueQuote(issue, at, case) for issue in sorted(quotes) for at, case in enumerate(quotes[issue])]
    store.replace_all(IssueQuote, rows)


def _issue(
    issue_id: str,
    standing: Standing,
    vehicles: int,
    state: IssueStatus,
    old: Issue | None,
    name: IssueName | None,
    ledger: Ledger,
) -> Issue:
    parents = list(ledger.parents.get(issue_id, ())) or ([] if old is None else json.loads(old.parent_ids))
    if name is None:
        assert old is not None
        name = IssueName(old.name_zh, old.name_en, old.symptom, old.component)
    # Leftovers that agree on nothing are no fault that could be traced, warned of or shown as one.
    fault: IssueKind = "fault" if name.symptom or name.component else "other"
    kind: IssueKind = "service" if standing.services * 2 > standing.cases else fault
    return Issue(
        issue_id, name.zh, name.en, kind, state, standing.counts.first, standing.counts.last, standing.cases,
        vehicles, name.symptom, name.component, canonical_json(parents),
    )  # fmt: skip


def _changes(old: Issue | None, new: Issue, close_weeks: int) -> list[Event]:
    if old is None:
        return []
    events = []
    if (old.name_zh, old.name_en) != (new.name_zh, new.name_en):
        detail = {"from": old.name_zh, "to": new.name_zh, "reason": "what_most_cases_name"}
        events.append(Event(new.issue_id, "renamed", canonical_json(detail)))
    if new.status == "closed" and old.status != "closed":
        events.append(Event(new.issue_id, "closed", canonical_json({"reason": "no_case", "weeks": close_weeks})))
    return events


def _names(source: StoreSource, issues: Sequence[str], before: Mapping[str, Issue]) -> dict[str, IssueName]:
    if not issues:
        return {}
    central = central_cases(source.store, issues, NAMING_CASES)
    cases = [case for issue in issues for case in central[issue]]
    texts, codes, services = source.masked_texts(cases), source.codes(cases), source.services(cases)
    words = characteristic_words({i: [texts[case] for case in central[i]] for i in issues}, source.dictionary)
    named = {}
    for issue in issues:
        served = sum(case in services for case in central[issue])
        kind = "service" if served * 2 > len(central[issue]) else "fault"
        named[issue] = name_group([codes[case] for case in central[issue]], words[issue], kind, source.dictionary)
    others = [issue.name_zh for issue in before.values() if issue.issue_id not in named and issue.cases]
    return told_apart(named, words, others, source.dictionary)
