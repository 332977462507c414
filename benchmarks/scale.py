"""python -m benchmarks.scale --cluster DATA: what a night costs over a small and over a large store.

The stored complaints are real ones, drawn again and again, with their vectors perturbed; their mentions and issues are
those of the complaint that they were drawn from. The night's own complaints are made alike.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NIGHT_CASES = 5_000
STORES = (50_000, 1_000_000)
CHUNK = 50_000
REPEATS = 5
NOISE = 0.35  # length of the perturbation of a unit vector; the nearest neighbour of a real text lies at about 0.3
DAYS = 1_000
AS_OF = date(2026, 6, 30)


def prepare_base(data: Path, folder: Path) -> None:
    """Write the real complaints, their vectors, evidence and mentions."""
    from benchmarks.cluster.data import chinese_rows, prepare

    prepare(chinese_rows(data, everything=True), "zh", folder)


class Maker:
    """Makes cases from the real ones."""

    def __init__(self, folder: Path) -> None:
        from benchmarks.cluster.memory import numbered, read_source, stream_nights
        from complaints.vectors import masked_digest

        source = read_source(folder)
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        labels = numbered(source, stream_nights(source, [source.eligible], dated=False)[-1][1])
        self.rows = np.array(source.eligible)
        self.labels = np.array(labels)
        self.vectors = source.batch.vectors
        self.texts: list[str] = facts["texts"]
        self.evidence = source.batch.evidence
        self.digest = masked_digest
        self.rng = np.random.default_rng(7)

    def fill(self, store: Any, model: str, start: int, count: int, days: tuple[float, float], *, members: bool) -> None:
        """Append `count` cases received between two days before AS_OF (first, last), with or without their issues."""
        drawn = self.rows[self.rng.integers(len(self.rows), size=count)]
        noise = self.rng.normal(size=(count, self.vectors.shape[1])).astype(np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        vectors = self.vectors[drawn] + noise
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
        ages = np.linspace(days[0], days[1], count)
        self._write(store, model, start, drawn, vectors, ages, members=members)

    def _write(
        self, store: Any, model: str, start: int, drawn: NDArray[np.int64], vectors: NDArray[np.float16],
        ages: NDArray[np.float64], *, members: bool,
    ) -> None:  # fmt: skip
        from complaints.changes import note_changes
        from complaints.ids import content_id

        # Like real ones, ids are digests: their order says nothing of when a case came.
        ids = [content_id("T", start + n) for n in range(len(drawn))]
        keys = [self.digest(case) for case in ids]
        if not members:
            note_changes(store, ids)
        noon = datetime.combine(AS_OF, datetime.min.time()) + timedelta(hours=12)
        store.append_values("cases", [
            (case, "text", None, "a.csv", noon - timedelta(days=int(age)), "given", f"V{case}", "S5", None, None, "zh",
             self.texts[row], None, False, "fault", False)
            for case, row, age in zip(ids, drawn, ages, strict=True)
        ])  # fmt: skip
        store.append_values("case_content", [(case, key, key, None) for case, key in zip(ids, keys, strict=True)])
        store.append_values("vectors", [(key, model, row.tobytes()) for key, row in zip(keys, vectors, strict=True)])
        store.append_values("mentions", [
            (case, kind, code, "x", 0, 1, "present", "customer", None, component, "dictionary", 1.0)
            for case, row in zip(ids, drawn, strict=True)
            for kind, code, component in _mentions(self.evidence[row].codes)
        ])  # fmt: skip
        if members:
            store.append_values("issue_members", [
                (f"I{self.labels[row]:016d}", case, 0.9)
                for case, row in zip(ids, drawn, strict=True) if self.labels[row] >= 0
            ])  # fmt: skip


def _mentions(codes: tuple[str, ...]) -> list[tuple[str, str, str | None]]:
    found: list[tuple[str, str, str | None]] = []
    for code in codes:
        kind, _, name = code.partition(":")
        if kind == "pair":
            symptom, _, system = name.partition("+")
            found.append(("symptom", symptom, system))
        elif kind == "component":
            found.append(("component", name, None))
    return found


def fill(base: Path, stored: int, place: Path) -> None:
    """Lay out a workspace with `stored` cases in issues, the book that goes with them, and a night's new cases."""
    from complaints.init import init_workspace

    workspace = init_workspace(place, "zh")
    with _opened(workspace, AS_OF - timedelta(days=1)) as night:
        maker, model = Maker(base), _encoder().fingerprint
        for start in range(0, stored, CHUNK):
            count = min(CHUNK, stored - start)
            span = (DAYS - start * (DAYS - 2) / stored, DAYS - (start + count) * (DAYS - 2) / stored)
            maker.fill(night.store, model, start, count, span, members=True)
        _start_book(night, _encoder(), stored)
        _start_issues(night, _encoder())
        maker.fill(night.store, model, stored, NIGHT_CASES, (0.5, 0.5), members=False)


def measure(stored: int, place: Path) -> dict[str, float]:
    """Time the cluster stage on the night that `fill` laid out, in a process that did nothing before."""
    import hdbscan  # noqa: F401  # libraries load before the clock starts
    import jieba

    from cluster.stage import Stage
    from complaints.workspace import Workspace

    jieba.initialize()
    with _opened(Workspace(place), AS_OF) as night:
        _encoder()
        before, wall, cpu = _peak_mb(), time.perf_counter(), time.process_time()
        report = Stage().run(night)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    result = {"stored": stored, "wall_s": wall, "cpu_s": cpu, "before_mb": before, "peak_mb": _peak_mb()}
    return result | {"issues": report.counts["issues"], "grouped": report.counts["grouped cases"]}


