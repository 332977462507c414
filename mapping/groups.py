"""The groups that are traced to stations: fault issues, and symptoms on a component's system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from complaints.internal_records import Traceability
from complaints.store import counted
from complaints.vocabulary import GroupKind

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.store import Store

UNSPECIFIED = "unspecified"  # the system part of a group's id when customers name no component


@dataclass(frozen=True, slots=True)
class Group:
    """Cases about one trouble.

    Args:
        number: position in order of kind and id.
        kind: issue or symptom.
        group_id: the issue's id, or "symptom/system".
        symptom: code, or None.
        component: the component named most often, or None.
        components: component code -> share of the naming cases.
        cases: cases in the group, repeats left out.
    """

    number: int
    kind: GroupKind
    group_id: str
    symptom: str | None
    component: str | None
    components: Mapping[str, float]
    cases: int


def load_groups(store: Store, dictionary: Dictionary, as_of: date, min_cases: int) -> list[Group]:
    """Write the temporary tables ``map_cases``, ``members`` and ``group_cases``; return the groups with enough cases.

    ``members`` holds the rows of the public table `groups`; a fault issue and a symptom group with enough cases are
    traced, too. A repeat lends its serial number to the case that it repeats, and counts no more than that.

    Args:
        store: the public store; it gets temporary tables only.
        dictionary: gives the systems of components.
        as_of: later cases are left out.
        min_cases: fewest cases of a group.
    """
    db = store.connection
    # bool_and: a case is doubtful unless some copy of it is not.
    db.execute(
        "CREATE OR REPLACE TEMP TABLE map_cases AS SELECT coalesce(duplicate_of, case_id) AS case_id, "
        "coalesce(min(serial_token) FILTER (duplicate_of IS NULL), min(serial_token)) AS serial_token, "
        "bool_and(doubtful) AS doubtful, min(received_at)::DATE AS received "
        "FROM cases WHERE received_at IS NULL OR received_at::DATE <= ? GROUP BY 1",
        [as_of],
    )
    _broader(store, "code_systems", "component_code", dictionary.system_of)
    # Owners call one trouble a clunk, a rattle or a noise: told apart, each would be too small to trace.
    _broader(store, "broad_symptoms", "code", dictionary.broad_symptom)
    db.execute(
        "CREATE OR REPLACE TEMP TABLE symptom_cases AS "
        "SELECT DISTINCT m.case_id, b.broad AS symptom, m.component_code, "
        f"coalesce(s.broad, '{UNSPECIFIED}') AS system FROM mentions m JOIN map_cases USING (case_id) "
        "JOIN broad_symptoms b ON b.code = m.code "
        f"LEFT JOIN code_systems s ON s.code = m.component_code WHERE m.kind = 'symptom' AND {counted()}"
    )
    db.execute(
        "CREATE OR REPLACE TEMP TABLE members AS "
        "SELECT DISTINCT 'issue' AS group_kind, issue_id AS group_id, case_id FROM issue_members "
        "JOIN map_cases USING (case_id) UNION ALL "
        "SELECT DISTINCT 'symptom', symptom || '/' || system, case_id FROM symptom_cases"
    )
    rows = db.execute(
        "SELECT g.group_kind, g.group_id, any_value(i.symptom), any_value(i.component), count(*) AS n FROM members g "
        "LEFT JOIN issues i ON g.group_kind = 'issue' AND i.issue_id = g.group_id AND i.kind = 'fault' "
        "WHERE g.group_kind = 'symptom' OR i.issue_id IS NOT NULL "
        f"GROUP BY g.group_kind, g.group_id HAVING n >= {int(min_cases)} ORDER BY g.group_kind, g.group_id"
    ).fetchall()
    db.execute(
        "CREATE OR REPLACE TEMP TABLE group_cases AS SELECT n.number AS grp, g.case_id FROM members g JOIN (SELECT "
        "unnest(?::INTEGER[]) AS number, unnest(?::VARCHAR[]) AS group_kind, unnest(?::VARCHAR[]) AS group_id) n "
        "USING (group_kind, group_id)",
        [list(range(len(rows))), [row[0] for row in rows], [row[1] for row in rows]],
    )
    groups = _groups(rows, _component_shares(store), dictionary)
    for table in ("symptom_cases", "code_systems", "broad_symptoms"):
        db.execute(f"DROP TABLE {table}")
    return groups


def _groups(
    rows: Sequence[tuple[GroupKind, str, str | None, str | None, int]],
    shares: Mapping[int, Mapping[str, float]],
    dictionary: Dictionary,
) -> list[Group]:
    groups = []
    for number, (kind, group_id, symptom, component, cases) in enumerate(rows):
        system = None
        if kind == "symptom":
            symptom, _, system = group_id.rpartition("/")
        named = _of_system(shares.get(number, {}), system, dictionary)
        if component and not named:
            named = {component: 1.0}
        dominant = component or max(sorted(named), key=lambda c: named[c], default=None)
        groups.append(Group(number, kind, group_id, symptom, dominant, named, cases))
    return groups


def add_stations(store: Store, leading: Sequence[tuple[str, str]]) -> None:
    """Add the stations' groups to ``members``: the cases of all symptom groups in whose causes a station stands first.

    Args:
        store: with ``members``.
        leading: (symptom group, station).
    """
    store.connection.execute(
        "INSERT INTO members SELECT DISTINCT 'station', l.station, g.case_id FROM members g "
        "JOIN (SELECT unnest(?::VARCHAR[]) AS group_id, unnest(?::VARCHAR[]) AS station) l USING (group_id) "
        "WHERE g.group_kind = 'symptom'",
        [[group for group, _ in leading], [station for _, station in leading]],
    )


def _broader(store: Store, table: str, column: str, broad: Callable[[str], str]) -> None:
    """Write a temporary table (code, broad) of the codes that mentions hold in a column."""
    sql = f"SELECT DISTINCT {column} FROM mentions WHERE {column} IS NOT NULL ORDER BY 1"
    codes = [row[0] for row in store.query(sql)]
    store.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS broad",
        [codes, [broad(code) for code in codes]],
    )


def _component_shares(store: Store) -> dict[int, dict[str, float]]:
    """Return each group's component codes with the number of its cases that name them."""
    rows = store.query(
        "SELECT grp, component_code, count(DISTINCT case_id) FROM (SELECT g.grp, g.case_id, m.component_code "
        f"FROM group_cases g JOIN mentions m USING (case_id) WHERE m.component_code IS NOT NULL AND {counted()} "
        "UNION ALL "
        "SELECT g.grp, g.case_id, m.code FROM group_cases g JOIN mentions m USING (case_id) "
        f"WHERE m.kind = 'component' AND {counted()}) GROUP BY ALL ORDER BY ALL"
    )
    shares: dict[int, dict[str, float]] = {}
    for group, component, cases in rows:
        shares.setdefault(group, {})[component] = float(cases)
    return shares


