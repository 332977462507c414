"""What a run would do, told before it is done: `complaints run --dry-run`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from complaints.console.status import read_status
from complaints.errors import WorkspaceLocked
from complaints.messages import Message, message

if TYPE_CHECKING:
    from complaints.workspace import Workspace

# Stages that do what waits, and of what: by field of `Status.pending`. The others look at all that is stored.
WAITING = {"intake": "files", "asr": "recordings", "classify": "texts"}


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run would do.

    Args:
        as_of: its date.
        stages: that would run, in order.
        redo: of those, the ones that would do all anew.
        waiting: what waits for a stage: files, recordings, texts. Files bring further recordings and texts.
    """

    as_of: str
    stages: tuple[str, ...]
    redo: tuple[str, ...]
    waiting: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return plain values for --json."""
        return asdict(self)

    def sentences(self) -> list[Message]:
        """Return the plan as lines for a person."""
        said = [message("plan.begin", as_of=self.as_of)]
        for stage in self.stages:
            if stage in self.redo:
                said.append(message(f"plan.{stage}.all" if stage in WAITING else f"plan.{stage}"))
            elif stage in WAITING:
                said.append(message(f"plan.{stage}", n=self.waiting.get(WAITING[stage], 0)))
            else:
                said.append(message(f"plan.{stage}"))
        if self.waiting.get("files", 0) and {"asr", "classify"} & set(self.stages):
            said.append(message("plan.more"))
        return said


def plan_run(workspace: Workspace, as_of: date, stages: Sequence[str], redo: Collection[str]) -> RunPlan:
    """Return what a run would do; nothing is changed.

    Args:
        workspace: an existing one.
        as_of: the run's date.
        stages: names of those that are asked for, in order.
        redo: names of those that are to do all anew.

    Raises:
        WorkspaceLocked: a run is at work: what it leaves cannot be told.
    """
    status = read_status(workspace)
    if status.running:
        raise WorkspaceLocked("workspace.locked", str(workspace.root))
    again = tuple(stage for stage in stages if stage in redo)
    return RunPlan(as_of.isoformat(), tuple(stages), again, status.pending)
