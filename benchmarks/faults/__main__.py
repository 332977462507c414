"""Nights that are killed ten times each, interrupted, or run out of disk: does the next run mend them?

    python -m benchmarks.faults                         all: 20 nights of 10 kills, 20 full disks, 40 signals
    python -m benchmarks.faults --nights 2 --full-disks 2 --signals 2

A kill (SIGKILL, of the run alone and of its children with it in turn) falls at a random moment of each stage in turn.
Afterwards the night runs to its end, and both stores are compared, row for row, with those of an undisturbed run. A
full disk is a tmpfs (needs root) that fills at 20 points between the night's first and last byte, and is then enlarged.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.faults.attempts import Blow, Ended, attempt, durations, preload
from benchmarks.faults.compare import contents, differences
from benchmarks.faults.nights import Source, lay_out_source, make_night
from complaints.run.runner import STAGES
from complaints.workspace.layout import Workspace

# A night's kills in order of its stages, so that none falls into a night that is done.
KILLS = ("intake", "asr", "asr", "asr", "classify", "classify", "cluster", "mapping", "reports", "reports")
PROMISED = {0, 3}  # a whole night; 3: inputs were quarantined


class Tally:
    """Counts what held and prints what did not."""

    def __init__(self) -> None:
        self.equal: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self.stages: Counter[str] = Counter()

    def add(self, kind: str, number: int, troubles: list[str]) -> None:
        """Count one disturbed night."""
        self.total[kind] += 1
        self.equal[kind] += not troubles
        for trouble in troubles:
            print(f"{kind} {number}: {trouble}", flush=True)

    @property
    def holds(self) -> bool:
        """Whether every disturbed night came out equal."""
        return self.equal == self.total


def main() -> int:
    """Run what is asked for, print the figures, and return 1 if a night came out different."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--nights", type=int, default=20, help="nights that are killed ten times each")
    parser.add_argument("--full-disks", type=int, default=20, help="points at which the disk is full")
    parser.add_argument("--signals", type=int, default=20, help="points at which SIGTERM comes, and SIGINT")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--first", type=int, default=0, help="number of the first night and signal: runs in parts")
    asked = parser.parse_args()
    preload()
    tally, rng = Tally(), random.Random(asked.seed + asked.first)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        root = Path(folder)
        source = lay_out_source(root / "source")
        for number in range(asked.first, asked.first + asked.nights):
            tally.add("killed", number, _killed(root, source, number, rng, tally.stages))
        for number in range(asked.first, asked.first + asked.signals):
            for sign in (signal.SIGTERM, signal.SIGINT):
                tally.add(sign.name, number, _signalled(root, source, number, sign, rng))
        if asked.full_disks:
            _full_disks(root, source, asked.full_disks, tally)
    kills = sum(tally.stages.values())
    print("| disturbed by | nights | equal to the undisturbed one |\n|---|---|---|")
    for kind, total in tally.total.items():
        print(f"| {kind} | {total} | {tally.equal[kind]} |")
    print(f"{kills} kills by stage: {', '.join(f'{stage} {tally.stages[stage]}' for stage in STAGES)}")
    return 0 if tally.holds else 1


def _undisturbed(root: Path, source: Source, number: int) -> tuple[Path, dict[str, tuple[int, str]], dict[str, float]]:
    """Return a pristine copy of a night, what its undisturbed run stores, and the seconds of its stages."""
    pristine, whole = root / f"pristine-{number}", root / f"whole-{number}"
    if not pristine.exists():
        make_night(pristine, number, source)
        shutil.copytree(pristine, whole)
        ended = attempt(Workspace(whole))
        if ended.code not in PROMISED:
            raise SystemExit(f"the undisturbed night {number} ended with {ended.code}: {ended.errors}")
    return pristine, contents(Workspace(whole)), durations(Workspace(whole))


def _disturbed(root: Path, pristine: Path) -> Workspace:
    place = root / "disturbed"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(pristine, place)
    return Workspace(place)


def _killed(root: Path, source: Source, number: int, rng: random.Random, stages: Counter[str]) -> list[str]:
    pristine, expected, seconds = _undisturbed(root, source, number)
    workspace = _disturbed(root, pristine)
    for turn, stage in enumerate(KILLS):
        blow = Blow(signal.SIGKILL, stage, rng.uniform(0, 0.9 * seconds.get(stage, 0.0)), group=turn % 2 == 0)
        ended = attempt(workspace, blow)
        if ended.code == -signal.SIGKILL:
            stages[ended.stage] += 1
    return _to_the_end(workspace, expected)


def _signalled(root: Path, source: Source, number: int, sign: signal.Signals, rng: random.Random) -> list[str]:
    pristine, expected, seconds = _undisturbed(root, source, number % 5)
    workspace = _disturbed(root, pristine)
    stage = STAGES[number % len(STAGES)]
    ended = attempt(workspace, Blow(sign, stage, rng.uniform(0, seconds.get(stage, 0.0) * 0.8), group=False))
    troubles = [] if ended.code in {130, *PROMISED} else [f"ended with {ended.code} in {ended.stage}: {ended.errors}"]
    return troubles + _to_the_end(workspace, expected)


def _to_the_end(workspace: Workspace, expected: dict[str, tuple[int, str]]) -> list[str]:
    ended = attempt(workspace)
    troubles = [] if ended.code in PROMISED else [f"the last run ended with {ended.code}: {ended.errors}"]
    return troubles + [f"differs: {table}" for table in differences(expected, contents(workspace))]


def _full_disks(root: Path, source: Source, points: int, tally: Tally) -> None:
    pristine, expected, _ = _undisturbed(root, source, 0)
    first = _megabytes(pristine)
    last = _megabytes(root / "whole-0")
    for number in range(points):
        size = first + 1 + (last - first) * number / points
        with _small_disk(root / "disk", size) as disk:
            if disk is None:
                print("full disk: not measured, a tmpfs cannot be mounted here", flush=True)
                return
            shutil.copytree(pristine, disk / "night", dirs_exist_ok=True)
            workspace = Workspace(disk / "night")
            ended = attempt(workspace)
            troubles = _told(ended)
            subprocess.run(["mount", "-o", "remount,size=2g", str(disk)], check=True)
            tally.add("full disk", number, troubles + _to_the_end(workspace, expected))


def _told(ended: Ended) -> list[str]:
    """Return what is wrong with how a run on a full disk ended: it must say so, without a traceback."""
    if ended.code < 0 or "Traceback" in ended.errors:
        return [f"ended with {ended.code} in {ended.stage}: {ended.errors[-500:]}"]
    return []


@contextmanager
def _small_disk(place: Path, megabytes: float) -> Iterator[Path | None]:
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={int(megabytes * 1024)}k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


if __name__ == "__main__":
    sys.exit(main())
