"""What to do next, from the state of the folder: what `complaints` says without a command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from complaints.console.status import Status, read_status
from complaints.errors import ComplaintsError
from complaints.messages import Message, message, render
from complaints.workspace import Workspace, workspaces_near

# In the order of what they bring: without the first two no comparison, without the next no prior knowledge.
WANTED_MASTER = ("genealogy", "units", "stations", "routing", "pfmea")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why, and the command or path (empty where the reason says all)."""

    why: Message
    do: str = ""


def next_steps(folder: Path) -> list[Step]:
    """Return what to do next in a folder, the most urgent first.

    Args:
        folder: a workspace, or none.
    """
    workspace = Workspace(folder)
    if not workspace.settings_file.is_file():
        inside = [Path(path) for path in workspaces_near(folder) if Path(path).parent == folder]
        if len(inside) == 1:
            return [Step(message("next.elsewhere", folder=inside[0])), *next_steps(inside[0])]
        known = [Step(message("next.elsewhere", folder=path), f"complaints status -w {path}") for path in inside]
        return [
            *known,
            Step(message("next.try"), "complaints demo"),
            Step(message("next.begin"), "complaints init plant-a"),
        ]
    at = "" if folder == Path() else f" -w {folder}"
    try:
        settings = workspace.settings()
        status = read_status(workspace)
    except ComplaintsError as error:
        return [Step(message("next.settings", why=error.whole())), Step(message("next.mend"), f"complaints doctor{at}")]
    if status.running:
        return [Step(message("next.at_work"), f"complaints status{at}")]
    steps = _inputs(workspace, status, at) + _results(workspace, status, settings.classify.min_labels, at)
    return steps or [Step(message("next.nothing"))]


def _inputs(workspace: Workspace, status: Status, at: str) -> list[Step]:
    new, run = status.pending.get("files", 0), f"complaints run{at}"
    if not status.runs:
        if not new:
            return [Step(message("next.fill"), str(workspace.inbox))]
        return [*_master(workspace), Step(message("next.first", n=new), run)]
    if status.unfinished:
        counts = {"recordings": 0, "texts": 0} | status.pending
        return [Step(message("next.unfinished", run=status.unfinished, **counts), run)]
    steps = [Step(message("next.new", n=new), run)] if new else []
    if texts := status.pending.get("texts", 0):
        steps.append(Step(message("next.texts", n=texts), run))
    if waiting := status.pending.get("recordings", 0):
        steps.append(Step(message("next.recordings", n=waiting), f"complaints doctor{at}"))
    if status.quarantined:
        steps.append(Step(message("next.quarantined", n=len(status.quarantined)), f"complaints status{at}"))
    if status.unmapped_columns:
        named = len({row["column"] for row in status.unmapped_columns})
        steps.append(Step(message("next.columns", n=named), str(workspace.settings_file)))
    return steps


def _results(workspace: Workspace, status: Status, labels: int, at: str) -> list[Step]:
    if not status.runs:
        return []
    steps = []
    if (workspace.site / "index.html").is_file():
        steps.append(Step(message("next.read"), str(workspace.site / "index.html")))
    if status.in_review:
        steps.append(Step(message("next.review", n=status.in_review), f"complaints review export doubtful.xlsx{at}"))
    if status.labels >= labels and not (workspace.models / "current.json").is_file():
        steps.append(Step(message("next.train", n=status.labels), f"complaints train{at}"))
    return steps + _master(workspace)


def _master(workspace: Workspace) -> list[Step]:
    from complaints.master import find_master

    missing = [name for name in WANTED_MASTER if find_master(workspace.master, name) is None]
    return [Step(message("next.master", table=missing[0]), str(workspace.master / "templates"))] if missing else []


def lines(folder: Path, language: str) -> list[str]:
    """Return the steps as lines for a terminal, in zh or en."""
    found = []
    for step in next_steps(folder):
        why = render(step.why, language)
        found += [why, f"    {step.do}"] if step.do else [why]
    return [*found, render(message("next.all"), language)]
