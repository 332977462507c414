"""Charts as inline SVG: Altair describes them, vl-convert draws them on this machine, nothing is left to a browser.

A drawing holds no word that the page does not own: axis titles are marks that each language fills in, so one drawing
serves every language. Finding, legend and table stand around it, in HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from complaints.fingerprints import canonical_json, digest
from reports.charts.drawing import FONT, Drawing, printable, tidy
from reports.facts import WEEK, Risen, Week, Window, rate_per_1000

if TYPE_CHECKING:
    import altair as alt

# vermillion and slate: apart for every colour vision and, with dash and shape, in grey on a mono printer
EXPOSED, OTHER, BAR, BAND = "#b8400e", "#4a6478", "#0b5cad", "#e6ebf1"
PALE = "#9db4c8"
INK, FAINT = "#29323c", "#d9dee5"
WIDTH, HEIGHT = 700, 190
SERVICE_WIDTH, SERVICE_HEIGHT = 420, 170
# classes rather than a ramp: between them no shade is too dark for black and too light for white
HEAT, HEAT_LIMITS = ["#eef4fa", "#c9dff0", "#8fbfe2", "#2a70ab", "#0b4a85"], [0.1, 0.25, 0.5, 0.75]
DARK_CELL = 0.5  # from this probability on, a cell's figure is written in white
LONGEST_LABEL = 40
# the reader's system may have wider letters than the ones that were measured here
PADDING = {"left": 16, "right": 12, "top": 4, "bottom": 4}
LEAST_AXIS = 4
ROOM_OVER_RATES = 1.5  # height of the axis, in highest rates


@dataclass(frozen=True, slots=True)
class Bar:
    """A value of the days from `first` to before `end`."""

    first: date
    end: date
    value: float
    dark: bool


class Charts:
    """Draws charts, each once."""

    def __init__(self) -> None:
        self._drawn: dict[str, Drawing] = {}
        self._specs: dict[str, dict[str, Any]] = {}

    def weekly_rate(self, weeks: Sequence[Week], window: Window | None, marks: Sequence[date] = ()) -> Drawing:
        """Draw complaining units per 1,000 built by build week: at the level (with 95 % limits) and elsewhere.

        Args:
            weeks: in order of their Mondays.
            window: the build range to contain, shaded.
            marks: days to mark by an upright line.
        """
        points = [point for week in weeks for point in _rate_points(week)]
        _keep_room(points)
        lines = [{"day": _stamp(day)} for day in marks]
        return self._fill("weekly_rate", {"points": points, "band": _band(weeks, window), "mark": lines})

    def service(self, exposed: Sequence[Risen], other: Sequence[Risen]) -> Drawing:
        """Draw complaining units per 1,000 by months in service: at the level (with 95 % limits) and elsewhere."""
        points: list[dict[str, Any]] = [
            {"month": risen.month, "side": side, "rate": risen.per_1000, "low": risen.low, "high": risen.high}
            for side, curve in (("exposed", exposed), ("other", other))
            for risen in (Risen(0, 0, 0.0, 0.0, 0.0), *curve)
            if curve
        ]
        _keep_room(points)
        return self._fill("service", {"points": points})

    def periods(
        self,
        bars: Sequence[Bar],
        *,
        band: tuple[date, date] | None = None,
        mark: date | None = None,
        whole: bool = True,
    ) -> Drawing:
        """Draw bars over stretches of time, those in focus dark.

        Args:
            bars: in order of time.
            band: first and last day of a stretch to shade behind them.
            mark: a day to mark by an upright line.
            whole: the values are counts.
        """
        rows = [
            {
                "from": _stamp(bar.first),
                "to": _stamp(bar.end),
                "value": bar.value,
                "side": "recent" if bar.dark else "before",
            }
            for bar in bars
        ]
        # An axis of at least four steps, so that counts have whole numbers at its ticks.
        top = max([bar.value for bar in bars] + [LEAST_AXIS if whole else 0])
        shade = [{"from": _stamp(band[0]), "to": _stamp(band[1] + timedelta(days=1))}] if band else []
        lines = [{"day": _stamp(mark)}] if mark else []
        datasets = {"bars": rows, "top": [{"value": top}], "band": shade, "mark": lines}
        return self._fill("counts" if whole else "values", datasets)

    def _fill(self, kind: str, datasets: Mapping[str, Any]) -> Drawing:
        """Draw a chart whose description stays the same from page to page; Altair's part is done once."""
        if kind not in self._specs:
            self._specs[kind] = _finished(DESCRIBED[kind]())
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

    def calibration(self, points: Sequence[tuple[float, float, int]]) -> Drawing:
        """Draw a reliability diagram.

        Args:
            points: (mean confidence, share that was right, cases) of each bin; shares are 0..1.
        """
        import altair as alt

        values = [{"confidence": round(c, 4), "right": round(r, 4), "cases": n} for c, r, n in points]
        axis: dict[str, Any] = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
        above: dict[str, Any] = {"titleAngle": 0, "titleAlign": "left", "titleX": -4, "titleY": -12}
        scale = alt.Scale(domain=[0, 1])
        x = alt.X("confidence:Q", scale=scale, axis=alt.Axis(title="@x@", grid=False, titleAnchor="end", **axis))
        y = alt.Y("right:Q", scale=scale, axis=alt.Axis(title="@y@", **above, **axis))
        ends = alt.Chart(alt.InlineData(values=[{"confidence": 0, "right": 0}, {"confidence": 1, "right": 1}]))
        line = ends.mark_line(color=OTHER, strokeDash=[5, 3], strokeWidth=1.5).encode(x=x, y=y)
        size = alt.Size("cases:Q", scale=alt.Scale(range=[40, 400]), legend=None)
        dots = alt.Chart(alt.InlineData(values=values)).mark_circle(color=BAR, opacity=0.85).encode(x=x, y=y, size=size)
        return self._draw(_finished(alt.layer(line, dots).properties(width=300, height=220)))

    def _draw(self, spec: dict[str, Any]) -> Drawing:
        import vl_convert

        key = digest(canonical_json(spec))[:10]
        if key not in self._drawn:
            self._drawn[key] = tidy(vl_convert.vegalite_to_svg(spec), key)
        return self._drawn[key]


