"""What is behind an issue, a cause or a warning, down to the cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from complaints.explain import SHOWN_CASES, Explained
from complaints.results import Results

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

QUOTE_CHARACTERS = 70


def explain_issue(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain an issue: its state, its events, its cases and its causes."""
    found = results.rows("SELECT * FROM issues WHERE issue_id = ?", [identity])
    if not found:
        return None
    issue = found[0]
    events = results.rows("SELECT * FROM issue_events WHERE issue_id = ? ORDER BY night, event", [identity])
    cases = _cases(results, "issue_members m JOIN cases c USING (case_id) WHERE m.issue_id = ?", identity)
    causes = results.rows("SELECT * FROM causes WHERE group_id = ? ORDER BY rank", [identity])
    name = (issue["name_zh"], issue["name_en"])[language == "en"] or issue["name_zh"] or issue["name_en"]
    sections = (
        ("State", (f"{issue['kind']}, {issue['status']}; {issue['cases']} cases of {issue['vehicles']} vehicles, "
                   f"{issue['first_seen']} to {issue['last_seen']}",)),
        ("Events", tuple(f"{e['night']} {e['event']} {e['detail']}" for e in events)),
        ("Causes", tuple(_cause_line(c) for c in causes)),
        ("Cases", tuple(_quote(c) for c in cases[:SHOWN_CASES])),
    )  # fmt: skip
    facts = {"issue": issue, "events": events, "causes": causes, "cases": [c["case_id"] for c in cases]}
    return Explained("issue", identity, name, _kept(sections), facts, _vehicles(cases))


def explain_cause(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a cause: its figures, its evidence and its group's cases."""
    found = results.rows("SELECT * FROM causes WHERE cause_id = ?", [identity])
    if not found:
        return None
    cause = found[0]
    evidence = json.loads(cause["evidence"] or "{}")
    reviews = results.rows("SELECT * FROM reviews WHERE case_id = ? ORDER BY decided_at", [identity])
    about = " · ".join(dictionary.name(code, language) for code in (cause["symptom"], cause["component"]) if code)
    cases = _group_cases(results, cause["group_kind"], cause["group_id"], cause["symptom"])
    figures = [
        f"{name.replace('_', ' ')}: {cause[name]}"
        for name in ("probability", "prior", "relative_risk", "rr_low", "rr_high", "q_value", "exposed_cases",
                     "exposed_units", "factor", "level")
        if cause[name] is not None
    ]  # fmt: skip
    sections = (
        ("Cause", (f"rank {cause['rank']}: {cause['cause']} at {cause['station_id']}, {cause['verdict']}, "
                   f"{cause['decision']}",)),
        ("Figures", tuple(figures)),
        ("Evidence", tuple(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in evidence.items())),
        ("Decisions", tuple(f"{r['decided_at']:%Y-%m-%d} {r['reviewer']}: {r['decision']}" for r in reviews)),
        ("Cases", tuple(_quote(c) for c in cases[:SHOWN_CASES])),
    )  # fmt: skip
    facts = {"cause": cause | {"evidence": evidence}, "reviews": reviews, "cases": [c["case_id"] for c in cases]}
    return Explained("cause", identity, about, _kept(sections), facts, _vehicles(cases))


def explain_warning(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a warning: its rule, what was observed and expected, the window, and its group's cases."""
    found = results.rows("SELECT * FROM warnings WHERE warning_id = ?", [identity])
    if not found:
        return None
    warning = found[0]
    cases = _group_cases(results, warning["group_kind"], warning["group_id"], warning["group_id"])
    lines = tuple(f"{name.replace('_', ' ')}: {value}" for name, value in warning.items() if value not in (None, ""))
    sections = (("Warning", lines), ("Cases", tuple(_quote(c) for c in cases[:SHOWN_CASES])))
    facts = {"warning": warning, "cases": [c["case_id"] for c in cases]}
    title = f"{warning['rule']}, {warning['group_kind']} {warning['group_id']}"
    return Explained("warning", identity, title, _kept(sections), facts, _vehicles(cases))


def _group_cases(results: Results, kind: str, group: str, symptom: str | None) -> list[dict[str, Any]]:
    if kind == "issue":
        return _cases(results, "issue_members m JOIN cases c USING (case_id) WHERE m.issue_id = ?", group)
    if kind == "symptom":
        where = "cases c WHERE case_id IN (SELECT case_id FROM mentions WHERE code = ? AND polarity = 'present')"
        return _cases(results, where, symptom or group)
    return []


def _cases(results: Results, source: str, value: str) -> list[dict[str, Any]]:
    sql = f"SELECT c.case_id, c.received_at, c.serial_token, c.text FROM {source} ORDER BY c.received_at, c.case_id"
    return results.rows(sql, [value])


def _quote(case: dict[str, Any]) -> str:
    when = f"{case['received_at']:%Y-%m-%d}" if case["received_at"] else "undated"
    return f"{case['case_id']}  {when}  {' '.join(case['text'].split())[:QUOTE_CHARACTERS]}"


def _cause_line(cause: dict[str, Any]) -> str:
    return f"{cause['cause_id']}  rank {cause['rank']}: {cause['station_id']} {cause['cause']} ({cause['probability']})"


def _vehicles(cases: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({c["serial_token"] for c in cases if c["serial_token"]}))


def _kept(sections: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((heading, lines) for heading, lines in sections if lines)
