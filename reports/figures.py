"""A chart with everything that stands around it: the finding as its title, legend, text alternative and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from reports.charts import Charts, Drawing
from reports.facts import IssueFacts, OverviewFacts, StationFacts
from reports.messages import Words
from reports.rates import RECENT_WEEKS, rate_per_1000
from reports.sentences import leading, level_of, pareto_finding, rate_finding, trend_finding

PARETO_ROWS = 10
HEAT_STATIONS, HEAT_SYMPTOMS = 12, 8


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A mark of the chart and what it means."""

    mark: str  # exposed | other | band | limits | recent | before
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
    window = hypothesis.evidence.window
    drawing = charts.weekly_rate(facts.weeks, window)
    finding = rate_finding(hypothesis, facts.weeks, words)
    level = level_of(hypothesis.cause.factor, hypothesis.cause.level, words) or words.t("level.passed")
    legend = [
        LegendItem("exposed", level),
        LegendItem("limits", words.t("rate.limits")),
        LegendItem("other", words.t("level.other")),
    ]
    if window is not None:
        legend.append(LegendItem("band", words.t("rate.band")))
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


def trend_figure(facts: IssueFacts, words: Words, charts: Charts) -> Figure | None:
    """Return an issue's cases by week of receipt; None when no case has a date."""
    if not facts.weekly:
        return None
    finding = trend_finding(facts, words)
    drawing = charts.weekly_cases(facts.weekly, RECENT_WEEKS)
    alt_text = words.t("alt.sentence", finding=finding, chart=words.t("trend.alt"))
    svg = _shown(drawing, alt_text, x=words.t("trend.axis.x"), y=words.t("trend.axis.y"))
    rows = tuple((words.day(monday), words.count(n)) for monday, n in facts.weekly)
    legend = (LegendItem("recent", words.t("trend.recent")), LegendItem("before", words.t("trend.before")))
    header = (words.t("trend.axis.x"), words.t("trend.axis.y"))
    return Figure(finding, svg, True, legend, words.t("trend.note"), header, rows)


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
        probability=words.percent(top.probability),
    )  # fmt: skip
    named = [(words.station(c.station_id), words.name(c.symptom), words.percent(c.probability)) for c in cells]
    drawing = charts.heat_map([(s, n, c.probability, p) for (s, n, p), c in zip(named, cells, strict=True)])
    svg = _shown(drawing, words.t("alt.sentence", finding=finding, chart=words.t("heat.alt")))
    header = (words.t("station"), words.t("symptom"), words.t("verdict"), words.t("probability"))
    rows = tuple((s, n, words.named("verdict", c.verdict), p) for (s, n, p), c in zip(named, cells, strict=True))
    return Figure(finding, svg, False, (), words.t("heat.note"), header, rows, numeric=3)


def _first(names: Sequence[str], most: int) -> list[str]:
    return list(dict.fromkeys(names))[:most]
