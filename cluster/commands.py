"""`complaints issue …`: an expert's decisions about issues from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from complaints.console import Argument, Deciding, DecisionCommand, add_decisions
from complaints.messages import message

if TYPE_CHECKING:
    from cluster.decisions import Expert

issue_app = typer.Typer(no_args_is_help=True)

Cases = Annotated[list[str], typer.Argument(metavar="CASE...")]


def _rename(expert: Expert, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return asdict(expert.rename(issue, given["zh"], given["en"]))


def _merge(expert: Expert, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return asdict(expert.merge(issue, given["into"]))


def _split(expert: Expert, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return asdict(expert.split(issue, given["cases"]))


def _close(expert: Expert, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return asdict(expert.close(issue))


def _pin(expert: Expert, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return asdict(expert.pin(issue))


def _undo(expert: Expert, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return asdict(expert.undo(issue))


def _deciding() -> Deciding:
    from cluster.decisions import deciding

    return deciding


DECISIONS = (
    DecisionCommand(
        "rename",
        "I0a1b2c3d4e5f6071 --zh 漏油 --reason wording",
        _rename,
        lambda issue, given, done: message("issue.said.rename", issue=issue),
        (
            Argument("zh", Annotated[str | None, typer.Option()], None),
            Argument("en", Annotated[str | None, typer.Option()], None),
        ),
    ),
    DecisionCommand(
        "merge",
        "I0a1b2c3d4e5f6071 --into I1b2c3d4 --reason same",
        _merge,
        lambda issue, given, done: message("issue.said.merge", issue=issue, into=given["into"]),
        (Argument("into", Annotated[str, typer.Option()]),),
    ),
    DecisionCommand(
        "split",
        "I0a1b2c3d4e5f6071 T01 T02 --reason 'other pump'",
        _split,
        lambda issue, given, done: message(
            "issue.said.split", issue=issue, into=done["detail"]["into"], cases=len(set(given["cases"]))
        ),
        (Argument("cases", Cases),),
    ),
    DecisionCommand(
        "close",
        "I0a1b2c3d4e5f6071 --reason 'fixed in May'",
        _close,
        lambda issue, given, done: message("issue.said.close", issue=issue),
    ),
    DecisionCommand(
        "pin",
        "I0a1b2c3d4e5f6071 --reason 'in the 8D report'",
        _pin,
        lambda issue, given, done: message("issue.said.pin", issue=issue),
    ),
    DecisionCommand(
        "undo",
        "I0a1b2c3d4e5f6071",
        _undo,
        lambda issue, given, done: message(
            "issue.said.undo", issue=issue, action=message(f"issue_action.{done['action']}")
        ),
        needs_reason=False,
    ),
)
add_decisions(issue_app, "issue", _deciding, DECISIONS)
