"""What is behind an issue, a cause or a warning, down to the cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from complaints.errors import UsageError
from complaints.outputs.explain_words import WORDS, said
from complaints.outputs.explained import SHOWN_CASES, Explained, kept, told_review
from complaints.outputs.snapshot_reader import Results

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

QUOTE_CHARACTERS = 70
TOLD = ("group_kind", "status")  # columns of a warning whose values are fixed words


def explain_issue(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain an issue: its state, its events, its cases and its causes."""
    found = results.rows("SELECT * FROM issues WHERE issue_id = ?", [identity])
    if not found:
        return None
    issue = found[0]
    events = results.rows("SELECT * FROM issue_events WHERE issue_id = ? ORDER BY night, event", [identity])
    cases = _cases(results, "issue", identity)
    causes = results.rows("SELECT * FROM causes WHERE group_id = ? ORDER BY rank", [identity])
    name = (issue["name_zh"], issue["name_en"])[language == "en"] or issue["name_zh"] or issue["name_en"]
    words = WORDS[language]
    state = words["issue_state"].format(
        said(issue["kind"], language), said(issue["status"], language), issue["cases"], issue["vehicles"],
        issue["first_seen"], issue["last_seen"],
    )  # fmt: skip
    sections = (
        (words["state"], (state,)),
        (words["events"], tuple(f"{e['night']} {said(e['event'], language)} {e['detail']}" for e in events)),
        (words["causes"], tuple(_cause_line(c, language) for c in causes)),
        (words["cases"], tuple(_quote(c, language) for c in cases[:SHOWN_CASES])),
    )
    facts = {"issue": issue, "events": events, "causes": causes, "cases": [c["case_id"] for c in cases]}
    return Explained("issue", identity, name, kept(sections), facts, _vehicles(cases))


def explain_cause(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a cause: its figures, its evidence and its group's cases."""
    found = results.rows("SELECT * FROM causes WHERE cause_id = ?", [identity])
    if not found:
        return None
    cause = found[0]
    evidence = json.loads(cause["evidence"] or "{}")
    reviews = results.rows("SELECT * FROM reviews WHERE case_id = ? ORDER BY decided_at", [identity])
    about = " · ".join(dictionary.name(code, language) for code in (cause["symptom"], cause["component"]) if code)
    cases = _cases(results, cause["group_kind"], cause["group_id"])
    figures = [
        f"{said(name, language)}: {cause[name]}"
        for name in ("probability", "prior", "relative_risk", "rr_low", "rr_high", "q_value", "exposed_cases",
                     "exposed_units", "factor", "level")
        if cause[name] is not None
    ]  # fmt: skip
    words = WORDS[language]
    state = words["cause_state"].format(
        cause["rank"], cause["cause"], cause["station_id"], said(cause["verdict"], language),
        said(cause["decision"], language),
    )  # fmt: skip
    proof = tuple(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in evidence.items())
    sections = (
        (words["cause"], (state,)),
        (words["figures"], tuple(figures)),
        (words["evidence"], proof),
        (words["decisions"], tuple(told_review(r, language) for r in reviews)),
        (words["cases"], tuple(_quote(c, language) for c in cases[:SHOWN_CASES])),
    )
    facts = {"cause": cause | {"evidence": evidence}, "reviews": reviews, "cases": [c["case_id"] for c in cases]}
    return Explained("cause", identity, about, kept(sections), facts, _vehicles(cases))


def explain_warning(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a warning: its rule, what was observed and expected, the window, and its group's cases."""
    found = results.rows("SELECT * FROM warnings WHERE warning_id = ?", [identity])
    if not found:
        return None
    warning = found[0]
    cases = _cases(results, warning["group_kind"], warning["group_id"], warning["product"])
    words = WORDS[language]
    warning_lines = tuple(
        f"{said(name, language)}: {said(value, language) if name in TOLD else value}"
        for name, value in warning.items()
        if value not in (None, "")
    )
    quotes = tuple(_quote(c, language) for c in cases[:SHOWN_CASES])
    sections = ((words["warning"], warning_lines), (words["cases"], quotes))
    facts = {"warning": warning, "cases": [c["case_id"] for c in cases]}
    title = f"{warning['rule']}, {said(warning['group_kind'], language)} {warning['group_id']}"
    return Explained("warning", identity, title, kept(sections), facts, _vehicles(cases))


def _cases(results: Results, kind: str, group: str, product: str | None = None) -> list[dict[str, Any]]:
    """Return the cases that stand behind a group, each with `lent`: the serial tokens of those that repeat it.

    Args:
        results: of the last run.
        kind: issue, symptom or station.
        group: its id.
        product: only cases of this product; empty: only those without one; None: all.

    Raises:
        UsageError: the last run was made by an earlier version, which did not say which they are.
    """
    if "groups" not in results.tables:
        raise UsageError("explain.no_members", group)
    return results.rows(
        "SELECT c.case_id, c.received_at, c.serial_token, c.text, list(r.serial_token) FILTER (r.serial_token IS NOT"
        " NULL) AS lent FROM groups g JOIN cases c USING (case_id) LEFT JOIN cases r ON r.duplicate_of = c.case_id"
        " WHERE g.group_kind = ? AND g.group_id = ? AND coalesce(?, c.product, '') = coalesce(c.product, '')"
        " GROUP BY ALL ORDER BY c.received_at, c.case_id",
        [kind, group, product],
    )


def _quote(case: dict[str, Any], language: str) -> str:
    when = f"{case['received_at']:%Y-%m-%d}" if case["received_at"] else WORDS[language]["undated"]
    return f"{case['case_id']}  {when}  {' '.join(case['text'].split())[:QUOTE_CHARACTERS]}"


def _cause_line(cause: dict[str, Any], language: str) -> str:
    return WORDS[language]["cause_line"].format(
        cause["cause_id"], cause["rank"], cause["station_id"], cause["cause"], cause["probability"]
    )


def _vehicles(cases: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({token for c in cases for token in (c["serial_token"], *(c["lent"] or ())) if token}))
