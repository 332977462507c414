"""Joining the two routes: which stations most likely built the fault in, and what may be claimed about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from complaints.records import CONTRADICTED, KNOWLEDGE_ONLY, NOT_SEPARABLE, SUPPORTED, Verdict
from mapping.association import Array
from mapping.comparison import Estimate, Findings
from mapping.exposure import Overlap
from mapping.knowledge import Knowledge
from mapping.levels import STATION, Level
from mapping.probability import posterior, station_weights

NO_STATION = "none"
CLAIMS = (SUPPORTED, NOT_SEPARABLE)
# p-value at which the likeliest claim holds beside another one (a single test), and at which a level is shown at all.
NOMINAL = 0.05
LIKELY = 0.5  # a claim has to be more probable than all else that could explain what is left to explain
RANKS = 3
NONE_RANK = RANKS + 1
# A station that only part of the units pass is contradicted when even the upper limit leaves no room for a cause. Units
# that pass a parallel station instead may carry the same fault by the same cause, so there a lower rate is asked for.
NO_EFFECT, LOWER = 1.5, 1.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a claim needs; see the settings of [mapping]."""

    q_value: float
    min_exposed_cases: int
    overlap: float


@dataclass(frozen=True, slots=True)
class Comparisons:
    """One group's findings with what the night adds to them.

    Args:
        findings: of every level.
        q: false discovery rates over the night's tests, shape (levels,).
        estimate: gives a level's relative risk with its limits.
    """

    findings: Findings
    q: Array
    estimate: Callable[[int], Estimate]


