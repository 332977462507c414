"""`complaints issue …`: an expert's decisions about issues from the command line."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from complaints.console import By, Folder, Json, Quiet, Reason, expert_name, tell
from complaints.messages import Message, message

if TYPE_CHECKING:
    from cluster.decisions import Decision, Expert

issue_app = typer.Typer(
    help="Decide about issues; each decision outranks the machine and can be undone.", no_args_is_help=True
)

IssueId = Annotated[str, typer.Argument(metavar="ID", help="The issue's id.")]


@issue_app.command("rename", epilog="Example: `complaints issue rename I0a1b2c3d4e5f6071 --zh 漏油 --reason wording`")
def issue_rename(
    issue_id: IssueId,
    reason: Reason,
    zh: Annotated[str | None, typer.Option(help="The Chinese name.")] = None,
    en: Annotated[str | None, typer.Option(help="The English name.")] = None,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Name an issue; the machine leaves the name alone from then on."""
    with _expert(workspace, by, reason) as expert:
        done = expert.rename(issue_id, zh, en)
    _tell(message("issue.said.rename", issue=issue_id), done, workspace, quiet, as_json)


@issue_app.command("merge", epilog="Example: `complaints issue merge I0a1b2c3d4e5f6071 --into I1b2c3d4 --reason same`")
def issue_merge(
    issue_id: IssueId,
    into: Annotated[str, typer.Option(help="The issue that its cases go to.")],
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make an issue's cases another issue's cases, and close it."""
    with _expert(workspace, by, reason) as expert:
        done = expert.merge(issue_id, into)
    _tell(message("issue.said.merge", issue=issue_id, into=into), done, workspace, quiet, as_json)


@issue_app.command("split", epilog="Example: `complaints issue split I0a1b2c3d4e5f6071 T01 T02 --reason 'other pump'`")
def issue_split(
    issue_id: IssueId,
    cases: Annotated[list[str], typer.Argument(metavar="CASE...", help="Cases that become an issue of their own.")],
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make some of an issue's cases an issue of their own."""
    with _expert(workspace, by, reason) as expert:
        done = expert.split(issue_id, cases)
    told = message("issue.said.split", issue=issue_id, into=done.detail["into"], cases=len(set(cases)))
    _tell(told, done, workspace, quiet, as_json)


@issue_app.command("close", epilog="Example: `complaints issue close I0a1b2c3d4e5f6071 --reason 'fixed in May'`")
def issue_close(
    issue_id: IssueId,
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Close an issue, whatever its cases say."""
    with _expert(workspace, by, reason) as expert:
        done = expert.close(issue_id)
    _tell(message("issue.said.close", issue=issue_id), done, workspace, quiet, as_json)


@issue_app.command("pin", epilog="Example: `complaints issue pin I0a1b2c3d4e5f6071 --reason 'in the 8D report'`")
def issue_pin(
    issue_id: IssueId,
    reason: Reason,
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Keep an issue and its name: the machine adds cases to it and does nothing else."""
    with _expert(workspace, by, reason) as expert:
        done = expert.pin(issue_id)
    _tell(message("issue.said.pin", issue=issue_id), done, workspace, quiet, as_json)


@issue_app.command("undo", epilog="Example: `complaints issue undo I0a1b2c3d4e5f6071`")
def issue_undo(
    issue_id: IssueId,
    reason: Reason = "",
    by: By = "",
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take back the last decision about an issue."""
    with _expert(workspace, by, reason) as expert:
        undone = expert.undo(issue_id)
    action = message(f"issue_action.{undone.action}")
    _tell(message("issue.said.undo", issue=issue_id, action=action), undone, workspace, quiet, as_json)


def _tell(text: Message, done: Decision, workspace: Path, quiet: bool, as_json: bool) -> None:
    tell(text, asdict(done), workspace, quiet=quiet, as_json=as_json)


def _expert(workspace: Path, by: str, reason: str) -> AbstractContextManager[Expert]:
    from cluster.decisions import deciding
    from complaints.workspace import Workspace

    return deciding(Workspace(workspace), expert_name(by), date.today(), reason)
