"""Fixtures that rooms share: an empty workspace, a silent night over it, and one real night over the demo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import Any

import pytest

from complaints.dictionary import load_dictionary
from complaints.run.night import Night
from complaints.run.progress import SilentProgress
from complaints.run.ray import RayEngine
from complaints.run_log import RunLog
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace
from tests.demo_night import Demo, run_demo

AS_OF = date(2026, 6, 30)
HERE = Path(__file__).parent
NIGHT_TIMEOUT_S = 1800  # three times that of other tests
# Where several processes share the tests (make test), those of a file stay together, and so do the files of each of
# these groups: they share what is dear to make. In this order, the longest first, so that no process ends alone; the
# last are dear alone.
TOGETHER = {
    "night": ("test_night.py", "test_docs_commands.py", "test_notebooks.py"),
    "scale": ("benchmarks/scale",),
    "browser": ("browser",),
    "ray": ("complaints/run/test_ray.py", "asr/workers/test_cluster.py"),
    "site": ("reports/test_stage.py",),
    "plants": ("benchmarks/mapping", "mapping/simulate"),
    "hearing": ("asr/test_stage.py",),
    "sums": ("cluster/test_sums.py",),
    "training": ("classify/learning",),
}


def pytest_configure(config: pytest.Config) -> None:
    """Share the cores out among the processes that are about to start.

    Threads of linear algebra wait for each other by spinning: more of them than cores cost several times the CPU.
    """
    processes = getattr(config.option, "numprocesses", None)
    if processes:
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // processes)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process of pytest-xdist whole files, and whole groups of files."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid.partition("::")[0].removeprefix("tests/"))

    config.option.loadscopereorder = False
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand out the long groups first where several processes share the tests, and give a whole night its time.

    A test's time includes what is made for it: the first to ask for the demo's night waits for that.
    """
    for item in items:
        if "demo_night" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(NIGHT_TIMEOUT_S))
    if hasattr(config, "workerinput"):
        order = {group: number for number, group in enumerate(TOGETHER)}
        items.sort(key=lambda item: order.get(_group(item.path.relative_to(HERE).as_posix()), len(order)))


def _group(file: str) -> str:
    names = {file, *(parent.as_posix() for parent in PurePath(file).parents)}
    return next((group for group, shared in TOGETHER.items() if names & set(shared)), file)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace whose intake does not wait for files to settle."""
    made = init_workspace(tmp_path / "w", "zh")
    text = made.settings_file.read_text(encoding="utf-8")
    made.settings_file.write_text(text.replace("settling_seconds = 5.0", "settling_seconds = 0.0"), encoding="utf-8")
    return made


@pytest.fixture
def night(workspace: Workspace) -> Iterator[Night]:
    """A night over the empty workspace, as a stage is given it."""
    with workspace.open_stores() as stores:
        yield Night(
            "2026-06-30-001", AS_OF, workspace, workspace.settings(), load_dictionary(), *stores, SilentProgress(),
            RunLog(None, "2026-06-30-001"),
        )  # fmt: skip


@pytest.fixture(scope="session")
def ray_engine() -> Iterator[RayEngine]:
    """A Ray cluster of this machine."""
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: make ray")
    with RayEngine(cores=2) as engine:
        yield engine


@pytest.fixture(scope="session")
def demo_night(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A night over the demo with two recordings; who changes its workspace takes a copy."""
    return run_demo(tmp_path_factory.mktemp("night") / "demo")
