"""Decisions with their reasons: the words that drove them, the runner-up, and the cases to compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.ranking import REVIEW_ORDER
from complaints.store import Store
from reports.facts.json_columns import objects

SHOWN = 12  # of each list
TEXT_CHARACTERS = 220
COMPARED_CHARACTERS = 90
LEAD_CHARACTERS = 40  # before the first word that is marked


@dataclass(frozen=True, slots=True)
class Compared:
    """A case to compare a decision with; `why`: meaning, vehicle or product (`complaints.records.Classification`)."""

    case_id: str
    category: str
    similarity: float | None
    confirmed: bool
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision and why it was taken. `pieces` is the text, (piece, whether it drove the decision)."""

    case_id: str
    received_at: datetime | None
    product: str | None
    pieces: tuple[tuple[str, bool], ...]
    category: str
    confidence: float
    decision: str
    runner_up: tuple[str, float] | None
    compared: tuple[Compared, ...]


def read_explained(store: Store) -> tuple[tuple[Explained, ...], tuple[Explained, ...]]:
    """Return decisions with their reasons: the first that wait for review, and the newest that were taken alone."""
    waiting = [row[0] for row in store.query(REVIEW_ORDER, [SHOWN])]
    alone = [
        row[0]
        for row in store.query(
            "SELECT case_id FROM classifications JOIN cases USING (case_id) WHERE decision = 'auto'"
            " AND duplicate_of IS NULL ORDER BY received_at DESC NULLS LAST, case_id LIMIT ?",
            [SHOWN],
        )
    ]
    found = {one.case_id: one for one in _explained(store, [*waiting, *alone])}
    first, second = (tuple(found[case] for case in ids if case in found) for ids in (waiting, alone))
    return first, second


def _explained(store: Store, ids: Sequence[str]) -> Iterator[Explained]:
    rows = store.query(
        "SELECT case_id, received_at, product, text, category, confidence, decision, alternatives, evidence, nearest"
        " FROM classifications JOIN cases USING (case_id) WHERE case_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(ids)],
    )
    near = {row[0]: [n for n in objects(row[9]) if isinstance(n.get("case_id"), str)] for row in rows}
    texts = _texts(store, sorted({n["case_id"] for found in near.values() for n in found}))
    for case_id, received, product, text, category, confidence, decision, alternatives, evidence, _ in rows:
        runners = [a for a in objects(alternatives) if isinstance(a.get("confidence"), int | float)]
        runner = (str(runners[0].get("category")), float(runners[0]["confidence"])) if runners else None
        compared = tuple(_compared(n, texts) for n in near[case_id] if n["case_id"] in texts)
        yield Explained(
            case_id, received, product, pieces(text, spans(objects(evidence))), category, confidence, decision, runner,
            compared,
        )  # fmt: skip


def _texts(store: Store, ids: Sequence[str]) -> dict[str, str]:
    rows = store.query(
        "SELECT case_id, substr(text, 1, ?) FROM cases WHERE case_id IN (SELECT unnest(?::VARCHAR[]))",
        [COMPARED_CHARACTERS, list(ids)],
    )
    return dict(rows)


def _compared(near: Mapping[str, Any], texts: Mapping[str, str]) -> Compared:
    similarity = near.get("similarity")
    return Compared(
        near["case_id"], str(near.get("category")), float(similarity) if isinstance(similarity, int | float) else None,
        bool(near.get("confirmed")), str(near.get("why") or "meaning"), texts[near["case_id"]],
    )  # fmt: skip


def spans(evidence: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Return the characters [start, end) of the words that drove a decision, in order, none overlapping."""
    found = sorted(
        (e["start"], e["end"]) for e in evidence if isinstance(e.get("start"), int) and isinstance(e.get("end"), int)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif 0 <= start < end:
            joined.append((start, end))
    return joined


def pieces(text: str, marked: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Return a text in pieces, (piece, whether it is marked), cut to TEXT_CHARACTERS around the first mark."""
    first = max(0, marked[0][0] - LEAD_CHARACTERS) if marked and marked[0][0] > TEXT_CHARACTERS // 2 else 0
    last = min(len(text), first + TEXT_CHARACTERS)
    found: list[tuple[str, bool]] = [("…", False)] if first else []
    at = first
    for start, end in marked:
        if start >= last:
            break
        found += [(text[at:start], False), (text[start : min(end, last)], True)]
        at = min(end, last)
    found += [(text[at:last], False), ("…" if last < len(text) else "", False)]
    return tuple((piece, mark) for piece, mark in found if piece)
