"""A case as the category models read it: its mentions (spoken and answered), its content, its masked text."""

from __future__ import annotations

import json
from collections.abc import Sequence

from classify.reading.answers import answered_mentions
from classify.reading.codes import mention_codes
from classify.reading.content import content_of, service_words
from classify.reading.corrections import Correction, corrected
from classify.reading.finder import MentionFinder
from classify.reading.mention import PROTECTED, ExtractedMention
from classify.reading.types import Dated, Reading
from complaints.fingerprints import digest
from complaints.models import mask
from complaints.records import Case, Mention, Segment, Via
from complaints.store import TurnSpan, same_text_key, turn_spans

DOUBTFUL_FACTOR = 0.7  # what a mention's confidence loses when its turn was hard to hear
MEANING = "meaning"  # rule of the mentions that `classify.reading.semantic` adds
PHONETIC_FACTOR = 0.85  # and when a repair by sound wrote its word


def read_case(
    case: Case,
    segments: Sequence[Segment],
    finder: MentionFinder,
    corrections: Sequence[Correction] = (),
    unseen: Sequence[ExtractedMention] = (),
) -> Reading:
    """Return what a case's text says.

    Args:
        case: a call or a text.
        segments: of a call, all its segments; the agent's questions count through the customer's answers alone.
        finder: finds mentions.
        corrections: reviewers' corrections of its mentions.
        unseen: mentions that meaning adds (`classify.reading.semantic`).
    """
    mentions = finder.find(case.text, case.language)
    if segments:
        language = case.language if case.language in ("zh", "en") else "zh"
        mentions += answered_mentions(
            segments, turn_spans(segments), language, lambda text: finder.find(text, language), mentions
        )
    words = service_words(case.text, case.language)
    mentions = corrected([*mentions, *unseen], corrections)
    ordered = tuple(sorted(mentions, key=lambda m: (m.start, m.end, m.kind, m.code)))
    content = content_of(case.text, case.language, ordered, words)
    return Reading(
        case_id=case.case_id,
        text=case.text,
        masked=mask(case.text, case.language),
        language=case.language,
        content=content,
        mentions=ordered,
        words=tuple(words),
        codes=mention_codes(ordered, words, content, finder.dictionary),
        dated=dated(case),
    )


def dated(case: Case) -> Dated:
    """Return a case's place in time, its product and vehicle."""
    when = case.received_at
    return Dated(
        order=f"{when.isoformat() if when else ''} {case.case_id}",
        day=when.toordinal() if when else None,
        product=case.product,
        vehicle=case.serial_token,
        copy_key=digest(same_text_key(case.text))[:16],
    )


def mention_rows(reading: Reading, segments: Sequence[Segment]) -> list[Mention]:
    """Return the rows of a case's mentions, with speaker and second of the call."""
    spans = turn_spans(segments)
    return [
        _row(reading, found, next((s for s in spans if s.start <= found.start < s.end), None))
        for found in reading.mentions
    ]


def _row(reading: Reading, found: ExtractedMention, span: TurnSpan | None) -> Mention:
    assert found.kind != PROTECTED  # no pipeline hands one on
    via: Via = "model" if found.rule == MEANING else "dictionary"
    confidence = found.confidence
    if span is not None and span.segment.doubtful:
        confidence *= DOUBTFUL_FACTOR
    if span is not None and _repaired(found, span):
        via = via if via == "model" else "phonetic"
        confidence *= PHONETIC_FACTOR
    return Mention(
        case_id=reading.case_id,
        kind=found.kind,
        code=found.code,
        surface=reading.text[found.start : found.end],
        start=found.start,
        end=found.end,
        polarity=found.polarity,
        speaker=span.segment.speaker if span is not None else "customer",
        segment_start_s=span.segment.start_s if span is not None else None,
        component_code=found.component_code,
        via=via,
        confidence=round(confidence, 4),
    )


def _repaired(found: ExtractedMention, span: TurnSpan) -> bool:
    """Whether a repair by sound wrote characters of a mention."""
    start, end = found.start - span.start, found.end - span.start
    for repair in json.loads(span.segment.repairs or "[]"):
        first = int(repair["start"])
        if first < end and start < first + len(repair["written"]):
            return True
    return False
