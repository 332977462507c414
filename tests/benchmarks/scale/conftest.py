"""A filled store and a night over it, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.scale.fill import copy_workspace, filled
from benchmarks.scale.night import Measured, measure
from complaints.store.database import Store
from complaints.workspace.layout import Workspace

STORED, NEW, UNITS, BASE = 1_500, 40, 2_000, 60


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scale")


@pytest.fixture(scope="session")
def workspace(prepared: Path) -> Workspace:
    return filled(prepared, STORED, None, UNITS, BASE)


@pytest.fixture
def store(workspace: Workspace, tmp_path: Path) -> Iterator[Store]:
    copy_workspace(workspace, tmp_path / "copy")
    with Workspace(tmp_path / "copy").open_store() as opened:
        yield opened


@pytest.fixture(scope="session")
def night(workspace: Workspace, prepared: Path) -> Measured:
    return measure(workspace, prepared / "night", NEW, None, UNITS, BASE)
