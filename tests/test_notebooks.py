"""The example notebooks: they run over a real night, hold no outputs, and show nobody's serial number."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo_night import Demo

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def test_there_are_three_notebooks() -> None:
    assert len(NOTEBOOKS) == 3


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_outputs(notebook: Path) -> None:
    book = json.loads(notebook.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert (book["nbformat"], [c["id"] for c in code if c["outputs"] or c["execution_count"]]) == (4, [])


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_over_a_night_and_shows_no_serial_number(
    notebook: Path, demo_night: Demo, tmp_path: Path
) -> None:
    workspace = demo_night.workspace
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "notebook_runner.py"), str(notebook)],
        cwd=tmp_path, env=os.environ | {"COMPLAINTS_WORKSPACE": str(workspace.root), "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    with (workspace.master / "units.csv").open(encoding="utf-8-sig") as stream:
        serials = [row["serial"] for row in csv.DictReader(stream)]
    assert [serial for serial in serials if serial in ran.stdout] == []
