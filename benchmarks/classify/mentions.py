"""python -m benchmarks.classify.mentions ZH.csv: how many defects get a symptom, and how fast texts are read."""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.classify.data import OTHER, SERVICE_SYSTEMS
from benchmarks.classify.meaning import silent_rows
from classify.reading.finder import MentionFinder
from classify.reading.mention import ExtractedMention
from classify.reading.semantic import Unseen
from complaints.dictionary import load_dictionary
from complaints.models.encoder import open_encoder

TEXTS = 10_000


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify.mentions", description=__doc__)
    parser.add_argument("chinese", type=Path, help="zh_car_complaints.csv")
    options = parser.parse_args()
    with options.chinese.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    finder = MentionFinder(load_dictionary())
    finder.find("异响", "zh")  # the pipeline is built once a night
    start = time.process_time()
    found = [finder.find(row["text"], "zh") for row in rows]
    once = time.process_time() - start
    show("dictionary and rules", rows, found)
    texts = [rows[n % len(rows)]["text"] for n in range(TEXTS)]
    start = time.process_time()
    for text in texts:
        finder.find(text, "zh")
    seconds = time.process_time() - start
    length = sum(map(len, texts)) / len(texts)
    print(
        f"{TEXTS} texts of {length:.0f} characters: {seconds:.2f} CPU s on one core (the {len(rows)} once: {once:.2f})"
    )
    show_meaning(rows, finder, found)


def show(title: str, rows: Sequence[dict[str, str]], found: Sequence[Sequence[ExtractedMention]]) -> None:
    """Print which shares of the rows have a present symptom mention."""
    said = [any(m.kind == "symptom" and m.polarity == "present" for m in mentions) for mentions in found]
    defects = [n for n, r in enumerate(rows) if r["system"] and r["system"] not in SERVICE_SYSTEMS]
    named = [n for n in defects if rows[n]["symptom"] != OTHER]
    service = [n for n, row in enumerate(rows) if row["system"] in SERVICE_SYSTEMS]
    print(f"{title}: share with a present symptom mention")
    for kind, some in (("defects with a symptom label", named), ("all defects", defects), ("service", service)):
        print(f"  {kind}: {sum(said[n] for n in some) / len(some):.3f} of {len(some)} ({sum(said[n] for n in some)})")


def show_meaning(
    rows: Sequence[dict[str, str]], finder: MentionFinder, found: Sequence[list[ExtractedMention]]
) -> None:
    """Print what the nearest-meaning step adds, and what it costs."""
    encoder = open_encoder("default", "cpu")
    unseen = Unseen(finder.dictionary, encoder.encode)
    asked = silent_rows([(row["text"], "zh") for row in rows], finder)
    start = time.process_time()
    unseen.meanings("zh")
    before = time.process_time() - start
    start = time.process_time()
    added = unseen.find(asked)
    seconds = time.process_time() - start
    show("and by meaning", rows, [[*mentions, *added.get(str(n), ())] for n, mentions in enumerate(found)])
    print(
        f"  {len(asked)} of {len(rows)} texts are asked about: {seconds:.2f} CPU s, {TEXTS / len(rows) * seconds:.1f} "
        f"for {TEXTS} texts; the terms' vectors, made once a store: {before:.1f}"
    )


if __name__ == "__main__":
    main()
