"""One system in a process of its own: its output, time and memory."""

from __future__ import annotations

import contextlib
import resource
import threading
import time
from dataclasses import dataclass

from benchmarks.asr.data import DataSet
from benchmarks.asr.score import Heard
from benchmarks.asr.systems import SYSTEMS, Setup


@dataclass(frozen=True, slots=True)
class Measured:
    """A system's output and what it cost, model loading included.

    Args:
        heard: for each sample its recognised stretches.
        wall_s: elapsed seconds.
        cpu_s: CPU seconds, child processes included.
        peak_mb: most resident memory of its processes together, in megabytes, looked at every 0.2 s.
    """

    heard: list[list[Heard]]
    wall_s: float
    cpu_s: float
    peak_mb: float


def measure(name: str, data: DataSet, setup: Setup) -> Measured:
    """Run a system over a data set."""
    wall, cpu = time.perf_counter(), _cpu_s()
    done, peaks = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(done, peaks), daemon=True)
    watcher.start()
    heard = SYSTEMS[name](data, setup)
    wall_s, cpu_s = time.perf_counter() - wall, _cpu_s() - cpu
    done.set()
    watcher.join()
    return Measured(heard, wall_s, cpu_s, max(peaks) / 1e6)


def _watch(done: threading.Event, peaks: list[int]) -> None:
    import psutil

    own = psutil.Process()
    while not done.wait(0.2):
        total = 0
        for process in [own, *own.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        peaks.append(total)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)
