"""What the figures come to, in whole sentences: the lines of tonight, a station's lead, what is and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.records import NOT_SEPARABLE, SUPPORTED, PfmeaGap, Verdict
from reports.facts import (
    Change,
    Group,
    Hypothesis,
    IssueFacts,
    OverviewFacts,
    Risen,
    Share,
    Stand,
    StationFacts,
    StationLine,
    Statistic,
    Week,
    totals,
    weeks_with_cases,
)
from reports.wording.messages import Words

PASSING = ("", "station")  # factors that say no more than that the unit went through the station
NAMED_STATIONS = 3  # in a sentence
NAMED_SHARES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled sentence."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class IsIsNot:
    """A row of the is / is-not comparison (Kepner and Tregoe)."""

    aspect: str
    is_: str
    is_not: str


def _open(lines: Sequence[StationLine], verdict: Verdict) -> list[StationLine]:
    found = [
        line
        for line in lines
        if line.best and line.best.cause.verdict == verdict and line.best.cause.decision != "rejected"
    ]
    return sorted(found, key=lambda line: line.place)


def supported(facts: OverviewFacts) -> list[StationLine]:
    """Return the stations whose strongest hypothesis the data support."""
    return _open(facts.stations, SUPPORTED)


def headline(facts: OverviewFacts, words: Words) -> str:
    """Return the night in one sentence."""
    found = supported(facts)
    if found:
        return words.t("headline.signal", n=len(found), stations=_station_list(found, words))
    if not facts.coverage.cases:
        return words.t("headline.empty")
    return words.t("headline.none")


def _station_list(lines: Sequence[StationLine], words: Words) -> str:
    named = [words.station(line.station.station_id) for line in lines[:NAMED_STATIONS]]
    joined = words.t("list.separator").join(named)
    rest = len(lines) - len(named)
    return words.t("list.and_more", names=joined, n=rest) if rest else joined


def tonight(facts: OverviewFacts, words: Words) -> list[Line]:
    """Return the five lines of tonight."""
    coverage, automation = facts.coverage, facts.automation
    status = [issue.status for issue in facts.issues]
    new, growing, still = status.count("new"), status.count("growing"), len(status) - status.count("closed")
    found, unclear = supported(facts), len(_open(facts.stations, NOT_SEPARABLE))
    stations = (
        words.t("tonight.stations", n=len(found), stations=_station_list(found, words), unclear=unclear)
        if found
        else words.t("tonight.no_station", unclear=unclear)
    )
    decided = words.t("tonight.no_category")
    if automation.total:
        share = words.percent((automation.auto + automation.confirmed) / automation.total)
        decided = words.t("tonight.decided", share=share, review=automation.review)
    trouble = words.t("tonight.data", doubtful=coverage.doubtful, quarantined=coverage.quarantined)
    closed = status.count("closed")
    issues = (
        words.t("tonight.issues", new=new, growing=growing, open=still, closed=closed)
        if status
        else words.t("tonight.no_issue")
    )
    counts = {"cases": coverage.cases, "calls": coverage.calls, "texts": coverage.texts}
    received = words.t("tonight.cases", week=coverage.this_week, **counts)
    return [
        Line(words.t("tonight.label.cases"), received),
        Line(words.t("tonight.label.issues"), issues),
        Line(words.t("tonight.label.warnings"), _warnings_line(facts, words)),
        Line(words.t("tonight.label.stations"), stations),
        Line(words.t("tonight.label.data"), words.t("list.sentences", first=decided, second=trouble)),
    ]


def _warnings_line(facts: OverviewFacts, words: Words) -> str:
    if not facts.loop.warnings_open:
        return words.t("tonight.no_warning")
    fresh = sum(line.warning.first_alarm == facts.night for line in facts.warnings)
    return words.t("tonight.warnings", open=facts.loop.warnings_open, fresh=fresh)


def level_of(factor: str | None, level: str | None, words: Words) -> str:
    """Return a factor's level as it is spoken of ("tool = T3"); empty when it only says that units passed."""
    if (factor or "") in PASSING:
        return ""
    return words.t("level", factor=words.named("factor", factor), level=level or "–")


def own_statistic(hypothesis: Hypothesis) -> Statistic | None:
    """Return the comparison behind a cause: the one of its station, factor and level, else its station's first."""
    cause = hypothesis.cause
    own = [s for s in hypothesis.evidence.statistics if s.station_id in ("", cause.station_id)]
    exact = [s for s in own if (s.factor, s.level) == (cause.factor or "", cause.level or "")]
    return next(iter(exact or own), None)


