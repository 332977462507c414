"""Checks a supplier's bundle: python check.py BUNDLE.zip. Needs Python 3.10 or newer and nothing else.

This file travels inside every bundle, so that whoever gets one can see what was promised and try it: nothing is in the
bundle that the manifest does not name, every file has the digest that the manifest gives, every table has the columns
that the manifest gives, every count is 0, at least the smallest cell, or hidden, and no text holds a long run of
digits, a mail address or a quote of a customer.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from pathlib import Path

HIDDEN = "<"  # before the smallest cell: "<5"
LONGEST_TEXT = 120  # characters; names and levels are short, what customers say is not
PERSONAL = re.compile(r"\d{7,}|[^\s@]+@[^\s@]+\.[^\s@]+")
ALWAYS = {"manifest.json", "check.py", "README.txt"}


def problems(content: bytes) -> list[str]:
    """Return what is wrong with a bundle, one line a finding; nothing when it keeps its promises."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        manifest = json.loads(archive.read("manifest.json"))
        tables, digests, smallest = manifest["tables"], manifest["sha256"], int(manifest["smallest_cell"])
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        return [f"no bundle: {type(error).__name__}"]
    found = []
    names = archive.namelist()
    if len(set(names)) != len(names):
        found.append("a file stands in the bundle twice")
    for name in sorted(set(names) ^ (ALWAYS | set(tables))):
        found.append(f"{name}: in the bundle or in the manifest alone")
    for name in sorted(set(names) & set(digests)):
        if hashlib.sha256(archive.read(name)).hexdigest() != digests[name]:
            found.append(f"{name}: not the file that the manifest names")
    for name in sorted(set(names) - {"manifest.json"} - set(digests)):
        found.append(f"{name}: no digest in the manifest")
    for name in sorted(set(names) & set(tables)):
        rows = list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
        found += [f"{name}: {line}" for line in _table(rows, tables[name], smallest)]
    return found


def _table(rows: list[list[str]], described: dict[str, list[str]], smallest: int) -> list[str]:
    columns, counts = described["columns"], set(described["counts"])
    if not rows or rows[0] != columns:
        return ["other columns than the manifest names"]
    found = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(columns):
            found.append(f"row {number}: {len(row)} cells under {len(columns)} columns")
            continue
        for column, value in zip(columns, row, strict=True):
            if column in counts:
                if value not in ("", f"{HIDDEN}{smallest}") and not _counted(value, smallest):
                    found.append(f"row {number}, {column}: a count under the smallest cell")
            elif len(value) > LONGEST_TEXT or PERSONAL.search(value):
                found.append(f"row {number}, {column}: a text that does not belong here")
    return found


def _counted(value: str, smallest: int) -> bool:
    return value.isdecimal() and (int(value) == 0 or int(value) >= smallest)


def main() -> int:
    """Check the bundle that the command line names."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    found = problems(Path(sys.argv[1]).read_bytes())
    print("\n".join(found) if found else "The bundle keeps its promises.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
