"""One measured night: 5,000 new texts into a copy of a filled workspace, by the command that a plant uses."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.scale.base import as_of, last_day, owners, plant, unlabelled, write_complaints
from benchmarks.scale.fill import copy_workspace
from benchmarks.scale.watch import Watched, watch
from complaints.run.runner import STAGES
from complaints.store.database import compact
from complaints.workspace.layout import Workspace

NEW_TABLE = "new.csv"
NEW_TURN = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the night; `peak_mb` is resident memory with children."""

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """Files in MB: the stores, a night's snapshot, the site."""

    store: float
    private: float
    snapshot: float
    site: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured night.

    Args:
        stored: cases before it.
        new: texts of the night.
        code: exit code of the command.
        parts: start, the stages, the snapshot.
        total: all of them.
        counts: what the run says it did.
        before, after, compacted: sizes; `compacted` after the stores were written anew as a purge does.
        compact_s: seconds that writing both stores anew took.
    """

    stored: int
    new: int
    code: int
    parts: tuple[Part, ...]
    total: Part
    counts: dict[str, dict[str, int]]
    before: Sizes
    after: Sizes
    compacted: Sizes
    compact_s: float


def write_new(workspace: Workspace, count: int, data: Path | None, units: int, most: int | None = None) -> None:
    """Put a table of new complaints into the inbox, received in the two days before the night."""
    known = owners(data, most)
    drawn = np.random.default_rng(3).permutation(np.resize(np.arange(len(known)), count))
    texts = [unlabelled(known[n]) for n in drawn]
    days = np.linspace(last_day() - 2, last_day() - 0.1, count)
    write_complaints(workspace.inbox / NEW_TABLE, texts, days, plant(units), "N", NEW_TURN)


def measure(
    workspace: Workspace, place: Path, count: int, data: Path | None, units: int, most: int | None = None
) -> Measured:
    """Run the night over a copy of a filled workspace at `place`, which stays.

    Args:
        workspace: filled.
        place: of the copy, removed first.
        count: new texts.
        data, units, most: as they were for filling.
    """
    shutil.rmtree(place, ignore_errors=True)
    copy_workspace(workspace, place)
    copy = Workspace(place)
    write_new(copy, count, data, units, most)
    stored, before = _cases(copy), sizes(copy)
    logs = set(copy.logs.iterdir())
    seen = watch([sys.executable, "-m", "cli", "run", "-w", str(place), "--as-of", as_of().isoformat(), "--quiet"])
    (log,) = set(copy.logs.iterdir()) - logs
    parts, counts = _parts(seen, log)
    after, began = sizes(copy), time.perf_counter()
    for file in (copy.store_file, copy.private_file):
        compact(file)
    compact_s = time.perf_counter() - began
    cpu_s, peak_mb = seen.between(0, float("inf"))
    total = Part("all", seen.samples[-1].at - seen.samples[0].at, cpu_s, peak_mb)
    return Measured(stored, count, seen.code, parts, total, counts, before, after, sizes(copy), compact_s)


def _cases(workspace: Workspace) -> int:
    with workspace.open_store(read_only=True) as store:
        return int(store.query("SELECT count(*) FROM cases")[0][0])


def sizes(workspace: Workspace) -> Sizes:
    """Return what a workspace takes on disk."""
    files = [workspace.store_file, workspace.private_file]
    store, private = (file.stat().st_size / 1e6 for file in files)
    return Sizes(store, private, _mb(workspace.latest.resolve()), _mb(workspace.site))


def _mb(folder: Path) -> float:
    """Return the size of a folder in MB; a file under several names counts once."""
    files = {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    return sum(files.values()) / 1e6


def _parts(seen: Watched, log: Path) -> tuple[tuple[Part, ...], dict[str, dict[str, int]]]:
    began: dict[str, float] = {}
    ended: dict[str, float] = {}
    counts = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["event"] == "started":
            began[event["stage"]] = datetime.fromisoformat(event["at"]).timestamp()
        elif event["event"] == "finished":
            ended[event["stage"]] = datetime.fromisoformat(event["at"]).timestamp()
            counts[event["stage"]] = event.get("counts", {})
    spans = [("start", seen.samples[0].at, began[STAGES[0]])]
    spans += [(name, began[name], ended[name]) for name in STAGES if name in ended]
    spans.append(("snapshot", ended["run"], seen.samples[-1].at))
    return tuple(Part(name, last - first, *seen.between(first, last)) for name, first, last in spans), counts
