"""python -m benchmarks.cluster DATA [--bertopic PYTHON]: quality, time, memory and stability in one run."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.cluster.data import Row, chinese_rows, english_rows, prepare
from benchmarks.cluster.measures import agreement, singletons
from benchmarks.cluster.memory import MemorySource, numbered, read_source, stream_nights
from complaints.records import Language

NIGHTS = 10
BIG_ISSUE = 20
HERE = Path(__file__).resolve()
QUALITY = {
    "product": "this product, one night",
    "product_nights": "this product, day by day",
    "bertopic": "BERTopic, its defaults, seed 42",
    "bertopic_1": "BERTopic, its defaults, seed 1",
    "bertopic_2": "BERTopic, its defaults, seed 2",
    "hdbscan_alone": "PCA + HDBSCAN alone",
    "kmeans": "MiniBatchKMeans, true k",
    "supervised": "(taught the classes: LDA)",
}


@dataclass(frozen=True)
class Pythons:
    """Which Python runs which method; `bertopic` None: not measured."""

    bertopic: str | None

    def run(self, method: str, folder: Path) -> dict[str, Any] | str:
        """Return a method's result, or why there is none."""
        python = self.bertopic if method.startswith("bertopic") else sys.executable
        if python is None:
            return "not measured (give --bertopic PYTHON of an environment that has it)"
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        environment = os.environ | threads | {"PYTHONPATH": str(HERE.parents[2]), "PYTHONWARNINGS": "ignore"}
        command = [python, str(HERE.parent / "one.py"), method, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
        if done.returncode:
            return f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
        result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return result


def quality(title: str, folder: Path, pythons: Pythons, methods: list[str]) -> None:
    """Print the table of one data set."""
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    said = facts["eligible"]
    share = len(said) / len(facts["texts"])
    print(f"\n{title}: {len(facts['texts'])} rows, {facts['classes']} classes; {share:.1%} say something of a trouble")
    columns = ("AMI", "ARI", "B3 F1", "of these", "outside", "of these", "groups", "wall s", "CPU s", "MB")
    print(f"{'method':30}" + "".join(f"{name:>9}" for name in columns))
    for method in methods:
        result = pythons.run(method, folder)
        if isinstance(result, str):
            print(f"{QUALITY[method]:30} {result}")
            continue
        found = agreement(facts["truth"], result["labels"])
        own = agreement([facts["truth"][row] for row in said], [result["labels"][row] for row in said])
        print(
            f"{QUALITY[method]:30}{found.ami:9.3f}{found.ari:9.3f}{found.b_cubed:9.3f}{own.b_cubed:9.3f}"
            f"{found.outliers:9.1%}{own.outliers:9.1%}{found.groups:9d}{result['wall_s']:9.2f}{result['cpu_s']:9.2f}{result['peak_mb']:9.0f}",
            flush=True,
        )


def stability(folder: Path, pythons: Pythons) -> None:
    """Print how ten nights compare with one, for three orders of the rows within a night."""
    from sklearn.metrics import adjusted_rand_score

    source = read_source(folder)
    days = sorted({day for day in source.batch.days if day is not None})
    cut = {day: n * NIGHTS // len(days) for n, day in enumerate(days)}
    nights: list[list[int]] = [[] for _ in range(NIGHTS)]
    for row in source.eligible:
        nights[cut[source.batch.days[row] or days[-1]]].append(row)
    whole = numbered(source, stream_nights(source, [source.eligible], dated=True)[-1][1])
    print(
        f"\nStability: {len(source.eligible)} cases in {NIGHTS} nights of {[len(n) for n in nights]}, against one night"
    )
    rows = source.eligible
    for seed in (1, 2, 3):
        for night in nights:
            random.Random(seed).shuffle(night)
        history = stream_nights(source, nights, dated=True)
        last = numbered(source, history[-1][1])
        score = adjusted_rand_score(singletons([whole[r] for r in rows]), singletons([last[r] for r in rows]))
        lost, half, seen = _identity([found for _, found in history])
        print(
            f"  order {seed}: ARI {score:.4f}; of {seen} times that an issue of {BIG_ISSUE}+ cases met a night, its id "
            f"was lost {lost} times, and {half} times less than half of its cases stayed with the id"
        )
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    order = sorted(rows, key=lambda row: (source.batch.days[row] or days[-1], row))
    facts["nights"] = [[row for row in order if row in set(night)] for night in nights]
    (folder / "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    once, merged = pythons.run("bertopic", folder), pythons.run("bertopic_nights", folder)
    if isinstance(once, str) or isinstance(merged, str):
        print(f"  BERTopic merge_models: {merged if isinstance(merged, str) else once}")
        return
    score = adjusted_rand_score(
        singletons([once["labels"][r] for r in rows]), singletons([merged["labels"][r] for r in rows])
    )
    groups = (len(set(once["labels"]) - {-1}), len(set(merged["labels"]) - {-1}))
    print(
        f"  BERTopic merge_models on the same nights: ARI {score:.4f} to its one fit ({groups[1]}, {groups[0]} topics)"
    )


def kinds(folder: Path, rows: list[Row]) -> None:
    """Print how far fault and service lie in issues of their own, judged by the labels."""
    source = read_source(folder)
    issue_of = numbered(source, stream_nights(source, [source.eligible], dated=True)[-1][1])
    cases: dict[int, list[int]] = {}
    for row, issue in enumerate(issue_of):
        if issue >= 0:
            cases.setdefault(issue, []).append(row)
    print("\nKinds: issues of kind service are those most of whose cases say something of the service and of no fault")
    for kind in ("fault", "service"):
        own = [c for c in cases.values() if _kind(source, c) == kind]
        inside = [row for members in own for row in members]
        right = sum(rows[row].truth == kind for row in inside) / max(len(inside), 1)
        print(f"  {kind}: {len(own)} issues, {len(inside)} cases, {right:.1%} of them labelled so")


def _kind(source: MemorySource, cases: list[int]) -> str:
    services = sum("content:service" in source.batch.evidence[row].codes for row in cases)
    return "service" if services * 2 > len(cases) else "fault"


def _identity(after: list[dict[str, str]]) -> tuple[int, int, int]:
    lost = half = seen = 0
    for before, later in pairwise(after):
        issues: dict[str, set[str]] = {}
        for case, issue in before.items():
            issues.setdefault(issue, set()).add(case)
        alive = set(later.values())
        for issue, cases in issues.items():
            if len(cases) >= BIG_ISSUE:
                seen += 1
                lost += issue not in alive
                half += issue in alive and sum(later.get(case) == issue for case in cases) < len(cases) / 2
    return lost, half, seen


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with zh_car_complaints.csv and en_car_complaints.csv")
    parser.add_argument("--bertopic", metavar="PYTHON", help="Python of an environment that has BERTopic")
    parser.add_argument("--only", choices=("quality", "stability"), help="run this part alone")
    parser.add_argument("--prepared", type=Path, help="folder where the prepared data are kept for another run")
    options = parser.parse_args()
    pythons = Pythons(options.bertopic)
    with tempfile.TemporaryDirectory() as temporary:
        place = options.prepared or Path(temporary)
        if options.only != "stability":
            languages: tuple[tuple[str, Language], ...] = (("Chinese", "zh"), ("English", "en"))
            for name, language in languages:
                rows = chinese_rows(options.data) if language == "zh" else english_rows(options.data)
                folder = place / language
                cost = prepare(rows, language, folder)
                methods = [m for m in QUALITY if m != "product_nights" or language == "zh"]
                quality(name, folder, pythons, methods)
                print(
                    f"before the clock: embedding {cost.embedding_cpu_s:.1f} CPU s (all methods), mentions "
                    f"{cost.mentions_cpu_s:.1f} CPU s (this product; the classify stage has them)"
                )
        if options.only != "quality":
            folder = place / "all"
            rows = chinese_rows(options.data, everything=True)
            prepare(rows, "zh", folder)
            kinds(folder, rows)
            stability(folder, pythons)


if __name__ == "__main__":
    main()
