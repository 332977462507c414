"""Words of a page: messages with their values, names, numbers and dates as each language writes them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from complaints.dictionary import Dictionary
from complaints.messages import knows
from reports.site.environment import TEMPLATES
from reports.wording.messages import MissingMessage, Words

ROOM = Path(TEMPLATES).parent
ROOT = ROOM.parent


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template.read_text(encoding="utf-8"), flags=re.S)
    words = re.sub(r"<[^>]*>", " ", text)
    assert re.findall(r"[^\W\d_]+", words) == []


def test_every_message_of_the_mapping_room_is_known() -> None:
    written = {
        key
        for path in (ROOT / "mapping").rglob("*.py")
        for key in re.findall(r'\bmessage\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert written, "mapping writes no message any more: look where they went"
    assert sorted(key for key in written if not knows(f"evidence.{key}")) == []


@pytest.fixture
def english(dictionary: Dictionary) -> Words:
    return Words("en", dictionary.name, {"ST-1": "Door"})


@pytest.fixture
def chinese(dictionary: Dictionary) -> Words:
    return Words("zh", dictionary.name, {"ST-1": "车门"})


def test_a_missing_message_is_an_error(english: Words) -> None:
    with pytest.raises(MissingMessage):
        english.t("no.such.message")


def test_one_and_many_have_their_own_forms(english: Words, chinese: Words) -> None:
    assert (english.t("stations.title", n=1), english.t("stations.title", n=1200)) == ("1 station", "1,200 stations")
    assert chinese.t("stations.title", n=1) == "1 个工位"


def test_an_unknown_message_of_another_room_is_spelled_out(english: Words) -> None:
    message = {"key": "torque_drifts", "values": {"station": "ST-1", "since": "2026-03-02", "share": 0.25}}
    assert english.message(message) == "torque drifts (share 0.25, since Mar 2, 2026, station ST-1 Door)"


@pytest.mark.parametrize("message", [{}, {"key": None}, {"key": "inspect_level"}, {"key": "x", "values": [1]}])
def test_a_message_without_its_values_does_not_fail(english: Words, message: dict[str, object]) -> None:
    assert english.message(message)


def test_values_cannot_reach_into_the_pattern(english: Words) -> None:
    message = {"key": "inspect_station", "values": {"station": "{station.__class__}{0}%s"}}
    assert english.message(message) == "Look at {station.__class__}{0}%s on the line"


def test_codes_factors_and_stations_of_a_message_are_named(chinese: Words) -> None:
    message = {"key": "inspect_level", "values": {"station": "ST-1", "factor": "tool", "level": "T3"}}
    assert chinese.message(message) == "到 ST-1 车门 检查 工具 = T3"


def test_numbers_and_dates_follow_the_language(english: Words, chinese: Words) -> None:
    day = date(2026, 3, 1)
    assert (english.day(day), chinese.day(day)) == ("Mar 1, 2026", "2026年3月1日")
    assert english.count(1234567) == "1,234,567"
    assert [english.ratio(x) for x in (0.8, 4.234, 120.4)] == ["0.80", "4.2", "120"]
    assert english.interval(2.1, None) == "2.1 – ∞"
    assert [english.chance(q) for q in (0.00001, 0.0412)] == ["< 0.001", "0.041"]
    assert [english.percent(p) for p in (0.0, 0.034, 0.5)] == ["0%", "3.4%", "50%"]
    assert english.second(72.9) == "1:12"


@pytest.mark.parametrize(
    ("share", "shown"), [(1.0, "100%"), (0.9998, "> 99%"), (0.99, "99%"), (0.0001, "< 0.1%"), (0.0, "0%"), (0.05, "5%")]
)
def test_rounding_makes_nothing_certain_or_impossible(english: Words, share: float, shown: str) -> None:
    assert english.percent(share) == shown
