"""A chart with everything that stands around it: the finding as its title, legend, text alternative and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from statistics import median

from markupsafe import Markup

from reports.charts.drawing import Drawing
from reports.charts.vega import Bar, Charts
from reports.facts import (
    WEEK,
    IssueFacts,
    OverviewFacts,
    QualityFacts,
    StationFacts,
    SupplierFacts,
    WarningFacts,
    rate_per_1000,
    risen,
)
from reports.wording import Words, leading, level_of, pareto_finding, rate_finding, service_finding, trend_finding

PARETO_ROWS = 10
HEAT_STATIONS, HEAT_SYMPTOMS = 12, 8


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A mark of the chart and what it means."""

    mark: str  # exposed | other | band | limits | recent | before | rule | action
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a page shows it. `numeric` says from which column on a table's cells are figures."""

    finding: str
    svg: Markup
    wide: bool
    legend: tuple[LegendItem, ...]
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 1


def _shown(drawing: Drawing, alt_text: str, **words: str) -> Markup:
    # Charts.show escapes every text in the drawing, and `tidy` keeps shapes and words only.
    return Markup(drawing.show(alt_text, words))


def rate_figure(facts: StationFacts, words: Words, charts: Charts) -> Figure | None:
    """Return the rate by build week of a station's leading hypothesis; None without units by week."""
    hypothesis = leading(facts)
    if hypothesis is None or not facts.weeks:
        return None
    window = hypothesis.window
    built = (facts.weeks[0].monday, facts.weeks[-1].monday + WEEK)
    started = sorted({a.action.started_at for a in facts.actions if a.action.started_at})
    marks = [day for day in started if built[0] <= day < built[1]]
    drawing = charts.weekly_rate(facts.weeks, window, marks)
    finding = rate_finding(hypothesis, facts.weeks, words)
    level = level_of(hypothesis.cause.factor, hypothesis.cause.level, words) or words.t("level.passed")
    legend = [
        LegendItem("exposed", level),
        LegendItem("limits", words.t("rate.limits")),
        LegendItem("other", words.t("level.other")),
    ]
    if window is not None:
        legend.append(LegendItem("band", words.t("rate.band")))
    if marks:
        legend.append(LegendItem("action", words.t("rate.actions")))
    rows = []
    for week in facts.weeks:
        sides = ((week.exposed_cases, week.exposed_units), (week.other_cases, week.other_units))
        cells = [words.day(week.monday)]
        for cases, units in sides:
            rate = rate_per_1000(cases, units).rate_per_1000
            cells += [words.count(cases), words.count(units), words.number(rate)]
        rows.append(tuple(cells))
    names = ("cases", "units", "rate")
    header = [words.t("rate.week")]
    header += [words.t(f"rate.column.{side}.{name}") for side in ("exposed", "other") for name in names]
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("rate.alt"))
    svg = _shown(drawing, alt_text, x=words.t("rate.axis.x"), y=words.t("rate.axis.y"))
    return Figure(finding, svg, True, tuple(legend), "", tuple(header), tuple(rows))


def service_figure(facts: StationFacts, words: Words, charts: Charts) -> Figure | None:
    """Return complaints by months in service of a station's leading hypothesis; None with a single month or without."""
    hypothesis = leading(facts)
    if hypothesis is None or not facts.service:
        return None
    *months, end = facts.service
    exposed = risen([(m.exposed_units, m.exposed_cases) for m in months], end.exposed_units)
    other = risen([(m.other_units, m.other_cases) for m in months], end.other_units)[: len(exposed)]
    if len(exposed) < 2:
        return None
    finding = service_finding(hypothesis, exposed, other, words)
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("service.alt"))
    svg = _shown(charts.service(exposed, other), alt_text, x=words.t("service.axis.x"), y=words.t("service.axis.y"))
    level = level_of(hypothesis.cause.factor, hypothesis.cause.level, words) or words.t("level.passed")
    legend = (
        LegendItem("exposed", level), LegendItem("limits", words.t("rate.limits")),
        LegendItem("other", words.t("level.other")),
    )  # fmt: skip
    header = (words.t("service.axis.x"), *(words.t(f"service.column.{side}.{name}")
        for side in ("exposed", "other") for name in ("units", "rate")))  # fmt: skip
    rows = []
    for at, own in enumerate(exposed):
        cells = [words.count(own.month), words.count(own.units), words.number(own.per_1000)]
        cells += [words.count(other[at].units), words.number(other[at].per_1000)] if at < len(other) else ["–", "–"]
        rows.append(tuple(cells))
    return Figure(finding, svg, False, legend, words.t("service.note"), header, tuple(rows))