def _encoder() -> Any:
    from complaints.embeddings import open_encoder

    return open_encoder("default", "auto")


@contextmanager
def _opened(workspace: Any, as_of: date) -> Iterator[Any]:
    from complaints.dictionary import load_dictionary
    from complaints.log import RunLog
    from complaints.night import Night
    from complaints.progress import SilentProgress

    store, private = workspace.open_store(), workspace.open_private()
    try:
        yield Night(
            as_of.isoformat(), as_of, workspace, workspace.settings(), load_dictionary(), store, private,
            SilentProgress(), RunLog(None, as_of.isoformat()),
        )  # fmt: skip
    finally:
        store.close()
        private.close()


def _start_book(night: Any, encoder: Any, stored: int) -> None:
    """Write the book that a store of this size would have: its sums over the window stand for the whole history."""
    from cluster.reading import StoreSource
    from cluster.refit import WINDOW_CASES, rebuilt
    from cluster.stage import book_key, keep_book

    recent = night.store.query(
        "SELECT c.case_id, m.issue_id FROM cases c LEFT JOIN issue_members m ON m.case_id = c.case_id "
        "ORDER BY c.received_at DESC, c.case_id DESC LIMIT ?",
        [WINDOW_CASES],
    )
    book = rebuilt(list(reversed(recent)), StoreSource(night.store, encoder, night.dictionary))
    keep_book(night.store, book_key(night, encoder), replace(book, seen=stored, fitted=stored))


def _start_issues(night: Any, encoder: Any) -> None:
    """Name and count the issues of the members that were laid out."""
    from cluster.changed import settle_changes
    from cluster.ledger import Ledger
    from cluster.reading import StoreSource
    from cluster.sums import recount
    from cluster.writing import write_issues

    with night.store.transaction():
        vehicles = recount(night.store)
        source = StoreSource(night.store, encoder, night.dictionary)
        write_issues(night, source, Ledger((), {}, ()), vehicles, None, (), ())
        settle_changes(night.store)


def _peak_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.scale", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


def _filled(base: Path, stored: int) -> Path:
    """Return the folder of a filled store; what lies there is used again."""
    filled = base / f"stored-{stored}"
    if not (filled / "filled").exists():
        shutil.rmtree(filled, ignore_errors=True)
        _run("--fill", str(base), str(stored), str(filled))
        (filled / "filled").touch()
    return filled


def _nights(base: Path, stores: Sequence[int], place: Path) -> list[dict[str, float]]:
    """Return the fastest of REPEATS nights over each store: the rest is what else ran.

    Every night runs over a copy of its store, and the stores take turns, so that what else ran is shared by all.
    """
    nights: dict[int, list[dict[str, float]]] = {stored: [] for stored in stores}
    filled = {stored: _filled(base, stored) for stored in stores}
    for _ in range(REPEATS):
        for stored in stores:
            shutil.copytree(filled[stored], place)
            nights[stored].append(json.loads(_run("--night", str(stored), str(place)).strip().splitlines()[-1]))
            shutil.rmtree(place)
    return [
        min(some, key=lambda night: float(night["wall_s"])) | {"cpu_s": min(float(night["cpu_s"]) for night in some)}
        for some in nights.values()
    ]


def main() -> None:
    """Parse and run; a store is filled in one process, each of its nights runs in another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--cluster", metavar="DATA", type=Path, help="folder with zh_car_complaints.csv")
    parser.add_argument("--stored", type=int, nargs="*", default=list(STORES), help="stored complaints, one store each")
    parser.add_argument("--prepared", type=Path, help="folder where the data and the stores are kept for another run")
    parser.add_argument("--fill", nargs=3, metavar=("BASE", "STORED", "PLACE"), help=argparse.SUPPRESS)
    parser.add_argument("--night", nargs=2, metavar=("STORED", "PLACE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        fill(Path(options.fill[0]), int(options.fill[1]), Path(options.fill[2]))
        return
    if options.night:
        print(json.dumps(measure(int(options.night[0]), Path(options.night[1]))))
        return
    if options.cluster is None:
        parser.error("nothing to measure: give --cluster DATA")
    with tempfile.TemporaryDirectory() as temporary:
        place = str(options.prepared or temporary)
        prepare_base(options.cluster, Path(place))
        print(f"a night of {NIGHT_CASES} new complaints over stored ones (real ones drawn again, vectors perturbed)")
        print(f"{'stored':>9} {'wall s':>7} {'CPU s':>6} {'peak MB':>8} {'before MB':>9} {'issues':>6} {'grouped':>8}")
        nights = _nights(Path(place), options.stored, Path(temporary) / "night")
        for found in nights:
            print(
                f"{found['stored']:9d} {found['wall_s']:7.2f} {found['cpu_s']:6.2f} {found['peak_mb']:8.0f} "
                f"{found['before_mb']:9.0f} {found['issues']:6d} {found['grouped']:8d}"
            )
        if len(nights) > 1:
            wall, cpu = (nights[-1][name] / nights[0][name] for name in ("wall_s", "cpu_s"))
            print(f"the last against the first: {wall:.2f} times the time, {cpu:.2f} times the CPU")


if __name__ == "__main__":
    main()
