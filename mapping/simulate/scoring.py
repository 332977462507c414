"""What a night found against what was planted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from complaints.records import NOT_SEPARABLE, SUPPORTED, Cause, Verdict
from complaints.run import Night
from mapping.causes import NO_STATION
from mapping.simulate.faults import Fault, Trouble
from mapping.simulate.plant import START

MIXED = 0.2  # share of a group's cases


@dataclass(frozen=True)
class Outcome:
    """What became of one planted fault.

    Args:
        kind: of the fault.
        relative_risk: planted.
        exposed_cases: expected complaining units among the exposed.
        group: the group of the night that holds most of the trouble (Jaccard), or empty.
        agreement: its Jaccard index with the trouble's complaints.
        rank: of the true station, a second true station left out; 0 when it is not listed.
        named: factor and level of the true station's row are the true ones.
        verdict: of the true station's row, or empty.
        probability: of the true station, 0 when it is not listed.
        declared: of an inseparable pair: one of the two is "not separable" and names the other.
        hinted: of an inseparable pair: one of the two names the other, whatever its verdict.
        blamed_alone: of an inseparable pair: one of the two is "supported".
        covered: of a fault limited in time: share of its exposed units' build days inside the containment range.
        width: length of that range over the fault's own.
    """

    kind: str
    relative_risk: float
    exposed_cases: float
    group: str
    agreement: float
    rank: int
    named: bool
    verdict: Verdict | Literal[""]
    probability: float
    declared: bool = False
    hinted: bool = False
    blamed_alone: bool = False
    covered: float | None = None
    width: float | None = None


@dataclass(frozen=True)
class Claim:
    """A probability that the product printed, and whether the station was the true cause."""

    kind: str
    relative_risk: float
    probability: float
    true: bool


@dataclass(frozen=True)
class Score:
    """One plant's outcomes.

    Args:
        faults: number of planted faults.
        outcomes: of each.
        false_supported: "supported" claims of stations that are no cause, each station once a trouble.
        mixed: those of them that are true of another trouble whose complaints stand in the same group.
        claims: printed probabilities of the stations, for calibration.
    """

    faults: int
    outcomes: tuple[Outcome, ...]
    false_supported: tuple[str, ...]
    mixed: tuple[str, ...]
    claims: tuple[Claim, ...]


def group_members(night: Night) -> dict[tuple[str, str], set[str]]:
    """Return the complaint ids of every group that the night traces, by (kind, id)."""
    from mapping import groups

    least = night.settings.mapping.min_group_cases
    with groups.grouped_cases(night.store, night.dictionary, night.as_of, least) as grouped:
        rows = night.store.query(
            f"SELECT grp, external_id FROM {grouped.numbered} JOIN cases USING (case_id) ORDER BY ALL"
        )
    members: dict[tuple[str, str], set[str]] = {(g.kind, g.group_id): set() for g in grouped.groups}
    for number, name in rows:
        members[grouped.groups[number].kind, grouped.groups[number].group_id].add(name)
    return members


def score(
    troubles: list[Trouble], by_topic: Mapping[str, set[str]], members: Mapping[tuple[str, str], set[str]],
    causes: list[Cause],
) -> Score:  # fmt: skip
    """Score a night.

    Args:
        troubles: what was planted.
        by_topic: complaint ids of each trouble, repeats left out.
        members: complaint ids of each group of the night.
        causes: rows of the night.
    """
    rows: dict[tuple[str, str], list[Cause]] = {}
    for row in causes:
        rows.setdefault((row.group_kind, row.group_id), []).append(row)
    outcomes, claims = [], []
    for trouble in troubles:
        group, agreement = best_group(by_topic.get(trouble.topic, set()), members)
        listed = sorted(rows.get(group, []), key=lambda r: r.rank) if group else []
        for fault in trouble.faults:
            partners = {f.station_id for f in trouble.faults} - {fault.station_id}
            outcomes.append(_outcome(fault, partners, group, agreement, listed))
        true = {f.station_id for f in trouble.faults}
        kind = trouble.faults[0].kind if trouble.faults else "none"
        risk = trouble.faults[0].relative_risk if trouble.faults else 1.0
        claims += [Claim(kind, risk, r.probability, r.station_id in true) for r in listed if r.station_id != NO_STATION]
        if listed and not true:
            claims += [Claim(kind, risk, r.probability, True) for r in listed if r.station_id == NO_STATION]
        elif listed:
            claims += [Claim(kind, risk, r.probability, False) for r in listed if r.station_id == NO_STATION]
    false, mixed = _false_claims(troubles, by_topic, members, rows)
    return Score(sum(len(t.faults) for t in troubles), tuple(outcomes), tuple(false), tuple(mixed), tuple(claims))


def best_group(wanted: set[str], members: Mapping[tuple[str, str], set[str]]) -> tuple[tuple[str, str] | None, float]:
    """Return the group that agrees best with a set of complaints, and the Jaccard index."""
    best, found = None, 0.0
    for key, held in sorted(members.items()):
        agreement = len(held & wanted) / max(len(held | wanted), 1)
        if agreement > found:
            best, found = key, agreement
    return best, found


def _outcome(
    fault: Fault, partners: set[str], group: tuple[str, str] | None, agreement: float, listed: list[Cause]
) -> Outcome:
    others = [r for r in listed if r.station_id != NO_STATION and r.station_id not in partners]
    own = next((r for r in others if r.station_id == fault.station_id), None)
    rival = next((r for r in others if r.station_id == fault.rival), None)
    rank = others.index(own) + 1 if own else 0
    covered, width = _range(fault, own)
    pair = [r for r in (own, rival) if r is not None]
    return Outcome(
        fault.kind, fault.relative_risk, fault.exposed_cases, "/".join(group) if group else "", round(agreement, 4),
        rank, own is not None and _same_level(fault, own), own.verdict if own else "", own.probability if own else 0.0,
        declared=bool(fault.rival) and any(r.verdict == NOT_SEPARABLE and _names_rival(r, fault) for r in pair),
        hinted=bool(fault.rival) and any(_names_rival(r, fault) for r in pair),
        blamed_alone=bool(fault.rival) and any(r.verdict == SUPPORTED for r in pair),
        covered=covered, width=width,
    )  # fmt: skip


def _names_rival(row: Cause, fault: Fault) -> bool:
    """Return whether a row of one of two inseparable stations names the other as one that cannot be told from it."""
    rivals = json.loads(row.evidence).get("rivals", [])
    return (fault.rival if row.station_id == fault.station_id else fault.station_id) in rivals


def _same_level(fault: Fault, row: Cause) -> bool:
    if row.factor != fault.factor or row.level is None:
        return False
    if fault.below is None:
        return row.level in fault.levels
    low, _, high = row.level.strip("[]() ").partition(", ")
    return float(low) < fault.below and (float(low) + float(high)) / 2 < fault.below + 1.0


def _range(fault: Fault, row: Cause | None) -> tuple[float | None, float | None]:
    if fault.window is None or row is None:
        return None, None
    window = json.loads(row.evidence).get("window")
    if not window:
        return None, None
    first = (date.fromisoformat(window["from"]) - START).days
    last = (date.fromisoformat(window["to"]) - START).days + 1
    both = max(0.0, min(last, fault.window[1]) - max(first, fault.window[0]))
    length = fault.window[1] - fault.window[0]
    return round(both / length, 4), round((last - first) / length, 4)


def _false_claims(
    troubles: list[Trouble], by_topic: Mapping[str, set[str]], members: Mapping[tuple[str, str], set[str]],
    rows: Mapping[tuple[str, str], list[Cause]],
) -> tuple[list[str], list[str]]:  # fmt: skip
    """Return "topic station" of every supported claim that is wrong, each once however many groups repeat it.

    The second list holds those whose station is a cause of another trouble that the group holds MIXED of at least.
    """
    found: set[str] = set()
    mixed: set[str] = set()
    for key, listed in rows.items():
        held = members.get(key, set())
        topic = max(sorted(by_topic), key=lambda t: len(held & by_topic[t]), default="")
        true = {f.station_id for t in troubles if t.topic == topic for f in t.faults}
        for row in listed:
            if row.verdict == SUPPORTED and row.station_id not in true:
                found.add(f"{topic} {row.station_id}")
                others = [t for t in troubles if row.station_id in {f.station_id for f in t.faults}]
                if any(len(held & by_topic.get(t.topic, set())) >= MIXED * len(held) for t in others):
                    mixed.add(f"{topic} {row.station_id}")
    return sorted(found), sorted(mixed)
