"""What is behind an issue, a cause or a warning, down to the cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from complaints.errors import UsageError
from complaints.messages import from_json, named, render
from complaints.outputs.event_detail import event_detail
from complaints.outputs.explain_evidence import evidence_lines, evidence_of, writer
from complaints.outputs.explained import SHOWN_CASES, Explained, kept, line, review_line
from complaints.outputs.snapshot_reader import Results

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
    cases = _cases(results, "issue", identity)
    causes = results.rows("SELECT * FROM causes WHERE group_id = ? ORDER BY rank", [identity])
    name = (issue["name_zh"], issue["name_en"])[language == "en"] or issue["name_zh"] or issue["name_en"]
    state = line(
        "issue_state", language, kind=named("issue_kind", issue["kind"], language),
        status=named("status", issue["status"], language), cases=issue["cases"], vehicles=issue["vehicles"],
        first=issue["first_seen"], last=issue["last_seen"],
    )  # fmt: skip
    sections = (
        ("state", (state,)),
        ("events", tuple(_event(e, language) for e in events)),
        ("causes", tuple(_cause_line(c, language) for c in causes)),
        ("cases", tuple(_quote(c, language) for c in cases[:SHOWN_CASES])),
    )
    facts = {"issue": issue, "events": events, "causes": causes, "cases": [c["case_id"] for c in cases]}
    return Explained("issue", identity, name, kept(sections, language), facts, _vehicles(cases))


def explain_cause(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a cause: its figures, its evidence and its group's cases."""
    found = results.rows("SELECT * FROM causes WHERE cause_id = ?", [identity])
    if not found:
        return None
    cause = found[0]
    evidence = evidence_of(cause["evidence"])
    reviews = results.rows("SELECT * FROM reviews WHERE case_id = ? ORDER BY decided_at", [identity])
    about = " · ".join(dictionary.name(code, language) for code in (cause["symptom"], cause["component"]) if code)
    cases = _cases(results, cause["group_kind"], cause["group_id"])
    figures = [
        line("figure", language, name=named("column", name, language), value=cause[name])
        for name in ("probability", "prior", "relative_risk", "rr_low", "rr_high", "q_value", "exposed_cases",
                     "exposed_units", "factor", "level", "same_as")
        if cause.get(name) is not None  # a night of an earlier version lacks the last
    ]  # fmt: skip
    state = line(
        "cause_state", language, rank=cause["rank"], cause=cause["cause"], station=cause["station_id"],
        verdict=named("verdict", cause["verdict"], language), decision=named("decision", cause["decision"], language),
    )  # fmt: skip
    sections = (
        ("cause", (state,)),
        ("figures", tuple(figures)),
        ("evidence", evidence_lines(evidence, dictionary, language)),
        ("decisions", tuple(review_line(r, language) for r in reviews)),
        ("cases", tuple(_quote(c, language) for c in cases[:SHOWN_CASES])),
    )
    facts = {"cause": cause | {"evidence": evidence}, "reviews": reviews, "cases": [c["case_id"] for c in cases]}
    return Explained("cause", identity, about, kept(sections, language), facts, _vehicles(cases))


def explain_warning(results: Results, dictionary: Dictionary, language: str, identity: str) -> Explained | None:
    """Explain a warning: its rule, what was observed and expected, the window, and its group's cases."""
    found = results.rows("SELECT * FROM warnings WHERE warning_id = ?", [identity])
    if not found:
        return None
    warning = found[0]
    rule = _rule(warning, dictionary, language)
    cases = _cases(results, warning["group_kind"], warning["group_id"], warning["product"])
    warning_lines = tuple(
        line("figure", language, name=named("column", name, language), value=_warning_value(name, value, language))
        for name, value in (warning | {"rule": rule}).items()
        if value not in (None, "", "[]") and name != "rule_message"
    )
    quotes = tuple(_quote(c, language) for c in cases[:SHOWN_CASES])
    sections = (("warning", warning_lines), ("cases", quotes))
    facts = {"warning": warning, "cases": [c["case_id"] for c in cases]}
    kind = named("kind", warning["group_kind"], language)
    title = line("warning_title", language, rule=rule, kind=kind, group=warning["group_id"])
    return Explained("warning", identity, title, kept(sections, language), facts, _vehicles(cases))


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
    when = f"{case['received_at']:%Y-%m-%d}" if case["received_at"] else line("undated", language)
    return f"{case['case_id']}  {when}  {' '.join(case['text'].split())[:QUOTE_CHARACTERS]}"


def _cause_line(cause: dict[str, Any], language: str) -> str:
    return line(
        "cause_line", language, id=cause["cause_id"], rank=cause["rank"], station=cause["station_id"],
        cause=cause["cause"], probability=cause["probability"],
    )  # fmt: skip


def _event(event: dict[str, Any], language: str) -> str:
    detail, name = event_detail(event["detail"]), named("event", event["event"], language)
    if not detail:
        return line("event_alone", language, night=event["night"], event=name)
    return line("event", language, night=event["night"], event=name, detail=detail)


def _warning_value(name: str, value: Any, language: str) -> Any:
    """Return a warning's value; those that are fixed words by their names."""
    if name == "excluded":
        return json.loads(value)
    kind = {"group_kind": "kind", "status": "warning_status"}.get(name)
    return named(kind, value, language) if kind else value


def _rule(warning: dict[str, Any], dictionary: Dictionary, language: str) -> str:
    """Return a warning's rule in words; a night of an earlier version kept its stable name alone."""
    said = from_json(warning.get("rule_message"))
    return str(warning["rule"]) if said is None else render(said, language, writer(dictionary))


def _vehicles(cases: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({token for c in cases for token in (c["serial_token"], *(c["lent"] or ())) if token}))
