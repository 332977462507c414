"""`complaints warning …` and `complaints cause …`: an expert's decisions from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from complaints.console import Deciding, DecisionCommand, add_decisions
from complaints.messages import message

if TYPE_CHECKING:
    from mapping.decisions import Expert

warning_app = typer.Typer(no_args_is_help=True)
cause_app = typer.Typer(no_args_is_help=True)


def _acknowledge(expert: Expert, warning: str, given: Mapping[str, Any]) -> dict[str, str]:
    expert.acknowledge(warning)
    return {"warning_id": warning, "decision": "acknowledged"}


def _close(expert: Expert, warning: str, given: Mapping[str, Any]) -> dict[str, str]:
    expert.close(warning)
    return {"warning_id": warning, "decision": "closed"}


def _confirm(expert: Expert, cause: str, given: Mapping[str, Any]) -> dict[str, str]:
    expert.confirm(cause)
    return {"cause_id": cause, "decision": "confirmed"}


def _reject(expert: Expert, cause: str, given: Mapping[str, Any]) -> dict[str, str]:
    expert.reject(cause)
    return {"cause_id": cause, "decision": "rejected"}


def _deciding() -> Deciding:
    from mapping.decisions import deciding

    return deciding


OF_WARNINGS = (
    DecisionCommand(
        "acknowledge",
        "W0a1b2c3d --reason 'in the 8D'",
        _acknowledge,
        lambda warning, given, done: message("warning.said.acknowledge", warning=warning),
    ),
    DecisionCommand(
        "close",
        "W0a1b2c3d --reason 'a recall letter'",
        _close,
        lambda warning, given, done: message("warning.said.close", warning=warning),
    ),
)
OF_CAUSES = (
    DecisionCommand(
        "confirm",
        "K0a1b2c3d --reason 'found on returned parts'",
        _confirm,
        lambda cause, given, done: message("cause.said.confirm", cause=cause),
    ),
    DecisionCommand(
        "reject",
        "K0a1b2c3d --reason 'tool was checked'",
        _reject,
        lambda cause, given, done: message("cause.said.reject", cause=cause),
    ),
)
add_decisions(warning_app, "warning", _deciding, OF_WARNINGS)
add_decisions(cause_app, "cause", _deciding, OF_CAUSES)
