"""A large invented plant in a store, made by DuckDB: stations, issues, cases, causes and their weeks. Nobody exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from complaints.fingerprints import canonical_json
from complaints.store.database import Store

AS_OF = date(2026, 6, 30)
WEEKS = 52
SUPPLIERS = 12
SYMPTOMS = ("abnormal_noise", "water_leak", "vibration", "no_start", "jerking", "wind_noise", "overheating", "smoke")
COMPONENTS = ("door", "sunroof", "steering_wheel", "battery_12v", "transmission", "brake_pad", "engine", "seat")
TEXT = (
    "过减速带的时候左前门咯噔咯噔响，去了两次店里都没修好，现在开高速风噪也很大，"
    "师傅说要等配件，已经等了三个星期，每天上下班都要走这条路，实在受不了。"
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the plant is."""

    stations: int = 200
    issues: int = 500
    cases: int = 100_000
    warnings: int = 40


def fill(store: Store, size: Size) -> None:
    """Write the plant's rows."""
    lists = f"{list(SYMPTOMS)!r}", f"{list(COMPONENTS)!r}"
    with store.transaction():
        _cases(store, size, *lists)
        _issues(store, size, *lists)
        _causes(store, size, *lists)
        _closed_loop(store, size, *lists)


def change(store: Store, stations: int) -> list[str]:
    """Change the figures of some stations' own causes, as a night does, and return their ids.

    The causes that are changed are those of symptom groups, which name one station each.
    """
    ids = [f"S{n:03d}" for n in range(stations)]
    store.query(
        "UPDATE causes SET probability = probability / 2 WHERE group_kind = 'symptom' AND station_id IN"
        " (SELECT unnest(?::VARCHAR[]))",
        [ids],
    )
    return ids


def _cases(store: Store, size: Size, symptoms: str, components: str) -> None:
    n = size.cases
    store.query(
        "INSERT INTO cases SELECT printf('T%07d', i), CASE WHEN i % 3 = 0 THEN 'call' ELSE 'text' END, NULL,"
        " 'a.csv#' || i, TIMESTAMP '2026-06-29 08:00:00' - to_days(((i * 7919) % 364)::INTEGER), 'given',"
        " CASE WHEN i % 5 > 0 THEN printf('V%020d', i) END, ['X1', 'X2', 'E5', 'E7'][1 + i % 4], i % 90000, '热线',"
        f" 'zh', ? || i, NULL, i % 50 = 49, 'fault', false FROM range({n}) r(i)",
        [TEXT],
    )
    store.query(
        "INSERT INTO classifications SELECT printf('T%07d', i), '异响', 0.9,"
        f" ['auto', 'auto', 'auto', 'review', 'confirmed'][1 + i % 5], '[]', '[]', 'model-1', '[]' FROM range({n}) r(i)"
    )
    store.query(
        "INSERT INTO mentions SELECT printf('T%07d', i), k, code, '响', 0, 1, 'present', 'customer', 12.0, of,"
        f" 'dictionary', 0.9 FROM (SELECT i, unnest(['symptom', 'component']) AS k, unnest([{symptoms}[1 + i % 8],"
        f" {components}[1 + i % 8]]) AS code, unnest([{components}[1 + i % 8], NULL]) AS of FROM range({n}) r(i))"
    )
    store.query(
        "INSERT INTO issue_members SELECT printf('I%04d', i % ?), printf('T%07d', i), 0.5 + (i % 500) / 1000"
        f" FROM range({n}) r(i)",
        [size.issues],
    )