def _finished(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = (
        chart.configure(font=FONT, background="transparent", aria=False, padding=PADDING)
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
    band = alt.Chart(alt.NamedData(name="band")).mark_rect(color=BAND)
    mark = alt.Chart(alt.NamedData(name="mark")).mark_rule(color=INK, strokeWidth=1.5, strokeDash=[4, 3])
    return alt.layer(
        band.encode(x=alt.X("from:T", scale=alt.Scale(type="utc")), x2=alt.X2("to:T")),
        *_two_curves(x, y),
        mark.encode(x=alt.X("day:T")),
    ).properties(width=WIDTH, height=HEIGHT)


def _service_chart() -> Any:
    import altair as alt

    axis = alt.Axis(format="d", title="@x@", grid=False, tickMinStep=1, titleAnchor="end", titlePadding=6)
    x = alt.X("month:Q", scale=alt.Scale(nice=False, padding=8), axis=axis)
    return alt.layer(*_two_curves(x, _count_axis("rate"))).properties(width=SERVICE_WIDTH, height=SERVICE_HEIGHT)


def _two_curves(x: alt.X, y: alt.Y) -> list[Any]:
    """Return limits, lines and points of both sides, apart for every eye and on a mono printer."""
    import altair as alt

    sides, colours = ["exposed", "other"], [EXPOSED, OTHER]
    colour = alt.Color("side:N", scale=alt.Scale(domain=sides, range=colours), legend=None)
    dash = alt.StrokeDash("side:N", scale=alt.Scale(domain=sides, range=[[1, 0], [5, 3]]), legend=None)
    shape = alt.Shape("side:N", scale=alt.Scale(domain=sides, range=["circle", "square"]), legend=None)
    fill = alt.Fill("side:N", scale=alt.Scale(domain=sides, range=[EXPOSED, "#ffffff"]), legend=None)
    base = alt.Chart(alt.NamedData(name="points"))
    limits = base.transform_filter("datum.side === 'exposed'").mark_area(color=EXPOSED, opacity=0.16)
    over = base.transform_filter("datum.over && datum.side === 'exposed'")
    arrows = over.mark_point(shape="triangle-up", size=34, filled=True, color=EXPOSED, opacity=0.7)
    lines = base.mark_line(strokeWidth=2)
    points = base.mark_point(size=38, strokeWidth=1.5, opacity=1)
    return [
        limits.encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        arrows.encode(x=x, y=alt.Y("high:Q")),
        lines.encode(x=x, y=y, color=colour, strokeDash=dash),
        points.encode(x=x, y=y, color=colour, shape=shape, fill=fill),
    ]


def _periods_chart(*, whole: bool) -> Any:
    import altair as alt

    side = alt.Color("side:N", scale=alt.Scale(domain=["recent", "before"], range=[BAR, PALE]), legend=None)
    bars = alt.Chart(alt.NamedData(name="bars")).mark_bar(stroke="#ffffff", strokeWidth=0.75)
    band = alt.Chart(alt.NamedData(name="band")).mark_rect(color=BAND)
    top = alt.Chart(alt.NamedData(name="top")).mark_point(opacity=0)
    mark = alt.Chart(alt.NamedData(name="mark")).mark_rule(color=EXPOSED, strokeWidth=2, strokeDash=[4, 3])
    y = _count_axis("value", whole=whole)
    return alt.layer(
        band.encode(x=alt.X("from:T", scale=alt.Scale(type="utc")), x2=alt.X2("to:T")),
        bars.encode(x=_time_axis("from"), x2=alt.X2("to:T"), y=y, y2=alt.datum(0), color=side),
        top.encode(y=alt.Y("value:Q")),
        mark.encode(x=alt.X("day:T")),
    ).properties(width=WIDTH, height=150)


DESCRIBED: Mapping[str, Callable[[], Any]] = {
    "weekly_rate": _weekly_rate_chart,
    "service": _service_chart,
    "counts": lambda: _periods_chart(whole=True),
    "values": lambda: _periods_chart(whole=False),
}


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


def _keep_room(points: list[dict[str, Any]]) -> None:
    """End limits of thin data, which reach far above every rate, below the top; `over` tells where that was done."""
    top = max((point["rate"] for point in points), default=0.0) * ROOM_OVER_RATES or 1.0
    for point in points:
        point["over"] = point["high"] > top
        point |= {name: round(min(point[name], top), 4) for name in ("rate", "low", "high")}


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
