"""``python -m benchmarks.asr.repairs TABLE.csv``: what phonetic repair changes in texts that nobody misheard.

In typed complaints every change is a false alarm or a slip of the writer; ``--show`` prints them to tell which.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

from asr.repair.turn import repairers
from complaints.dictionary import load_dictionary


def main() -> None:
    """Parse the arguments, repair every text and print what was changed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.asr.repairs", description=__doc__)
    parser.add_argument("table", type=Path, help="CSV in UTF-8")
    parser.add_argument("--column", default="text")
    parser.add_argument("--language", default="zh", choices=["zh", "en"])
    parser.add_argument("--show", action="store_true", help="print each change")
    chosen = parser.parse_args()
    repairer = repairers(load_dictionary().terms)[chosen.language]
    length, rules, changes = 0, Counter[str](), Counter[tuple[str, str]]()
    with chosen.table.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            text = row[chosen.column]
            length += len(text) if chosen.language == "zh" else len(text.split())
            for repair in repairer.repair(text)[1]:
                rules[repair.rule] += 1
                changes[repair.heard, repair.written] += 1
    unit = "characters" if chosen.language == "zh" else "words"
    print(f"{length:,} {unit}; changed: {dict(sorted(rules.items()))}")
    for (heard, written), count in sorted(changes.items(), key=lambda c: (-c[1], c[0])) if chosen.show else ():
        print(f"{count:5} {heard} -> {written}")


if __name__ == "__main__":
    main()