def comparison_rows(statistics: Sequence[Statistic], words: Words) -> list[tuple[str, ...]]:
    """Return a station's comparisons as cells: level, relative risk, interval, exposed, others, q value."""
    return [
        (
            level_of(stat.factor, stat.level, words) or words.t("level.passed"),
            words.ratio(stat.rr),
            words.interval(stat.rr_low, stat.rr_high),
            f"{words.count(stat.exposed_cases)} / {words.count(stat.exposed_units)}",
            f"{words.count(stat.other_cases)} / {words.count(stat.other_units)}",
            words.chance(stat.q),
        )
        for stat in statistics
    ]


def lead(hypothesis: Hypothesis, words: Words) -> str:
    """Return what the data say about a station, in one or two sentences."""
    cause, evidence = hypothesis.cause, hypothesis.evidence
    trouble = words.trouble(cause.symptom, cause.component)
    if cause.relative_risk is None:
        return words.t("lead.knowledge", trouble=trouble)
    level = level_of(cause.factor, cause.level, words)
    interval = words.interval(cause.rr_low, cause.rr_high)
    values = {"trouble": trouble, "rr": words.ratio(cause.relative_risk), "interval": interval}
    text = words.t("lead.level", level=level, **values) if level else words.t("lead.passed", **values)
    stat = own_statistic(hypothesis)
    if stat and stat.exposed_units is not None and stat.other_units is not None:
        inside = {"exposed_cases": stat.exposed_cases, "exposed_units": stat.exposed_units}
        outside = {"other_cases": stat.other_cases, "other_units": stat.other_units}
        text = words.t("list.sentences", first=text, second=words.t("lead.counts", **inside, **outside))
    extra = ""
    if cause.verdict == NOT_SEPARABLE:
        rivals = words.t("list.separator").join(words.station(r) for r in evidence.rivals)
        extra = words.t("lead.rivals", rivals=rivals) if rivals else words.t("lead.not_separable")
    elif cause.verdict == "contradicted":
        extra = words.t("lead.contradicted")
    return words.t("list.sentences", first=text, second=extra) if extra else text


def rate_finding(hypothesis: Hypothesis, weeks: Sequence[Week], words: Words) -> str:
    """Return what the weekly rates come to."""
    whole = totals(weeks)
    level = level_of(hypothesis.cause.factor, hypothesis.cause.level, words) or words.t("level.passed")
    exposed, other = whole.exposed.rate_per_1000, whole.other.rate_per_1000
    if exposed is None or other is None:
        return words.t("rate.finding_one", level=level, exposed=words.number(exposed))
    return words.t("rate.finding", level=level, exposed=words.number(exposed), other=words.number(other))


def service_finding(hypothesis: Hypothesis, exposed: Sequence[Risen], other: Sequence[Risen], words: Words) -> str:
    """Return what complaints by months in service come to, at the last month that both sides reached."""
    level = level_of(hypothesis.cause.factor, hypothesis.cause.level, words) or words.t("level.passed")
    own = exposed[len(other) - 1] if other else exposed[-1]
    values = {"n": own.month, "level": level, "exposed": words.number(own.per_1000)}
    if not other:
        return words.t("service.finding_one", **values)
    return words.t("service.finding", other=words.number(other[-1].per_1000), **values)


def since(change: Change, words: Words, *, signal: bool) -> str:
    """Return since when a station's page says what it says, and what it said before."""
    if change.before is None:
        return words.t("since.first", day=change.since)
    if not change.before.verdict:
        return words.t("since.none_before", day=change.since)
    before = _stand(change.before, words)
    if not signal:
        return words.t("since.gone", day=change.since, before=before)
    return words.t("since.changed", day=change.since, before=before)


def _stand(stand: Stand, words: Words) -> str:
    parts = [words.trouble(stand.symptom, stand.component), level_of(stand.factor, stand.level, words)]
    parts.append(words.named("verdict", stand.verdict))
    parts.append(words.named("decision", stand.decision) if stand.decision in ("confirmed", "rejected") else "")
    if stand.relative_risk is not None:
        parts.append(words.t("since.rr", rr=words.ratio(stand.relative_risk)))
    if stand.exposed_cases is not None:
        parts.append(words.t("since.cases", n=stand.exposed_cases))
    return words.t("list.separator").join(part for part in parts if part)


