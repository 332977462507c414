"""Plants with the texts of their owners read and grouped by the real stages, kept for tracing again and again."""

from __future__ import annotations

import shutil
from pathlib import Path

from complaints.records import Cause
from complaints.run.progress import SilentProgress
from complaints.workspace.layout import Workspace
from mapping.simulate.plant import AS_OF
from mapping.simulate.run import Simulated, lay_out, make, opened

# Plants of DEVELOPMENT are looked at while the statistics are made; those of JUDGED, never.
DEVELOPMENT, JUDGED = 1000, 2000  # first seed of the plants with faults
WITHOUT = 4000  # a plant without faults has the seed of one with them, and so much more


def seeds(faulty: int, null: int, first: int = JUDGED) -> list[int]:
    """Return the seeds of plants with faults, then of those without."""
    return [*range(first, first + faulty), *range(first + WITHOUT, first + WITHOUT + null)]


def has_faults(seed: int) -> bool:
    """Return whether the plant of a seed has faults."""
    return seed < DEVELOPMENT + WITHOUT


def traced(workspace: Workspace) -> list[Cause]:
    """Return the causes of a prepared plant."""
    from mapping.night_tables import night_tables
    from mapping.trace import trace

    with opened(workspace) as night, night_tables(night) as tables:
        return trace(night, tables).causes


def simulated(seed: int, units: int) -> Simulated:
    """Return the plant of a seed."""
    return make(seed, units, faults=has_faults(seed))


def prepare(folder: Path, seed: int, units: int) -> Workspace:
    """Return a plant's workspace, its texts taken in, read and grouped; one that is there already is taken as it is."""
    import cli
    from complaints.run.runner import RunOptions, run_night

    root = folder / f"{seed}"
    workspace = Workspace(root)
    done = root / "grouped"
    if done.exists():
        return workspace
    vectors = folder / "vectors.duckdb"
    workspace = lay_out(root, simulated(seed, units), vectors)
    stages = [stage for stage in cli.stages() if stage.name in ("intake", "classify", "cluster")]
    run_night(workspace, stages, [], RunOptions(as_of=AS_OF), SilentProgress())
    # A copy of the store, since another process may hold the store itself while it traces the plant.
    copy = root / "copy.duckdb"
    shutil.copyfile(workspace.store_file, copy)
    copy.replace(vectors)
    done.touch()
    return workspace
