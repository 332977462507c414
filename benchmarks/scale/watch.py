"""A command watched from outside: what it and its children use, sampled ten times a second."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """What a command had used at a moment.

    Args:
        at: seconds since the epoch.
        cpu_s: CPU seconds of it and its children so far.
        memory_mb: resident memory of it and its living children; pages that they share count once each.
    """

    at: float
    cpu_s: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that has ended."""

    code: int
    samples: tuple[Sample, ...]

    def between(self, first: float, last: float) -> tuple[float, float]:
        """Return CPU seconds and peak memory in MB of a stretch of time."""
        inside = [sample for sample in self.samples if first <= sample.at <= last]
        peak = max((sample.memory_mb for sample in inside), default=0.0)
        return self._cpu_at(last) - self._cpu_at(first), peak

    def _cpu_at(self, moment: float) -> float:
        before = [sample for sample in self.samples if sample.at <= moment]
        return before[-1].cpu_s if before else 0.0


def watch(command: Sequence[str]) -> Watched:
    """Run a command to its end, and return what it used."""
    samples = [Sample(time.time(), 0.0, 0.0)]
    process = psutil.Popen(command)
    while process.poll() is None:
        cpu_s, memory_mb = _used(process)
        # A child that has just ended is counted a moment later, by its parent.
        samples.append(Sample(time.time(), max(cpu_s, samples[-1].cpu_s), memory_mb))
        time.sleep(INTERVAL_S)
    samples.append(Sample(time.time(), samples[-1].cpu_s, 0.0))
    return Watched(process.returncode, tuple(samples))


def _used(process: psutil.Process) -> tuple[float, float]:
    """Return CPU seconds, those of ended children among them, and resident MB of a process and its family."""
    cpu_s, memory_mb = 0.0, 0.0
    with suppress(psutil.NoSuchProcess):
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                cpu_s += sum(member.cpu_times()[:4])  # user, system, and both of children that have ended
                memory_mb += member.memory_info().rss / 1e6
    return cpu_s, memory_mb
