"""`complaints warning …` and `complaints cause …`: an expert's decisions; `complaints contain`: what they act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from complaints.console import Deciding, DecisionCommand, Folder, Json, Quiet, Session, add_decisions, expert_name
from complaints.messages import Message, message, named, render

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from mapping.contain import Answer
    from mapping.decisions import Expert

warning_app = typer.Typer(no_args_is_help=True)
cause_app = typer.Typer(no_args_is_help=True)


def _deciding() -> Deciding:
    from mapping.decisions import deciding

    return deciding


def _decision(noun: str, name: str, decided: str, said: str, example: str) -> DecisionCommand:
    """Return a command that tells `mapping.decisions.Expert` by the method of its name."""

    def effect(expert: Expert, identity: str, given: Mapping[str, Any]) -> dict[str, str]:
        getattr(expert, name)(identity)
        return {f"{noun}_id": identity, "decision": decided}

    def sentence(identity: str, given: Mapping[str, Any], done: Mapping[str, Any]) -> Message:
        return message(said, **{noun: identity})

    return DecisionCommand(name, example, effect, sentence)


OF_WARNINGS = (
    _decision("warning", "acknowledge", "acknowledged", "warning.said.acknowledge", "W0a1b2c3d --reason 'in the 8D'"),
    _decision("warning", "close", "closed", "warning.said.close", "W0a1b2c3d --reason 'a recall letter'"),
)
OF_CAUSES = (
    _decision("cause", "confirm", "confirmed", "cause.said.confirm", "K0a1b2c3d --reason 'found on returned parts'"),
    _decision("cause", "reject", "rejected", "cause.said.reject", "K0a1b2c3d --reason 'tool was checked'"),
)
add_decisions(warning_app, "warning", _deciding, OF_WARNINGS)
add_decisions(cause_app, "cause", _deciding, OF_CAUSES)


def contain(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    workspace: Folder = Path(),
    number: Annotated[int, typer.Option("--set", min=1)] = 1,
    out: Annotated[Path | None, typer.Option()] = None,
    reveal: Annotated[bool, typer.Option("--reveal")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Show which units to contain: the narrowest set and the next wider ones, and write the list of one."""
    from complaints.outputs import log_reveal
    from mapping.contain import contain as look_up
    from mapping.contain import require_format, write_list

    session = Session(workspace, quiet, as_json)
    session.place.require()
    if reveal:
        session.require_terminal("--reveal")
    if out is not None:
        require_format(out)
    answer = look_up(session.place, identity, number)
    if reveal:
        log_reveal(session.place, "contain", "cause", answer.cause.cause_id, expert_name(""), len(answer.units))
    facts, lines = answer.as_json(), list(contain_lines(answer, session.dictionary, session.language))
    if out is not None:
        write_list(out, answer.units, serials=reveal)
        facts |= {"out": str(out), "set": number, "rows": len(answer.units)}
        lines.append(render(message("contain.written", n=len(answer.units), number=number, file=out), session.language))
    else:
        lines.append(render(message("contain.how", cause=answer.cause.cause_id), session.language))
        if reveal:
            lines += [f"{unit.token}  {unit.serial}" for unit in answer.units]
    session.print_result(facts, *lines)


def contain_lines(answer: Answer, dictionary: Dictionary, language: str) -> Iterator[str]:
    """Yield what to contain in zh or en: the claim, its sets, whether it runs still, what no set can hold."""
    cause, found = answer.cause, answer.found
    level = {"factor": named("factor", cause.factor, language), "level": cause.level}

    def said(key: str, **values: Any) -> str:
        return render(message(f"contain.{key}", **values), language)

    verdict = cause.decision if cause.decision == "confirmed" else cause.verdict
    word = named("decision" if cause.decision == "confirmed" else "verdict", verdict, language)
    trouble = [dictionary.name(code, language) for code in (cause.symptom, cause.component) if code]
    yield said("head", cause=cause.cause_id, station=cause.station_id, trouble=trouble, verdict=word)
    for number, one in enumerate(found.sets, start=1):
        what = said(f"set.{one.kind}", first=one.first, last=one.last, **level)
        names = ("units", "complained", "in_plant", "unsold", "sold", "unknown")
        counts = {name: getattr(one, name) for name in names}
        yield said("row", number=number, what=what, held=one.complaints, all=found.complaints, **counts)
    if found.running is not None:
        yield said("running" if found.running else "stopped", last=found.last, passed=found.passed_since)
    if found.without_serial:
        yield said("without_serial", n=found.without_serial)
    if answer.others:
        yield said("others", causes=list(answer.others))
