"""What is said to people, as a key with named values; it becomes a sentence where the language is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from complaints.messages.catalogue import pattern

NOTHING = "–"

# (name of the value, value, language) -> how it is written
Writer = Callable[[str, Any, str], str]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the catalogue.

    Args:
        key: its name in the catalogue, such as ``intake.empty_file.what``.
        values: what its {names} stand for: text, numbers, days, further messages, or lists of these. The value `n`
            chooses the form of a message that has a plural.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the message in English, for logs."""
        return render(self, "en")

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_json` reads them."""
        return {"key": self.key, "values": {name: _plain(value) for name, value in self.values.items()}}


Text = Message | str  # a text stands for itself: a path, an option, an id


def message(key: str, **values: Any) -> Message:
    """Return a message: a key of the catalogue and its named values."""
    return Message(key, values)


def from_json(value: Any) -> Message | None:
    """Return a message as a store or a worker kept it (JSON, or what was read from it); None where it is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    read = _read(value)
    return read if isinstance(read, Message) else None


def render(said: Text, language: str, written: Writer | None = None) -> str:
    """Return a message as a sentence in zh or en.

    A key that the catalogue lacks (an older or newer version wrote it) is spelled out with its values, never an error.

    Args:
        said: the message; a text stands for itself.
        language: zh or en.
        written: writes single values in a way of its own, such as a dictionary code by its name.
    """
    if isinstance(said, str):
        return said
    values = {name: _Value(value, _written(name, value, language, written)) for name, value in said.values.items()}
    text = pattern(said.key, language, said.values.get("n"))
    if text is not None:
        return text.format_map(_Lenient(values))
    spelled = said.key.replace("_", " ").strip() or NOTHING
    listed = joined([f"{name.replace('_', ' ')} {values[name]}" for name in sorted(values)], language)
    return f"{spelled} ({listed})" if listed else spelled


def named(kind: str, value: str | None, language: str) -> str:
    """Return the name of a value of a fixed list (verdict, status …), or the value where the catalogue lacks it."""
    known = pattern(f"{kind}.{(value or 'unset').replace(' ', '_')}", language)
    return value or NOTHING if known is None else known


def joined(parts: list[str], language: str) -> str:
    """Return names as a list in zh or en."""
    return (pattern("list.separator", language) or ", ").join(parts)


def _written(name: str, value: Any, language: str, written: Writer | None) -> str:
    if isinstance(value, Message):
        return render(value, language, written)
    if isinstance(value, list | tuple):
        return joined([_written(name, each, language, written) for each in value], language)
    if written is not None:
        return written(name, value, language)
    return NOTHING if value is None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(each) for each in value]
    if isinstance(value, dict) and value.keys() == {"key", "values"} and isinstance(value["values"], dict):
        return Message(str(value["key"]), {str(name): _read(each) for name, each in value["values"].items()})
    return value


class _Value:
    """A value in a sentence: as it is written, or a number in the form that the sentence asks for ({share:.0%})."""

    def __init__(self, value: Any, text: str) -> None:
        self._value, self._text = value, text

    def __str__(self) -> str:
        return self._text

    def __format__(self, spec: str) -> str:
        number = spec and isinstance(self._value, int | float)
        return format(self._value if number else self._text, spec if number else "")


class _Lenient(dict[str, _Value]):
    """Values of a message whose writer may know other names than the catalogue."""

    def __missing__(self, key: str) -> _Value:
        return _Value(None, NOTHING)
