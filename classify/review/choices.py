"""How choices are shown to a reviewer and read back: by the names that the site shows, beside their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from complaints.messages import LANGUAGES, knows, message, named, render

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

NameOf = Callable[[str, str], str]  # (value, language) -> its name


class Choices:
    """The values of one list.

    Args:
        values: as the store knows them.
        name_of: gives the name of a value in a language.
        coded: show the value beside its name; values that are words, not codes, are shown by their names alone.
    """

    def __init__(self, values: Iterable[str], name_of: NameOf, *, coded: bool) -> None:
        self.values = tuple(values)
        self._name_of, self._coded = name_of, coded
        self._by_text: dict[str, str] = {}
        for language in LANGUAGES:
            for value in self.values:
                for text in (name_of(value, language), self.label(value, language)):
                    self._by_text.setdefault(text.casefold(), value)
        self._by_text |= {value.casefold(): value for value in self.values}

    def label(self, value: str, language: str) -> str:
        """Return a value as the list shows it: 座椅内饰（seats_interior）."""
        name = self._name_of(value, language)
        if not self._coded or name == value:
            return name
        return render(message("review.choice", name=name, code=value), language)

    def labels(self, language: str) -> list[str]:
        """Return all values as the list shows them."""
        return [self.label(value, language) for value in self.values]

    def value(self, text: str) -> str | None:
        """Return the value that somebody wrote: a code, or a name or a label in either language; None for neither."""
        return self._by_text.get(text.casefold())

    def texts(self) -> Sequence[str]:
        """Return all that `value` takes, to look for the nearest."""
        return list(self._by_text)


def category_choices(categories: Iterable[str], dictionary: Dictionary) -> Choices:
    """Return the categories: systems of the dictionary, kinds of our own, or the user's own words."""

    def name(category: str, language: str) -> str:
        key = f"category.{category}"
        return render(message(key), language) if knows(key) else dictionary.name(category, language) or category

    return Choices(categories, name, coded=True)


def code_choices(codes: Iterable[str], dictionary: Dictionary) -> Choices:
    """Return dictionary codes."""
    return Choices(codes, lambda code, language: dictionary.name(code, language) or code, coded=True)


def word_choices(kind: str, words: Iterable[str]) -> Choices:
    """Return the words of a fixed list, such as ``mention_verdict``."""
    return Choices(words, lambda word, language: named(kind, word, language), coded=False)
