"""The night: lock, stages in order, progress, engines."""

from complaints.run.engine import LARGEST_BYTES, Engine, Step
from complaints.run.night import Night, Progress, Stage, StageReport, Task
from complaints.run.prefetch_vectors import encode_ahead
from complaints.run.progress import RichProgress, SilentProgress
from complaints.run.ray import RayEngine
from complaints.run.runner import STAGES, RunOptions, RunResult, last_day, run_night, site_day
from complaints.run.temporary import own_folder

__all__ = [
    "LARGEST_BYTES",
    "STAGES",
    "Engine",
    "Night",
    "Progress",
    "RayEngine",
    "RichProgress",
    "RunOptions",
    "RunResult",
    "SilentProgress",
    "Stage",
    "StageReport",
    "Step",
    "Task",
    "encode_ahead",
    "last_day",
    "own_folder",
    "run_night",
    "site_day",
]
