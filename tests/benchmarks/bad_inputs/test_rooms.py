"""The benchmark of bad inputs, in short: a few of every kind end as promised."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


# A process of its own: the benchmark forks, which must not happen where torch or DuckDB run threads.
@pytest.mark.parametrize(
    ("kind", "share"), [("tables", 0.02), ("readable", 0.05), ("recordings", 0.01), ("settings", 0.02)]
)
def test_bad_inputs_end_without_traceback_and_their_neighbours_are_processed(kind: str, share: float) -> None:
    command = [sys.executable, "-m", "benchmarks.bad_inputs", "--share", str(share), "--seed", "7", "--kinds", kind]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
