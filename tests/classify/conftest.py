"""Parts shared by the tests of classify: the real dictionary, one loaded finder, and workspaces with a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from classify.mentions import MentionFinder
from complaints.cases import write_cases
from complaints.dictionary import Dictionary, load_dictionary
from complaints.log import RunLog
from complaints.night import Night
from complaints.progress import SilentProgress
from complaints.records import Case
from complaints.settings import Settings
from complaints.workspace import Workspace

CaseMaker = Callable[..., Case]


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return load_dictionary()


@pytest.fixture(scope="session")
def finder(dictionary: Dictionary) -> MentionFinder:
    return MentionFinder(dictionary)


def a_case(case_id: str, text: str, language: str = "zh", source: str = "text") -> Case:
    return Case(
        case_id=case_id,
        source=source,
        external_id=None,
        source_ref=f"texts.csv#{case_id}",
        received_at=datetime(2026, 3, 1),
        received_at_from="given",
        serial_token=None,
        product=None,
        mileage=None,
        channel=None,
        language=language,
        text=text,
        duplicate_of=None,
        doubtful=False,
        content=None,
        partial=False,
    )


def a_night(root: Path, dictionary: Dictionary, settings: Settings | None = None, run_id: str = "R1") -> Night:
    root.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root)
    return Night(
        run_id=run_id,
        as_of=date(2026, 3, 2),
        workspace=workspace,
        settings=settings or Settings(),
        dictionary=dictionary,
        store=workspace.open_store(),
        private=workspace.open_private(),
        progress=SilentProgress(),
        log=RunLog(None, run_id),
    )


@pytest.fixture
def night(tmp_path: Path, dictionary: Dictionary) -> Iterator[Night]:
    made = a_night(tmp_path, dictionary)
    yield made
    made.store.close()
    made.private.close()


def put(night: Night, cases: list[Case]) -> None:
    with night.store.transaction():
        write_cases(night.store, cases)
