"""python -m benchmarks.scale [DATA]: what a night of 5,000 texts costs over 10,000 to 1,000,000 stored complaints.

The night is `complaints run` with every stage over an inbox with a table of new complaints. The store is filled with
complaints drawn again and again from some thousand, those of DATA/zh_car_complaints.csv or invented ones: each with a
clause, a vehicle, a day and an id of its own, its vector perturbed; one in five is a call with its segments. The plant
is simulated, and some complaints name its units. What new texts say is encoded by the real model, nothing is left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.scale.base import UNITS
from benchmarks.scale.fill import filled
from benchmarks.scale.night import Measured, measure

NIGHT_CASES = 5_000
STORES = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Parse the command line, fill what is not filled yet, measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="?", help="folder with zh_car_complaints.csv; without it, invented")
    parser.add_argument("--stored", type=int, nargs="+", default=list(STORES), help="stored complaints, a store each")
    parser.add_argument("--new", type=int, default=NIGHT_CASES, help="texts of the night")
    parser.add_argument("--units", type=int, default=UNITS, help="units of the simulated plant")
    parser.add_argument("--repeat", type=int, default=1, help="nights over each store; the fastest counts")
    parser.add_argument("--prepared", type=Path, help="folder where filled stores are kept for another run")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.prepared or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        nights = measured(place, options.stored, options.new, options.data, options.units, options.repeat)
    print(table(nights))
    if options.json:
        options.json.write_text(json.dumps([asdict(night) for night in nights], indent=1), encoding="utf-8")


def measured(
    place: Path, stores: Sequence[int], new: int, data: Path | None, units: int, repeat: int = 1,
    most: int | None = None,
) -> list[Measured]:  # fmt: skip
    """Return the fastest night over each store; the stores take turns, so that what else ran is shared by all."""
    workspaces = [filled(place, stored, data, units, most) for stored in stores]
    nights = [
        [measure(workspace, place / "night", new, data, units, most) for workspace in workspaces] for _ in range(repeat)
    ]
    return [min(same, key=lambda night: night.total.wall_s) for same in zip(*nights, strict=True)]


def table(nights: Sequence[Measured]) -> str:
    """Return the figures as text: a column a store, and by how much the last exceeds the first."""
    heads = [f"{night.stored:,}" for night in nights]
    growth = len(nights) > 1
    lines = [f"a night of {nights[0].new:,} new texts over stored complaints"]
    lines.append("".join([f"{'':28}", *(f"{head:>14}" for head in heads), f"{'growth':>10}" if growth else ""]))

    def line(name: str, values: Sequence[float], form: str = ",.1f") -> None:
        cells = [f"{value:>14{form}}" for value in values]
        times = f"{values[-1] / values[0]:>9.2f}x" if growth and values[0] else ""
        lines.append("".join([f"{name:28}", *cells, times]).rstrip())

    for number, part in enumerate(nights[0].parts):
        for what in ("wall_s", "cpu_s", "peak_mb"):
            line(f"{part.name} {LABELS[what]}", [getattr(night.parts[number], what) for night in nights])
    for what in ("wall_s", "cpu_s", "peak_mb"):
        line(f"all {LABELS[what]}", [getattr(night.total, what) for night in nights])
    for file in ("store", "private", "snapshot", "site"):
        for when in ("before", "after", "compacted"):
            if when != "compacted" or file in ("store", "private"):
                line(f"{file} MB, {when}", [getattr(getattr(night, when), file) for night in nights])
    line("compacting both stores s", [night.compact_s for night in nights])
    line("exit code", [night.code for night in nights], ".0f")
    return "\n".join(lines)


LABELS = {"wall_s": "wall s", "cpu_s": "CPU s", "peak_mb": "peak MB"}


if __name__ == "__main__":
    main()
