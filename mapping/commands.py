"""`complaints warning …` and `complaints cause …`: an expert's decisions from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from complaints.console import Deciding, DecisionCommand, add_decisions
from complaints.messages import Message, message

if TYPE_CHECKING:
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
