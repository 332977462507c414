"""The night's tracing: groups and plant in, ranked causes out. The store is read here; `mapping.stage` writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from complaints.fingerprints import canonical_json, content_id
from complaints.records import (
    Cause,
    CauseDecision,
    IgnoredColumn,
    MissingTable,
    SkippedFactor,
    Traceability,
    UnmatchedValue,
)
from complaints.run import Night
from mapping import comparison, evidence, exposure
from mapping.association import Array
from mapping.causes import CLAIMS, NO_STATION, Comparisons, Data, Hypothesis, Rules, join_routes
from mapping.comparison import Design, Estimate, Findings
from mapping.containment import Complaining, contained_causes
from mapping.exposure import BANDS, AllCases, Exposure, Overlap, group_cases
from mapping.groups import Group, families_of, repeats_of
from mapping.knowledge import Knowledge, knowledge
from mapping.levels import Level
from mapping.match import Matcher
from mapping.night_tables import NightTables
from mapping.plant import PlantModel, read_plant
from mapping.quotes import Wanted, quotes_for
from mapping.remainder import Remainder
from mapping.service import months_in_service
from mapping.statements import Said, shared_units, told_once
from mapping.weighing import benjamini_hochberg
from mapping.window import Week, weeks_of


@dataclass(frozen=True, slots=True)
class Traced:
    """What the night found out.

    Args:
        plant: the small master files as understood.
        causes: rows of the public table.
        weeks: rows of cause_weeks.
        service: rows of cause_service.
        for_others: rows of internal tables that other rooms read, by record.
        notes: name -> value, for `store.note`.
    """

    plant: PlantModel
    causes: list[Cause]
    weeks: list[tuple[Any, ...]]
    service: list[tuple[Any, ...]]
    for_others: dict[type, list[Any]]
    notes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Population:
    """The data route's material of the night."""

    exposure: Exposure
    design: Design
    parallels: Mapping[str, int]
    overlaps: Callable[[int], Mapping[int, Overlap]]
    remainder: Remainder
    all_cases: AllCases
    sure_cases: AllCases
    sizes: Mapping[int, int]
    doubtful: frozenset[int]


def trace(night: Night, tables: NightTables) -> Traced:
    """Trace every group of the night to stations.

    Raises:
        MasterDataError: a master file is unreadable, lacks a required column, or stands there twice.
    """
    settings, records = night.settings.mapping, tables.plant.records
    rules = Rules(settings.q_value, settings.min_exposed_cases, settings.overlap)
    rows = night.store.query(f"SELECT station_id FROM {tables.plant.stations} ORDER BY 1")
    place, stations = night.workspace, [station for (station,) in rows]
    plant = read_plant(place.master, Matcher(night.dictionary), stations, place.master_reading())
    population = _population(tables, plant) if records.passes else None
    missing = sorted({*plant.missing, *_missing_large(night)})
    skipped = sorted(tables.plan.skipped.items())
    for_others: dict[type, list[Any]] = {
        Traceability: [tables.units.coverage],
        UnmatchedValue: [UnmatchedValue(u.table, u.row, u.column, u.value, u.nearest) for u in plant.unmatched],
        MissingTable: [MissingTable(name) for name in missing],
        IgnoredColumn: [IgnoredColumn(name, reason) for name, reason in sorted(records.ignored.items())],
        SkippedFactor: [SkippedFactor(s, f, reason) for (s, f), reason in skipped],
    }
    causes, weeks, service = _causes(night, tables, plant, population, rules, "genealogy" in missing)
    facts = records.facts | {"units_at_risk": records.units}
    return Traced(plant, causes, weeks, service, for_others, {"records": facts, "master_files": _files(night)})


def _files(night: Night) -> list[dict[str, Any]]:
    """Return what of each master file was taken for what, and log what of it nobody reads."""
    from complaints.master import check_master

    told = [account.as_json() for account in check_master(night.workspace.master, night.workspace.master_reading())]
    for account in told:
        if account["losses"]:
            night.log.event("mapping", "master_file", table=account["table"], **account["losses"])
    return told


def _missing_large(night: Night) -> list[str]:
    from complaints.master import find_master

    return [n for n in ("units", "genealogy", "lots") if find_master(night.workspace.master, n) is None]


