"""What to contain, in words: the sets of units, whether what is blamed is in use still, what no set can hold."""

from __future__ import annotations

from complaints.messages import NOTHING
from complaints.records import ContainedSet, Containment
from reports.facts import Hypothesis
from reports.wording.messages import Words

COLUMNS = ("set", "units", "held", "complained", "in_plant", "unsold", "sold", "unknown")


def header(words: Words) -> list[str]:
    """Return the columns of `rows` by name."""
    return [words.t(f"contain.column.{name}") for name in COLUMNS]


def rows(hypothesis: Hypothesis, words: Words) -> list[tuple[str, ...]]:
    """Return the sets as cells: which, units, complaints held, complaining units, units by state."""
    found = hypothesis.containment
    if found is None:
        return []
    return [
        (
            named(hypothesis, one, words),
            words.count(one.units),
            words.t("contain.held", held=one.complaints, all=found.complaints),
            *(words.count(n) for n in (one.complained, one.in_plant, one.unsold, one.sold, one.unknown)),
        )
        for one in found.sets
    ]


def named(hypothesis: Hypothesis, one: ContainedSet, words: Words) -> str:
    """Return which units a set holds."""
    factor, level = words.named("factor", hypothesis.cause.factor), hypothesis.cause.level or NOTHING
    return words.t(f"contain.set.{one.kind}", factor=factor, level=level, first=one.first, last=one.last)


def ranges(hypothesis: Hypothesis, words: Words) -> list[str]:
    """Return the sets in a sentence each, the narrowest first."""
    found = hypothesis.containment
    if found is None:
        return []
    return [
        words.t(
            "contain.range", what=named(hypothesis, one, words), units=one.units, held=one.complaints,
            all=found.complaints,
        )
        for one in found.sets
    ]  # fmt: skip


def now(found: Containment, words: Words) -> list[str]:
    """Return whether what is blamed is in use still, and how many complaints no set can hold."""
    said = []
    if found.running is not None:
        key = "contain.running" if found.running else "contain.stopped"
        said.append(words.t(key, last=found.last, passed=found.passed_since))
    if found.without_serial:
        said.append(words.t("contain.without_serial", n=found.without_serial))
    return said
