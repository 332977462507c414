"""Charts as inline SVG: Altair describes them, vl-convert draws them on this machine, nothing is left to a browser.

A drawing holds no word that the page does not own: axis titles are marks that each language fills in, so one drawing
serves every language. Finding, legend and table stand around it, in HTML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from complaints.ids import canonical_json, digest
from reports.evidence import Window
from reports.facts import Week
from reports.rates import WEEK, rate_per_1000

if TYPE_CHECKING:
    import altair as alt

SVG = "{http://www.w3.org/2000/svg}"
# vermillion and slate: apart for every colour vision and, with dash and shape, in grey on a mono printer
EXPOSED, OTHER, BAR, BAND = "#b8400e", "#4a6478", "#0b5cad", "#e6ebf1"
INK, FAINT = "#29323c", "#d9dee5"
FONT = "sans-serif"  # generic: the reader's system chooses, Chinese included
WIDTH, HEIGHT = 700, 190
# classes rather than a ramp: between them no shade is too dark for black and too light for white
HEAT, HEAT_LIMITS = ["#eef4fa", "#c9dff0", "#8fbfe2", "#2a70ab", "#0b4a85"], [0.1, 0.25, 0.5, 0.75]
DARK_CELL = 0.5  # from this probability on, a cell's figure is written in white
KEPT_TAGS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan", "defs", "clipPath"}
DROPPED_ATTRIBUTES = {"class", "role", "aria-hidden", "aria-label", "aria-roledescription", "pointer-events", "version"}
MARK = re.compile(r"@(\w+)@")
UNPRINTABLE = ("Cc", "Cf", "Cs", "Co")
LONGEST_LABEL = 40
ROOM_OVER_RATES = 1.5  # height of the axis, in highest rates


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG whose words are still marks ("@x@")."""

    svg: str
    width: int

    def show(self, alt_text: str, words: Mapping[str, str]) -> str:
        """Return the SVG with its words and its text alternative; everything in it is escaped."""
        svg = MARK.sub(lambda m: escape(printable(words.get(m.group(1), ""))), self.svg)
        label = quoteattr(printable(alt_text))
        return svg.replace("<svg ", f'<svg role="img" aria-label={label} ', 1)


