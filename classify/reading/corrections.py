"""Reviewers' corrections of mentions, applied to what the rules find."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from classify.reading.mention import ExtractedMention
from complaints.records import RIGHT, WRONG, MentionVerdict

if TYPE_CHECKING:
    from complaints.store import Store

CORRECTED_CONFIDENCE = 1.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reviewer said of the mention of `code` at characters [start, end): a verdict, and the right code or ""."""

    kind: str
    code: str
    start: int
    end: int
    verdict: MentionVerdict
    right_code: str


def read_corrections(store: Store, ids: Sequence[str]) -> dict[str, list[Correction]]:
    """Return the corrections of cases in the order in which they were made, by case_id."""
    rows = store.query(
        "SELECT case_id, decision FROM reviews WHERE what = 'mention' AND case_id IN (SELECT unnest(?)) "
        "ORDER BY case_id, decided_at, reviewer, decision",
        [list(ids)],
    )
    found: dict[str, list[Correction]] = {}
    for case, decision in rows:
        said = json.loads(decision)
        place = (said["kind"], said["code"], said["start"], said["end"])
        found.setdefault(case, []).append(Correction(*place, said["verdict"], said.get("right_code", "")))
    return found


def corrected(mentions: Sequence[ExtractedMention], corrections: Sequence[Correction]) -> list[ExtractedMention]:
    """Return the mentions as reviewers want them; a correction of a mention that is no longer found does nothing."""
    result = list(mentions)
    for one in corrections:
        place = (one.kind, one.code, one.start, one.end)
        found: list[ExtractedMention] = []
        for mention in result:
            if (mention.kind, mention.code, mention.start, mention.end) != place:
                found.append(mention)
            elif one.verdict != WRONG or one.right_code:
                polarity = mention.polarity if one.verdict == RIGHT or one.verdict == WRONG else one.verdict
                code = one.right_code or mention.code
                found.append(replace(mention, code=code, polarity=polarity, confidence=CORRECTED_CONFIDENCE))
        result = found
    return result
