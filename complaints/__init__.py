"""The complaint itself: records, workspace, store, intake, privacy, dictionary and the batch runner.

For notebooks: `from complaints import open_workspace`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaints.outputs import Results

__all__ = ["__version__", "open_workspace"]
__version__ = "0.1.0"


def open_workspace(folder: str | Path = ".", run: str | None = None) -> Results:
    """Open the public tables of a workspace for reading.

    Args:
        folder: the workspace.
        run: the id of an older night, one of `Results.runs`; by default the last finished one.

    Raises:
        UsageError: the folder is no workspace, no night has ended there, or the night's tables are not kept.
    """
    from complaints.errors import UsageError
    from complaints.outputs import Results, last_night
    from complaints.workspace import Workspace

    workspace = Workspace(Path(folder))
    workspace.require()
    last = last_night(workspace)
    if run is None:
        return last
    if run not in last.runs:
        raise UsageError("snapshot.run_not_kept", str(workspace.root), run=run, runs=last.runs)
    return Results(workspace.snapshots / run)
