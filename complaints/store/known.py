"""The store as a night knew it: what was received after the night's date is hidden from all who read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING

from complaints.records import INTERNAL_RECORDS, PUBLIC_TABLES
from complaints.store.schema import column_types
from complaints.store.temporary_tables import TemporaryTables, temporary_tables

if TYPE_CHECKING:
    from complaints.store.database import Store

# Of `groups`, mapping writes what it found in the cases that it saw.
_OF_CASES = (
    *(
        name
        for name, record in (PUBLIC_TABLES | INTERNAL_RECORDS).items()
        if "case_id" in column_types(record) and name not in ("cases", "groups")
    ),
    "labels",
    "case_facts",
)
_OF_ISSUES = ("issues", "issue_trends")


@contextmanager
def known_by(store: Store, as_of: date) -> Iterator[None]:
    """Show a store as it was known at the end of a day, to all who read it through its connection.

    Cases received later are hidden with all that is told of them, so are issues of which no other case is known, and
    events of later nights. A case that repeats a hidden one stands for itself. Cases without a date are known. Tables
    with hidden rows are views for as long as the context lasts: who writes to one gets an error.

    Args:
        store: the public store.
        as_of: the night's date.
    """
    import duckdb

    with temporary_tables(store.connection) as own:
        views = _views(store, own, as_of)
        made: list[str] = []
        try:
            for name, query in views.items():
                # A temporary view comes before the table of its name wherever that is not named in full.
                store.query(f"CREATE TEMP VIEW {name} AS {query}")
                made.append(name)
            yield
        except BaseException:
            with suppress(duckdb.Error):
                _drop(store, made)
            raise
        _drop(store, made)


def _drop(store: Store, views: list[str]) -> None:
    for name in views:
        store.query(f"DROP VIEW IF EXISTS temp.{name}")


def _views(store: Store, own: TemporaryTables, as_of: date) -> dict[str, str]:
    """Return a query in the place of each table with rows to hide; on most nights there is none."""
    database = store.query("SELECT current_database()")[0][0]

    def whole(name: str) -> str:
        return f'"{database}".main.{name} t'

    views = {}
    later_night = f"night > DATE '{as_of.isoformat()}'"
    if store.query(f"SELECT 1 FROM issue_events WHERE {later_night} LIMIT 1"):
        views["issue_events"] = f"SELECT t.* FROM {whole('issue_events')} WHERE NOT {later_night}"
    later = own.make("later_cases", "SELECT case_id FROM cases WHERE CAST(received_at AS DATE) > ?", [as_of])
    if not store.query(f"SELECT 1 FROM {later} LIMIT 1"):
        return views
    unknown = own.make(
        "later_issues",
        f"SELECT m.issue_id FROM issue_members m LEFT JOIN {later} l USING (case_id) "
        "GROUP BY 1 HAVING count(l.case_id) = count(*)",
    )
    stands_for = "nullif(min(t.case_id) OVER (PARTITION BY t.duplicate_of), t.case_id)"
    views["cases"] = (
        f"SELECT t.* REPLACE (CASE WHEN o.case_id IS NULL THEN t.duplicate_of ELSE {stands_for} END AS duplicate_of) "
        f"FROM {whole('cases')} LEFT JOIN {later} o ON o.case_id = t.duplicate_of ANTI JOIN {later} l "
        "ON l.case_id = t.case_id"
    )
    for name in _OF_CASES:
        views[name] = f"SELECT t.* FROM {whole(name)} ANTI JOIN {later} l ON l.case_id = t.case_id"
    for name in _OF_ISSUES:
        views[name] = f"SELECT t.* FROM {whole(name)} ANTI JOIN {unknown} u ON u.issue_id = t.issue_id"
    views["issue_events"] = (
        f"SELECT t.* FROM {whole('issue_events')} ANTI JOIN {unknown} u ON u.issue_id = t.issue_id "
        f"WHERE NOT {later_night}"
    )
    return views
