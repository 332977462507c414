"""`complaints explain ID`: everything behind a case, an issue, a cause or a warning, out of the last run's tables.

Each kind of id has an explainer that reads the snapshot and returns lines and plain values. A room's table is read as
rows: no room is imported. Serial numbers come from the private store, on a terminal only, and each look is logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from complaints.errors import UsageError
from complaints.near import meant
from complaints.results import Results
from complaints.snapshot import snapshot_folder

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.workspace import Workspace

SHOWN_CASES = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """What is behind an id.

    Args:
        kind: case, issue, cause or warning.
        identity: the id.
        title: one line.
        sections: heading and lines, in order.
        facts: the same for machines.
        vehicles: serial tokens whose serial numbers may be shown.
    """

    kind: str
    identity: str
    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    facts: dict[str, Any]
    vehicles: tuple[str, ...] = field(default=())


Explainer = Callable[[Results, "Dictionary", str, str], Explained | None]


def explain(workspace: Workspace, identity: str, dictionary: Dictionary, language: str) -> Explained:
    """Explain an id from the last finished run.

    Args:
        workspace: an existing one.
        identity: of a case, an issue, a cause or a warning; or the call's or complaint's own number.
        dictionary: for names.
        language: zh or en, of the names.

    Raises:
        UsageError: no run has ended yet, or nothing has this id.
    """
    results = Results(snapshot_folder(workspace))
    for explainer in _explainers():
        found = explainer(results, dictionary, language, identity)
        if found is not None:
            return found
    hint = meant(identity, _ids(results), "See the tables: complaints export DIR")
    raise UsageError("nothing in the last run has this id", identity, hint)


def _ids(results: Results) -> list[str]:
    sql = " UNION ALL ".join(f"SELECT {kind}_id AS id FROM {kind}s" for kind in ("case", "issue", "cause", "warning"))
    return [str(row["id"]) for row in results.rows(sql)]


def explain_case(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a case: its words, what was found in them, its category with reasons, where it went."""
    cases = results.rows("SELECT * FROM cases WHERE case_id = ? OR external_id = ? ORDER BY 1 LIMIT 1", [identity] * 2)
    if not cases:
        return None
    case = cases[0]
    own = [case["case_id"]]
    decided = results.rows("SELECT * FROM classifications WHERE case_id = ?", own)
    mentions = results.rows("SELECT * FROM mentions WHERE case_id = ? ORDER BY start, kind, code", own)
    segments = results.rows("SELECT * FROM segments WHERE case_id = ? ORDER BY start_s, channel", own)
    issues = results.rows(
        "SELECT i.issue_id, i.name_zh, i.name_en, m.probability FROM issue_members m JOIN issues i USING (issue_id) "
        "WHERE m.case_id = ?",
        own,
    )
    reviews = results.rows("SELECT * FROM reviews WHERE case_id = ? ORDER BY decided_at", own)
    copies = results.rows("SELECT case_id FROM cases WHERE duplicate_of = ? ORDER BY 1", own)
    sections: list[tuple[str, tuple[str, ...]]] = [("Text", tuple(case["text"].split("\n")))]
    if segments:
        sections.append(("Call", tuple(_turn(s) for s in segments)))
    sections.append(("Found in it", tuple(_mention(m, dictionary, language) for m in mentions) or ("nothing",)))
    if decided:
        sections.append(("Category", tuple(_category_lines(decided[0], results))))
    names = ("name_zh", "name_en") if language == "zh" else ("name_en", "name_zh")
    sections.append(
        ("Issue", tuple(f"{i['issue_id']} {i[names[0]] or i[names[1]]} ({i['probability']:.2f})" for i in issues))
    )
    sections.append(
        ("Reviews", tuple(f"{r['decided_at']:%Y-%m-%d} {r['reviewer']}: {r['what']} {r['decision']}" for r in reviews))
    )
    repeats = [f"repeats {case['duplicate_of']}"] if case["duplicate_of"] else []
    sections.append(("Repeats", (*repeats, *(f"repeated by {c['case_id']}" for c in copies[:SHOWN_CASES]))))
    facts = {
        "case": case, "classification": decided[0] if decided else None, "mentions": mentions, "segments": segments,
        "issues": issues, "reviews": reviews, "repeated_by": [c["case_id"] for c in copies],
    }  # fmt: skip
    vehicles = (case["serial_token"],) if case["serial_token"] else ()
    kept = tuple((heading, lines) for heading, lines in sections if lines)
    return Explained("case", case["case_id"], _case_title(case), kept, facts, vehicles)


