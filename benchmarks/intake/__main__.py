"""python -m benchmarks.intake: what intake of a large CSV and a large workbook costs, beside pandas reading them.

Each table of invented complaints is the only file of a fresh workspace, and the intake stage runs over it alone, in a
process of its own; so does pandas, which reads the file and does nothing with it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.intake.files import write_csv, write_xlsx
from benchmarks.scale.watch import watch
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace

ROWS = 1_000_000
SHEET_ROWS = 200_000
WRITERS: dict[str, Callable[[Path, int], None]] = {"csv": write_csv, "xlsx": write_xlsx}


@dataclass(frozen=True, slots=True)
class Measured:
    """A process that has ended.

    Args:
        name: file and what read it.
        wall_s, cpu_s, peak_mb: of the process and its children; memory is resident.
        report: what it found; see `benchmarks.intake.work`.
    """

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float
    report: dict[str, Any]


def main() -> int:
    """Make the tables, measure and print; return 1 where rows are missing from an account."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.intake", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS, help="of the CSV file")
    parser.add_argument("--sheet-rows", type=int, default=SHEET_ROWS, help="of the workbook")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        found = measured(Path(folder), options.rows, options.sheet_rows)
    print(table(found))
    lost = [one for one in found if "accounted" in one.report and one.report["accounted"] != one.report["rows"]]
    return 1 if lost else 0


def measured(folder: Path, rows: int, sheet_rows: int) -> list[Measured]:
    """Return what intake and pandas took for a CSV file and a workbook."""
    found = []
    for form, count in (("csv", rows), ("xlsx", sheet_rows)):
        workspace, path = lay_out(folder / form, form, count)
        found += [_measure(form, "pandas", path, folder), _measure(form, "intake", workspace.root, folder)]
    return found


def lay_out(root: Path, form: str, count: int) -> tuple[Workspace, Path]:
    """Return a fresh workspace and the only file of its inbox, a table of `count` complaints."""
    workspace = init_workspace(root, "zh")
    text = workspace.settings_file.read_text(encoding="utf-8")
    unsettled = text.replace("settling_seconds = 5.0", "settling_seconds = 0.0")
    workspace.settings_file.write_text(unsettled, encoding="utf-8")
    path = workspace.inbox / f"complaints.{form}"
    WRITERS[form](path, count)
    return workspace, path


def _measure(form: str, what: str, place: Path, folder: Path) -> Measured:
    report = folder / "report.json"
    seen = watch([sys.executable, "-m", "benchmarks.intake.work", what, str(place), str(report)])
    if seen.code:
        raise SystemExit(f"{form} {what}: exit code {seen.code}")
    cpu_s, peak_mb = seen.between(0, float("inf"))
    wall_s = seen.samples[-1].at - seen.samples[0].at
    return Measured(f"{form} {what}", wall_s, cpu_s, peak_mb, json.loads(report.read_text(encoding="utf-8")))


def table(found: Sequence[Measured]) -> str:
    """Return the figures as text: a line a process, then where the time of each intake went."""
    lines = [f"{'':14}{'rows':>12}{'accounted':>12}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}"]
    for one in found:
        accounted = f"{one.report['accounted']:,}" if "accounted" in one.report else ""
        figures = f"{one.wall_s:>10,.1f}{one.cpu_s:>10,.1f}{one.peak_mb:>10,.0f}"
        lines.append(f"{one.name:14}{one.report['rows']:>12,}{accounted:>12}{figures}")
    for one in found:
        if "parts" in one.report:
            rest = one.wall_s - one.report["stage_s"]
            reader = max(0.0, one.cpu_s - one.report["own_cpu_s"])
            lines.append(f"\n{one.name}, wall s (beside it, the reading process: {reader:,.1f} CPU s)")
            lines += [f"  {name:32}{s:>8,.1f}" for name, s in one.report["parts"].items()]
            lines.append(f"  {'start, stores, end of the run':32}{rest:>8,.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