def pfmea_note(note: PfmeaGap, words: Words) -> str:
    """Return what the field says about a station's PFMEA, in a sentence."""
    trouble = words.trouble(note.symptom, note.component)
    if note.kind == "rated_too_low":
        return words.t(
            "pfmea_note.rated_too_low", trouble=trouble, rated=words.count(note.occurrence),
            field=words.count(note.occurrence_from_field), cases=words.count(note.cases), units=words.count(note.units),
        )  # fmt: skip
    return words.t("pfmea_note.absent", trouble=trouble, cases=words.count(note.cases))


def leading(station: StationFacts) -> Hypothesis | None:
    """Return a station's own hypothesis in its leading group."""
    return own_hypothesis(station.groups[0], station.station.station_id) if station.groups else None


def own_hypothesis(group: Group, station_id: str) -> Hypothesis | None:
    """Return the best-ranked hypothesis of a group that names a station."""
    return next((h for h in group.hypotheses if h.cause.station_id == station_id), None)


def is_is_not(station: StationFacts, words: Words) -> list[IsIsNot]:
    """Return the comparison that narrows a cause down: what, where, when, which products, under which conditions."""
    hypothesis = leading(station)
    if hypothesis is None:
        return []
    cause = hypothesis.cause
    others = [words.trouble(g.symptom, g.component) for g in station.groups[1 : 1 + NAMED_SHARES]]
    weaker = words.t("isisnot.weaker", troubles=words.t("list.separator").join(others))
    elsewhere = weaker if others else words.t("isisnot.no_other_trouble")
    rows = [IsIsNot(words.t("isisnot.what"), words.trouble(cause.symptom, cause.component), elsewhere)]
    level = level_of(cause.factor, cause.level, words)
    stat = own_statistic(hypothesis)
    where = level or words.t("level.passed")
    if stat and stat.exposed_units is not None and stat.other_units is not None:
        inside = words.t("isisnot.counted", what=where, cases=stat.exposed_cases or 0, units=stat.exposed_units)
        outside = words.t(
            "isisnot.counted", what=words.t("level.other"), cases=stat.other_cases or 0, units=stat.other_units
        )
        rows.append(IsIsNot(words.t("isisnot.where"), inside, outside))
    elif level:
        rows.append(IsIsNot(words.t("isisnot.where"), where, words.t("isisnot.unknown")))
    span = weeks_with_cases(station.weeks)
    if span:
        built = (station.weeks[0].monday, station.weeks[-1].monday)
        weeks = words.t("isisnot.weeks", days=words.t("days", first=span[0], last=span[1]))
        others_quiet = words.t("isisnot.other_weeks", days=words.t("days", first=built[0], last=built[1]))
        rows.append(
            IsIsNot(words.t("isisnot.when"), weeks, words.t("isisnot.no_other_week") if span == built else others_quiet)
        )
    if station.products:
        # Names alone: counts of products that have nothing to do with this station would change its page every night.
        names = words.t("list.separator").join(station.other_products[:NAMED_SHARES])
        spared = names or words.t("isisnot.no_other_product")
        rows.append(IsIsNot(words.t("isisnot.product"), _shares(station.products, words), spared))
    if station.conditions:
        named = tuple(Share(words.name(s.name), s.cases) for s in station.conditions)
        rows.append(IsIsNot(words.t("isisnot.condition"), _shares(named, words), words.t("isisnot.unknown")))
    return rows


def _shares(shares: Sequence[Share], words: Words) -> str:
    shown = [words.t("share", name=s.name or words.t("unset"), n=s.cases) for s in shares[:NAMED_SHARES]]
    joined = words.t("list.separator").join(shown)
    rest = len(shares) - len(shown)
    return words.t("list.and_more", names=joined, n=rest) if rest else joined


def trend_finding(facts: IssueFacts, words: Words) -> str:
    """Return what an issue's weekly cases come to."""
    if not facts.weekly or facts.weekly[0][0] >= facts.recent_since:
        return words.t("trend.young", n=facts.recent)
    return words.t("trend.finding", recent=facts.recent, before=facts.before)


def pareto_finding(symptoms: Sequence[Share], words: Words) -> str:
    """Return what the Pareto of symptoms comes to."""
    top = symptoms[:NAMED_SHARES]
    share = sum(s.cases for s in top) / max(1, sum(s.cases for s in symptoms))
    names = words.t("list.separator").join(words.name(s.name) for s in top)
    return words.t("pareto.finding", names=names, share=words.percent(share))
