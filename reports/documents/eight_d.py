"""An 8D report drafted for an issue: what the data know is filled in, what a person must write is said so.

Steps D0 to D8 as in the usual 8D form; occurrence and escape are two causes and stand apart in D4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from complaints.messages import NOTHING
from reports.facts import NO_STATION, Hypothesis, IssueFacts
from reports.site import UNWANTED
from reports.wording import Words, containment, sentences

if TYPE_CHECKING:
    from complaints.records import Action

QUOTES = 5
LONGEST_PROPERTY = 255  # characters that a document's properties hold
LONGEST = 600  # characters of a text that people wrote
LONGEST_PARAGRAPH = 2_000  # characters of a paragraph or cell, whatever people wrote into its parts


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a step: a paragraph, a bulleted line, a place to fill in, or a table."""

    kind: str  # text | bullet | blank | heading | table
    text: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def draft(facts: IssueFacts, actions: Sequence[Action], as_of: date, words: Words) -> bytes:
    """Return the draft as a .docx file.

    Args:
        facts: of the issue.
        actions: of the stations that its hypotheses name.
        as_of: the night's date.
        words: of the language to write in.
    """
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = datetime.combine(as_of, datetime.min.time())
    document.core_properties.author = document.core_properties.last_modified_by = ""
    document.core_properties.title = _clean(words.t("eightd.title", issue=_name(facts, words)))[:LONGEST_PROPERTY]
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    _set_font(normal)
    document.add_heading(_clean(words.t("eightd.title", issue=_name(facts, words))), level=0)
    document.add_paragraph(_clean(words.t("eightd.draft", day=as_of, issue=facts.issue.issue_id)))
    for number, parts in enumerate(steps(facts, actions, words)):
        document.add_heading(_clean(words.t(f"eightd.d{number}")), level=1)
        for part in parts:
            _add(document, part)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn

    style.font.name = "Arial"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Microsoft YaHei")


def _add(document: Any, part: Part) -> None:
    text = _clean(part.text)
    if part.kind == "table":
        table = document.add_table(rows=1, cols=len(part.header), style="Table Grid")
        for cell, name in zip(table.rows[0].cells, part.header, strict=True):
            cell.text = ""
            cell.paragraphs[0].add_run(_clean(name)).bold = True
        for row in part.rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = _clean(value)
        document.add_paragraph()
    elif part.kind == "heading":
        document.add_heading(text, level=2)
    elif part.kind == "blank":
        document.add_paragraph().add_run(f"[ {text} ]").italic = True
    else:
        document.add_paragraph(text, style="List Bullet" if part.kind == "bullet" else None)


def _clean(text: str) -> str:
    return _cut(UNWANTED.sub("", text), LONGEST_PARAGRAPH)


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _name(facts: IssueFacts, words: Words) -> str:
    issue = facts.issue
    names = (issue.name_zh, issue.name_en) if words.language == "zh" else (issue.name_en, issue.name_zh)
    return _cut(names[0] or names[1] or issue.issue_id)


def steps(facts: IssueFacts, actions: Sequence[Action], words: Words) -> Iterator[list[Part]]:
    """Yield the parts of D0 to D8."""
    named = [h for h in facts.group.hypotheses if h.cause.station_id != NO_STATION]
    claimed = [h for h in named if h.cause.claimed]
    yield _emergency(facts, claimed, words)
    yield [Part("blank", words.t("eightd.team"))]
    yield _problem(facts, named, words)
    yield _containment(claimed, words)
    yield _root_causes(facts, named, words)
    yield [Part("text", words.t("eightd.choose")), Part("blank", words.t("eightd.choose.blank"))]
    yield _effect(actions, words)
    yield _prevention(claimed, words)
    yield [Part("blank", words.t("eightd.close"))]


def _emergency(facts: IssueFacts, claimed: Sequence[Hypothesis], words: Words) -> list[Part]:
    issue = facts.issue
    values = {"cases": issue.cases, "vehicles": issue.vehicles, "first": issue.first_seen, "last": issue.last_seen}
    parts = [Part("text", words.t("eightd.seen", status=words.named("status", issue.status), **values))]
    ranges = containment.ranges(claimed[0], words) if claimed else []
    if ranges:
        parts.append(Part("text", words.t("eightd.urgent", range=ranges[0])))
    return [*parts, Part("blank", words.t("eightd.emergency"))]


def _problem(facts: IssueFacts, named: Sequence[Hypothesis], words: Words) -> list[Part]:
    issue, unknown = facts.issue, words.t("isisnot.unknown")
    rows = [(words.t("isisnot.what"), words.trouble(issue.symptom, issue.component), unknown)]
    stat = sentences.own_statistic(named[0]) if named else None
    if named and stat and stat.exposed_units is not None and stat.other_units is not None:
        level = sentences.level_of(named[0].cause.factor, named[0].cause.level, words) or words.t("level.passed")
        inside = {"cases": stat.exposed_cases or 0, "units": stat.exposed_units}
        outside = {"cases": stat.other_cases or 0, "units": stat.other_units}
        rows.append(
            (
                words.t("isisnot.where"),
                words.t("isisnot.counted", what=level, **inside),
                words.t("isisnot.counted", what=words.t("level.other"), **outside),
            )
        )
    rows.append((words.t("isisnot.when"), words.t("days", first=issue.first_seen, last=issue.last_seen), unknown))
    for title, shares, codes in (("product", facts.products, False), ("condition", facts.conditions, True)):
        told = [
            words.t("share", name=(words.name(s.name) if codes else s.name) or words.t("unset"), n=s.cases)
            for s in shares[:5]
        ]
        rows.append((words.t(f"isisnot.{title}"), words.t("list.separator").join(told) or NOTHING, unknown))
    header = (words.t("eightd.question"), words.t("isisnot.is"), words.t("isisnot.is_not"))
    parts = [Part("table", header=header, rows=tuple((a, _cut(b), _cut(c)) for a, b, c in rows))]
    if facts.weekly:
        parts.append(Part("text", sentences.trend_finding(facts, words)))
    quotes = facts.quotes or (named[0].evidence.quotes if named else ())
    if quotes:
        parts.append(Part("heading", words.t("quotes.title")))
    for quote in quotes[:QUOTES]:
        second = words.second(quote.segment_start_s)
        at = words.t("quote.second", at=second) if second else words.t("quote.text")
        parts.append(Part("bullet", words.t("eightd.quote", text=_cut(quote.text), case=quote.case_id, at=at)))
    return [*parts, Part("blank", words.t("eightd.problem"))]