@dataclass(frozen=True, slots=True)
class Data:
    """The data route of one group.

    Args:
        levels: the comparisons.
        within: which of them were made inside build weeks, shape (levels,).
        parallels: station -> number of its set of parallel stations.
        overlaps: gives a level's overlaps with other levels, by number.
        all_cases: tests with every case.
        p_without: gives the p-value of a level among the units that were not exposed to another level.
        without_doubtful: tests without doubtful cases; None when the group has none.
        base_share: share of all traced units that stands in each level's base, shape (levels,); 1 by default.
        weights_without: gives the log Bayes factors of all levels, shape (levels,), among the units that were not
            exposed to one level; None: a second cause is not looked for.
    """

    levels: Sequence[Level]
    within: NDArray[np.bool_]
    parallels: Mapping[str, int]
    overlaps: Callable[[int], Mapping[int, Overlap]]
    all_cases: Comparisons
    p_without: Callable[[int, int], float]
    without_doubtful: Comparisons | None = None
    base_share: Array | None = None
    weights_without: Callable[[int, Sequence[str]], Array] | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One rank of a group.

    Args:
        station_id: the station, or NO_STATION.
        rank: 1 to 3 by probability; 4 for NO_STATION.
        probability: after the data, over all stations and none.
        prior: before the data.
        verdict: supported, knowledge only, not separable or contradicted.
        level: the strongest comparison's number, or None.
        rivals: stations whose exposed units the data cannot tell from this one's.
        excluded_rivals: overlapping stations that routing and PFMEA do not leave open.
        verdict_without_doubtful: where leaving doubtful cases out changes the verdict.
        explained_by: the station whose level explains the excess found here.
        excluded: knowledge decides for its rivals; it is listed only if it is more probable than all else.
        unlikely: the statistics of a claim are met, but other stations together are more probable.
    """

    station_id: str
    rank: int
    probability: float
    prior: float
    verdict: Verdict
    level: int | None = None
    rivals: tuple[str, ...] = ()
    excluded_rivals: tuple[str, ...] = ()
    verdict_without_doubtful: str | None = None
    explained_by: str | None = None
    excluded: bool = False
    unlikely: bool = False


def join_routes(known: Knowledge, data: Data | None, rules: Rules) -> list[Hypothesis]:
    """Return the ranked stations of one group and the row "none of these".

    The probability of a station is its prior times the mean Bayes factor of its comparisons (first over the levels of a
    factor, then over the factors), normalised with "none". A station is listed when routing or PFMEA leave it open or
    the data meet the rules of a claim.
    """
    weights = station_weights(data.levels, data.all_cases.findings.weight) if data else {}
    beside: dict[str, float] = {}
    probability, none = posterior(known.prior, known.none, weights)
    judged = {s: _judge(s, known, data, rules) for s in known.prior}
    if data is not None:
        judged = {s: None if h and h.excluded and probability[s] < LIKELY else h for s, h in judged.items()}
        _disentangle(judged, probability, known, data, rules)
        probability, none, beside = _beside_the_lead(judged, probability, none, known, data, rules)
        _demote(judged, {s: p for s, p in probability.items() if s not in beside}, known)
        _demote(judged, beside, known)
    listed = [s for s, hypothesis in judged.items() if hypothesis is not None]
    listed.sort(key=lambda s: (-probability[s], -beside.get(s, 0.0), s))
    ranked = [
        _ranked(judged[s], rank, probability[s], known.prior[s]) for rank, s in enumerate(listed[:RANKS], start=1)
    ]
    return [*ranked, Hypothesis(NO_STATION, NONE_RANK, none, known.none, KNOWLEDGE_ONLY)]


def _ranked(found: Hypothesis | None, rank: int, probability: float, prior: float) -> Hypothesis:
    assert found is not None
    return replace(found, rank=rank, probability=probability, prior=prior)


def _disentangle(
    judged: dict[str, Hypothesis | None],
    probability: Mapping[str, float],
    known: Knowledge,
    data: Data,
    rules: Rules,
) -> None:
    """Test every further claim beside the likeliest one: units exposed to the one often are to the other, too.

    A further claim has to hold among the units that were not exposed to the likeliest claim's level; else that explains
    it. It has to hold after Bonferroni's correction over the group's tests: the discoveries that the likeliest claim
    brings with it have lowered the night's threshold for everything else. When neither holds without the other, the
    data cannot tell the two apart.
    """
    claims = [h for h in judged.values() if h is not None and h.level is not None and h.verdict in CLAIMS]
    claims.sort(key=lambda h: (-probability[h.station_id], h.station_id))
    if not claims:
        return
    lead = claims[0]
    for other in claims[1:]:
        if other.station_id in lead.rivals:
            continue
        assert lead.level is not None and other.level is not None
        tests = int(data.all_cases.findings.tested.sum())
        if data.p_without(other.level, lead.level) * tests <= rules.q_value:
            continue
        lead_holds = data.p_without(lead.level, other.level) <= NOMINAL
        excluded = lead.station_id in known.open_stations and other.station_id not in known.open_stations
        if lead_holds or excluded:
            kept = other.station_id in known.open_stations
            explained = replace(other, verdict=KNOWLEDGE_ONLY, rivals=(), explained_by=lead.station_id)
            judged[other.station_id] = explained if kept else None
            continue
        lead = replace(lead, verdict=NOT_SEPARABLE, rivals=tuple(sorted({*lead.rivals, other.station_id})))
        judged[lead.station_id] = lead
        rivals = tuple(sorted({*other.rivals, lead.station_id}))
        judged[other.station_id] = replace(other, verdict=NOT_SEPARABLE, rivals=rivals)


def _beside_the_lead(
    judged: Mapping[str, Hypothesis | None],
    probability: dict[str, float],
    none: float,
    known: Knowledge,
    data: Data,
    rules: Rules,
) -> tuple[dict[str, float], float, dict[str, float]]:
    """Share what the leading claim leaves over among the other stations.

    One trouble may have two causes. Weighed as the only one, a second cause is worth next to nothing beside a strong
    first, and its rank among the others is an accident. So the stations are weighed again among the units that were not
    exposed to the lead's level, as conditional analysis does in fine mapping (Yang et al., Nature Genetics 44 (2012)
    369). Where the lead is right, another station has what that says; where it is wrong, what the first weighing said:
    a station that explains the same cases must not be lost because the lead explains them, too.

    Returns:
        The probabilities of the stations and of none, and the other stations' shares: behind a lead that is all but
        certain their probabilities vanish, and the shares still tell their order.
    """
    lead = max((h for h in judged.values() if h is not None), key=lambda h: probability[h.station_id], default=None)
    if data.weights_without is None or lead is None or lead.level is None or lead.verdict not in CLAIMS:
        return probability, none, {}
    # Stations whose units met the lead's level nearly always share its evidence; nothing would be left of it for them.
    alike = _alike(lead.level, data, rules)
    kept = {s: probability[s] for s, h in judged.items() if h is not None and s in alike | {lead.station_id}}
    others = [s for s, h in judged.items() if h is not None and s not in kept]
    if probability[lead.station_id] < LIKELY or not others:
        return probability, none, {}
    weights = station_weights(data.levels, data.weights_without(lead.level, others))
    second, nothing = posterior({s: known.prior[s] for s in others}, known.none, weights)
    right = sum(kept.values())
    shares = {s: probability[s] + right * second[s] for s in others}
    nothing = none + right * nothing
    left = max(0.0, 1.0 - right) / (sum(shares.values()) + nothing)
    found = {**dict.fromkeys(probability, 0.0), **kept, **{s: left * share for s, share in shares.items()}}
    return found, left * nothing, shares


def _demote(judged: dict[str, Hypothesis | None], probability: Mapping[str, float], known: Knowledge) -> None:
    """Take "supported" from a station that is not more probable than all else that is left to explain.

    The statistics of a claim are met by chance now and then, and by a station whose units met the cause elsewhere.
    Where stations stand before it, the data cannot tell it from them; where "none" does, nothing is claimed.

    Args:
        judged: changed in place.
        probability: of some stations, or their shares beside the lead; with that of none at most 1 in all.
        known: which stations are open.
    """
    claims = [h for s, h in judged.items() if h is not None and h.verdict == SUPPORTED and s in probability]
    claims.sort(key=lambda h: (-probability[h.station_id], h.station_id))
    left = 1.0 - sum(p for s, p in probability.items() if judged[s] is None)  # knowledge leaves those out
    for claim in claims:
        station, own = claim.station_id, probability[claim.station_id]
        if own >= LIKELY * left:
            left -= own
            continue
        likelier = sorted(
            s for s, p in probability.items() if judged[s] is not None and s != station and own < p <= left
        )
        if likelier:
            judged[station] = replace(claim, verdict=NOT_SEPARABLE, rivals=tuple(likelier))
        else:
            lower = replace(claim, verdict=KNOWLEDGE_ONLY, unlikely=True)
            judged[station] = lower if station in known.open_stations else None


def claimed(tests: Comparisons, level: int, rules: Rules) -> bool:
    """Return whether a level meets q, interval and cases, before rivals and doubtful cases are looked at."""
    found = tests.findings
    if not found.tested[level] or tests.q[level] > rules.q_value:
        return False
    return bool(found.exposed_cases[level] >= rules.min_exposed_cases and tests.estimate(level).low > 1.0)


def _judge(station: str, known: Knowledge, data: Data | None, rules: Rules) -> Hypothesis | None:
    """Return a station's verdict with its strongest level, or None when nothing speaks for listing it."""
    is_open = station in known.open_stations
    if data is None:
        return Hypothesis(station, 0, 0, 0, KNOWLEDGE_ONLY) if is_open else None
    full = _verdict(station, known, data, data.all_cases, rules)
    reduced = full
    if data.without_doubtful is not None:
        reduced = _verdict(station, known, data, data.without_doubtful, rules)
    verdict = full.verdict
    if verdict in CLAIMS and reduced.verdict not in CLAIMS:
        verdict = KNOWLEDGE_ONLY  # a claim that rests on doubtful cases is none
    elif verdict == SUPPORTED and reduced.verdict == NOT_SEPARABLE:
        verdict = NOT_SEPARABLE
    if not is_open and verdict in (KNOWLEDGE_ONLY, CONTRADICTED):
        return None
    if not is_open and (rivals := tuple(sorted(set(full.rivals) & set(known.open_stations)))):
        # The data cannot tell it from stations that knowledge names, so knowledge decides, unless the data are so much
        # in its favour that it is the most probable of all (see `join_routes`).
        return replace(full, verdict=NOT_SEPARABLE, rivals=rivals, excluded=True)
    changed = reduced.verdict if reduced.verdict != full.verdict else None
    rivals = full.rivals or (reduced.rivals if verdict == NOT_SEPARABLE else ())
    return Hypothesis(station, 0, 0, 0, verdict, full.level, rivals, full.excluded_rivals, changed)