def _case_title(case: dict[str, Any]) -> str:
    when = f"{case['received_at']:%Y-%m-%d}" if case["received_at"] else "undated"
    parts = [when, case["product"], case["source_ref"], case["serial_token"], case["content"]]
    marks = [name for name in ("doubtful", "partial") if case[name]]
    return ", ".join(str(part) for part in (*parts, *marks) if part)


def _turn(segment: dict[str, Any]) -> str:
    doubt = f"  (doubtful: {', '.join(json.loads(segment['doubt_reasons']))})" if segment["doubtful"] else ""
    repaired = f"  (heard: {segment['heard']})" if segment["heard"] != segment["text"] else ""
    return f"{segment['start_s']:7.1f} s  {segment['speaker']:8}  {segment['text']}{repaired}{doubt}"


def _mention(mention: dict[str, Any], dictionary: Dictionary, language: str) -> str:
    part = f" of {dictionary.name(mention['component_code'], language)}" if mention["component_code"] else ""
    second = f", second {mention['segment_start_s']:.1f}" if mention["segment_start_s"] is not None else ""
    return (
        f"{mention['kind']} {dictionary.name(mention['code'], language)} ({mention['code']}){part}: "
        f'{mention["polarity"]}, "{mention["surface"]}" at {mention["start"]}, via {mention["via"]} '
        f"({mention['confidence']:.2f}){second}"
    )


def _category_lines(decided: dict[str, Any], results: Results) -> list[str]:
    lines = [f"{decided['category']}: {decided['decision']}, confidence {decided['confidence']:.2f}"]
    runners = [f"{a['category']} ({a['confidence']:.2f})" for a in json.loads(decided["alternatives"])]
    lines += [f"runners-up: {', '.join(runners)}"] if runners else []
    words = [f'"{e["surface"]}" ({e["weight"]:.2f})' for e in json.loads(decided["evidence"])]
    lines += [f"words that drove it: {', '.join(words)}"] if words else []
    for near in json.loads(decided.get("nearest") or "[]"):
        texts = results.rows("SELECT text FROM cases WHERE case_id = ?", [near["case_id"]])
        quote = " ".join(texts[0]["text"].split())[:60] if texts else ""
        lines.append(f"{_nearness(near)}: {near['case_id']}, {near['category']}: {quote}")
    return [*lines, f"model {decided['model_id']}"]


def _nearness(near: dict[str, Any]) -> str:
    if near["why"] != "meaning":
        return f"joined to the earlier case of the same {near['why']}"
    return f"nearest{' confirmed' if near['confirmed'] else ''} ({near['similarity']:.2f})"


def _explainers() -> list[Explainer]:
    """In the order in which they are asked; further kinds of id are added here."""
    from complaints.explain_groups import explain_cause, explain_issue, explain_warning

    return [explain_case, explain_issue, explain_cause, explain_warning]


def revealed(workspace: Workspace, found: Explained, who: str) -> list[str]:
    """Return the serial numbers behind an explanation, and log that they were looked at.

    The log names the id and who asked, never a serial number.
    """
    from complaints.log import RunLog

    log = RunLog(workspace.logs / "reveal.jsonl", "reveal")
    log.event("explain", "serials revealed", kind=found.kind, id=found.identity, by=who, vehicles=len(found.vehicles))
    if not found.vehicles:
        return []
    with workspace.lock():
        private = workspace.open_private()
        try:
            rows = private.query(
                "SELECT serial_token, serial FROM serials WHERE list_contains(?, serial_token) ORDER BY 1",
                [list(found.vehicles)],
            )
        finally:
            private.close()
    return [f"{token}  {serial}" for token, serial in rows]
