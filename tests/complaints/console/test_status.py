"""Status tells what the last night found out about the plant's records."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.console.status import read_status
from complaints.console.terminal import print_status
from complaints.workspace.create import init_workspace


@pytest.mark.parametrize(("records", "told"), [('{"unsold": 7, "units": 20}', True), ("{}", False), (None, False)])
def test_units_taken_for_stock_are_told_where_there_are_any(
    records: str | None, told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = init_workspace(tmp_path / "w", "en")
    with workspace.open_stores() as (store, _):
        if records is not None:
            store.note("mapping", "records", records)
    status = read_status(workspace)
    print_status(status, "en")
    assert (status.unsold, "taken for stock" in capsys.readouterr().out) == (7 if told else 0, told)
