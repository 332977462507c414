"""The run's log: whole lines, each with its moment and its run."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from complaints.run_log import RunLog


def test_a_line_says_when_and_in_which_run(tmp_path: Path) -> None:
    RunLog(tmp_path / "logs" / "R1.jsonl", "R1").event("intake", "finished", cases=3)
    line = json.loads((tmp_path / "logs" / "R1.jsonl").read_text(encoding="utf-8"))
    assert datetime.fromisoformat(line.pop("at")).tzinfo is not None
    assert line == {"run": "R1", "stage": "intake", "event": "finished", "cases": 3}


@pytest.mark.parametrize("own", ["at", "run"])
def test_no_field_takes_the_place_of_the_lines_own(tmp_path: Path, own: str) -> None:
    log = RunLog(tmp_path / "R1.jsonl", "R1")
    with pytest.raises(ValueError, match=own):
        log.event("asr", "failed", **{own: "x"})
    assert not (tmp_path / "R1.jsonl").exists()


def test_without_a_file_nothing_is_written() -> None:
    RunLog(None, "R1").event("intake", "finished")
