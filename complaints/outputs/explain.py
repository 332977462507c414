"""`complaints explain ID`: everything behind a case, an issue, a cause or a warning, out of the last run's tables.

Each kind of id has an explainer that reads the snapshot and returns lines and plain values. A room's table is read as
rows: no room is imported. Serial numbers come from the private store, on a terminal only, and each look is logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from complaints.errors import UsageError
from complaints.messages import message, named
from complaints.nearest_name import meant
from complaints.outputs.explained import SHOWN_CASES, Explained, kept, line, review_line
from complaints.outputs.snapshot_reader import Results, last_night

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.workspace import Workspace


Explainer = Callable[[Results, "Dictionary", str, str], Explained | None]


def explain(workspace: Workspace, identity: str, dictionary: Dictionary, language: str) -> Explained:
    """Explain an id from the last finished run.

    Args:
        workspace: an existing one.
        identity: of a case, an issue, a cause or a warning; or the call's or complaint's own number.
        dictionary: for names.
        language: zh or en, of headings, sentences and names.

    Raises:
        UsageError: no run has ended yet, or nothing has this id.
    """
    with last_night(workspace) as results:
        for explainer in _explainers():
            found = explainer(results, dictionary, language, identity)
            if found is not None:
                return found
        hint = meant(identity, _ids(results), message("explain.unknown.hint"))
    raise UsageError("explain.unknown", identity, hint)


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
    names = ("name_zh", "name_en") if language == "zh" else ("name_en", "name_zh")
    joined = tuple(
        line("member", language, issue=i["issue_id"], name=i[names[0]] or i[names[1]], probability=i["probability"])
        for i in issues
    )
    repeats = [line("repeat_of", language, case=case["duplicate_of"])] if case["duplicate_of"] else []
    repeats += [line("repeated_by", language, case=c["case_id"]) for c in copies[:SHOWN_CASES]]
    nothing = (line("nothing", language),)
    sections: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("text", tuple(case["text"].split("\n"))),
        ("call", tuple(_turn(s, language) for s in segments)),
        ("found", tuple(_mention(m, dictionary, language) for m in mentions) or nothing),
        ("category", tuple(_category_lines(decided[0], results, dictionary, language)) if decided else ()),
        ("issue", joined),
        ("reviews", tuple(review_line(r, language) for r in reviews)),
        ("repeats", tuple(repeats)),
    )
    facts = {
        "case": case, "classification": decided[0] if decided else None, "mentions": mentions, "segments": segments,
        "issues": issues, "reviews": reviews, "repeated_by": [c["case_id"] for c in copies],
    }  # fmt: skip
    vehicles = (case["serial_token"],) if case["serial_token"] else ()
    return Explained("case", case["case_id"], _case_title(case, language), kept(sections, language), facts, vehicles)


def _case_title(case: dict[str, Any], language: str) -> str:
    when = f"{case['received_at']:%Y-%m-%d}" if case["received_at"] else line("undated", language)
    content = named("content", case["content"], language) if case["content"] else ""
    parts = [when, case["product"], case["source_ref"], case["serial_token"], content]
    marks = [line(name, language) for name in ("doubtful", "partial") if case[name]]
    return ", ".join(str(part) for part in (*parts, *marks) if part)


def _turn(segment: dict[str, Any], language: str) -> str:
    doubt = repaired = ""
    if segment["doubtful"]:
        reasons = [named("doubt", why, language) for why in json.loads(segment["doubt_reasons"])]
        doubt = line("doubt", language, why=reasons)
    if segment["heard"] != segment["text"]:
        repaired = line("heard", language, text=segment["heard"])
    return line(
        "turn", language, second=segment["start_s"], speaker=named("speaker", segment["speaker"], language),
        text=segment["text"], heard=repaired, doubt=doubt,
    )  # fmt: skip


def _mention(mention: dict[str, Any], dictionary: Dictionary, language: str) -> str:
    code, second = mention["component_code"], mention["segment_start_s"]
    return line(
        "mention", language, kind=named("kind", mention["kind"], language),
        name=dictionary.name(mention["code"], language), code=mention["code"],
        part=line("part", language, part=dictionary.name(code, language)) if code else "",
        polarity=named("polarity", mention["polarity"], language), start=mention["start"], surface=mention["surface"],
        via=named("via", mention["via"], language), confidence=mention["confidence"],
        second=line("second", language, second=second) if second is not None else "",
    )  # fmt: skip


def _category_lines(decided: dict[str, Any], results: Results, dictionary: Dictionary, language: str) -> list[str]:
    def name(category: str) -> str:
        own = named("category", category, language)
        return dictionary.name(category, language) if own == category else own

    decision = named("category_decision", decided["decision"], language)
    category = name(decided["category"])
    lines = [line("decided", language, category=category, decision=decision, confidence=decided["confidence"])]
    alternatives = json.loads(decided["alternatives"])
    runners = [
        message("explain.runner", category=name(a["category"]), confidence=a["confidence"]) for a in alternatives
    ]
    lines += [line("runners_up", language, categories=runners)] if runners else []
    evidence = json.loads(decided["evidence"])
    drove = [message("explain.word", surface=e["surface"], weight=e["weight"]) for e in evidence]
    lines += [line("drove", language, words=drove)] if drove else []
    for near in json.loads(decided.get("nearest") or "[]"):
        texts = results.rows("SELECT text FROM cases WHERE case_id = ?", [near["case_id"]])
        quote = " ".join(texts[0]["text"].split())[:60] if texts else ""
        said = {"nearness": _nearness(near, language), "case": near["case_id"], "category": name(near["category"])}
        lines.append(line("near_line", language, quote=quote, **said))
    return [*lines, line("model", language, model=decided["model_id"])]


def _nearness(near: dict[str, Any], language: str) -> str:
    if near["why"] != "meaning":
        return line("joined", language, kind=named("near_why", near["why"], language))
    return line("nearest_confirmed" if near["confirmed"] else "nearest", language, similarity=near["similarity"])


def _explainers() -> list[Explainer]:
    """In the order in which they are asked; further kinds of id are added here."""
    from complaints.outputs.explain_groups import explain_cause, explain_issue, explain_warning

    return [explain_case, explain_issue, explain_cause, explain_warning]


def revealed(workspace: Workspace, found: Explained, who: str) -> list[str]:
    """Return the serial numbers behind an explanation, and log that they were looked at.

    The log names the id and who asked, never a serial number.
    """
    log_reveal(workspace, "explain", found.kind, found.identity, who, len(found.vehicles))
    if not found.vehicles:
        return []
    with workspace.lock(), workspace.open_private() as private:
        rows = private.query(
            "SELECT serial_token, serial FROM serials WHERE list_contains(?, serial_token) ORDER BY 1",
            [list(found.vehicles)],
        )
    return [f"{token}  {serial}" for token, serial in rows]


def log_reveal(workspace: Workspace, command: str, kind: str, identity: str, who: str, vehicles: int) -> None:
    """Log that serial numbers were looked at, before they are: of what, by whom, how many; never one of them."""
    from complaints.run_log import RunLog

    log = RunLog(workspace.logs / "reveal.jsonl", "reveal")
    log.event(command, "serials revealed", kind=kind, id=identity, by=who, vehicles=vehicles)
