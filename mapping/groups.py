"""The groups that are traced to stations: fault issues, and symptoms on a component's system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from complaints.records import GroupKind, Traceability
from complaints.store import TemporaryTables, counted, temporary_tables

if TYPE_CHECKING:
    import duckdb

    from complaints.dictionary import Dictionary
    from complaints.store import Store
    from mapping.genealogy import PlantTables
    from mapping.levels import LevelPlan

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


@dataclass(frozen=True, slots=True)
class GroupedCases:
    """The night's cases and the groups behind which they stand, as temporary tables by name.

    A repeat lends its serial number to the case that it repeats, and counts no more than that.

    Args:
        own: their owner.
        cases: (case_id, serial_token, doubtful, received) of the cases that repeat none.
        members: (group_kind, group_id, case_id), the rows of the public table `groups`.
        numbered: (grp, case_id) of the groups that are traced.
        groups: these, by number: fault issues and symptom groups with enough cases.
    """

    own: TemporaryTables
    cases: str
    members: str
    numbered: str
    groups: list[Group]

    def add_stations(self, leading: Sequence[tuple[str, str]]) -> None:
        """Add the stations' groups: the cases of all symptom groups in whose causes a station stands first.

        Args:
            leading: (symptom group, station).
        """
        self.own.connection.execute(
            f"INSERT INTO {self.members} SELECT DISTINCT 'station', l.station, g.case_id FROM {self.members} g "
            "JOIN (SELECT unnest(?::VARCHAR[]) AS group_id, unnest(?::VARCHAR[]) AS station) l USING (group_id) "
            "WHERE g.group_kind = 'symptom'",
            [[group for group, _ in leading], [station for _, station in leading]],
        )


@contextmanager
def grouped_cases(store: Store, dictionary: Dictionary, as_of: date, min_cases: int) -> Iterator[GroupedCases]:
    """Find which cases stand behind which issue and symptom group; the tables go at the end.

    Args:
        store: the public store; it gets temporary tables only.
        dictionary: gives the systems of components.
        as_of: later cases are left out.
        min_cases: fewest cases of a group that is traced.
    """
    with temporary_tables(store.connection) as own:
        cases = night_cases(own, as_of)
        members = _members(own, cases, dictionary)
        rows = store.query(
            "SELECT g.group_kind, g.group_id, any_value(i.symptom), any_value(i.component), count(*) AS n "
            f"FROM {members} g LEFT JOIN issues i ON g.group_kind = 'issue' AND i.issue_id = g.group_id "
            "AND i.kind = 'fault' WHERE g.group_kind = 'symptom' OR i.issue_id IS NOT NULL "
            f"GROUP BY g.group_kind, g.group_id HAVING n >= {int(min_cases)} ORDER BY g.group_kind, g.group_id"
        )
        numbered = own.make(
            "numbered_cases",
            f"SELECT n.number AS grp, g.case_id FROM {members} g JOIN (SELECT unnest(?::INTEGER[]) AS number, "
            "unnest(?::VARCHAR[]) AS group_kind, unnest(?::VARCHAR[]) AS group_id) n USING (group_kind, group_id)",
            [list(range(len(rows))), [row[0] for row in rows], [row[1] for row in rows]],
        )
        groups = _groups(rows, _component_shares(store, numbered), dictionary)
        yield GroupedCases(own, cases, members, numbered, groups)


def night_cases(own: TemporaryTables, as_of: date) -> str:
    """Write the cases known on a day that repeat none: (case_id, serial_token, doubtful, received)."""
    # bool_and: a case is doubtful unless some copy of it is not.
    return own.make(
        "night_cases",
        "SELECT coalesce(duplicate_of, case_id) AS case_id, "
        "coalesce(min(serial_token) FILTER (duplicate_of IS NULL), min(serial_token)) AS serial_token, "
        "bool_and(doubtful) AS doubtful, min(received_at)::DATE AS received "
        "FROM cases WHERE received_at IS NULL OR received_at::DATE <= ? GROUP BY 1",
        [as_of],
    )


def _members(own: TemporaryTables, cases: str, dictionary: Dictionary) -> str:
    """Write which cases stand behind an issue or a symptom group; the one place that says so."""
    with temporary_tables(own.connection) as passing:
        systems = _broader(passing, "systems", "component_code", dictionary.system_of)
        # Owners call one trouble a clunk, a rattle or a noise: told apart, each would be too small to trace.
        symptoms = _broader(passing, "symptoms", "code", dictionary.broad_symptom)
        # Symptom and system first, the group's id then: in one query over the mentions of a large store, the texts made
        # of joined ones end DuckDB 2.0 with an internal error ("dict-surviving cache").
        named = passing.make(
            "symptom_cases",
            f"SELECT DISTINCT m.case_id, b.broad AS symptom, coalesce(s.broad, '{UNSPECIFIED}') AS system "
            f"FROM mentions m JOIN {cases} USING (case_id) JOIN {symptoms} b ON b.code = m.code "
            f"LEFT JOIN {systems} s ON s.code = m.component_code WHERE m.kind = 'symptom' AND {counted()}",
        )
        return own.make(
            "members",
            "SELECT DISTINCT 'issue' AS group_kind, issue_id AS group_id, case_id FROM issue_members "
            f"JOIN {cases} USING (case_id) UNION ALL "
            f"SELECT 'symptom', symptom || '/' || system, case_id FROM {named}",
        )


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


def _broader(own: TemporaryTables, word: str, column: str, broad: Callable[[str], str]) -> str:
    """Write a temporary table (code, broad) of the codes that mentions hold in a column."""
    sql = f"SELECT DISTINCT {column} FROM mentions WHERE {column} IS NOT NULL ORDER BY 1"
    codes = [row[0] for row in own.connection.execute(sql).fetchall()]
    query = "SELECT unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS broad"
    return own.make(word, query, [codes, [broad(code) for code in codes]])


def _component_shares(store: Store, numbered: str) -> dict[int, dict[str, float]]:
    """Return each group's component codes with the number of its cases that name them."""
    rows = store.query(
        "SELECT grp, component_code, count(DISTINCT case_id) FROM (SELECT g.grp, g.case_id, m.component_code "
        f"FROM {numbered} g JOIN mentions m USING (case_id) WHERE m.component_code IS NOT NULL AND {counted()} "
        "UNION ALL "
        f"SELECT g.grp, g.case_id, m.code FROM {numbered} g JOIN mentions m USING (case_id) "
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


@dataclass(frozen=True, slots=True)
class TracedUnits:
    """The units of the night's cases, as temporary tables by name.

    Args:
        connection: in which they live.
        keys: (case_id, key) of the cases with a serial number, as the plant's units are compared.
        of_cases: (case_id, doubtful, has_serial, unit, age in days); the last two are null where no unit is known.
        complaining: (grp, unit, doubtful, age, band): a group's complaining units, each once, with their age.
        coverage: how many cases lead how far.
    """

    connection: duckdb.DuckDBPyConnection
    keys: str
    of_cases: str
    complaining: str
    coverage: Traceability

    def sizes(self) -> dict[int, int]:
        """Return the number of complaining units of each group."""
        sql = f"SELECT grp, count(*) FROM {self.complaining} GROUP BY grp ORDER BY grp"
        return dict(self.connection.execute(sql).fetchall())


def case_keys(own: TemporaryTables, cases: str, private: Store) -> str:
    """Write the serial numbers of cases, (case_id, key), out of the private store; they go with their owner."""
    from mapping.genealogy import serial_key

    serials = private.connection.sql("SELECT serial_token, serial FROM serials").to_arrow_table()
    own.connection.register("private_serials", serials)
    try:
        return own.make(
            "case_keys",
            f"SELECT c.case_id, {serial_key('s.serial')} AS key FROM {cases} c "
            "JOIN private_serials s USING (serial_token) WHERE s.serial IS NOT NULL",
        )
    finally:
        own.connection.unregister("private_serials")


def trace_units(grouped: GroupedCases, plant: PlantTables, plan: LevelPlan, private: Store) -> TracedUnits:
    """Find the units that complain.

    Serial numbers come from the private store, and none of them stays.

    Args:
        grouped: the night's cases; its owner gets the tables.
        plant: its units.
        plan: names the passes.
        private: the private store.
    """
    from mapping.exposure import band_of

    db = grouped.own.connection
    keys = case_keys(grouped.own, grouped.cases, private)
    of_cases = grouped.own.make(
        "case_units",
        "SELECT c.case_id, c.doubtful, k.key IS NOT NULL AS has_serial, "
        "u.unit, coalesce(greatest(c.received - u.start, 0), u.days) AS age "
        f"FROM {grouped.cases} c LEFT JOIN {keys} k USING (case_id) LEFT JOIN {plant.units} u ON u.key = k.key",
    )
    complaining = grouped.own.make(
        "complaining_units",
        "SELECT g.grp, u.unit, bool_and(u.doubtful) AS doubtful, min(u.age) AS age, "
        f"{band_of('min(u.age)')} AS band "
        f"FROM {grouped.numbered} g JOIN {of_cases} u USING (case_id) WHERE u.unit IS NOT NULL GROUP BY ALL",
    )
    row = db.execute(
        "SELECT count(*), count(*) FILTER (has_serial), count(unit), "
        f"count(*) FILTER (unit IN (SELECT unit FROM {plan.passes})) FROM {of_cases}"
    ).fetchall()[0]
    return TracedUnits(db, keys, of_cases, complaining, Traceability(*row))


def families_of(
    units: TracedUnits, groups: Sequence[Group], dictionary: Dictionary, overlap: float = 0.5
) -> list[tuple[int, int]]:
    """Return (issue, symptom group) of one family, by number.

    An issue and the symptom group that repeats it make one family: same symptom and system, or at least `overlap` of
    their units (Jaccard) in common.
    """
    sizes = units.sizes()
    rows = units.connection.execute(
        f"SELECT a.grp, b.grp, count(*) FROM {units.complaining} a JOIN {units.complaining} b "
        "ON a.unit = b.unit AND a.grp < b.grp GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found = []
    for one, other, both in rows:
        first, second = groups[one], groups[other]
        if {first.kind, second.kind} != {"issue", "symptom"}:
            continue
        same = _same_symptom(first, second, dictionary) and _same_system(first, second, dictionary)
        if same or both >= overlap * (sizes[one] + sizes[other] - both):
            found.append((one, other) if first.kind == "issue" else (other, one))
    return found


def repeats_of(units: TracedUnits, families: Sequence[tuple[int, int]]) -> set[int]:
    """Return the groups whose tests another group stands for: the larger of a family; of equal ones, the issue."""
    sizes = units.sizes()
    return {symptom if sizes[issue] >= sizes[symptom] else issue for issue, symptom in families}


def _same_symptom(first: Group, second: Group, dictionary: Dictionary) -> bool:
    if first.symptom is None or second.symptom is None:
        return False
    return dictionary.broad_symptom(first.symptom) == dictionary.broad_symptom(second.symptom)


def _same_system(first: Group, second: Group, dictionary: Dictionary) -> bool:
    if first.component is None or second.component is None:
        return first.component == second.component
    return dictionary.system_of(first.component) == dictionary.system_of(second.component)
