"""What stands behind a cause (causes.evidence): statistics, PFMEA rows, quotes, what speaks against it, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from complaints.records import CONTRADICTED, KNOWLEDGE_ONLY, NOT_SEPARABLE, SUPPORTED
from mapping.causes import NO_STATION, Comparisons, Data, Hypothesis, Rules
from mapping.knowledge import Knowledge
from mapping.window import Week, window

SHOWN_STATISTICS = 5
SHOWN_ROWS = 5
RARE_OCCURRENCE = 2

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """A level's figures as they are shown, rounded to 4 decimals; None where undefined or unbounded."""

    rr: float | None
    rr_low: float | None
    rr_high: float | None
    p: float
    q: float
    exposed_units: int
    exposed_cases: int
    other_units: int
    other_cases: int
    strata: int
    method: str
    shrunken: float


def message(key: str, **values: Any) -> Message:
    """Return a message for the reports: a stable key and its values."""
    return {"key": key, "values": values}


def rounded(value: float | None) -> float | None:
    """Return a number as public tables show it; None for none and for one that is not finite."""
    return round(float(value), 4) if value is not None and np.isfinite(value) else None


def figures(tests: Comparisons, level: int) -> Figures:
    """Return the figures of one level."""
    found = tests.findings
    found_risk = tests.estimate(level)
    return Figures(
        rounded(found_risk.rr), rounded(found_risk.low), rounded(found_risk.high), round(float(found.p[level]), 4),
        round(float(tests.q[level]), 4), int(found.exposed_units[level]), int(found.exposed_cases[level]),
        int(found.other_units[level]), int(found.other_cases[level]), int(found.strata[level]), found_risk.method,
        round(float(found.shrunken[level]), 4),
    )  # fmt: skip


def statistics(data: Data | None, hypothesis: Hypothesis) -> list[dict[str, Any]]:
    """Return a station's comparisons, the one of the claim first, then by weight."""
    if data is None or hypothesis.station_id == NO_STATION:
        return []
    found = data.all_cases.findings
    own = [i for i, level in enumerate(data.levels) if level.station_id == hypothesis.station_id and found.tested[i]]
    own.sort(key=lambda i: (i != hypothesis.level, -found.weight[i], i))
    rows = []
    for i in own[:SHOWN_STATISTICS]:
        shown, level = figures(data.all_cases, i), data.levels[i]
        rows.append(
            {
                "station_id": level.station_id, "factor": level.factor, "level": level.level, "method": shown.method,
                "rr": shown.rr, "rr_low": shown.rr_low, "rr_high": shown.rr_high, "rr_shrunken": shown.shrunken,
                "p": shown.p, "q": shown.q, "exposed_units": shown.exposed_units, "exposed_cases": shown.exposed_cases,
                "other_units": shown.other_units, "other_cases": shown.other_cases, "strata": shown.strata,
            }
        )  # fmt: skip
    return rows


