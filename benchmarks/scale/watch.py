"""A command watched from outside: what it and its children use, sampled from /proc."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL_S = 0.1
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


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
    process = subprocess.Popen(command)
    while process.poll() is None:
        cpu_s, memory_mb = _used(process.pid)
        # A child that has just ended is counted a moment later, by its parent.
        samples.append(Sample(time.time(), max(cpu_s, samples[-1].cpu_s), memory_mb))
        time.sleep(INTERVAL_S)
    samples.append(Sample(time.time(), samples[-1].cpu_s, 0.0))
    return Watched(process.returncode, tuple(samples))


def _used(pid: int) -> tuple[float, float]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := _stat(int(entry.name))):
            parents[int(entry.name)] = found
    family, grown = {pid}, True
    while grown:
        more = {child for child, found in parents.items() if found[0] in family} - family
        family, grown = family | more, bool(more)
    known = [parents[member] for member in family if member in parents]
    return sum(found[1] for found in known), sum(found[2] for found in known)


def _stat(pid: int) -> tuple[int, float, float] | None:
    """Return a process's parent, CPU seconds with those of its ended children, and resident MB."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), sum(map(int, fields[11:15])) * TICK_S, int(fields[21]) * PAGE_MB
