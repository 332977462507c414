"""The fixed words of the public tables: what a column of `complaints.records` may hold.

Each is a `Literal`, not an enumeration: the store, snapshots and exports hold plain strings, rows come back as they
are written, and a misspelt word in an assignment or a comparison does not pass mypy. `words_of` gives the words to
whatever lists them: the published schema, drop-downs, orders.
"""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

Language = Literal["zh", "en"]
Source = Literal["call", "text"]
DatedFrom = Literal["given", "sidecar", "file_name", "file_time", "unknown"]  # where received_at was found
Content = Literal["fault", "service", "none"]
Channel = Literal["left", "right", "mix"]
Speaker = Literal["customer", "agent", "unknown"]
MentionKind = Literal["symptom", "component", "condition"]
Polarity = Literal["present", "absent", "hypothetical"]
Via = Literal["dictionary", "phonetic", "model"]
CategoryDecision = Literal["auto", "review", "confirmed"]
IssueKind = Literal["fault", "service", "other"]
IssueStatus = Literal["new", "growing", "stable", "fading", "closed"]
EventKind = Literal["born", "grew", "merged", "split", "renamed", "closed"]
GroupKind = Literal["issue", "symptom"]
WarningGroupKind = Literal["issue", "symptom", "station"]
Verdict = Literal["supported", "knowledge only", "not separable", "contradicted"]
CauseDecision = Literal["confirmed", "rejected", "open"]
WarningStatus = Literal["new", "open", "quiet", "acknowledged", "closed"]
ActionVerdict = Literal["effective", "not effective", "too early"]
Reviewed = Literal["category", "mention", "transcript", "cause"]
MentionVerdict = Literal["right", "wrong", "present", "absent", "hypothetical"]  # of an expert; the last three correct
ExpertDecision = Literal["confirmed", "rejected"]  # about a cause

# The words that code asks for by name in more than one place.
SYMPTOM: Final = "symptom"
COMPONENT: Final = "component"
CONDITION: Final = "condition"
CUSTOMER: Final = "customer"
AGENT: Final = "agent"
UNKNOWN: Final = "unknown"
FAULT: Final = "fault"
SERVICE: Final = "service"
NO_CONTENT: Final = "none"
SUPPORTED: Final = "supported"
KNOWLEDGE_ONLY: Final = "knowledge only"
NOT_SEPARABLE: Final = "not separable"
CONTRADICTED: Final = "contradicted"
RIGHT: Final = "right"
WRONG: Final = "wrong"


def words_of(vocabulary: Any) -> tuple[str, ...]:
    """Return the words of one of these vocabularies, in their order."""
    return tuple(get_args(vocabulary))
