"""Many recordings side by side: local processes, a cluster."""

from asr.workers.cluster import SpreadSettings, hear
from asr.workers.local import Hearing, HearingSettings, Outcome, Recording, core_count, worker_count

__all__ = [
    "Hearing",
    "HearingSettings",
    "Outcome",
    "Recording",
    "SpreadSettings",
    "core_count",
    "hear",
    "worker_count",
]
