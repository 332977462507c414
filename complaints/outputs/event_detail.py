"""What an event of an issue says besides its name, as messages: `issue_events.detail` holds values, no sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator

from complaints.messages import Message, message


def event_detail(detail: str) -> list[Message]:
    """Return the messages of an event's detail (JSON); none where it says nothing that is known."""
    try:
        values = json.loads(detail)
    except ValueError:
        return []
    return list(_messages(values)) if isinstance(values, dict) else []


def _messages(values: dict[str, object]) -> Iterator[Message]:
    if isinstance(values.get("new_cases"), int) and isinstance(values.get("before"), int):
        yield message("event_detail.grew", new=values["new_cases"], before=values["before"])
        if isinstance(values.get("nights"), int):
            yield message("event_detail.nights", n=values["nights"])
    elif isinstance(values.get("cases"), int):
        yield message("event_detail.cases", n=values["cases"])
    if values.get("from") or values.get("to"):
        yield message("event_detail.renamed", old=values.get("from") or None, new=values.get("to") or None)
    if values.get("into"):
        yield message("event_detail.into", issue=str(values["into"]))
    if isinstance(parents := values.get("parents"), list) and parents:
        yield message("event_detail.parents", issues=[str(parent) for parent in parents])
    if values.get("reason"):
        reason = str(values["reason"]).replace(" ", "_")
        yield message(f"event_reason.{reason}", **({"n": values["weeks"]} if "weeks" in values else {}))
