"""From a recognition to rows: speakers, repair, numbers, redaction, doubt. Pure: no store, no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asr.doubt import doubts
from asr.repair import Repair, RepairsTurns, in_digits, moved, repaired
from asr.speakers import Roles, find_roles
from asr.transcript import Recognition, Utterance
from complaints.fingerprints import canonical_json
from complaints.records import AGENT, CUSTOMER, UNKNOWN, Case, Channel, DatedFrom, Language, Segment
from complaints.redaction import Redacted, placeholder, redact_turns
from complaints.store import call_text

SURE_ROLE = 0.75  # under it, who is the customer is itself in doubt


@dataclass(frozen=True, slots=True)
class Call:
    """What intake knows of a recording."""

    input_id: str
    source_ref: str
    content: str
    call_id: str | None
    received_at: datetime | None
    received_at_from: DatedFrom
    serial_token: str | None
    product: str | None
    customer_channel: Channel | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Composed:
    """A call's rows."""

    case: Case
    segments: tuple[Segment, ...]


def compose(
    call: Call,
    recognition: Recognition,
    repairers: Mapping[str, RepairsTurns],
    fallback: str,
    default_language: Language,
) -> Composed:
    """Return the case and the segments of a call.

    A call in whose customer's channel nobody speaks is a case with an empty text, doubtful by a segment over the whole
    call with the reason ``no_speech``: the call did come in, and what it was about is not known.

    Args:
        call: what intake knows.
        recognition: what was heard.
        repairers: of the dictionary, by language (zh, en).
        fallback: customer's channel (left, right) where nothing tells.
        default_language: zh or en, of a call without words.
    """
    roles = find_roles(recognition.utterances, call.customer_channel, fallback)
    language = _language(recognition, roles, default_language)
    segments = _segments(call, recognition, roles, repairers, language)
    if not any(s.speaker != AGENT and s.text for s in segments):
        segments.append(_silence(call, recognition, language))
    text = call_text(segments)
    case = Case(
        case_id=call.input_id, source="call", external_id=call.call_id, source_ref=call.source_ref,
        received_at=call.received_at, received_at_from=call.received_at_from, serial_token=call.serial_token,
        product=call.product, mileage=None, channel="phone", language=language, text=text, duplicate_of=None,
        doubtful=any(s.doubtful for s in segments if s.speaker != AGENT), content=None,
        partial=bool(recognition.partial_why),
    )  # fmt: skip
    return Composed(case, tuple(segments))


def _language(recognition: Recognition, roles: Roles, default: Language) -> Language:
    """Return zh or en: the language of most of the customer's speech."""
    spoken: dict[Language, float] = {"zh": 0.0, "en": 0.0}
    for utterance, speaker in zip(recognition.utterances, roles.speakers, strict=True):
        if utterance.text and speaker != AGENT:
            spoken["en" if utterance.language == "en" else "zh"] += utterance.speech_s
    return default if not any(spoken.values()) else max(spoken, key=lambda code: (spoken[code], code))


def _segments(
    call: Call, recognition: Recognition, roles: Roles, repairers: Mapping[str, RepairsTurns], language: str
) -> list[Segment]:
    heard = [u.text for u in recognition.utterances]
    turns = [_repaired(u, repairers) for u in recognition.utterances]
    clean_heard = redact_turns(heard, language)
    clean = redact_turns([text for text, _ in turns], language)
    rows = []
    for index, utterance in enumerate(recognition.utterances):
        reasons = set(doubts(utterance)) | _role_doubts(roles, roles.speakers[index])
        kept = shown_repairs(turns[index][1], clean[index], clean_heard[index], language)
        rows.append(
            Segment(
                case_id=call.input_id,
                start_s=utterance.start_s,
                end_s=utterance.end_s,
                channel=utterance.channel,
                speaker=roles.speakers[index],
                text=clean[index].text,
                heard=clean_heard[index].text,
                repairs=canonical_json(kept),
                confidence=utterance.confidence,
                doubtful=bool(reasons),
                doubt_reasons=canonical_json(sorted(reasons)),
                language="en" if utterance.language == "en" else "zh",
            )
        )
    return rows


def _repaired(utterance: Utterance, repairers: Mapping[str, RepairsTurns]) -> tuple[str, Sequence[Repair]]:
    """Return a turn's text repaired and, in Mandarin, with its amounts in digits; Cantonese stays as heard.

    Whisper writes English numbers in digits by itself; Mandarin sounds say nothing about Cantonese words.
    """
    text, repairs = repaired(utterance, repairers)
    if utterance.language != "zh":
        return text, repairs
    text, edits = in_digits(text, [(r.start, r.start + len(r.written)) for r in repairs])
    return text, [replace(r, start=moved(r.start, edits)) for r in repairs]


def _role_doubts(roles: Roles, speaker: str) -> set[str]:
    if speaker == UNKNOWN:
        return {"speaker_unknown"}
    unsure = roles.origin == "fallback" or (roles.confidence < SURE_ROLE and speaker == CUSTOMER)
    return {"speaker_uncertain"} if unsure else set()


def shown_repairs(
    repairs: Sequence[Repair], text: Redacted, heard: Redacted, language: str
) -> list[dict[str, str | int]]:
    """Return the repairs as stored: offsets in the redacted text; a repair that touches personal data is not shown."""
    shown: list[dict[str, str | int]] = []
    for repair in repairs:
        start = shifted(repair.start, len(repair.written), text, language)
        if start is not None and shifted(repair.heard_start, len(repair.heard), heard, language) is not None:
            shown.append({"heard": repair.heard, "written": repair.written, "start": start, "rule": repair.rule})
    return shown


def shifted(start: int, length: int, redacted: Redacted, language: str) -> int | None:
    """Return where a stretch of the original text stands in the redacted one; None if it was (partly) redacted."""
    if any(span.start < start + length and start < span.end for span in redacted.spans):
        return None
    before = [span for span in redacted.spans if span.end <= start]
    return start + sum(len(placeholder(span.kind, language)) - (span.end - span.start) for span in before)


def _silence(call: Call, recognition: Recognition, language: Language) -> Segment:
    channel: Channel | None = None if call.customer_channel == "mix" else call.customer_channel
    names = {u.channel for u in recognition.utterances}
    if channel is None:
        channel = "mix" if recognition.layout == "mono" else ("right" if names == {"left"} else "left")
    return Segment(
        case_id=call.input_id, start_s=0.0, end_s=recognition.duration_s, channel=channel, speaker=CUSTOMER, text="",
        heard="", repairs="[]", confidence=0.0, doubtful=True, doubt_reasons='["no_speech"]', language=language,
    )  # fmt: skip
