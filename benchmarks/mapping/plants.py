"""Plants with the texts of their owners read and grouped by the real stages, kept for tracing again and again."""

from __future__ import annotations

from pathlib import Path

from complaints.progress import SilentProgress
from complaints.records import Cause
from complaints.workspace import Workspace
from mapping.simulate.plant import AS_OF
from mapping.simulate.run import Simulated, lay_out, make, opened

FIRST_FAULTY, FIRST_NULL = 1000, 5000  # seeds


def seeds(faulty: int, null: int) -> list[int]:
    """Return the seeds of plants with faults, then of those without, the two kinds mixed as they are made."""
    return [*range(FIRST_FAULTY, FIRST_FAULTY + faulty), *range(FIRST_NULL, FIRST_NULL + null)]


def traced(workspace: Workspace) -> list[Cause]:
    """Return the causes of a prepared plant."""
    from mapping.trace import trace

    with opened(workspace) as night:
        return trace(night).causes


def simulated(seed: int, units: int) -> Simulated:
    """Return the plant of a seed."""
    return make(seed, units, faults=seed < FIRST_NULL)


def prepare(folder: Path, seed: int, units: int) -> Workspace:
    """Return a plant's workspace, its texts taken in, read and grouped; one that is there already is taken as it is."""
    import cli
    from complaints.runner import RunOptions, run_night

    root = folder / f"{seed}"
    workspace = Workspace(root)
    done = root / "grouped"
    if done.exists():
        return workspace
    others = sorted(folder.glob("*/grouped"), key=lambda path: path.stat().st_mtime)
    cache = Workspace(others[-1].parent).store_file if others else None
    workspace = lay_out(root, simulated(seed, units), cache)
    stages = [stage for stage in cli.stages() if stage.name in ("intake", "classify", "cluster")]
    run_night(workspace, stages, [], RunOptions(as_of=AS_OF), SilentProgress())
    done.touch()
    return workspace
