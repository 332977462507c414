"""Taking reviewers' decisions into the store, each with name and date: they outrank the model and train it.

A category is confirmed when more than half of its reviewers agree; until then the case stays with the reviewers.
Corrected turns change the case's text. What was reviewed is read and decided again in the next night; the pages and
snapshots follow then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from classify.review.agreement import krippendorff_alpha, settled
from classify.review.read_workbook import Decided, Refusal
from classify.review.sheets import CASES, CAUSES, MENTIONS, TRANSCRIPTS
from complaints.fingerprints import canonical_json
from complaints.messages import render
from complaints.records import Case, Review, Reviewed, Segment
from complaints.redaction import redact
from complaints.store import call_text, write_cases

if TYPE_CHECKING:
    from complaints.store import Store

CONFIRMED = "review"  # origin of a label that reviewers confirmed
WHAT: dict[str, Reviewed] = {CASES: "category", MENTIONS: "mention", TRANSCRIPTS: "transcript", CAUSES: "cause"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A case on which reviewers differ: {reviewer: category}."""

    case_id: str
    decisions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to.

    Args:
        taken: rows taken, by kind.
        refused: rows refused.
        empty: rows without a decision.
        confirmed: cases whose category is confirmed now, of those in this workbook.
        alpha: Krippendorff's alpha over all categories given so far; None: no case has two reviewers.
        twice: cases that have two reviewers or more.
        conflicts: cases on which no majority agrees.
    """

    taken: dict[str, int]
    refused: list[Refusal]
    empty: int
    confirmed: int
    alpha: float | None
    twice: int
    conflicts: list[Conflict]

    def as_json(self, language: str) -> dict[str, Any]:
        """Return plain values for a machine, sentences in zh or en."""
        refused = [
            {"where": render(one.where, language), "reason": one.reason, "hint": render(one.why, language)}
            for one in self.refused
        ]
        alpha = None if self.alpha is None else round(self.alpha, 4)
        return asdict(replace(self, refused=[])) | {"refused": refused, "alpha": alpha}


def apply(store: Store, decided: Sequence[Decided], refused: list[Refusal], empty: int) -> Imported:
    """Take decisions into the store, all in one transaction."""
    with store.transaction():
        for one in decided:
            _keep(store, one)
        cases = sorted({str(d.keys[0]) for d in decided if d.sheet.name == CASES})
        confirmed = sum(_settle(store, case) for case in cases)
        _apply_transcripts(store, [d for d in decided if d.sheet.name == TRANSCRIPTS])
        for one in decided:
            if one.sheet.name == CAUSES:
                store.query("UPDATE causes SET decision = ? WHERE cause_id = ?", [one.decision, one.keys[0]])
        touched = sorted({str(d.keys[0]) for d in decided if d.sheet.name != CAUSES})
        # Read and decided again in the next night, corrections and all.
        store.query("DELETE FROM stage_state WHERE stage = 'classify' AND item_id IN (SELECT unnest(?))", [touched])
    units = given_categories(store)
    twice = {case: values for case, values in units.items() if len(values) > 1}
    conflicts = [Conflict(case, values) for case, values in sorted(twice.items()) if settled(values) is None]
    alpha = krippendorff_alpha([list(values.values()) for values in twice.values()])
    taken: dict[str, int] = dict(Counter(WHAT[d.sheet.name] for d in decided))
    return Imported(taken, refused, empty, confirmed, alpha, len(twice), conflicts)


def given_categories(store: Store) -> dict[str, dict[str, str]]:
    """Return the last category that each reviewer gave each case, by case_id and reviewer."""
    rows = store.query(
        "SELECT case_id, reviewer, decision FROM reviews WHERE what = 'category' "
        "ORDER BY case_id, reviewer, decided_at, decision"
    )
    units: dict[str, dict[str, str]] = {}
    for case, reviewer, decision in rows:
        units.setdefault(case, {})[reviewer] = decision
    return units


def _keep(store: Store, one: Decided) -> None:
    what, when = WHAT[one.sheet.name], datetime.combine(one.decided_on, datetime.min.time())
    subject, decision = str(one.keys[0]), one.decision
    if what == "mention":
        kind, code, start, end = one.keys[1:]
        verdict = {"verdict": one.decision} | ({"right_code": one.code} if one.code else {})
        decision = canonical_json({"kind": kind, "code": code, "start": start, "end": end} | verdict)
    elif what == "transcript":
        decision = canonical_json({"start_s": one.keys[1], "channel": one.keys[2], "text": redact(one.decision).text})
    # A reviewer's earlier word of the same day is taken back: reviews of one day have no order.
    if what in ("category", "cause"):
        who = "" if what == "cause" else " AND reviewer = ?"
        store.query(
            f"DELETE FROM reviews WHERE case_id = ? AND what = ? AND decided_at = ?{who}",
            [subject, what, when, *([one.reviewer] if who else [])],
        )
    store.append([Review(subject, one.reviewer, when, what, decision, redact(one.comment).text)])


def _settle(store: Store, case: str) -> bool:
    """Confirm a case's category, or take a confirmation back when reviewers now differ; return whether it stands."""
    rows = store.query(
        "SELECT reviewer, decision FROM reviews WHERE what = 'category' AND case_id = ? "
        "ORDER BY reviewer, decided_at, decision",
        [case],
    )
    category = settled(dict(rows))
    if category is None:
        store.query("DELETE FROM labels WHERE case_id = ? AND origin = ?", [case, CONFIRMED])
        store.query("UPDATE classifications SET decision = 'review' WHERE case_id = ?", [case])
        return False
    store.append_values("labels", [(case, category, CONFIRMED)], replace=True)
    store.query(
        "UPDATE classifications SET category = ?, decision = 'confirmed', confidence = 1.0, alternatives = '[]' "
        "WHERE case_id = ?",
        [category, case],
    )
    return True


def _apply_transcripts(store: Store, decided: Sequence[Decided]) -> None:
    for one in decided:
        case, start_s, channel = one.keys
        store.query(
            "UPDATE segments SET text = ? WHERE case_id = ? AND start_s = ? AND channel = ?",
            [redact(one.decision).text, case, start_s, channel],
        )
    for case_id in sorted({str(one.keys[0]) for one in decided}):
        segments = store.rows(Segment, "case_id = ?", [case_id])
        cases = store.rows(Case, "case_id = ?", [case_id])
        write_cases(store, [replace(case, text=call_text(segments)) for case in cases])
