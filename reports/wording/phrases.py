"""What other rooms and experts left behind, in words: events, promises, lists that stand as JSON in a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from complaints.outputs import event_detail as detail_of
from complaints.records import GuaranteeState, IssueEvent
from reports.facts import IssueFacts, QualityFacts, objects, rate_per_1000
from reports.wording.messages import Words

SHOWN_VALUES = 20  # of a note


def top_symptoms(text: str) -> list[tuple[str, int]]:
    """Return (symptom, cases) of `suppliers.top_symptoms`."""
    return [(str(row.get("symptom")), row["cases"]) for row in objects(text) if isinstance(row.get("cases"), int)]


def group_words(group_id: str, words: Words) -> str:
    """Return a symptom group's id ("symptom/component") in words."""
    symptom, _, component = group_id.partition("/")
    return words.trouble(symptom, component if component != "unspecified" else None)


def status_reason(facts: IssueFacts, words: Words) -> str:
    """Return why an issue has its status; the counts behind it are told of a growing one, whose page changes anyway."""
    status = facts.issue.status
    if status == "growing" and facts.trend is not None:
        return words.t("status_reason.growing", recent=facts.trend.recent_cases, earlier=facts.trend.earlier_cases)
    return words.named("guide.status", status) if words.knows(f"guide.status.{status}") else ""


def event_detail(event: IssueEvent, words: Words) -> str:
    """Return what an issue's event says besides its name; empty when it says nothing that is known."""
    return words.t("list.separator").join(words.render(said) for said in detail_of(event.detail))


def held(facts: QualityFacts, words: Words) -> str:
    """Return the measured precision of decisions without a person, with its 95 % interval (Wilson)."""
    found = rate_per_1000(facts.held.right, facts.held.cases)
    low, high = ((end or 0) / 1000 for end in (found.low_per_1000, found.high_per_1000))
    spread = words.t("quality.interval", low=words.percent(low), high=words.percent(high))
    return words.t("quality.held.of", right=facts.held.right, cases=facts.held.cases, interval=spread)


def promise(made: GuaranteeState | None, words: Words) -> str:
    """Return how the promise was measured (threshold, held-out cases, bound), or that there is none."""
    if made is None:
        return words.t("promise.none")
    if made.threshold > 1:
        return words.t("promise.never", cases=made.cases)
    return words.t(
        "promise.measured", threshold=words.percent(made.threshold), decided=made.decided, cases=made.cases,
        right=made.right, lower=words.percent(made.lower), confidence=words.percent(1 - made.error),
    )  # fmt: skip


def plain_values(noted: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Return a note's plain values as (name, value), as many as a page shows."""
    shown = []
    for name, value in sorted(noted.items()):
        if isinstance(value, bool):
            shown.append((name, words.t("yes") if value else words.t("no")))
        elif isinstance(value, int | float):
            shown.append((name, words.number(float(value))))
        elif isinstance(value, str):
            shown.append((name, value))
    return [(words.named("drift", name).replace("_", " "), value) for name, value in shown[:SHOWN_VALUES]]