def _verdict(station: str, known: Knowledge, data: Data, tests: Comparisons, rules: Rules) -> Hypothesis:
    found, own = tests.findings, _own_levels(station, data, tests)
    if not len(own):
        return Hypothesis(station, 0, 0, 0, KNOWLEDGE_ONLY)
    claims = [int(level) for level in own if claimed(tests, int(level), rules)]
    if claims:
        # Contrast inside build weeks tells more than a change in time, with which every other change coincides.
        level = _strongest(found, [c for c in claims if data.within[c]] or claims)
        rivals, excluded = _rivals(station, level, known, data, rules)
        verdict: Verdict = NOT_SEPARABLE if rivals else SUPPORTED
        return Hypothesis(station, 0, 0, 0, verdict, _narrowest(level, claims, data, rules), rivals, excluded)
    itself = next((int(level) for level in own if data.levels[level].factor == STATION), None)
    if itself is not None and data.within[itself]:
        limit = LOWER if station in data.parallels else NO_EFFECT
        if tests.estimate(itself).high < limit:
            return Hypothesis(station, 0, 0, 0, CONTRADICTED, itself)
    # Of the many levels of a station one always stands out: below these marks its figures would only mislead.
    hints = [int(i) for i in own if found.p[i] <= NOMINAL and found.exposed_cases[i] >= rules.min_exposed_cases]
    if not hints:
        return Hypothesis(station, 0, 0, 0, KNOWLEDGE_ONLY)
    level = _strongest(found, hints)
    same = _alike(level, data, rules)
    rivals = tuple(sorted((same - {station}) & set(known.open_stations)))
    return Hypothesis(station, 0, 0, 0, KNOWLEDGE_ONLY, level, rivals)


