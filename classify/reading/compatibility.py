"""What goes together: the systems that a symptom can befall, and the component that its name alone implies."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from classify.reading.data import table

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary


@cache
def _table() -> dict[str, tuple[str, frozenset[str]]]:
    return {
        row["symptom"]: (row["component"], frozenset(filter(None, row["systems"].split("|"))))
        for row in table("affinity")
    }


@cache
def weak_components() -> frozenset[str]:
    """Return components that owners name in passing (换挡, 机油): what the symptom itself implies outranks them."""
    return frozenset(row["component"] for row in table("weak_components"))


class Affinity:
    """What classify/data/affinity.csv says about the codes of a dictionary; about codes not in it, nothing."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._table = _table()

    def fits(self, symptom: str, component: str) -> bool:
        """Return whether a symptom can befall a component: its system is listed, or none is."""
        natural, systems = self._table.get(symptom, ("", frozenset()))
        if natural and component in weak_components() and component != natural:
            return False
        return not systems or self._dictionary.system_of(component) in systems

    def natural(self, symptom: str) -> str | None:
        """Return the component that a symptom's name implies (漏机油 is the engine's), or None."""
        component = self._table.get(symptom, ("", frozenset()))[0]
        return component if component and self._dictionary.kind_of(component) == "component" else None
