"""What the tests of intake share: files put into an inbox, and read in the test's own process."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from complaints.intake import Intake
from complaints.records import FileAccount
from complaints.run.night import Night, StageReport
from complaints.settings import Settings
from complaints.tables.child import TableReader
from complaints.tables.reader import read_table
from complaints.tables.types import Reading, Table

FIRST_SECOND = 1_780_000_000


def put(night: Night, name: str, content: str | bytes, second: int = 0) -> Path:
    """Write a file of the inbox, changed so many seconds after the first."""
    path = night.workspace.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (FIRST_SECOND + second, FIRST_SECOND + second))
    return path


def take(night: Night, **intake: Any) -> StageReport:
    """Take in the inbox, with settings of intake."""
    settings = Settings.model_validate({"intake": {"settling_seconds": 0} | intake})
    return Intake().run(replace(night, settings=settings))


def texts(night: Night) -> list[str]:
    """Return the texts of all cases, sorted."""
    return sorted(text for (text,) in night.store.query("SELECT text FROM cases"))


def accounts(night: Night) -> dict[str, FileAccount]:
    """Return the accounts of all files, each of which must hold."""
    found = night.store.rows(FileAccount)
    for one in found:
        assert one.rows == one.complaints + one.repeats + one.replaced + one.quarantined + one.left_out, one
    return {one.source_ref: one for one in found}


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are read without a child process: it is tested by itself, and starts in half a second."""

    def read(_: TableReader, path: Path, reading: Reading, name: str) -> Table:
        return read_table(path, reading, name=name)

    monkeypatch.setattr(TableReader, "read", read)
