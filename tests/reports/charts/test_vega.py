"""Charts: the same bytes every time, shapes and words only."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

from reports.charts.drawing import KEPT_TAGS, SVG
from reports.charts.vega import Bar, Charts
from reports.facts.evidence import Window
from reports.facts.types import Week

WEEKS = [Week(date(2026, 1, 5) + timedelta(weeks=w), 40, w % 4, 170, w % 3) for w in range(20)]
WINDOW = Window(date(2026, 2, 2), date(2026, 4, 5))
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)> @x@ \x00\u202e]]>'


def test_a_chart_is_the_same_bytes_again_after_others_were_drawn() -> None:
    first = Charts().weekly_rate(WEEKS, WINDOW)
    Charts().pareto([("a", 3, "3")])
    assert Charts().weekly_rate(WEEKS, WINDOW) == first


def test_every_language_fills_its_words_into_one_drawing() -> None:
    drawing = Charts().weekly_rate(WEEKS, None)
    chinese, english = (drawing.show("t", {"x": x, "y": x}) for x in ("装配周", "Build week"))
    assert "装配周" in chinese and "@x@" not in chinese
    assert chinese.replace("装配周", "Build week") == english


def test_the_rate_chart_draws_a_point_for_each_side_of_each_week_with_units() -> None:
    drawn = Charts().weekly_rate([*WEEKS, Week(date(2026, 6, 1), 0, 0, 170, 1)], None).svg
    squares = re.findall(r'stroke="#4a6478"[^>]*stroke-width="1.5"|stroke-width="1.5"[^>]*stroke="#4a6478"', drawn)
    circles = re.findall(r'stroke="#b8400e"[^>]*stroke-width="1.5"|stroke-width="1.5"[^>]*stroke="#b8400e"', drawn)
    assert (len(circles), len(squares)) == (20, 21)


def test_limits_that_reach_above_the_chart_are_marked_so_and_no_others() -> None:
    even = [Week(date(2026, 1, 5) + timedelta(weeks=w), 400, 40, 400, 40) for w in range(3)]
    thin = Week(date(2026, 1, 26), 4, 1, 400, 40)  # 250 of 1,000, upper limit 699
    arrow = 'opacity="0.7"'
    assert Charts().weekly_rate(even, None).svg.count(arrow) == 0
    assert Charts().weekly_rate([*even, thin], None).svg.count(arrow) == 1


def test_the_build_range_is_shaded_only_when_there_is_one() -> None:
    shaded, bare = Charts().weekly_rate(WEEKS, WINDOW).svg, Charts().weekly_rate(WEEKS, None).svg
    assert "#e6ebf1" in shaded and "#e6ebf1" not in bare


def test_a_label_cannot_become_markup_or_a_word_mark() -> None:
    drawings = [
        Charts().pareto([(HOSTILE, 3, HOSTILE)]),
        Charts().heat_map([(HOSTILE, HOSTILE, 0.7, HOSTILE)]),
    ]
    for drawing in drawings:
        root = ET.fromstring(drawing.show(HOSTILE, {"x": HOSTILE}))
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= KEPT_TAGS
        names = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on") or name in ("style", "href")}


def test_nothing_to_draw_gives_an_empty_chart() -> None:
    assert Charts().weekly_rate([Week(date(2026, 1, 5), 0, 0, 0, 0)], WINDOW).svg.startswith("<svg")
    assert Charts().periods([Bar(date(2026, 1, 5), date(2026, 1, 12), 0, True)]).svg.startswith("<svg")
    assert Charts().calibration([]).svg.startswith("<svg")


def test_counts_have_whole_numbers_at_their_ticks() -> None:
    svg = Charts().periods([Bar(date(2026, 1, 5), date(2026, 1, 12), 2, True)]).svg
    labels = re.findall(r">(\d+)</text>", svg)
    assert labels == ["0", "1", "2", "3", "4"]


def test_a_month_of_rates_keeps_its_fractions() -> None:
    svg = Charts().periods([Bar(date(2026, 1, 1), date(2026, 2, 1), 0.4, True)], whole=False).svg
    assert re.search(r">0\.\d</text>", svg)
