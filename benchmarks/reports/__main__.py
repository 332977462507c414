"""python -m benchmarks.reports: the site of 200 stations, 500 issues and 100,000 cases.

Prints how long the first night's site takes, how large it is, how large its largest station page is, how long a night
takes that changes ten stations and what it rewrites, and what keeping that night costs on disk. The plant is invented.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.reports.plant import AS_OF, Size, change, fill
from complaints.dictionary import load_dictionary
from complaints.run.night import Night
from complaints.run.progress import SilentProgress
from complaints.run_log import RunLog
from complaints.settings import Settings
from complaints.workspace.layout import Workspace
from reports.stage import remember, write_edition

CHANGED_STATIONS = 10


def main() -> None:
    """Parse the command line and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("stations", 200), ("issues", 500), ("cases", 100_000), ("warnings", 40)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--workers", type=int, default=None, help="processes that draw (default: one a core)")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the site, to look at it")
    args = parser.parse_args()
    size = Size(args.stations, args.issues, args.cases, args.warnings)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(args.keep or Path(folder), size, args.workers)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


def measure(root: Path, size: Size, workers: int | None) -> dict[str, Any]:
    """Return the figures of a plant of a size; the workspace is laid out in `root`."""
    place = Workspace(root)
    root.mkdir(parents=True, exist_ok=True)
    with place.open_stores() as stores:
        fill(stores.store, size)
        night = Night("R1", AS_OF, place, Settings(), load_dictionary(), *stores, SilentProgress(), RunLog(None, "R1"))
        return _measured(night, size, workers)


def _measured(night: Night, size: Size, workers: int | None) -> dict[str, Any]:
    place, store = night.workspace, night.store
    first, first_cost = _timed(lambda: write_edition(night, workers=workers))
    remember(night, first)
    bytes_first = _size(place.site)
    changed = change(store, CHANGED_STATIONS)
    second, second_cost = _timed(
        lambda: write_edition(replace(night, as_of=AS_OF + timedelta(days=1)), workers=workers)
    )
    kinds = Counter(_kind(path) for path in second.changed)
    stations = [path.stat().st_size for path in place.site.glob("zh/stations/*.html")]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "plant": {"stations": size.stations, "issues": size.issues, "cases": size.cases},
        "pages": len(first.pages),
        "first night": first_cost,
        "site MB": round(bytes_first / 1e6, 1),
        "largest station page KB": round(max(stations) / 1e3, 1),
        "night that changes ten stations": second_cost | {"drawn": second.drawn, "stations changed": len(changed)},
        "files rewritten that night, by kind": dict(sorted(kinds.items())),
        "site MB with both nights": round(_size(place.site) / 1e6, 1),
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    before, start = _cpu(), time.perf_counter()
    result = work()
    wall = time.perf_counter() - start
    return result, {"wall s": round(wall, 1), "CPU s": round(_cpu() - before, 1)}


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _kind(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[1:-1]) or parts[-1].removesuffix(".html")


def _size(site: Path) -> int:
    """Return the bytes that a folder takes; a file under several names counts once."""
    files = {path.stat().st_ino: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    return sum(files.values())


if __name__ == "__main__":
    main()