def _alike(level: int, data: Data, rules: Rules) -> set[str]:
    """Return the stations that have a level whose units are nearly those of a level."""
    return {data.levels[o].station_id for o, x in data.overlaps(level).items() if x.jaccard >= rules.overlap}


def _narrowest(level: int, claims: Sequence[int], data: Data, rules: Rules) -> int:
    """Return the level that names a claim: a narrower claim of the same station, where it leaves nothing of the wider.

    A bad lot makes its supplier stand out, too. Its units are the supplier's own, so what sets the supplier's units
    apart from others of the same weeks holds for the lot; among the supplier's other units nothing is left.
    """
    found = data.all_cases.findings
    narrower = [c for c in claims if found.exposed_units[c] < found.exposed_units[level]]
    for other in sorted(narrower, key=lambda i: (-found.weight[i], i)):
        inside = data.overlaps(other).get(level)
        if inside and inside.contained >= rules.overlap and data.p_without(level, other) > NOMINAL:
            return other
    return level


def _own_levels(station: str, data: Data, tests: Comparisons) -> NDArray[np.intp]:
    own = np.array([level.station_id == station for level in data.levels], dtype=bool)
    return np.flatnonzero(own & tests.findings.tested)


def _strongest(found: Findings, levels: Sequence[int] | NDArray[np.intp]) -> int:
    """Return the level under which the cases are likeliest; ties by shrunken risk, then by number."""
    return int(max(levels, key=lambda i: (found.weight[i], found.shrunken_low[i], -i)))


def _rivals(
    station: str, level: int, known: Knowledge, data: Data, rules: Rules
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the stations that the data cannot tell from a claimed level: open ones, then others.

    A rival has a level whose units overlap with the claimed one's. A level that stands for whole weeks also rivals
    every station (or set of parallel ones) that its units passed: an unrecorded change there in the same weeks would
    look the same. When knowledge does not name the claimed station itself, it excludes nobody.
    """
    found: set[str] = set()
    passed: dict[str, float] = {}  # share of the level's units that passed a station, or one of a parallel set
    for other, overlap in data.overlaps(level).items():
        rival = data.levels[other]
        if rival.station_id != station and _inside_base(overlap, data, level) >= rules.overlap:
            found.add(rival.station_id)
        if rival.factor == STATION:
            passed[_place(rival.station_id, data)] = passed.get(_place(rival.station_id, data), 0) + overlap.contained
    if not data.within[level]:
        own = _place(station, data)
        stations = {x.station_id for x in data.levels}
        found |= {s for s in stations if _place(s, data) != own and passed.get(_place(s, data), 0) >= rules.overlap}
    if station not in known.open_stations:
        return tuple(sorted(found)), ()
    open_rivals = found & set(known.open_stations)
    return tuple(sorted(open_rivals)), tuple(sorted(found - open_rivals))


def _inside_base(overlap: Overlap, data: Data, level: int) -> float:
    """Return the Jaccard overlap among the units of the level's base: those of one of two parallel stations, say.

    A level is compared in its base alone, so units of the rival's level elsewhere tell nothing. They are taken to be as
    many as the base's share of all units leaves over.
    """
    share = 1.0 if data.base_share is None else float(data.base_share[level])
    if share >= 1.0 or overlap.jaccard <= 0:
        return overlap.jaccard
    both = overlap.contained
    rival = max((both / overlap.jaccard - 1 + both) * share, both)
    return both / (1 + rival - both)


def _place(station: str, data: Data) -> str:
    """Return a name for the station or the set of parallel stations that it belongs to."""
    number = data.parallels.get(station)
    return station if number is None else f"parallel set {number}"
