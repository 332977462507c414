"""10,000 generated bad inputs over all formats: no traceback, no hang, the right exit code, neighbours processed.

    python -m benchmarks.bad_inputs                  all 10,000
    python -m benchmarks.bad_inputs --share 0.05     a twentieth

Tables and recordings come in by hundreds beside good ones, and the night's beginning runs. Of readable tables, sound
but odd, every row must be accounted for, and every text and day be as it was written; settings, master files and
review workbooks are tried one by one. The right exit codes are those of docs/reference/exit-codes.md for what was done.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.bad_inputs import rooms

COUNTS = {"tables": 6000, "readable": 1000, "recordings": 2000, "settings": 400, "master": 400, "review": 200}
BATCH = 250


def main() -> int:
    """Try what is asked for, print the counts, and return 1 if something ended wrongly."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bad_inputs", description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=float, default=1.0, help="of the 10,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", choices=list(COUNTS), default=list(COUNTS))
    asked = parser.parse_args()
    counts = {kind: max(1, round(COUNTS[kind] * asked.share)) for kind in asked.kinds}
    wrong: Counter[str] = Counter()
    rooms.preload()
    print("| bad inputs | tried | ended wrongly | seconds |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="bad-inputs-") as folder:
        for kind, count in counts.items():
            began = time.monotonic()
            for trouble in tried(Path(folder), kind, count, asked.seed):
                wrong[kind] += 1
                print(f"{kind}: {trouble}", flush=True)
            print(f"| {kind} | {count} | {wrong[kind]} | {time.monotonic() - began:.0f} |", flush=True)
    return 1 if wrong.total() else 0


def tried(root: Path, kind: str, count: int, seed: int) -> list[str]:
    """Try `count` bad inputs of a kind and return what ended wrongly, with the seed that makes it again."""
    if kind in ("tables", "readable", "recordings"):
        return _in_batches(root, kind, count, seed)
    place = root / kind
    rooms.lay_out(place)
    night = rooms.command(
        "run", "-q", "--only", "classify", "--as-of", rooms.AS_OF, "-w", str(place), log=root / "said"
    )
    found = rooms.troubles(night, {0})
    book = root / "export.xlsx"
    if kind == "review":
        found += rooms.troubles(rooms.command("review", "export", str(book), "-w", str(place), log=root / "said"), {0})
    for number in range(count):
        one = seed * 100_000 + number
        if kind == "review":
            ended = rooms.review(place, book.read_bytes(), one)
        else:
            ended = {"settings": rooms.settings, "master": rooms.master}[kind](place, one)
        found += [f"{one}: {trouble}" for trouble in ended]
    rooms.clear(place)
    return found


def _in_batches(root: Path, kind: str, count: int, seed: int) -> list[str]:
    found = []
    for first in range(0, count, BATCH):
        place = root / f"{kind}-{first}"
        some = min(BATCH, count - first)
        if kind == "readable":
            found += rooms.readable_tables(place, some, seed + first)
        else:
            found += [f"{seed + first}: {trouble}" for trouble in rooms.inbox(place, kind, some, seed + first)]
        rooms.clear(place)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
