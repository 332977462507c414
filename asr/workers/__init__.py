"""Many recordings side by side: local processes, a cluster."""

from asr.workers.cluster import ClusterWorkerSettings, hear
from asr.workers.local import LocalWorkers, LocalWorkerSettings, Outcome, Recording, core_count, worker_count

__all__ = [
    "ClusterWorkerSettings",
    "LocalWorkerSettings",
    "LocalWorkers",
    "Outcome",
    "Recording",
    "core_count",
    "hear",
    "worker_count",
]
