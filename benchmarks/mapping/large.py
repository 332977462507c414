"""A plant of millions: the time and memory of the mapping stage over a genealogy that never fits into Python.

    python -m benchmarks.mapping.large --units 100000 1000000

60 stations, so that 1,000,000 units make 60 million rows of Parquet; 20,000 complaints. Made by DuckDB, removed after.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

STATIONS = 60
COMPLAINTS = 20_000
WEEKS = 52
START = date(2025, 1, 6)
AS_OF = START + timedelta(weeks=WEEKS + 12)
# What the complaints are about: (symptom, component); the first is planted at station S07, tool T1.
TROUBLES = (
    ("abnormal_noise", "shock_absorber"), ("jerky_shifting", "transmission"), ("water_leak", "sunroof"),
    ("vibration", "steering_wheel"), ("no_cooling", "hvac"), ("lag", "infotainment"),
)  # fmt: skip


def make(root: Path, units: int) -> None:
    """Lay out a workspace of a plant with its genealogy and complaints."""
    import duckdb

    from complaints.workspace.create import init_workspace

    workspace = init_workspace(root, "zh")
    master = workspace.master
    lines = [f"S{n:02d},station {n},L1,{n}" for n in range(STATIONS)]
    (master / "stations.csv").write_text("\n".join(["station_id,name,line,sequence", *lines]), encoding="utf-8")
    routing = [f"{component},S{7 + 8 * n:02d},fit {component}" for n, (_, component) in enumerate(TROUBLES)]
    (master / "routing.csv").write_text("\n".join(["component,station_id,operation", *routing]), encoding="utf-8")
    with duckdb.connect() as db:
        db.execute("SET memory_limit='2GB'")
        serial = "'SIM' || lpad(u::VARCHAR, 14, '0')"
        built = f"DATE '{START}' + (u * {WEEKS * 7} // {units})::INTEGER"
        db.execute(
            f"COPY (SELECT {serial} AS serial, CASE hash(u) % 2 WHEN 0 THEN 'P1' ELSE 'P2' END AS product, {built} AS "
            f"built_at, {built} + (10 + hash(u, 1) % 50)::INTEGER AS sold_at FROM range({units}) t(u)) "
            f"TO '{master / 'units.parquet'}' (FORMAT parquet)"
        )
        db.execute(
            f"COPY (SELECT {serial} AS serial, 'S' || lpad(s::VARCHAR, 2, '0') AS station_id, {built} AS completed_at, "
            "CASE hash(u, s) % 2 WHEN 0 THEN 'day' ELSE 'night' END AS shift, 'T' || (hash(u, s, 3) % 3) AS tool, "
            f"'L' || (u * 40 // {units}) AS part_lot, round(50 + (hash(u, s, 5) % 1000) / 200.0, 2) AS torque "
            f"FROM range({units}) t(u), range({STATIONS}) v(s)) TO '{master / 'genealogy.parquet'}' (FORMAT parquet)"
        )
        exposed = "hash(u, 7, 3) % 3 = 1"
        chosen = db.execute(
            f"SELECT u, {exposed}, ({built})::DATE FROM range({units}) t(u) ORDER BY hash(u, 99) / "
            f"(CASE WHEN {exposed} THEN 3.0 ELSE 1.0 END) LIMIT {COMPLAINTS}"
        ).fetchall()
    _complain(root, chosen)


def _complain(root: Path, chosen: list[tuple[int, bool, date]]) -> None:
    from complaints.records import Case, Mention
    from complaints.store.cases import write_cases
    from complaints.workspace.layout import Workspace

    workspace = Workspace(root)
    with workspace.open_stores() as (store, private):
        cases, mentions, serials = [], [], []
        for number, (unit, exposed, built) in enumerate(chosen):
            serial = f"SIM{unit:014d}"
            token = workspace.serial_token(serial)
            trouble = 0 if exposed and number % 3 else number % len(TROUBLES)
            symptom, component = TROUBLES[trouble]
            received = datetime.combine(built, datetime.min.time()) + timedelta(days=60 + number % 30)
            case_id = f"T{number:016x}"
            cases.append(
                Case(
                    case_id, "text", None, f"t.csv#{number}", received, "given", token, "P1", None, None, "zh",
                    f"complaint {number}", None, False, "fault", False,
                )
            )  # fmt: skip
            mentions.append(
                Mention(
                    case_id, "symptom", symptom, "complaint", 0, 9, "present", "customer", None, component,
                    "dictionary", 0.95,
                )
            )  # fmt: skip
            serials.append((token, serial))
        with store.transaction():
            write_cases(store, cases)
            store.append(mentions)
        private.append_values("serials", serials, replace=True)


def measure(root: Path) -> dict[str, float]:
    """Run the stage over a plant, in a process that does nothing else."""
    from complaints.dictionary import load_dictionary
    from complaints.run.night import Night
    from complaints.run.progress import SilentProgress
    from complaints.run_log import RunLog
    from complaints.workspace.layout import Workspace
    from mapping.stage import Stage

    workspace = Workspace(root)
    with workspace.open_stores() as (store, private):
        night = Night(
            "large", AS_OF, workspace, workspace.settings(), load_dictionary(("car",)), store, private,
            SilentProgress(), RunLog(None, "large"),
        )  # fmt: skip
        wall, cpu = time.perf_counter(), time.process_time()
        Stage().run(night)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        supported = store.query("SELECT DISTINCT station_id FROM causes WHERE verdict = 'supported' ORDER BY 1")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall_s": wall, "cpu_s": cpu, "peak_mb": peak, "supported": len(supported)}


def main() -> None:
    """Make, measure and remove one plant after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mapping.large", description=__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--night", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.night:
        print(json.dumps(measure(asked.night)))
        return
    print("| units | rows | wall s | CPU s | peak MB |\n|---|---|---|---|---|")
    for units in asked.units:
        with tempfile.TemporaryDirectory() as temporary:
            root = Path(temporary) / "plant"
            make(root, units)
            command = [sys.executable, "-m", "benchmarks.mapping.large", "--night", str(root)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        figures = f"{found['wall_s']:.1f} | {found['cpu_s']:.1f} | {found['peak_mb']:.0f}"
        print(f"| {units:,} | {units * STATIONS:,} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