def _containment(claimed: Sequence[Hypothesis], words: Words) -> list[Part]:
    parts = []
    for h in claimed:
        station = words.station(h.cause.station_id)
        parts += [
            Part("bullet", words.t("eightd.contain", station=station, range=r)) for r in containment.ranges(h, words)
        ]
        if h.containment:
            parts += [Part("text", said) for said in containment.now(h.containment, words)]
    nothing = "contain.unknown" if claimed else "contain.not_claimed"
    return [*(parts or [Part("text", words.t(nothing))]), Part("blank", words.t("eightd.containment"))]


def _root_causes(facts: IssueFacts, named: Sequence[Hypothesis], words: Words) -> list[Part]:
    parts = [Part("heading", words.t("eightd.occurrence")), Part("text", words.t("caution"))]
    header = ("station", "verdict", "probability", "rr", "exposed", "eightd.cause", "against")
    rows = tuple(_row(h, words) for h in named)
    rest = next((h for h in facts.group.hypotheses if h.cause.station_id == NO_STATION), None)
    if rest:
        likely = words.likelihood(rest.cause.probability)
        rows += ((words.t("none_of_these"), NOTHING, likely, NOTHING, NOTHING, words.t("none_of_these.text"), NOTHING),)
    if rows:
        parts.append(Part("table", header=tuple(words.t(name) for name in header), rows=rows))
    else:
        parts.append(Part("text", words.t("tree.none")))
    for h in named:
        if h.evidence.next_check:
            parts.append(Part("bullet", words.t("eightd.check", check=words.message(h.evidence.next_check))))
    parts += [Part("blank", words.t("eightd.whys")), Part("heading", words.t("eightd.escape"))]
    parts.append(Part("text", words.t("eightd.escape.text")))
    for h in named:
        for row in h.evidence.pfmea[:2]:
            values = {"station": words.station(h.cause.station_id), "mode": row.failure_mode or NOTHING}
            rated = words.number(row.detection)
            parts.append(Part("bullet", words.t("eightd.detection", detection=rated, **values)))
    return [*parts, Part("blank", words.t("eightd.escape.blank"))]


def _row(h: Hypothesis, words: Words) -> tuple[str, ...]:
    cause = h.cause
    risk = NOTHING
    if cause.relative_risk is not None:
        risk = f"{words.ratio(cause.relative_risk)} ({words.interval(cause.rr_low, cause.rr_high)})"
    exposed = NOTHING
    if cause.exposed_units is not None:
        exposed = words.t("hypothesis.exposed", cases=cause.exposed_cases or 0, units=cause.exposed_units)
    against = words.t("list.separator").join(words.message(m) for m in h.evidence.against) or words.t("against.none")
    verdict = words.named("verdict", cause.verdict)
    if cause.decision in ("confirmed", "rejected"):
        verdict = words.t("list.sentences", first=verdict, second=words.named("decision", cause.decision))
    level = sentences.level_of(cause.factor, cause.level, words)
    told = words.t("list.separator").join(part for part in (cause.cause, level) if part)
    likely = words.likelihood(cause.probability)
    return (words.station(cause.station_id), verdict, likely, risk, exposed, _cut(told), _cut(against))


def _effect(actions: Sequence[Action], words: Words) -> list[Part]:
    parts: list[Part] = []
    if actions:
        names = ("action", "station", "status", "action.started", "action.before", "action.after", "action.verdict")
        rows = tuple(
            (
                a.action_id,
                words.station(a.station_id),
                a.status or NOTHING,
                words.day(a.started_at),
                words.number(a.before_rate),
                words.number(a.after_rate),
                words.named("action_verdict", a.verdict),
            )
            for a in actions
        )
        parts.append(Part("table", header=tuple(words.t(name) for name in names), rows=rows))
    else:
        parts.append(Part("text", words.t("actions.none")))
    return [*parts, Part("blank", words.t("eightd.implement"))]


def _prevention(claimed: Sequence[Hypothesis], words: Words) -> list[Part]:
    parts = []
    for h in claimed:
        for row in h.evidence.pfmea[:2]:
            rated = {
                "severity": words.number(row.severity),
                "occurrence": words.number(row.occurrence),
                "detection": words.number(row.detection),
            }
            text = words.t(
                "pfmea.row", mode=_cut(row.failure_mode or NOTHING), cause=_cut(row.cause or NOTHING), **rated
            )
            parts.append(Part("bullet", words.t("eightd.pfmea", station=words.station(h.cause.station_id), row=text)))
    return [*parts, Part("blank", words.t("eightd.prevention"))]
