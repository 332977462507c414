"""One system in a process of its own: its output, time and memory."""

from __future__ import annotations

import resource
import time

from benchmarks.asr.data import DataSet
from benchmarks.asr.score import Heard
from benchmarks.asr.systems import SYSTEMS


def measure(name: str, data: DataSet, model: str, device: str) -> tuple[list[list[Heard]], float, float, float]:
    """Return a system's output, its wall and CPU seconds (model loading included) and its peak memory in megabytes."""
    wall, cpu = time.perf_counter(), time.process_time()
    heard = SYSTEMS[name](data, model, device)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return heard, time.perf_counter() - wall, time.process_time() - cpu, peak / 1024
