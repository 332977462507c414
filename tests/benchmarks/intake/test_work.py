"""The benchmark of intake, in short: every row is in the account, and the table says what it cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.intake.__main__ import Measured, lay_out, table
from benchmarks.intake.work import intake, pandas

ROWS = 200


# In this process: what a process costs is watched as in the other benchmarks.
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_are_accounted_for_and_the_table_is_printed(form: str, tmp_path: Path) -> None:
    workspace, path = lay_out(tmp_path / "w", form, ROWS)
    read, taken = pandas(path), intake(workspace.root)
    assert (read["rows"], taken["rows"], taken["accounted"], taken["stored"]) == (ROWS, ROWS, ROWS, ROWS)
    assert all(seconds >= 0 for seconds in taken["parts"].values())
    printed = table([Measured("pandas", 1.0, 1.0, 100.0, read), Measured("intake", 9.0, 9.0, 100.0, taken)])
    assert all(part in printed for part in ("waiting for the reader", "redaction", "identity", "writing"))