def _population(tables: NightTables, plant: PlantModel) -> _Population:
    records, units = tables.plant, tables.units
    measured = exposure.measure_exposure(records, tables.plan, plant.parallels)

    @cache
    def overlaps(level: int) -> Mapping[int, Overlap]:
        return exposure.overlaps(records.connection, measured, level)

    all_cases = exposure.count_cases(records, measured, units.complaining)
    sql = f"SELECT DISTINCT grp FROM {units.complaining} WHERE doubtful ORDER BY grp"
    doubtful = frozenset(row[0] for row in records.connection.execute(sql).fetchall())
    sure = all_cases
    if doubtful:
        sure = exposure.count_cases(records, measured, units.complaining, without_doubtful=True)
    remainder = Remainder(records, measured, units.complaining, tables.grouped.own)
    return _Population(
        measured, comparison.design(measured), plant.parallels, overlaps, remainder, all_cases, sure, units.sizes(),
        doubtful,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tested:
    """Findings and q-values of every group that was tested, by group number."""

    findings: dict[int, Findings]
    q: dict[int, Array]


def _tested(night: Night, tables: NightTables, population: _Population, cases: AllCases) -> _Tested:
    """Compare every level for every group with enough traceable units, and adjust over all tests of the night.

    A group whose cases agree on no symptom is no one fault that a station could have built in; its cases count in the
    groups of their symptoms.
    """
    least = night.settings.mapping.min_group_cases
    found = tables.grouped.groups
    chosen = [g for g in found if g.symptom and population.sizes.get(g.number, 0) >= least]
    findings: dict[int, Findings] = {}
    with night.progress.task("stations compared", len(chosen)) as task:
        for group in chosen:
            dense = cases.of(group.number, population.exposure)
            findings[group.number] = comparison.compare(population.exposure, population.design, dense)
            task.advance()
    if not findings:
        return _Tested({}, {})
    repeats = repeats_of(tables.units, families_of(tables.units, found, night.dictionary))
    numbers = sorted(findings)
    p = np.concatenate([findings[n].p for n in numbers])
    counted = np.concatenate([findings[n].tested & (n not in repeats) for n in numbers])
    q = np.split(benjamini_hochberg(p, counted), len(numbers))
    return _Tested(findings, dict(zip(numbers, q, strict=True)))


def _causes(
    night: Night,
    tables: NightTables,
    plant: PlantModel,
    population: _Population | None,
    rules: Rules,
    no_genealogy: bool,
) -> tuple[list[Cause], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    decisions = _decisions(night)
    whole = _tested(night, tables, population, population.all_cases) if population else _Tested({}, {})
    sure = _Tested({}, {})
    if population and population.doubtful:
        sure = _tested(night, tables, population, population.sure_cases)
    judged = []
    for group in tables.grouped.groups:
        known = knowledge(plant, night.dictionary, group.symptom, group.components)
        data = _data(night, group, population, whole, sure)
        if data is None and not known.open_stations:
            continue  # nothing to say: neither records nor routing nor PFMEA lead anywhere
        judged += [_Judged(group, hypothesis, known, data) for hypothesis in join_routes(known, data, rules)]
    quotes = quotes_for(night.store, tables, [one.wanted for one in judged])
    why = "genealogy_missing" if no_genealogy else "too_few_traceable_cases"
    causes: list[Cause] = []
    weeks: list[tuple[Any, ...]] = []
    for one in judged:
        row, per_week = _row(one, population, rules, why, decisions, quotes[one.wanted])
        causes.append(row)
        weeks += [
            (row.cause_id, w.week, w.exposed_units, w.exposed_cases, w.other_units, w.other_cases) for w in per_week
        ]
    causes = _told_once(night, tables, judged, causes)
    complaining = Complaining(tables.grouped.members, tables.units.keys)
    causes = contained_causes(causes, complaining, tables.grouped.own, night.workspace, night.as_of)
    return causes, weeks, _service(tables, judged, causes, population)


def _told_once(night: Night, tables: NightTables, judged: Sequence[_Judged], causes: Sequence[Cause]) -> list[Cause]:
    said = [Said(cause, one.group.number, one.hypothesis.level) for one, cause in zip(judged, causes, strict=True)]
    pairs = families_of(tables.units, tables.grouped.groups, night.dictionary)
    families = {*pairs, *((symptom, issue) for issue, symptom in pairs)}
    return told_once(said, families, shared_units(said, tables.units, tables.plan))


def _service(
    tables: NightTables, judged: Sequence[_Judged], causes: Sequence[Cause], population: _Population | None
) -> list[tuple[Any, ...]]:
    """Return rows of cause_service: of claims, and of what an expert confirmed; other pages show no such curve."""
    shown = {
        cause.cause_id: (one.group.number, one.hypothesis.level)
        for one, cause in zip(judged, causes, strict=True)
        if one.hypothesis.level is not None and (cause.verdict in CLAIMS or cause.decision == "confirmed")
    }
    if population is None or not shown:
        return []
    wanted = sorted(set(shown.values()))
    found = months_in_service(tables.plant, population.exposure, tables.units.complaining, wanted)
    return [(cause_id, *astuple(month)) for cause_id, key in shown.items() for month in found[key]]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A hypothesis with what it was judged by."""

    group: Group
    hypothesis: Hypothesis
    known: Knowledge
    data: Data | None

    @property
    def wanted(self) -> Wanted:
        """Whose quotes it needs."""
        return self.group.number, self.hypothesis.level


def _decisions(night: Night) -> dict[str, CauseDecision]:
    rows = night.store.query("SELECT case_id, decision FROM reviews WHERE what = 'cause' ORDER BY decided_at, decision")
    return {cause_id: decision for cause_id, decision in rows if decision in ("confirmed", "rejected", "open")}


def _data(night: Night, group: Group, population: _Population | None, whole: _Tested, sure: _Tested) -> Data | None:
    if population is None or group.number not in whole.findings:
        return None
    without = None
    if group.number in population.doubtful:
        # With too few sure cases nothing was tested: then nothing is claimed either.
        without = _tests(group.number, population, sure, population.sure_cases) or _nothing(population)
    tests = _tests(group.number, population, whole, population.all_cases)
    assert tests is not None
    measured, plan = population.exposure, population.design

    def p_without(level: int, given: int) -> float:
        part, cases = population.remainder.of_level(group.number, level, given)
        return float(comparison.compare(part, comparison.design_of(plan, level), cases).p[0])

    def weights_without(given: int, stations: Sequence[str]) -> Array:
        part, cases = population.remainder.of_stations(group.number, given, stations)
        return comparison.compare(part, plan, cases).weight

    bases = measured.base_units.sum(axis=1)
    share = bases[measured.base_of] / max(float(bases[exposure.TRACED]), 1.0)
    return Data(
        measured.plan.levels, plan.within, population.parallels, population.overlaps, tests, p_without, without, share,
        weights_without,
    )  # fmt: skip


def _tests(number: int, population: _Population, tested: _Tested, cases: AllCases) -> Comparisons | None:
    if number not in tested.findings:
        return None
    findings = tested.findings[number]
    dense = cache(lambda: cases.of(number, population.exposure))

    @cache
    def estimate(level: int) -> Estimate:
        return comparison.estimate(population.exposure, population.design, dense(), findings, level)

    return Comparisons(findings, tested.q[number], estimate)


def _nothing(population: _Population) -> Comparisons:
    shape = population.exposure.units.shape
    bases = population.exposure.base_units.shape
    empty = group_cases(np.zeros((BANDS, *shape)), np.zeros((BANDS, *bases)))
    findings = comparison.compare(population.exposure, population.design, empty)
    return Comparisons(
        findings, np.ones(shape[0]), lambda level: Estimate(1.0, 0.0, float("inf"), comparison.WITHIN_WEEKS)
    )


def _row(
    one: _Judged,
    population: _Population | None,
    rules: Rules,
    why_no_data: str,
    decisions: Mapping[str, CauseDecision],
    quotes: list[dict[str, Any]],
) -> tuple[Cause, list[Week]]:
    """Return the public row of one hypothesis and its build weeks."""
    group, hypothesis, known, data = one.group, one.hypothesis, one.known, one.data
    cause_id = content_id("K", group.kind, group.group_id, hypothesis.station_id)
    level = data.levels[hypothesis.level] if data and hypothesis.level is not None else None
    shown = evidence.figures(data.all_cases, hypothesis.level) if data and hypothesis.level is not None else None
    weeks: list[Week] = []
    if population is not None and data is not None and hypothesis.station_id != NO_STATION:
        number = hypothesis.level
        if number is None:
            number = next((i for i, x in enumerate(data.levels) if x.station_id == hypothesis.station_id), None)
        if number is not None:
            cases = population.all_cases.of(group.number, population.exposure)
            weeks = weeks_of(population.exposure, cases, number)
    cause = Cause(
        cause_id=cause_id,
        group_kind=group.kind,
        group_id=group.group_id,
        symptom=group.symptom,
        component=group.component,
        rank=hypothesis.rank,
        station_id=hypothesis.station_id,
        cause=_cause_text(hypothesis, known, level),
        probability=round(hypothesis.probability, 4),
        prior=round(hypothesis.prior, 4),
        relative_risk=shown.rr if shown else None,
        rr_low=shown.rr_low if shown else None,
        rr_high=shown.rr_high if shown else None,
        q_value=shown.q if shown else None,
        exposed_cases=shown.exposed_cases if shown else None,
        exposed_units=shown.exposed_units if shown else None,
        factor=level.factor if level else None,
        level=level.level if level else None,
        verdict=hypothesis.verdict,
        decision=decisions.get(cause_id, "open"),
        evidence="",
    )
    body = evidence.evidence(hypothesis, known, data, rules, shown, weeks, quotes, why_no_data, claimed=cause.claimed)
    return replace(cause, evidence=canonical_json(body)), weeks


def _cause_text(hypothesis: Hypothesis, known: Knowledge, level: Level | None) -> str:
    """Return the best PFMEA row's cause if it fits the symptom, else the blamed level, else what is known."""
    candidate = known.open_stations.get(hypothesis.station_id)
    rows = candidate.pfmea if candidate else ()
    if rows and rows[0][1].startswith("symptom"):
        return rows[0][0].cause or rows[0][0].failure_mode
    if level is not None and hypothesis.verdict in CLAIMS:
        return f"{level.factor}={level.level}"
    if rows:
        return rows[0][0].failure_mode
    return next((step.operation for step in candidate.routing if step.operation), "") if candidate else ""
