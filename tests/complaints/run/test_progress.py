"""Progress where no terminal shows it: lines in the run's log, seldom, and never a word of anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complaints.run.progress import LoggedProgress, SilentProgress
from complaints.run_log import RunLog


def logged(folder: Path, every_s: float, steps: list[float]) -> list[dict[str, object]]:
    file = folder / "run.jsonl"
    with LoggedProgress(SilentProgress(), RunLog(file, "r"), every_s).task("classify", 10) as task:
        for step in steps:
            task.advance(step)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


@pytest.mark.parametrize(("steps", "done"), [([1, 1, 1], [1, 2, 3]), ([2.5, 7.5], [2.5, 10]), ([10], [10]), ([], [])])
def test_a_long_task_tells_how_far_it_is(tmp_path: Path, steps: list[float], done: list[float]) -> None:
    lines = logged(tmp_path, 0.0, steps)
    assert [(line["task"], line["done"], line["total"]) for line in lines] == [("classify", d, 10) for d in done]


def test_a_short_task_tells_nothing(tmp_path: Path) -> None:
    assert logged(tmp_path, 3600.0, [1] * 10) == []