class Charts:
    """Draws charts, each once a run."""

    def __init__(self) -> None:
        self._drawn: dict[str, Drawing] = {}
        self._specs: dict[str, dict[str, Any]] = {}

    def weekly_rate(self, weeks: Sequence[Week], window: Window | None) -> Drawing:
        """Draw complaining units per 1,000 built by build week: at the level (with 95 % limits) and elsewhere.

        Args:
            weeks: in order of their Mondays.
            window: the build range to contain, shaded.
        """
        points = [point for week in weeks for point in _rate_points(week)]
        # The limits of thin weeks reach far above every rate; the rates keep the room.
        top = max((point["rate"] for point in points), default=0.0) * ROOM_OVER_RATES or 1.0
        for point in points:
            point["high"] = round(min(point["high"], top), 4)
        return self._fill("weekly_rate", {"points": points, "band": _band(weeks, window)})

    def weekly_cases(self, weekly: Sequence[tuple[date, int]], recent: int) -> Drawing:
        """Draw cases by the week in which they were received; the last `recent` weeks are dark."""
        last = len(weekly) - recent
        rows = [
            {"from": _stamp(day), "to": _stamp(day + WEEK), "cases": n, "side": "recent" if i >= last else "before"}
            for i, (day, n) in enumerate(weekly)
        ]
        return self._fill("weekly_cases", {"weeks": rows})

    def _fill(self, kind: str, datasets: Mapping[str, Any]) -> Drawing:
        """Draw a chart whose description stays the same from page to page; Altair's part is done once."""
        if kind not in self._specs:
            describe = {"weekly_rate": _weekly_rate_chart, "weekly_cases": _weekly_cases_chart}[kind]
            self._specs[kind] = _finished(describe())
        return self._draw({**self._specs[kind], "datasets": datasets})

    def pareto(self, rows: Sequence[tuple[str, int, str]]) -> Drawing:
        """Draw horizontal bars, longest first.

        Args:
            rows: (label, cases, what stands at the bar's end).
        """
        import altair as alt

        values = [
            {"at": at, "label": _label(name), "cases": cases, "end": printable(end)}
            for at, (name, cases, end) in enumerate(rows)
        ]
        base = alt.Chart(alt.InlineData(values=values))
        y = alt.Y("at:O", axis=None, scale=alt.Scale(paddingInner=0.3))
        top = max((n for _, n, _ in rows), default=1)
        x = alt.X("cases:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.35]))
        names = base.mark_text(align="right", dx=-8, fontSize=13, color=INK).encode(y=y, x=alt.value(0), text="label:N")
        bars = base.mark_bar(color=BAR).encode(y=y, x=x)
        ends = base.mark_text(align="left", dx=6, fontSize=12, color=INK).encode(y=y, x=x, text="end:N")
        return self._draw(_finished(alt.layer(bars, names, ends).properties(width=300, height=26 * max(1, len(rows)))))

    def heat_map(self, cells: Sequence[tuple[str, str, float, str]]) -> Drawing:
        """Draw a matrix of probabilities (0..1).

        Args:
            cells: (row label, column label, probability, figure in the cell), rows and columns in the order they first
                stand in.
        """
        import altair as alt

        rows, columns = _ordered(c[0] for c in cells), _ordered(c[1] for c in cells)
        values = [
            {"row": _label(row), "column": _label(column, 16), "p": p, "figure": printable(figure)}
            for row, column, p, figure in cells
        ]
        base = alt.Chart(alt.InlineData(values=values))
        x = alt.X(
            "column:N", sort=[_label(c, 16) for c in columns], title=None,
            axis=alt.Axis(orient="top", labelAngle=-30, ticks=False, domain=False),
        )  # fmt: skip
        y = alt.Y("row:N", sort=[_label(r) for r in rows], title=None, axis=alt.Axis(ticks=False, domain=False))
        colour = alt.Color("p:Q", scale=alt.Scale(type="threshold", domain=HEAT_LIMITS, range=HEAT), legend=None)
        squares = base.mark_rect(stroke="#ffffff", strokeWidth=2).encode(x=x, y=y, color=colour)
        ink = alt.condition(f"datum.p >= {DARK_CELL}", alt.value("#ffffff"), alt.value(INK))
        figures = base.mark_text(fontSize=12).encode(x=x, y=y, text="figure:N", color=ink)
        size = {"width": 62 * max(1, len(columns)), "height": 28 * max(1, len(rows))}
        return self._draw(_finished(alt.layer(squares, figures).properties(**size)))

    def _draw(self, spec: dict[str, Any]) -> Drawing:
        import vl_convert

        key = digest(canonical_json(spec))[:10]
        if key not in self._drawn:
            self._drawn[key] = tidy(vl_convert.vegalite_to_svg(spec), key)
        return self._drawn[key]


def _finished(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = (
        chart.configure(font=FONT, background="transparent", aria=False, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor=FAINT, domainColor="#8a96a3", tickColor="#8a96a3",
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
        )
        .to_dict()
    )  # fmt: skip
    return spec


def _weekly_rate_chart() -> Any:
    import altair as alt

    x, y = _time_axis("week"), _count_axis("rate")
    sides, colours = ["exposed", "other"], [EXPOSED, OTHER]
    colour = alt.Color("side:N", scale=alt.Scale(domain=sides, range=colours), legend=None)
    dash = alt.StrokeDash("side:N", scale=alt.Scale(domain=sides, range=[[1, 0], [5, 3]]), legend=None)
    shape = alt.Shape("side:N", scale=alt.Scale(domain=sides, range=["circle", "square"]), legend=None)
    fill = alt.Fill("side:N", scale=alt.Scale(domain=sides, range=[EXPOSED, "#ffffff"]), legend=None)
    base = alt.Chart(alt.NamedData(name="points"))
    band = alt.Chart(alt.NamedData(name="band")).mark_rect(color=BAND)
    limits = base.transform_filter("datum.side === 'exposed'").mark_area(color=EXPOSED, opacity=0.16)
    lines = base.mark_line(strokeWidth=2)
    points = base.mark_point(size=38, strokeWidth=1.5, opacity=1)
    return alt.layer(
        band.encode(x=alt.X("from:T", scale=alt.Scale(type="utc")), x2=alt.X2("to:T")),
        limits.encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        lines.encode(x=x, y=y, color=colour, strokeDash=dash),
        points.encode(x=x, y=y, color=colour, shape=shape, fill=fill),
    ).properties(width=WIDTH, height=HEIGHT)


def _weekly_cases_chart() -> Any:
    import altair as alt

    side = alt.Color("side:N", scale=alt.Scale(domain=["recent", "before"], range=[BAR, "#9db4c8"]), legend=None)
    bars = alt.Chart(alt.NamedData(name="weeks")).mark_bar(stroke="#ffffff", strokeWidth=0.75)
    shown = bars.encode(
        x=_time_axis("from"), x2=alt.X2("to:T"), y=_count_axis("cases", whole=True), y2=alt.datum(0), color=side
    )
    return shown.properties(width=WIDTH, height=150)


def tidy(svg: str, key: str) -> Drawing:
    """Return a drawing with only shapes and words in it, and ids that depend on its content alone.

    vl-convert numbers clip paths through the life of the process, so that a second run would differ in bytes.
    """
    root = ET.fromstring(svg)
    ids: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            ids[element.attrib["id"]] = f"c{key}-{len(ids)}"
    _prune(root)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name in DROPPED_ATTRIBUTES or name.startswith("on") or name == "style":
                del element.attrib[name]
            elif name == "id":
                element.set(name, ids[value])
            elif value.startswith("url(#"):
                element.set(name, f"url(#{ids.get(value[5:-1], '')})")
    width = round(float(root.attrib.get("width", WIDTH)))
    ET.register_namespace("", SVG[1:-1])
    return Drawing(ET.tostring(root, encoding="unicode"), width)


def _prune(parent: ET.Element) -> None:
    for child in list(parent):
        _prune(child)
        tag = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else ""
        empty = tag in ("g", "defs") and len(child) == 0
        unseen = child.get("display") == "none" or (tag == "path" and child.get("d", "") in ("", "M0,0h0v0h0Z"))
        if tag not in KEPT_TAGS or empty or unseen:
            parent.remove(child)


def printable(text: str) -> str:
    """Return a text without control and direction characters, which XML refuses or which scramble a label."""
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in UNPRINTABLE)
    return "".join(" " if c.isspace() else c for c in kept)


def _label(text: str, longest: int = LONGEST_LABEL) -> str:
    # "@" opens a mark that the page fills in; a user's text must not.
    text = printable(text).replace("@", "＠")
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _ordered(names: Any) -> list[str]:
    return list(dict.fromkeys(names))


def _rate_points(week: Week) -> list[dict[str, Any]]:
    points = []
    for side, cases, units in (
        ("exposed", week.exposed_cases, week.exposed_units),
        ("other", week.other_cases, week.other_units),
    ):
        rate = rate_per_1000(cases, units)
        if rate.rate_per_1000 is not None:
            shown = {"rate": rate.rate_per_1000, "low": rate.low_per_1000, "high": rate.high_per_1000}
            figures = {name: round(value or 0, 4) for name, value in shown.items()}
            points.append({"week": _stamp(week.monday), "side": side} | figures)
    return points


def _band(weeks: Sequence[Week], window: Window | None) -> list[dict[str, int]]:
    if window is None or not weeks:
        return []
    start = max(weeks[0].monday, window.from_day)
    end = min(weeks[-1].monday + WEEK, window.to_day + timedelta(days=1))
    return [{"from": _stamp(start), "to": _stamp(end)}] if start < end else []


def _time_axis(name: str) -> alt.X:
    import altair as alt

    # Days as UTC milliseconds: neither the machine's time zone nor its clock reaches the drawing.
    axis = alt.Axis(
        format="%Y-%m-%d", title="@x@", grid=False, tickCount=6, labelOverlap=True, titleAnchor="end", titlePadding=6
    )
    return alt.X(f"{name}:T", scale=alt.Scale(type="utc", nice=False, padding=8), axis=axis)


def _count_axis(name: str, *, whole: bool = False) -> alt.Y:
    import altair as alt

    title: dict[str, Any] = {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleBaseline": "bottom",
        "titleX": -4,
        "titleY": -10,
    }
    ticks: dict[str, Any] = {"format": "d", "tickMinStep": 1} if whole else {}
    axis = alt.Axis(title="@y@", tickCount=4, domain=False, ticks=False, **title, **ticks)
    return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))


def _stamp(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1000
