"""`complaints warning …` and `complaints cause …`: an expert's decisions from the command line."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from complaints.console import By, Folder, Json, Quiet, Reason, expert_name, tell
from complaints.messages import message

if TYPE_CHECKING:
    from mapping.decisions import Expert

warning_app = typer.Typer(help="Decide about warnings; decisions are kept with name and reason.", no_args_is_help=True)
cause_app = typer.Typer(help="Decide about causes; each decision outranks the machine.", no_args_is_help=True)

WarningId = Annotated[str, typer.Argument(metavar="ID", help="The warning's id.")]
CauseId = Annotated[str, typer.Argument(metavar="ID", help="The cause's id.")]


@warning_app.command("acknowledge", epilog="Example: `complaints warning acknowledge W0a1b2c3d --reason 'in the 8D'`")
def warning_acknowledge(
    warning_id: WarningId,
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Mark a warning as seen; it stays so while its series is above the limit."""
    with _expert(workspace, by, reason) as expert:
        expert.acknowledge(warning_id)
    facts = {"warning_id": warning_id, "decision": "acknowledged"}
    tell(message("warning.said.acknowledge", warning=warning_id), facts, workspace, quiet=quiet, as_json=as_json)


@warning_app.command("close", epilog="Example: `complaints warning close W0a1b2c3d --reason 'a recall letter'`")
def warning_close(
    warning_id: WarningId,
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Close a warning; its series warns anew only after it has been quiet for a night."""
    with _expert(workspace, by, reason) as expert:
        expert.close(warning_id)
    facts = {"warning_id": warning_id, "decision": "closed"}
    tell(message("warning.said.close", warning=warning_id), facts, workspace, quiet=quiet, as_json=as_json)


@cause_app.command("confirm", epilog="Example: `complaints cause confirm K0a1b2c3d --reason 'found on returned parts'`")
def cause_confirm(
    cause_id: CauseId,
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Confirm that a station is the cause."""
    with _expert(workspace, by, reason) as expert:
        expert.confirm(cause_id)
    facts = {"cause_id": cause_id, "decision": "confirmed"}
    tell(message("cause.said.confirm", cause=cause_id), facts, workspace, quiet=quiet, as_json=as_json)


@cause_app.command("reject", epilog="Example: `complaints cause reject K0a1b2c3d --reason 'tool was checked'`")
def cause_reject(
    cause_id: CauseId,
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Reject a station as the cause."""
    with _expert(workspace, by, reason) as expert:
        expert.reject(cause_id)
    facts = {"cause_id": cause_id, "decision": "rejected"}
    tell(message("cause.said.reject", cause=cause_id), facts, workspace, quiet=quiet, as_json=as_json)


def _expert(workspace: Path, by: str, reason: str) -> AbstractContextManager[Expert]:
    from complaints.workspace import Workspace
    from mapping.decisions import deciding

    return deciding(Workspace(workspace), expert_name(by), date.today(), reason)
