"""The commands by which experts decide, made of a table: a name, arguments, what it does, the sentence it prints.

Every decision takes the id of what it is about, a reason, a name (`--by`) and the options that all commands share; what
it prints with --json are the facts that its effect gives back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from complaints.console.options import By, Folder, Json, Quiet, Reason, expert_name
from complaints.console.session import Session

if TYPE_CHECKING:
    from complaints.messages import Text
    from complaints.workspace import Workspace

# Opens a workspace for an expert's decisions: (workspace, who, when, why).
Deciding = Callable[["Workspace", str, date, str], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Argument:
    """What a decision takes besides the id: its name, and its annotation for typer; one without a default is needed."""

    name: str
    annotation: Any
    default: Any = Parameter.empty


@dataclass(frozen=True, slots=True)
class DecisionCommand:
    """One decision.

    Args:
        name: of the command.
        example: of its arguments, for --help.
        effect: (expert, id, arguments by name) -> the facts of the decision, for --json.
        sentence: (id, arguments by name, facts) -> what is printed.
        arguments: it takes besides the id.
        needs_reason: whether a reason must be given.
    """

    name: str
    example: str
    effect: Callable[[Any, str, Mapping[str, Any]], Mapping[str, Any]]
    sentence: Callable[[str, Mapping[str, Any], Mapping[str, Any]], Text]
    arguments: Sequence[Argument] = ()
    needs_reason: bool = True


def add_decisions(
    app: typer.Typer, noun: str, deciding: Callable[[], Deciding], commands: Sequence[DecisionCommand]
) -> None:
    """Add decisions to a group of commands.

    Args:
        app: the group.
        noun: what they are about: issue, warning or cause.
        deciding: gives what opens a workspace for decisions; asked when a command runs, so that --help loads nothing.
        commands: the table.
    """
    for command in commands:
        example = f"complaints {noun} {command.name} {command.example}"
        app.command(command.name, epilog=example)(_function(noun, deciding, command))


def _function(noun: str, deciding: Callable[[], Deciding], command: DecisionCommand) -> Callable[..., None]:
    def decide(**given: Any) -> None:
        session = Session(given["workspace"], given["quiet"], given["as_json"])
        arguments = {argument.name: given[argument.name] for argument in command.arguments}
        identity, who = given[f"{noun}_id"], expert_name(given["by"])
        with deciding()(session.place, who, date.today(), given["reason"]) as expert:
            facts = command.effect(expert, identity, arguments)
        session.print_result(facts, command.sentence(identity, arguments, facts))

    identity = Annotated[str, typer.Argument(metavar="ID")]
    taken = [
        Argument(f"{noun}_id", identity),
        *command.arguments,
        Argument("reason", Reason, Parameter.empty if command.needs_reason else ""),
        Argument("by", By, ""),
        Argument("workspace", Folder, Path()),
        Argument("quiet", Quiet, False),
        Argument("as_json", Json, False),
    ]
    decide.__name__ = f"{noun}_{command.name}"
    decide.__annotations__ = {argument.name: argument.annotation for argument in taken} | {"return": None}
    decide.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(argument.name, Parameter.KEYWORD_ONLY, default=argument.default, annotation=argument.annotation)
            for argument in taken
        ],
        return_annotation=None,
    )
    return decide
