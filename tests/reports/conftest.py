"""An invented plant's night, empty or full."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaints.dictionary import Dictionary, load_dictionary
from complaints.run.night import Night
from tests.reports.invented import fill, make_night


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return load_dictionary()


@pytest.fixture
def empty_night(tmp_path: Path, dictionary: Dictionary) -> Iterator[Night]:
    with make_night(tmp_path / "empty", dictionary) as night:
        yield night


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary) -> Path:
    """A workspace with the invented plant, made once; tests copy it."""
    root = tmp_path_factory.mktemp("plant")
    with make_night(root, dictionary) as night:
        fill(night.store)
    return root


@pytest.fixture
def night(tmp_path: Path, filled: Path, dictionary: Dictionary) -> Iterator[Night]:
    with make_night(shutil.copytree(filled, tmp_path / "plant"), dictionary) as night:
        yield night
