"""What goes into the review workbook: doubtful cases with their mentions and turns, and the causes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from classify.review.choices import Choices, category_choices
from classify.review.sheets import CASES, CAUSES, MENTIONS, SHEETS, TRANSCRIPTS, Sheet, row_hash
from complaints.messages import named
from complaints.ranking import REVIEW_ORDER

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.store import Store

Row = dict[str, Any]
QUOTE_CHARACTERS = 20  # on either side of a mention


def doubtful_cases(store: Store, limit: int) -> list[str]:
    """Return the ids of cases that wait for review, first those whose decision would change most."""
    return [row[0] for row in store.query(REVIEW_ORDER, [limit])]


def workbook_rows(store: Store, dictionary: Dictionary, language: str, cases: Sequence[str]) -> dict[str, list[Row]]:
    """Return the rows of each sheet by its name; values by column."""
    makers = {CASES: _cases, MENTIONS: _mentions, TRANSCRIPTS: _transcripts, CAUSES: _causes}
    made = {}
    for sheet in SHEETS:
        rows = makers[sheet.name](store, dictionary, language, cases)
        made[sheet.name] = [_hashed(sheet, row) for row in rows]
    return made


def categories(store: Store, model_categories: Sequence[str], dictionary: Dictionary) -> list[str]:
    """Return what a reviewer may choose: the model's and all known categories; without any, the vehicle's systems."""
    from classify.category import category_names, parse_categories

    known = {name for (cell,) in store.query("SELECT DISTINCT category FROM labels") for name in parse_categories(cell)}
    found = known | set(model_categories)
    return sorted(found) or category_names(dictionary)


def _hashed(sheet: Sheet, row: Row) -> Row:
    return row | {"hash": row_hash(sheet, tuple(row[key] for key in sheet.keys), row.pop("shown"))}


def shown_content(store: Store, sheet: Sheet, keys: tuple[Any, ...]) -> str | None:
    """Return what a row of these keys shows now, as `row_hash` wants it; None: there is no such row."""
    sql = {
        CASES: "SELECT text FROM cases WHERE case_id = ?",
        MENTIONS: "SELECT surface || polarity FROM mentions WHERE case_id = ? AND kind = ? AND code = ? "
        'AND start = ? AND "end" = ?',
        TRANSCRIPTS: "SELECT text FROM segments WHERE case_id = ? AND start_s = ? AND channel = ?",
        CAUSES: "SELECT station_id || cause FROM causes WHERE cause_id = ?",
    }
    found = store.query(sql[sheet.name], list(keys))
    return None if not found else str(found[0][0])


def _cases(store: Store, dictionary: Dictionary, language: str, cases: Sequence[str]) -> list[Row]:
    choices = category_choices((), dictionary)
    rows = store.query(
        "SELECT case_id, received_at, product, text, category, confidence, alternatives, evidence FROM cases "
        "JOIN classifications USING (case_id) WHERE case_id IN (SELECT unnest(?))",
        [list(cases)],
    )
    reviews = _earlier(store, choices, language)
    found = {
        row[0]: {
            "case_id": row[0], "received_at": row[1].date().isoformat() if row[1] else "", "product": row[2] or "",
            "text": row[3], "category": choices.label(row[4], language), "confidence": round(row[5], 2),
            "runners_up": " · ".join(choices.label(a["category"], language) for a in json.loads(row[6])),
            "words": " · ".join(e["surface"] for e in json.loads(row[7])),
            "earlier_reviews": reviews.get(row[0], ""), "shown": row[3],
        }
        for row in rows
    }  # fmt: skip
    return [found[case] for case in cases if case in found]


def _earlier(store: Store, choices: Choices, language: str) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    rows = store.query(
        "SELECT case_id, reviewer, decision FROM reviews WHERE what = 'category' ORDER BY decided_at, reviewer"
    )
    for case, reviewer, decision in rows:
        said.setdefault(case, []).append(f"{reviewer}: {choices.label(decision, language)}")
    return {case: "; ".join(texts) for case, texts in said.items()}


def _mentions(store: Store, dictionary: Dictionary, language: str, cases: Sequence[str]) -> list[Row]:
    rows = store.query(
        'SELECT m.case_id, m.kind, m.code, m.start, m."end", m.surface, m.component_code, m.polarity, m.via, c.text '
        "FROM mentions m JOIN cases c USING (case_id) WHERE case_id IN (SELECT unnest(?)) "
        'ORDER BY list_position(?, m.case_id), m.start, m."end", m.kind, m.code',
        [list(cases), list(cases)],
    )
    return [
        {
            "case_id": case, "kind": kind, "code": code, "start": start, "end": end,
            "quote": _quote(text, start, end), "name": dictionary.name(code, language),
            "component": dictionary.name(component, language) if component else "",
            "polarity": named("polarity", polarity, language),
            "via": named("via", via, language),
            "shown": f"{surface}{polarity}",
        }
        for case, kind, code, start, end, surface, component, polarity, via, text in rows
    ]  # fmt: skip


def _quote(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - QUOTE_CHARACTERS) : start], text[end : end + QUOTE_CHARACTERS]
    return f"{before}【{text[start:end]}】{after}"


def _transcripts(store: Store, dictionary: Dictionary, language: str, cases: Sequence[str]) -> list[Row]:
    rows = store.query(
        "SELECT case_id, start_s, channel, speaker, text, doubt_reasons FROM segments "
        "WHERE case_id IN (SELECT unnest(?)) AND text <> '' ORDER BY list_position(?, case_id), start_s, channel",
        [list(cases), list(cases)],
    )
    return [
        {
            "case_id": case, "start_s": start, "channel": channel,
            "speaker": named("speaker", speaker, language), "text": text,
            "doubt": " · ".join(named("doubt", why, language) for why in json.loads(doubt or "[]")), "shown": text,
        }
        for case, start, channel, speaker, text, doubt in rows
    ]  # fmt: skip


def _causes(store: Store, dictionary: Dictionary, language: str, cases: Sequence[str]) -> list[Row]:
    rows = store.query(
        "SELECT cause_id, symptom, component, station_id, cause, probability, verdict, decision FROM causes "
        "WHERE station_id <> 'none' AND (same_as IS NULL OR decision <> 'open') "
        "ORDER BY decision = 'open' DESC, probability DESC, cause_id"
    )
    return [
        {
            "cause_id": cause_id,
            "about": " · ".join(dictionary.name(code, language) for code in (symptom, component) if code),
            "station_id": station, "cause": cause, "probability": round(probability, 2),
            "verdict": named("verdict", verdict, language), "decided": named("decision", decision, language),
            "shown": f"{station}{cause}",
        }
        for cause_id, symptom, component, station, cause, probability, verdict, decision in rows
    ]  # fmt: skip