def trend_figure(facts: IssueFacts, words: Words, charts: Charts) -> Figure | None:
    """Return an issue's cases by week of receipt; None when no case has a date."""
    if not facts.weekly:
        return None
    finding = trend_finding(facts, words)
    bars = [Bar(day, day + WEEK, n, day >= facts.recent_since) for day, n in facts.weekly]
    drawing = charts.periods(bars)
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("trend.alt"))
    svg = _shown(drawing, alt_text, x=words.t("trend.axis.x"), y=words.t("trend.axis.y"))
    rows = tuple((words.day(monday), words.count(n)) for monday, n in facts.weekly)
    shown = {"recent" if bar.dark else "before" for bar in bars}
    legend = tuple(LegendItem(kind, words.t(f"trend.{kind}")) for kind in ("recent", "before") if kind in shown)
    header = (words.t("trend.axis.x"), words.t("trend.axis.y"))
    return Figure(finding, svg, True, legend, words.t("trend.note"), header, rows)


def warning_figure(facts: WarningFacts, words: Words, charts: Charts) -> Figure | None:
    """Return the weekly cases of a warning's group, its baseline shaded, its first alarm marked; None without dates."""
    if not facts.weekly:
        return None
    warning = facts.warning
    band = (warning.baseline_from, warning.baseline_to) if warning.baseline_from and warning.baseline_to else None
    if band:
        band = (max(band[0], facts.weekly[0][0]), band[1])
        band = band if band[0] <= band[1] else None
    bars = [Bar(day, day + WEEK, n, day + WEEK > warning.first_alarm) for day, n in facts.weekly]
    drawing = charts.periods(bars, band=band, mark=warning.first_alarm)
    finding = words.t("warning.finding", observed=warning.observed, expected=warning.expected, limit=warning.limit)
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("warning.alt"))
    svg = _shown(drawing, alt_text, x=words.t("trend.axis.x"), y=words.t("trend.axis.y"))
    rows = tuple((words.day(monday), words.count(n)) for monday, n in facts.weekly)
    legend = [LegendItem("recent", words.t("warning.since")), LegendItem("before", words.t("trend.before"))]
    legend += [LegendItem("band", words.t("warning.baseline"))] if band else []
    legend.append(LegendItem("rule", words.t("warning.first_alarm")))
    header = (words.t("trend.axis.x"), words.t("trend.axis.y"))
    return Figure(finding, svg, True, tuple(legend), words.t("trend.note"), header, rows)


def supplier_figure(facts: SupplierFacts, words: Words, charts: Charts) -> Figure | None:
    """Return a supplier's complaint rate by month, or its cases where no rate is known; None with a single month.

    A month without complaints between two others has none: it counts in the median.
    """
    known = {m.month: m for m in facts.months}
    if len(known) < 2:
        return None
    rated = all(m.rate_per_million is not None for m in facts.months)
    kind = "rate" if rated else "cases"
    months = _every_month(min(known), max(known))
    found = [known.get(month) for month in months]
    values = [0.0 if m is None else m.rate_per_million or 0.0 if rated else float(m.cases) for m in found]
    bars = [Bar(day, _next_month(day), value, day == months[-1]) for day, value in zip(months, values, strict=True)]
    drawing = charts.periods(bars, whole=not rated)
    month = words.month(months[-1])
    finding = words.t(f"supplier.finding.{kind}", month=month, last=values[-1], before=median(values[:-1]))
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("supplier.alt"))
    svg = _shown(drawing, alt_text, x=words.t("month"), y=words.t(f"supplier.axis.{kind}"))
    cases = [m.cases if m else 0 for m in found]
    rates = values if rated else [m.rate_per_million if m else None for m in found]
    rows = tuple(
        (words.month(day), words.count(number), words.number(rate))
        for day, number, rate in zip(months, cases, rates, strict=True)
    )
    header = (words.t("month"), words.t("cases"), words.t("supplier.axis.rate"))
    legend = (LegendItem("recent", words.t("supplier.newest")), LegendItem("before", words.t("trend.before")))
    return Figure(finding, svg, True, legend, "", header, rows)