def _of_system(counts: Mapping[str, float], system: str | None, dictionary: Dictionary) -> dict[str, float]:
    """Return the shares of the components, of one system where the group is about one."""
    if system == UNSPECIFIED:
        return {}
    kept = {c: n for c, n in counts.items() if system is None or dictionary.system_of(c) == system}
    total = sum(kept.values())
    return {component: number / total for component, number in kept.items()}


def trace_units(store: Store, private: Store) -> Traceability:
    """Write ``plant_cases`` (grp, unit, doubtful, age, band): a group's complaining units, each once, with their age.

    Serial numbers come from the private store into a temporary table of this connection, and go with it.
    """
    from mapping.exposure import band_of
    from mapping.genealogy import serial_key

    db = store.connection
    serials = private.connection.sql("SELECT serial_token, serial FROM serials").to_arrow_table()
    db.register("private_serials", serials)
    db.execute(
        "CREATE OR REPLACE TEMP TABLE case_units AS SELECT c.case_id, c.doubtful, s.serial IS NOT NULL AS has_serial, "
        "u.unit, coalesce(greatest(c.received - u.start, 0), u.days) AS age "
        "FROM map_cases c LEFT JOIN private_serials s USING (serial_token) "
        f"LEFT JOIN plant_units u ON u.key = {serial_key('s.serial')}"
    )
    db.unregister("private_serials")
    db.execute(
        "CREATE OR REPLACE TEMP TABLE plant_cases AS "
        "SELECT g.grp, u.unit, bool_and(u.doubtful) AS doubtful, min(u.age) AS age, "
        f"{band_of('min(u.age)')} AS band "
        "FROM group_cases g JOIN case_units u USING (case_id) WHERE u.unit IS NOT NULL GROUP BY ALL"
    )
    row = db.execute(
        "SELECT count(*), count(*) FILTER (has_serial), count(unit), "
        "count(*) FILTER (unit IN (SELECT unit FROM plant_coded)) FROM case_units"
    ).fetchall()[0]
    return Traceability(*row)


def traced_units(store: Store) -> dict[int, int]:
    """Return the number of complaining units of each group."""
    return dict(store.query("SELECT grp, count(*) FROM plant_cases GROUP BY grp ORDER BY grp"))


def repeats_of(store: Store, groups: list[Group], dictionary: Dictionary, overlap: float = 0.5) -> set[int]:
    """Return the groups whose tests another group stands for.

    An issue and the symptom group that repeats it make one family: same symptom and system, or at least `overlap` of
    their units (Jaccard) in common. The larger of the two stands for it; of equal ones, the issue.
    """
    sizes = traced_units(store)
    rows = store.query(
        "SELECT a.grp, b.grp, count(*) FROM plant_cases a JOIN plant_cases b ON a.unit = b.unit AND a.grp < b.grp "
        "GROUP BY ALL ORDER BY ALL"
    )
    repeats: set[int] = set()
    for one, other, both in rows:
        first, second = groups[one], groups[other]
        if {first.kind, second.kind} != {"issue", "symptom"}:
            continue
        same = _same_symptom(first, second, dictionary) and _same_system(first, second, dictionary)
        if same or both >= overlap * (sizes[one] + sizes[other] - both):
            issue, symptom = (one, other) if first.kind == "issue" else (other, one)
            repeats.add(symptom if sizes[issue] >= sizes[symptom] else issue)
    return repeats


def _same_symptom(first: Group, second: Group, dictionary: Dictionary) -> bool:
    if first.symptom is None or second.symptom is None:
        return False
    return dictionary.broad_symptom(first.symptom) == dictionary.broad_symptom(second.symptom)


def _same_system(first: Group, second: Group, dictionary: Dictionary) -> bool:
    if first.component is None or second.component is None:
        return first.component == second.component
    return dictionary.system_of(first.component) == dictionary.system_of(second.component)
