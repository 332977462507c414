"""Small nights: a workspace with two recordings, some texts and the demo's plant, different for each number."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path

from complaints.demo import lay_out
from complaints.init import init_workspace
from complaints.workspace import Workspace

RECORDINGS = 2
TEXTS = 60
SETTINGS = (("settling_seconds = 5.0", "settling_seconds = 0.0"), ("beam_size = 5", "beam_size = 1"))


def make_night(root: Path, number: int, source: Path) -> Workspace:
    """Lay out night `number` of the faults' benchmark.

    Args:
        root: made anew.
        number: chooses which recordings and texts of the demo come in.
        source: a folder into which the demo was laid out.
    """
    rng = random.Random(number)
    workspace = init_workspace(root, "zh")
    text = workspace.settings_file.read_text(encoding="utf-8")
    for before, after in SETTINGS:
        assert before in text, before
        text = text.replace(before, after)
    workspace.settings_file.write_text(text, encoding="utf-8")
    shutil.copytree(source / "master", workspace.master, dirs_exist_ok=True)
    calls = workspace.inbox / "calls"
    calls.mkdir()
    recordings = sorted((source / "inbox" / "calls").glob("*.ogg"), key=lambda path: (path.stat().st_size, path.name))
    for path in rng.sample(recordings[: len(recordings) // 2], RECORDINGS):
        shutil.copy2(path, calls)
    shutil.copy2(source / "inbox" / "calls" / "calls.csv", calls)
    for table in sorted((source / "inbox").glob("*.csv")):
        _some_rows(table, workspace.inbox / table.name, rng)
    return workspace


def lay_out_source(root: Path) -> Path:
    """Lay the demo out once, for all nights to take from."""
    lay_out(root)
    return root


def _some_rows(source: Path, target: Path, rng: random.Random) -> None:
    with source.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    kept = sorted(rng.sample(range(len(rows)), min(TEXTS, len(rows))))
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows[place] for place in kept)
    shutil.copystat(source, target)