def calibration_figure(facts: QualityFacts, words: Words, charts: Charts) -> Figure | None:
    """Return how often decisions of a confidence are right; None without known labels."""
    error = facts.calibration_error
    if error is None:
        return None
    points = [(b.confidence, b.right / b.cases, b.cases) for b in facts.bins]
    finding = words.t("calibration.finding", error=words.percent(error), cases=facts.all_cases.cases)
    drawing = charts.calibration(points)
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("calibration.alt"))
    svg = _shown(drawing, alt_text, x=words.t("calibration.axis.x"), y=words.t("calibration.axis.y"))
    rows = []
    for b in facts.bins:
        span = f"{words.percent(b.low)} – {words.percent(b.high)}"
        rows.append((span, words.count(b.cases), words.percent(b.confidence), words.percent(b.right / b.cases)))
    header = (words.t("confidence"), words.t("cases"), words.t("calibration.axis.x"), words.t("calibration.axis.y"))
    return Figure(finding, svg, False, (), words.t("calibration.note"), header, tuple(rows))


def _every_month(first: date, last: date) -> list[date]:
    """Return the first days of all months from one to another."""
    months = [first]
    while months[-1] < last:
        months.append(_next_month(months[-1]))
    return months


def _next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def pareto_figure(facts: OverviewFacts, words: Words, charts: Charts) -> Figure | None:
    """Return the Pareto of symptoms; None without a symptom."""
    shown = facts.symptoms[:PARETO_ROWS]
    if not shown:
        return None
    whole = sum(s.cases for s in facts.symptoms)
    sums = [words.percent(total / whole) for total in accumulate(s.cases for s in shown)]
    names = [words.name(s.name) for s in shown]
    ends = [f"{words.count(s.cases)}  ({total})" for s, total in zip(shown, sums, strict=True)]
    finding = pareto_finding(facts.symptoms, words)
    drawing = charts.pareto([(name, s.cases, end) for name, s, end in zip(names, shown, ends, strict=True)])
    svg = _shown(drawing, words.t("alt.sentence", finding=finding, chart=words.t("pareto.alt")))
    rows = tuple((name, words.count(s.cases), total) for name, s, total in zip(names, shown, sums, strict=True))
    header = (words.t("symptom"), words.t("cases"), words.t("pareto.sum"))
    return Figure(finding, svg, False, (), words.t("pareto.note"), header, rows)


def heat_figure(facts: OverviewFacts, words: Words, charts: Charts) -> Figure | None:
    """Return the heat map station x symptom of the causes' probabilities; None without causes."""
    if not facts.cells:
        return None
    stations = _first([c.station_id for c in facts.cells], HEAT_STATIONS)
    symptoms = _first([c.symptom for c in facts.cells if c.station_id in stations], HEAT_SYMPTOMS)
    cells = [c for c in facts.cells if c.station_id in stations and c.symptom in symptoms]
    top = cells[0]
    finding = words.t(
        "heat.finding", station=words.station(top.station_id), symptom=words.name(top.symptom),
        probability=words.likelihood(top.probability),
    )  # fmt: skip
    named = [(words.station(c.station_id), words.name(c.symptom), words.likelihood(c.probability)) for c in cells]
    drawing = charts.heat_map([(s, n, c.probability, p) for (s, n, p), c in zip(named, cells, strict=True)])
    svg = _shown(drawing, words.t("alt.sentence", finding=finding, chart=words.t("heat.alt")))
    header = (words.t("station"), words.t("symptom"), words.t("verdict"), words.t("probability"))
    rows = tuple((s, n, words.named("verdict", c.verdict), p) for (s, n, p), c in zip(named, cells, strict=True))
    return Figure(finding, svg, False, (), words.t("heat.note"), header, rows, numeric=3)


def _first(names: Sequence[str], most: int) -> list[str]:
    return list(dict.fromkeys(names))[:most]