def _issues(store: Store, size: Size, symptoms: str, components: str) -> None:
    store.query(
        "INSERT INTO issues SELECT printf('I%04d', i), '异响（过减速带，' || i || '）', 'Noise over bumps ' || i,"
        " 'fault', ['new', 'growing', 'stable', 'stable', 'fading', 'closed'][1 + i % 6], DATE '2025-07-01',"
        f" DATE '2026-06-29', ?, ?, {symptoms}[1 + i % 8], {components}[1 + i % 8], '[]'"
        f" FROM range({size.issues}) r(i)",
        [size.cases // size.issues, size.cases // size.issues],
    )
    store.query(
        "INSERT INTO issue_events SELECT printf('I%04d', i), DATE '2025-07-01', 'born', '{}'"
        f" FROM range({size.issues}) r(i)"
    )


def _causes(store: Store, size: Size, symptoms: str, components: str) -> None:
    store.query(
        "INSERT INTO stations SELECT printf('S%03d', i), '左前门装配 ' || i, '总装' || (1 + i % 4) || '线', i,"
        f" CASE WHEN i % 6 = 0 THEN '供应商' || (i % {SUPPLIERS}) END FROM range({size.stations}) r(i)"
    )
    cause = (
        "INSERT INTO causes SELECT printf('K{kind}%05d-%d', {at}, rank), '{kind}', {group}, {symptom}, {component},"
        " rank,"
        " CASE WHEN rank = 4 THEN 'none' ELSE {station} END, '工具 T3 拧紧不足', [0.5, 0.2, 0.1, 0.15][rank], 0.2,"
        " CASE WHEN rank = 1 THEN 2.0 + {at} % 7 END, CASE WHEN rank = 1 THEN 1.2 END, CASE WHEN rank = 1 THEN 9.0 END,"
        " CASE WHEN rank = 1 THEN 0.001 END, CASE WHEN rank = 1 THEN 14 END, CASE WHEN rank = 1 THEN 900 END, 'tool',"
        " 'T3', ['supported', 'not separable', 'knowledge only', 'knowledge only'][rank], 'open',"
        " CASE WHEN rank = 4 THEN '{{}}' ELSE ? END, NULL FROM range({count}) r(i), range(1, 5) q(rank)"
    )
    of_issues = cause.format(
        kind="issue", at="i", group="printf('I%04d', i)", symptom=f"{symptoms}[1 + i % 8]",
        component=f"{components}[1 + i % 8]", count=size.issues,
        station=f"printf('S%03d', (i * 7 + (rank - 1) * 41) % {size.stations})",
    )  # fmt: skip
    store.query(of_issues, [evidence()])
    of_symptoms = cause.format(
        kind="symptom", at="i", group=f"{symptoms}[1 + i % 8] || '/g' || i", symptom=f"{symptoms}[1 + i % 8]",
        component=f"{components}[1 + i % 8]", count=size.stations, station="printf('S%03d', i)",
    )  # fmt: skip
    store.query(of_symptoms, [evidence()])
    store.query(
        "INSERT INTO cause_weeks SELECT cause_id, DATE '2025-07-07' + (w * 7)::INTEGER, 40 + w % 3,"
        " (hash(cause_id || w) % 5)::BIGINT, 175, (hash(w || cause_id) % 4)::BIGINT"
        f" FROM causes, range({WEEKS}) r(w) WHERE rank = 1"
    )
    store.query(
        "INSERT INTO cause_service SELECT cause_id, m, 900 - 60 * m, (hash(cause_id || m) % 5)::BIGINT, 9000 - 600 * m,"
        " (hash(m || cause_id) % 9)::BIGINT FROM causes, range(15) r(m) WHERE rank = 1"
    )


def _closed_loop(store: Store, size: Size, symptoms: str, components: str) -> None:
    store.query(
        "INSERT INTO actions SELECT printf('A%04d', i), printf('S%03d', i), 'abnormal_noise', 'door', 'open',"
        " DATE '2026-03-02', 21.4, 3.2, ['effective', 'not effective', 'too early'][1 + i % 3]"
        f" FROM range(0, {size.stations}, 2) r(i)"
    )
    store.query(
        "INSERT INTO warnings SELECT printf('W%04d', i), 'issue', printf('I%04d', i), NULL, DATE '2026-06-28',"
        " 'farrington', 17, 6.2, 12.4, 4.1, DATE '2025-06-01', DATE '2026-05-31', '[]', DATE '2026-06-21', 'open', ''"
        f" FROM range({size.warnings}) r(i)"
    )
    top = canonical_json([{"symptom": symptom, "cases": 9} for symptom in SYMPTOMS[:3]])
    store.query(
        f"INSERT INTO suppliers SELECT '供应商' || i, DATE '2026-06-01' - to_months(m::INTEGER), 14 + i, 310.5, ?, 2,"
        f" 21.0, 71.5 FROM range({SUPPLIERS}) r(i), range(12) q(m)",
        [top],
    )


def contained(kind: str, units: int) -> dict[str, object]:
    """Return a set of units to contain."""
    days = {"first": "2026-03-02", "last": "2026-05-17"}
    states = {"in_plant": 4, "unsold": 19, "sold": units - 23, "unknown": 0}
    return {"kind": kind, **days, "units": units, "complaints": 12, "complained": 11, **states}


def evidence() -> str:
    """Return a cause's evidence as large as real ones are."""
    statistic: dict[str, object] = {"station_id": "", "factor": "tool", "level": "T3", "method": "Mantel-Haenszel"}
    statistic |= {"rr": 4.2, "rr_low": 2.1, "rr_high": 9.0, "p": 0.0001, "q": 0.001, "strata": 24}
    statistic |= {"exposed_units": 900, "exposed_cases": 14, "other_units": 9000, "other_cases": 52}
    row = {"failure_mode": "门铰链螺栓扭矩不足", "cause": "工具 T3 标定漂移", "operation": "拧紧", "severity": 7}
    quote = {"case_id": "T0000003", "text": TEXT, "segment_start_s": 12.0}
    return canonical_json(
        {
            "statistics": [statistic, {**statistic, "factor": "shift", "level": "B"}],
            "pfmea": [row | {"occurrence": 4, "detection": 6, "match": "symptom+component"}],
            "routing": [{"component": "door", "operation": "拧紧"}],
            "against": [{"key": "complaints_elsewhere", "values": {"cases": 52, "units": 9000}}],
            "next_check": {"key": "inspect_level", "values": {"station": "S000", "factor": "tool", "level": "T3"}},
            "quotes": [quote] * 3,
            "rivals": [],
            "window": {"from": "2026-03-02", "to": "2026-05-17", "units": 171, "limited": True},
            "containment": {
                "complaints": 24,
                "without_serial": 3,
                "last": "2026-06-26",
                "running": True,
                "passed_since": 9,
                "sets": [contained("level_in_window", 171), contained("level", 261), contained("station", 4460)],
            },
        }
    )
