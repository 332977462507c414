"""Running sums over the members of each issue: a night adds its own changes, and they are what a recount would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cluster.changed import Counted
from cluster.ledger import EARLIER_DAYS, RECENT_DAYS, Counts
from complaints.store import temporary_tables

if TYPE_CHECKING:
    from complaints.store import Store

Place = tuple[str, Counted]  # an issue, and what a case adds to its sums


@dataclass(frozen=True, slots=True)
class Standing:
    """What an issue's members add up to, but for their vehicles."""

    cases: int
    services: int
    counts: Counts


def moved(store: Store, before: Mapping[str, Place], after: Mapping[str, Place]) -> dict[str, int]:
    """Bring the sums up to date, and return by how many vehicles each issue grew (call after the members are written).

    Args:
        store: inside the transaction that writes the members.
        before: where each changed case was counted; absent where nowhere.
        after: where it counts now.
    """
    cases: Counter[tuple[str, date | None]] = Counter()
    services: Counter[tuple[str, date | None]] = Counter()
    vehicles: Counter[tuple[str, str]] = Counter()
    for sign, places in ((-1, before), (1, after)):
        for issue, counted in places.values():
            cases[issue, counted.day] += sign
            services[issue, counted.day] += sign * counted.service
            vehicles[issue, counted.vehicle] += sign
    changed = [key for key in cases if cases[key] or services[key]]
    _add(store, [(*key, cases[key], services[key]) for key in changed])
    return _vehicles_moved(store, {key: by for key, by in vehicles.items() if by})


def _add(store: Store, rows: Sequence[tuple[str, date | None, int, int]]) -> None:
    if not rows:
        return
    with temporary_tables(store.connection) as own:
        moves = own.make("issue_moves", "FROM issue_sums LIMIT 0")
        store.append_values(moves, rows)
        moved = own.make(
            "issue_moved",
            "SELECT m.issue_id, m.day, m.cases + coalesce(s.cases, 0) AS cases, "
            f"m.services + coalesce(s.services, 0) AS services FROM {moves} m "
            "LEFT JOIN issue_sums s ON s.issue_id = m.issue_id AND s.day IS NOT DISTINCT FROM m.day",
        )
        store.query(
            f"DELETE FROM issue_sums USING {moves} m "
            "WHERE issue_sums.issue_id = m.issue_id AND issue_sums.day IS NOT DISTINCT FROM m.day"
        )
        store.query(f"INSERT INTO issue_sums FROM {moved} WHERE cases > 0")


def _vehicles_moved(store: Store, by: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Return the change of each issue's number of vehicles, given the change of each vehicle's cases in it."""
    found = store.query(
        "SELECT m.issue_id, c.serial_token, count(*) FROM cases c JOIN issue_members m ON m.case_id = c.case_id "
        "WHERE c.serial_token IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1, 2",
        [sorted({vehicle for _, vehicle in by})],
    )
    now = {(issue, vehicle): count for issue, vehicle, count in found}
    grown: Counter[str] = Counter()
    for key, change in by.items():
        # A case without a vehicle stands for one of its own: it is in the issue or it is not.
        cases = now.get(key, max(change, 0))
        grown[key[0]] += (cases > 0) - (cases - change > 0)
    return dict(grown)


def recount(store: Store, issues: Sequence[str] | None = None) -> dict[str, int]:
    """Count the members of some issues (None: of all) anew, and return the vehicles of each that has members."""
    which, of = ("", []) if issues is None else (" WHERE m.issue_id IN (SELECT unnest(?))", [list(issues)])
    store.query(f"DELETE FROM issue_sums m{which}", of)
    store.query(
        "INSERT INTO issue_sums SELECT m.issue_id, CAST(c.received_at AS DATE), count(*), "
        "count(*) FILTER (c.content = 'service') FROM issue_members m JOIN cases c ON c.case_id = m.case_id"
        f"{which} GROUP BY 1, 2 ORDER BY 1, 2",
        of,
    )
    rows = store.query(
        "SELECT m.issue_id, count(DISTINCT coalesce(c.serial_token, c.case_id)) FROM issue_members m "
        f"JOIN cases c ON c.case_id = m.case_id{which} GROUP BY 1",
        of,
    )
    return dict(rows)


def part_known(store: Store) -> list[str]:
    """Return issues whose row counts fewer cases than its members are: the night that wrote it knew of no more."""
    rows = store.query(
        "SELECT issue_id FROM issues JOIN (SELECT issue_id, sum(cases) AS members FROM issue_sums GROUP BY 1) "
        "USING (issue_id) WHERE cases <> members"
    )
    return [issue for (issue,) in rows]


def known_vehicles(store: Store, as_of: date, others: Sequence[str]) -> dict[str, int]:
    """Count the vehicles that a night knows of: of issues with members received later, and of `others`."""
    rows = store.query(
        "SELECT m.issue_id, count(DISTINCT coalesce(c.serial_token, c.case_id)) "
        "FILTER (c.received_at IS NULL OR CAST(c.received_at AS DATE) <= $1) "
        "FROM issue_members m JOIN cases c ON c.case_id = m.case_id WHERE m.issue_id IN "
        "(SELECT issue_id FROM issue_sums WHERE day > $1 UNION SELECT unnest($2::VARCHAR[])) GROUP BY 1",
        [as_of, list(others)],
    )
    return dict(rows)


def standings(store: Store, as_of: date) -> dict[str, Standing]:
    """Return what the members of each issue add up to that a night knows; days after `as_of` are no days yet.

    An issue whose members were all received later stands here with no case: it keeps its id and its name.
    """
    start = as_of - timedelta(days=RECENT_DAYS)
    rows = store.query(
        "SELECT issue_id, CAST(coalesce(sum(cases) FILTER (day IS NULL OR day <= $1), 0) AS BIGINT), "
        "CAST(coalesce(sum(services) FILTER (day IS NULL OR day <= $1), 0) AS BIGINT), min(day) FILTER (day <= $1), "
        "max(day) FILTER (day <= $1), CAST(coalesce(sum(cases) FILTER (day > $2 AND day <= $1), 0) AS BIGINT), "
        "CAST(coalesce(sum(cases) FILTER (day > $3 AND day <= $2), 0) AS BIGINT) FROM issue_sums GROUP BY 1",
        [as_of, start, start - timedelta(days=EARLIER_DAYS + 1)],
    )
    return {
        issue: Standing(cases, services, Counts(first, last, recent, earlier))
        for issue, cases, services, first, last, recent, earlier in rows
    }


def later_cases(store: Store, as_of: date) -> set[str]:
    """Return the cases received after a night."""
    return {case for (case,) in store.query("SELECT case_id FROM cases WHERE CAST(received_at AS DATE) > ?", [as_of])}


def sizes_of(store: Store, cases: Collection[str]) -> dict[str, int]:
    """Return how many of some cases each issue holds."""
    if not cases:
        return {}
    sql = "SELECT issue_id, count(*) FROM issue_members WHERE case_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1"
    return dict(store.query(sql, [sorted(cases)]))


def sizes(store: Store) -> dict[str, int]:
    """Return the number of each issue's members, counted: a purge leaves no sums."""
    return dict(store.query("SELECT issue_id, count(*) FROM issue_members GROUP BY 1"))
