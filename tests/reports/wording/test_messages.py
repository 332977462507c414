"""The catalogue: nothing missing, nothing stale, nothing said outside of it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from complaints.dictionary import Dictionary
from reports.site.environment import TEMPLATES
from reports.wording.messages import LANGUAGES, MissingMessage, Words, catalogue

ROOM = Path(TEMPLATES).parent
ROOT = ROOM.parent
# Messages whose keys are put together from values: verdicts, statuses, reasons and the like.
BUILT = (
    "action_status.", "action_verdict.", "category.", "decision.", "doubt.", "drift.", "eightd.cause", "eightd.d",
    "event.", "event_reason.", "evidence.", "factor.", "glossary.kind.", "guide.limits.", "guide.order.",
    "guide.status.", "guide.term.", "guide.verdict.", "ignored.", "issue_action.", "issue_kind.", "language.", "nav.",
    "near.", "rate.column.", "reason.", "review.", "rule.", "service.column.", "skipped.", "source.", "speaker.",
    "stage.", "status.", "supplier.axis.", "supplier.finding.", "verdict.", "warning_status.",
)  # fmt: skip


def forms(language: str) -> dict[str, tuple[str, ...]]:
    """Return {key: its forms} of a catalogue."""
    found = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string or ""
            found[key] = (text,) if isinstance(text, str) else tuple(text)
    return found


def used() -> set[str]:
    """Return the keys that templates and code name outright."""
    texts = [p.read_text(encoding="utf-8") for p in (*TEMPLATES.glob("*.html"), *ROOM.glob("*.py"))]
    return {key for text in texts for key in re.findall(r"""\bt\(\s*["']([a-z_.]*[a-z_])["'](?!\s*~)""", text)}


def test_both_languages_hold_the_same_keys() -> None:
    chinese, english = (set(forms(language)) for language in LANGUAGES)
    assert chinese == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty(language: str) -> None:
    assert [key for key, texts in forms(language).items() if not all(texts)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_that_a_page_asks_for_is_there(language: str) -> None:
    assert sorted(used() - set(forms(language))) == []


def test_no_message_is_stale() -> None:
    dynamic = {key for key in forms("en") if key.startswith(BUILT)}
    assert sorted(set(forms("en")) - used() - dynamic) == []


def test_both_languages_fill_in_the_same_values() -> None:
    def names(texts: tuple[str, ...]) -> set[str]:
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    chinese, english = forms("zh"), forms("en")
    assert [key for key in english if names(chinese[key]) != names(english[key])] == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template.read_text(encoding="utf-8"), flags=re.S)
    words = re.sub(r"<[^>]*>", " ", text)
    assert re.findall(r"[^\W\d_]+", words) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_mapping_room_is_known(language: str) -> None:
    written = {
        key
        for path in (ROOT / "mapping").glob("*.py")
        for key in re.findall(r'\bmessage\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert written, "mapping writes no message any more: look where they went"
    assert sorted(key for key in written if f"evidence.{key}" not in forms(language)) == []


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