def knowledge_rows(known: Knowledge, station: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the PFMEA rows (best fit first) and routing steps that point to a station."""
    candidate = known.open_stations.get(station)
    if candidate is None:
        return [], []
    pfmea = [
        {
            "failure_mode": row.failure_mode, "cause": row.cause, "operation": row.operation, "severity": row.severity,
            "occurrence": row.occurrence, "detection": row.detection, "match": match,
        }
        for row, match in candidate.pfmea[:SHOWN_ROWS]
    ]  # fmt: skip
    steps = sorted({(step.component or step.written, step.operation) for step in candidate.routing})
    return pfmea, [{"component": component, "operation": operation} for component, operation in steps]


def against(
    hypothesis: Hypothesis, known: Knowledge, data: Data | None, rules: Rules, shown: Figures | None
) -> list[Message]:
    """Return what speaks against a hypothesis or limits it."""
    if hypothesis.station_id == NO_STATION:
        return []
    found: list[Message] = []
    if shown is not None and hypothesis.verdict != CONTRADICTED:
        if shown.other_cases:
            found.append(message("complaints_elsewhere", cases=shown.other_cases, units=shown.other_units))
        if shown.exposed_cases < rules.min_exposed_cases:
            found.append(message("few_exposed_cases", cases=shown.exposed_cases, needed=rules.min_exposed_cases))
        elif shown.q > rules.q_value:
            found.append(message("not_significant", q=shown.q, limit=rules.q_value))
    if hypothesis.unlikely:
        found.append(message("others_more_probable"))
    if hypothesis.explained_by is not None:
        found.append(message("explained_by_station", station=hypothesis.explained_by))
    if hypothesis.level is not None and data is not None and not data.within[hypothesis.level]:
        found.append(message("same_time_as_other_changes"))
    if hypothesis.excluded_rivals:
        found.append(message("knowledge_decides", stations=list(hypothesis.excluded_rivals)))
    candidate = known.open_stations.get(hypothesis.station_id)
    if candidate is None:
        found.append(message("not_in_routing_or_pfmea"))
    elif candidate.pfmea and (rating := candidate.pfmea[0][0].occurrence) and rating <= RARE_OCCURRENCE:
        found.append(message("rated_rare", occurrence=rating))
    return found


def missing_record(hypothesis: Hypothesis, data: Data | None, why_no_data: str | None) -> Message | None:
    """Return the record that would tell more: what separates rivals, or what the data route lacks."""
    if hypothesis.station_id == NO_STATION or hypothesis.verdict in (SUPPORTED, CONTRADICTED):
        return None
    if hypothesis.rivals:
        return message("record_that_separates", stations=[hypothesis.station_id, *hypothesis.rivals])
    if data is None:
        return message(why_no_data) if why_no_data else None
    own = [i for i, level in enumerate(data.levels) if level.station_id == hypothesis.station_id]
    if not own:
        return message("genealogy_of_station", station=hypothesis.station_id)
    if not any(data.all_cases.findings.tested[i] for i in own):
        return message("factor_that_varies", station=hypothesis.station_id)
    return None


def next_check(hypothesis: Hypothesis, data: Data | None) -> Message | None:
    """Return the cheapest check that would confirm or refute a hypothesis."""
    station = hypothesis.station_id
    if station == NO_STATION or hypothesis.verdict == CONTRADICTED:
        return None
    if hypothesis.verdict == NOT_SEPARABLE:
        return message("compare_on_the_line", stations=[station, *hypothesis.rivals])
    if hypothesis.verdict == KNOWLEDGE_ONLY or data is None or hypothesis.level is None:
        return message("inspect_returned_parts", station=station)
    level = data.levels[hypothesis.level]
    if level.factor == "station":
        return message("inspect_station", station=station)
    return message("inspect_level", station=station, factor=level.factor, level=level.level)


def evidence(
    hypothesis: Hypothesis,
    known: Knowledge,
    data: Data | None,
    rules: Rules,
    shown: Figures | None,
    weeks: Sequence[Week],
    quotes: Sequence[Mapping[str, Any]],
    why_no_data: str | None,
    *,
    claimed: bool,
) -> dict[str, Any]:
    """Return the whole of causes.evidence; what nobody claims has no build range to contain."""
    pfmea, routing = knowledge_rows(known, hypothesis.station_id)
    doubt = hypothesis.verdict_without_doubtful
    return {
        "statistics": statistics(data, hypothesis),
        "pfmea": pfmea,
        "routing": routing,
        "against": against(hypothesis, known, data, rules, shown),
        "next_check": next_check(hypothesis, data),
        "quotes": list(quotes),
        "rivals": list(hypothesis.rivals),
        "missing_record": missing_record(hypothesis, data, why_no_data),
        "window": window(weeks) if claimed and shown is not None else None,
        "containment": None,  # `mapping.containment` fills it, of what is claimed
        "without_doubtful": {"verdict": doubt} if doubt else None,
    }
