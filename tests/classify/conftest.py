"""The real dictionary and one loaded finder, shared by the tests of classify."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from classify.reading.finder import MentionFinder
from complaints.dictionary import Dictionary, load_dictionary
from complaints.run.night import Night
from complaints.workspace.layout import Workspace


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return load_dictionary()


@pytest.fixture(scope="session")
def finder(dictionary: Dictionary) -> MentionFinder:
    return MentionFinder(dictionary)


@pytest.fixture
def workspace_of(tmp_path: Path, night: Night) -> Iterator[Callable[[], Night]]:
    """Make further nights, each over a store of its own."""
    made: list[Night] = []

    def make() -> Night:
        root = Workspace(tmp_path / f"other{len(made)}")
        root.root.mkdir()
        store, private = opened.enter_context(root.open_stores())
        made.append(dataclasses.replace(night, workspace=root, store=store, private=private))
        return made[-1]

    with ExitStack() as opened:
        yield make
