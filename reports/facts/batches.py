"""The facts of stations' and issues' pages, a batch of pages at a time: one question a fact for the whole batch.

A question costs DuckDB about as much for one page as for fifty, so that batches, not pages, set the time. Of a batch
only aggregates and the rows that a page shows become Python objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from complaints.ranking import STRENGTH
from complaints.records import (
    Action,
    ActionEffect,
    Cause,
    EarlyWarning,
    Issue,
    IssueEvent,
    IssueTrend,
    WarningGroupKind,
)
from complaints.store import Store, counted, temporary_tables
from reports.facts.event_months import by_month
from reports.facts.evidence import Quote, parse_evidence
from reports.facts.life_table import service_of, weeks_of
from reports.facts.quotes import typical_quotes
from reports.facts.rates import first_recent, recent_and_before, without_gaps
from reports.facts.recordings import Recordings
from reports.facts.terms import NO_STATION, SHOWN_MEMBERS, SHOWN_SHARES
from reports.facts.types import (
    ActionLine,
    Change,
    Decision,
    Group,
    GroupCounts,
    Hypothesis,
    IssueFacts,
    Member,
    Played,
    Share,
    Station,
    StationFacts,
    WarningFacts,
)

Row = TypeVar("Row")
GroupKey = tuple[WarningGroupKind, str]  # (group_kind, group_id)
# Columns of cases that pages count. Texts of the few that a page shows are read then: a case stands in many groups, and
# the cases of all groups with their texts would be many times the store.
LAID_OUT = "c.case_id, c.source, c.received_at, c.serial_token, c.product, c.doubtful, c.duplicate_of"
NO_COUNTS = GroupCounts(0, 0, 0, 0, 0, 0, 0, None)


class PageFactsReader:
    """Reads the pages' facts.

    Args:
        store: the public store; nothing is written to it.
        stations: all stations by id.
        as_of: the night's date.
        recordings: finds those that a page may play; None: none may.
    """

    def __init__(
        self,
        store: Store,
        stations: Mapping[str, Station],
        as_of: date,
        recordings: Recordings | None = None,
    ) -> None:
        self._store = store
        self._known = stations
        self._trends = {trend.issue_id: trend for trend in store.rows(IssueTrend)}
        self._as_of = as_of
        self._recordings = recordings

    def stations(self, ids: Sequence[str], changes: Mapping[str, Change]) -> Iterator[StationFacts]:
        """Yield the facts of stations, in the order of `ids`.

        Args:
            ids: of the stations.
            changes: since when each stands as it does (`reports.facts.history`).
        """
        own: dict[str, list[Cause]] = defaultdict(list)
        for cause in self._rows(Cause, "station_id", ids, STRENGTH):
            if cause.same_as is None:
                own[cause.station_id].append(cause)
        keys = {s: list(dict.fromkeys((c.group_kind, c.group_id) for c in causes)) for s, causes in own.items()}
        groups = self._groups({key for of_station in keys.values() for key in of_station})
        leading = [causes[0].cause_id for causes in own.values()]
        weeks, service = weeks_of(self._store, leading), service_of(self._store, leading)
        with self._page_cases(keys) as cases:
            products, conditions = self._products(cases, "of_first"), self._mentioned(cases, "of_first")
            counts = self._counts(cases)
        everywhere = [
            row[0]
            for row in self._store.query(
                "SELECT DISTINCT product FROM cases WHERE duplicate_of IS NULL AND product IS NOT NULL ORDER BY 1"
            )
        ]
        models = self._models()
        actions = self._actions(ids)
        for station in ids:
            named = tuple(s for s in products.get(station, ()) if s.name is not None)
            taken = {share.name for share in named}
            yield StationFacts(
                station=self._known[station],
                groups=tuple(groups[key] for key in keys.get(station, ())),
                weeks=weeks.get(own[station][0].cause_id, ()) if station in own else (),
                service=service.get(own[station][0].cause_id, ()) if station in own else (),
                products=named,
                other_products=tuple(p for p in everywhere if p not in taken) if named else (),
                conditions=conditions.get((station, "condition"), ()),
                actions=tuple(actions[station]),
                counts=counts.get(station, NO_COUNTS),
                models=models,
                change=changes.get(station),
                recordings=self._played(_quotes_of([groups[key] for key in keys.get(station, ())][:1])),
            )

    def issues(self, ids: Sequence[str]) -> Iterator[IssueFacts]:
        """Yield the facts of issues, in the order of `ids`."""
        groups = self._groups({("issue", issue) for issue in ids})
        quotes, decisions = typical_quotes(self._store, ids), self._decisions(ids)
        with self._page_cases({issue: [("issue", issue)] for issue in ids}) as cases:
            weekly, members, counts = self._weekly(cases), self._members(cases), self._counts(cases)
            products, mentioned = self._products(cases, "true"), self._mentioned(cases, "true")
        events: dict[str, list[IssueEvent]] = defaultdict(list)
        for event in self._rows(IssueEvent, "issue_id", ids, "night DESC, event, detail"):
            events[event.issue_id].append(event)
        for key in ids:
            issue = groups["issue", key].issue
            assert issue is not None
            recent, before = recent_and_before(weekly[key], self._as_of)
            yield IssueFacts(
                issue=issue,
                weekly=without_gaps(weekly[key], None if issue.status in ("fading", "closed") else self._as_of),
                recent_since=first_recent(self._as_of),
                recent=recent,
                before=before,
                products=products.get(key, ()),
                components=mentioned.get((key, "component"), ()),
                symptoms=mentioned.get((key, "symptom"), ()),
                conditions=mentioned.get((key, "condition"), ()),
                group=groups["issue", key],
                members=tuple(members.get(key, ())),
                events=by_month(events[key], self._as_of),
                decisions=tuple(decisions[key]),
                quotes=quotes.get(key, ()),
                trend=self._trends.get(key),
                counts=counts.get(key, NO_COUNTS),
                recordings=self._played([*quotes.get(key, ()), *_quotes_of([groups["issue", key]])]),
            )

    def warnings(self, ids: Sequence[str]) -> Iterator[WarningFacts]:
        """Yield the facts of warnings, in the order of `ids`."""
        warnings = {w.warning_id: w for w in self._rows(EarlyWarning, "warning_id", ids, "warning_id")}
        keys = {key: [(w.group_kind, w.group_id)] for key, w in warnings.items()}
        groups = self._groups({of[0] for of in keys.values()})
        with self._page_cases(keys) as cases:
            weekly = self._weekly(cases, {key: w.product for key, w in warnings.items()})
        issues = [w.group_id for w in warnings.values() if w.group_kind == "issue"]
        quotes = typical_quotes(self._store, issues)
        for key in ids:
            warning = warnings[key]
            series = without_gaps(weekly[key], max(warning.night, warning.first_alarm)) if weekly[key] else ()
            group = groups[warning.group_kind, warning.group_id]
            said = quotes.get(warning.group_id, ())
            yield WarningFacts(warning, group, series, said, self._played(said))

    @contextmanager
    def _page_cases(self, keys: Mapping[str, Sequence[GroupKey]]) -> Iterator[str]:
        """Give the name of a table of the cases behind each page; `of_first` marks those of the page's first group.

        These are the cases of the table `groups` and those that repeat one of them, which count as repeats alone.
        """
        listed = [(owner, kind, group, at == 0) for owner, of in keys.items() for at, (kind, group) in enumerate(of)]
        columns: Sequence[Sequence[Any]] = list(zip(*listed, strict=True)) if listed else [[], [], [], []]
        with temporary_tables(self._store.connection) as own:
            groups = own.make(
                "page_groups",
                "SELECT unnest(?::VARCHAR[]) AS owner, unnest(?::VARCHAR[]) AS kind, unnest(?::VARCHAR[]) AS group_id,"
                " unnest(?::BOOLEAN[]) AS first",
                [list(column) for column in columns],
            )
            yield own.make(
                "page_cases",
                f"WITH members AS (SELECT p.owner, g.case_id, bool_or(p.first) AS of_first FROM {groups} p"
                "  JOIN groups g ON g.group_kind = p.kind AND g.group_id = p.group_id GROUP BY p.owner, g.case_id)"
                f" SELECT m.owner, m.of_first, {LAID_OUT} FROM members m JOIN cases c USING (case_id) UNION ALL"
                f" SELECT m.owner, m.of_first, {LAID_OUT} FROM members m JOIN cases c ON c.duplicate_of = m.case_id",
            )

    def _groups(self, keys: set[GroupKey]) -> dict[GroupKey, Group]:
        ids = sorted({group for _, group in keys})
        issues = {i.issue_id: i for i in self._rows(Issue, "issue_id", ids, "issue_id")}
        causes: dict[GroupKey, list[Cause]] = defaultdict(list)
        for cause in self._rows(Cause, "group_id", ids, f"station_id = '{NO_STATION}', rank, cause_id"):
            causes[cause.group_kind, cause.group_id].append(cause)
        return {key: _group(key, causes[key], issues.get(key[1]) if key[0] == "issue" else None) for key in keys}

    def _actions(self, stations: Sequence[str]) -> dict[str, list[ActionLine]]:
        effects = {effect.action_id: effect for effect in self._store.rows(ActionEffect)}
        found: dict[str, list[ActionLine]] = defaultdict(list)
        for action in self._rows(Action, "station_id", stations, "started_at DESC NULLS LAST, action_id"):
            found[action.station_id].append(ActionLine(action, effects.get(action.action_id)))
        return found

    def _played(self, quotes: Sequence[Quote]) -> Played:
        if self._recordings is None:
            return {}
        return self._recordings.of([(quote.case_id, quote.segment_start_s) for quote in quotes])

    def _weekly(
        self, cases: str, products: Mapping[str, str | None] | None = None
    ) -> dict[str, list[tuple[date, int]]]:
        """Return each page's cases by week, of one product alone where `products` names one ("": of none)."""
        only = {owner: product for owner, product in (products or {}).items() if product is not None}
        weekly: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for owner, monday, number in self._store.query(
            "WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS owner, unnest(?::VARCHAR[]) AS product)"
            f" SELECT owner, date_trunc('week', received_at)::DATE, count(*) FROM {cases} c LEFT JOIN wanted o"
            " USING (owner) WHERE received_at IS NOT NULL AND duplicate_of IS NULL"
            " AND coalesce(o.product, c.product, '') = coalesce(c.product, '') GROUP BY 1, 2 ORDER BY 1, 2",
            [list(only), list(only.values())],
        ):
            weekly[owner].append((monday, number))
        return weekly

    def _decisions(self, issues: Sequence[str]) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = defaultdict(list)
        for issue, *decision in self._store.query(
            "SELECT issue_id, action, reason, decided_by, decided_on FROM issue_decisions"
            " WHERE NOT undone AND issue_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY number DESC",
            [list(issues)],
        ):
            found[issue].append(Decision(*decision))
        return found

    def _products(self, cases: str, condition: str) -> dict[str, tuple[Share, ...]]:
        return self._shares(f"SELECT owner, product, count(*) FROM {cases} WHERE duplicate_of IS NULL AND {condition}")

    def _mentioned(self, cases: str, condition: str) -> dict[tuple[str, str], tuple[Share, ...]]:
        found: dict[tuple[str, str], list[Share]] = defaultdict(list)
        for owner, kind, code, number in self._store.query(
            "SELECT p.owner, m.kind, m.code, count(DISTINCT m.case_id) AS n"
            f" FROM {cases} p JOIN mentions m USING (case_id)"
            f" WHERE p.duplicate_of IS NULL AND {condition} AND {counted()} GROUP BY 1, 2, 3"
            f" QUALIFY row_number() OVER (PARTITION BY p.owner, m.kind ORDER BY n DESC, m.code) <= {SHOWN_SHARES}"
            " ORDER BY 1, 2, 4 DESC, 3"
        ):
            found[owner, kind].append(Share(code, number))
        return {key: tuple(shares) for key, shares in found.items()}

    def _shares(self, sql: str) -> dict[str, tuple[Share, ...]]:
        found: dict[str, list[Share]] = defaultdict(list)
        for owner, name, cases in self._store.query(
            f"FROM ({sql} GROUP BY 1, 2) AS shares(owner, name, cases) QUALIFY row_number() OVER"
            f" (PARTITION BY owner ORDER BY cases DESC, name NULLS LAST) <= {SHOWN_SHARES}"
            " ORDER BY owner, cases DESC, name NULLS LAST"
        ):
            found[owner].append(Share(name, cases))
        return {owner: tuple(shares) for owner, shares in found.items()}

    def _counts(self, cases: str) -> dict[str, GroupCounts]:
        rows = self._store.query(
            "SELECT p.owner, count(*) FILTER (duplicate_of IS NULL), count(DISTINCT serial_token),"
            " count(*) FILTER (source = 'call' AND duplicate_of IS NULL),"
            " count(serial_token) FILTER (duplicate_of IS NULL), count(*) FILTER (doubtful AND duplicate_of IS NULL),"
            " count(duplicate_of), count(*) FILTER (k.decision = 'review' AND duplicate_of IS NULL), max(received_at)"
            f" FROM {cases} p LEFT JOIN classifications k USING (case_id) GROUP BY 1"
        )
        return {owner: GroupCounts(*counts) for owner, *counts in rows}

    def _members(self, cases: str) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = defaultdict(list)
        order = "probability DESC, received_at DESC NULLS LAST, case_id"
        for owner, *row in self._store.query(
            f"WITH shown AS (SELECT owner, case_id, m.probability FROM {cases} JOIN issue_members m USING (case_id)"
            " WHERE m.issue_id = owner AND duplicate_of IS NULL"
            f" QUALIFY row_number() OVER (PARTITION BY owner ORDER BY {order}) <= {SHOWN_MEMBERS})"
            " SELECT owner, case_id, source, received_at, product, mileage, text, doubtful, probability"
            f" FROM shown JOIN cases USING (case_id) ORDER BY owner, {order}"
        ):
            found[owner].append(Member(*row))
        return found

    def _models(self) -> tuple[str, ...]:
        models = "SELECT DISTINCT model_id FROM classifications WHERE model_id <> '' ORDER BY 1 LIMIT 4"
        rows = self._store.query(models)
        return tuple(row[0] for row in rows)

    def _rows(self, record: type[Row], column: str, values: Sequence[str], order: str) -> list[Row]:
        return self._store.rows(record, f'"{column}" IN (SELECT unnest(?::VARCHAR[]))', [list(values)], order)


def _quotes_of(groups: Sequence[Group]) -> list[Quote]:
    return [quote for group in groups for hypothesis in group.hypotheses for quote in hypothesis.evidence.quotes]


def _group(key: GroupKey, causes: Sequence[Cause], issue: Issue | None) -> Group:
    symptom = next((c.symptom for c in causes if c.symptom), issue.symptom if issue else None)
    component = next((c.component for c in causes if c.component), issue.component if issue else None)
    return Group(*key, symptom, component, issue, tuple(Hypothesis(c, parse_evidence(c.evidence)) for c in causes))
