"""Words, numbers and dates of one language, from the one catalogue (`complaints.messages`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from complaints.messages import LOCALE_NAMES, NOTHING, Message, from_json, knows, named, pattern, render

if TYPE_CHECKING:
    from babel import Locale

HTML_TAGS = {"zh": "zh-CN", "en": "en"}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LEAST_LIKELY = 0.0001  # probabilities are stored with four decimals
SMALLEST_SHOWN = 0.001  # q values below it are printed as "< 0.001"
CODE_VALUES = ("symptom", "component", "condition", "code")  # message values that hold dictionary codes

NameOf = Callable[[str, str], str]  # (dictionary code, language) -> the word for it


class MissingMessage(KeyError):
    """A page asks for a message that the catalogue does not hold: a defect of this room, found by its tests."""


class Words:
    """Everything that a page says, in one language.

    Args:
        language: zh or en.
        name_of: gives the word for a dictionary code in a language.
        station_names: station ids and their names, for messages that name a station.
    """

    def __init__(self, language: str, name_of: NameOf, station_names: Mapping[str, str] | None = None) -> None:
        from babel import Locale

        self.language = language
        self.tag = HTML_TAGS[language]
        self.locale: Locale = Locale.parse(LOCALE_NAMES[language])
        self._name_of = name_of
        self._stations = station_names or {}

    def knows(self, key: str) -> bool:
        """Say whether the catalogue holds a message."""
        return knows(key)

    def t(self, key: str, **values: Any) -> str:
        """Return a message with its named values filled in; numbers and dates are written as the locale does.

        A message with a plural takes its form from the value `n`.

        Raises:
            MissingMessage: the catalogue lacks the key.
        """
        text = pattern(key, self.language, values.get("n"))
        if text is None:
            raise MissingMessage(key)
        return text.format_map({name: self._written(value) for name, value in values.items()})

    def _written(self, value: Any) -> str:
        if isinstance(value, bool) or value is None:
            return NOTHING if value is None else str(value)
        if isinstance(value, int):
            return self.count(value)
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, date):
            return self.day(value)
        return str(value)

    def render(self, said: Message) -> str:
        """Return a message as a page writes it: codes and stations by their names, numbers as the locale does."""
        return render(said, self.language, self._evidence_value)

    def message(self, message: Mapping[str, Any]) -> str:
        """Return what another room had to say ({"key", "values"}); an unknown key is spelled out, never an error."""
        key, given = str(message.get("key", "")), message.get("values")
        name = f"evidence.{key}" if self.knows(f"evidence.{key}") else key
        return render(Message(name, given if isinstance(given, dict) else {}), self.language, self._evidence_value)

    def _evidence_value(self, name: str, value: Any, language: str) -> str:
        if isinstance(value, str):
            if name in CODE_VALUES or name.removesuffix("s") in CODE_VALUES:
                return self.name(value)
            if name.startswith(("station", "rival")):
                return self.station(value)
            if name == "factor":
                return self.named("factor", value)
            if ISO_DAY.fullmatch(value):
                return self.day(date.fromisoformat(value))
        return self._written(value)

    def name(self, code: str | None) -> str:
        """Return the word for a dictionary code; a code the dictionary lacks stands for itself."""
        if not code:
            return NOTHING
        return self._name_of(code, self.language) or code

    def station(self, station_id: str) -> str:
        """Return a station's id with its name, or its id alone where no name is known."""
        name = self._stations.get(station_id)
        return f"{station_id} {name}" if name and name != station_id else station_id

    def trouble(self, symptom: str | None, component: str | None) -> str:
        """Return symptom and component as one phrase ("Wind noise · front door")."""
        phrase = " · ".join(self.name(code) for code in (symptom, component) if code) or NOTHING
        return phrase[0].upper() + phrase[1:]

    def named(self, kind: str, value: str | None) -> str:
        """Return the word for a value of a fixed list (status, verdict …), or the value where the list lacks it."""
        return named(kind, value, self.language)

    def kept(self, message: str | None, otherwise: str) -> str:
        """Return a message that the store keeps as JSON; a row of before, without one, shows its sentence."""
        said = from_json(message)
        return otherwise if said is None else render(said, self.language)

    def rule(self, said: str | None, name: str) -> str:
        """Return a warning's rule (JSON), codes by their names; a row of before shows the rule's stable name."""
        rule = from_json(said)
        return name if rule is None else self.render(rule)

    def category(self, name: str) -> str:
        """Return the word for a category: a system of the dictionary, a kind of our own, or the user's own word."""
        key = f"category.{name}"
        return self.t(key) if self.knows(key) else self.name(name)

    def count(self, value: int | None) -> str:
        """Return a whole number with the locale's grouping."""
        from babel.numbers import format_decimal

        return NOTHING if value is None else format_decimal(value, locale=self.locale)

    def number(self, value: float | None) -> str:
        """Return a number with about three significant digits."""
        from babel.numbers import format_decimal

        if value is None:
            return NOTHING
        size = abs(value)
        pattern = "#,##0" if size >= 100 else "#,##0.#" if size >= 10 else "0.##" if size >= 1 else "0.###"
        return format_decimal(value, pattern, locale=self.locale)

    def ratio(self, value: float | None) -> str:
        """Return a relative risk: one decimal, two under 1, none from 100."""
        from babel.numbers import format_decimal

        if value is None:
            return NOTHING
        pattern = "#,##0" if value >= 99.5 else "0.0" if value >= 0.995 else "0.00"
        return format_decimal(value, pattern, locale=self.locale)

    def interval(self, low: float | None, high: float | None) -> str:
        """Return the two ends of an interval; an open upper end is written as infinity."""
        if low is None and high is None:
            return NOTHING
        return f"{self.ratio(low)} – {'∞' if high is None else self.ratio(high)}"

    def chance(self, value: float | None) -> str:
        """Return a q value, the smallest as "< 0.001"."""
        from babel.numbers import format_decimal

        if value is None:
            return NOTHING
        if value < SMALLEST_SHOWN:
            return f"< {format_decimal(SMALLEST_SHOWN, '0.000', locale=self.locale)}"
        return format_decimal(value, "0.000", locale=self.locale)

    def percent(self, share: float | None) -> str:
        """Return a share (0..1) in per cent, one decimal under 10 %; rounding never makes it certain or impossible."""
        from babel.numbers import format_percent

        if share is None:
            return NOTHING
        for sign, bound, beyond in (("> ", 0.99, 0.995 <= share < 1), ("< ", 0.001, 0 < share < 0.0005)):
            if beyond:
                return sign + format_percent(bound, "0.#%", locale=self.locale)
        pattern = "0.#%" if 0 < share < 0.0995 else "0%"
        return format_percent(share, pattern, locale=self.locale)

    def day(self, value: date | datetime | None) -> str:
        """Return a date as the locale writes it."""
        from babel.dates import format_date

        return NOTHING if value is None else format_date(value, "medium", locale=self.locale)

    def month(self, value: date | None) -> str:
        """Return the month of a day as the locale writes it."""
        from babel.dates import format_skeleton

        return NOTHING if value is None else format_skeleton("yMMM", value, locale=self.locale)

    def likelihood(self, probability: float | None) -> str:
        """Return an estimated probability in per cent; it is rounded in the store, so that 1 is no certainty."""
        if probability is None:
            return NOTHING
        return self.percent(min(max(probability, LEAST_LIKELY), 1 - LEAST_LIKELY))

    def second(self, seconds: float | None) -> str:
        """Return a place in a call as minutes:seconds; empty for a text."""
        if seconds is None:
            return ""
        whole = max(0, int(seconds))
        return f"{whole // 60}:{whole % 60:02d}"
