"""The store as a night knew it: later cases are hidden with all that is told of them, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from complaints.records import INTERNAL_RECORDS, PUBLIC_TABLES, Case, Issue, IssueEvent, IssueMember, Segment
from complaints.store.database import Store
from complaints.store.known import known_by
from complaints.store.schema import column_types
from tests.classify.made import a_case

NIGHT = date(2026, 3, 1)


def received(case_id: str, moment: str | None, repeats: str | None = None) -> Case:
    at = None if moment is None else datetime.fromisoformat(moment)
    return replace(a_case(case_id, "漏油"), received_at=at, duplicate_of=repeats)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """C1 at the night's last minute, C2 the minute after; C3 repeats C1 later, C4 and C5 without a date repeat C2."""
    with Store(tmp_path / "complaints.duckdb") as one:
        one.append([
            received("C1", "2026-03-01T23:59:00"), received("C2", "2026-03-02T00:00:00"),
            received("C3", "2026-03-02T09:00:00", "C1"), received("C4", None, "C2"), received("C5", None, "C2"),
        ])  # fmt: skip
        one.append([IssueMember("I1", "C1", 0.9), IssueMember("I1", "C2", 0.9), IssueMember("I2", "C2", 0.9)])
        none = (None, None, 0, 0, None, None, "[]")
        one.append([Issue(issue, "", "", "fault", "new", *none) for issue in ("I1", "I2", "I3")])
        one.append([IssueEvent("I1", date(2026, 3, day), "grew", "{}") for day in (1, 2)])
        one.append([
            Segment(case, 0.0, 1.0, "left", "customer", "漏油", "漏油", "[]", 0.9, False, "[]", "zh")
            for case in ("C1", "C2")
        ])  # fmt: skip
        yield one


def ids(store: Store, sql: str) -> list[str]:
    return [found for (found,) in store.query(f"{sql} ORDER BY 1")]


def test_cases_received_later_are_hidden_with_all_that_is_told_of_them(store: Store) -> None:
    with known_by(store, NIGHT):
        assert ids(store, "SELECT case_id FROM cases") == ["C1", "C4", "C5"]
        assert [row.case_id for row in store.rows(IssueMember)] == ["C1"]
        assert [row.case_id for row in store.rows(Segment)] == ["C1"]


def test_repeats_of_a_hidden_case_stand_for_it_once(store: Store) -> None:
    with known_by(store, NIGHT):
        assert store.query("SELECT case_id, duplicate_of FROM cases ORDER BY 1") == [
            ("C1", None), ("C4", None), ("C5", "C4"),
        ]  # fmt: skip


def test_an_issue_of_which_nothing_is_known_is_hidden_and_one_without_members_is_not(store: Store) -> None:
    with known_by(store, NIGHT):
        assert ids(store, "SELECT issue_id FROM issues") == ["I1", "I3"]


def test_events_of_later_nights_are_hidden_also_where_no_case_is(store: Store) -> None:
    store.query("DELETE FROM cases WHERE case_id IN ('C2', 'C3')")
    with known_by(store, NIGHT):
        assert [event.night for event in store.rows(IssueEvent)] == [NIGHT]


def test_the_night_that_knows_all_hides_nothing(store: Store) -> None:
    with known_by(store, date(2026, 3, 2)):
        assert len(ids(store, "SELECT case_id FROM cases")) == 5
        assert len(store.rows(Issue)) == 3


@pytest.mark.parametrize("fault", [None, ValueError("x")])
def test_all_is_back_afterwards(store: Store, fault: Exception | None) -> None:
    before = {table: store.digest(table) for table in ("cases", "issues", "issue_events", "segments")}
    try:
        with known_by(store, NIGHT):
            if fault:
                raise fault
    except ValueError:
        pass
    assert {table: store.digest(table) for table in before} == before
    assert store.query("SELECT count(*) FROM duckdb_views() WHERE NOT internal") == [(0,)]


def test_nothing_is_written_through_the_view(store: Store) -> None:
    with known_by(store, NIGHT), pytest.raises(duckdb.BinderException):
        store.query("DELETE FROM cases")


def test_every_table_of_cases_is_covered(store: Store) -> None:
    """Mapping writes `groups`, and pages read them through cases."""
    of_cases = {n for n, record in (PUBLIC_TABLES | INTERNAL_RECORDS).items() if "case_id" in column_types(record)}
    with known_by(store, NIGHT):
        views = set(ids(store, "SELECT view_name FROM duckdb_views() WHERE NOT internal"))
    assert of_cases - views == {"groups"}
