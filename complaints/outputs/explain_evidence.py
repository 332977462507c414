"""What stands behind a cause (`causes.evidence`) in sentences, as `complaints explain` prints it.

The column is JSON that another version may have written: what is of another shape is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from complaints.messages import NOTHING, Message, knows, message, named, render
from complaints.outputs.explained import line

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.messages import Writer

CODES = ("symptom", "component", "condition", "code")  # values of messages that hold dictionary codes


def evidence_of(text: str | None) -> dict[str, Any]:
    """Return the column as plain values, nothing where it is no object."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def evidence_lines(evidence: Mapping[str, Any], dictionary: Dictionary, language: str) -> tuple[str, ...]:
    """Return evidence in zh or en: comparisons, what the plant's knowledge says, what speaks against it, what to do."""
    return tuple(_lines(evidence, dictionary, language))


def writer(dictionary: Dictionary) -> Writer:
    """Return how the values of a room's message are written: codes and factors by their names."""

    def written(name: str, value: Any, language: str) -> str:
        if isinstance(value, str) and name.removesuffix("s") in CODES:
            return dictionary.name(value, language)
        if isinstance(value, str) and name == "factor":
            return named("factor", value, language)
        return NOTHING if value is None else str(value)

    return written


def _lines(evidence: Mapping[str, Any], dictionary: Dictionary, language: str) -> Iterator[str]:
    for row in _objects(evidence, "statistics"):
        yield line("statistic", language, **_statistic(row, language))
    for row in _objects(evidence, "pfmea"):
        ratings = {name: row.get(name) for name in ("failure_mode", "cause", "severity", "occurrence", "detection")}
        yield line("pfmea_row", language, **ratings)
    for row in _objects(evidence, "routing"):
        component = dictionary.name(str(row.get("component") or ""), language) or NOTHING
        yield line("routing_step", language, component=component, operation=row.get("operation"))
    if rivals := [str(one) for one in evidence.get("rivals") or ()]:
        yield line("rivals", language, stations=rivals)
    for said in _objects(evidence, "against"):
        yield line("against", language, what=_said(said, dictionary, language))
    doubt = evidence.get("without_doubtful")
    if isinstance(doubt, dict):
        yield render(message("against.doubtful", verdict=named("verdict", doubt.get("verdict"), language)), language)
    if isinstance(record := evidence.get("missing_record"), dict):
        yield render(message("missing_record", record=_said(record, dictionary, language)), language)
    if isinstance(check := evidence.get("next_check"), dict):
        yield line("next_check", language, what=_said(check, dictionary, language))
    found = evidence.get("containment")
    if isinstance(found, dict) and (sets := _objects(found, "sets")):
        held = {"units": sets[0].get("units"), "held": sets[0].get("complaints"), "all": found.get("complaints")}
        yield line("containment", language, **held)
    for quote in _objects(evidence, "quotes"):
        yield line("quote", language, case=quote.get("case_id"), text=quote.get("text"))


def _objects(evidence: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = evidence.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _statistic(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    names = ("rr", "rr_low", "q", "exposed_cases", "exposed_units", "other_cases", "other_units")
    high = row.get("rr_high")
    return {name: row.get(name) for name in names} | {
        "station": row.get("station_id"), "factor": named("factor", row.get("factor"), language),
        "level": row.get("level"), "rr_high": "∞" if high is None else high,
    }  # fmt: skip


def _said(said: Mapping[str, Any], dictionary: Dictionary, language: str) -> str:
    """Return what mapping had to say ({"key", "values"}); a key that the catalogue lacks is spelled out."""
    key, values = str(said.get("key", "")), said.get("values")
    full = f"evidence.{key}"
    return render(
        Message(full if knows(full) else key, values if isinstance(values, dict) else {}), language, writer(dictionary)
    )
