"""A file that ends its reader, or the whole program, costs that file few tries and every other file none."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from complaints.errors import ItemRefused
from complaints.intake import Intake
from complaints.intake.reading_mark import MOST_TRIES, ReadingMark
from complaints.records import Case, Quarantine
from complaints.run.night import Night
from complaints.settings import Settings


def killed_while_reading(file: Path, *state: object) -> None:
    """Leave behind what a program does that is killed while it reads a file."""
    child = os.fork()
    if child == 0:
        with ReadingMark(file).reading(*state):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_file_that_ends_the_program_is_refused_after_the_tries_it_has(tmp_path: Path) -> None:
    for _ in range(MOST_TRIES):
        killed_while_reading(tmp_path / "mark", "a.csv", 1)
    with pytest.raises(ItemRefused) as refused, ReadingMark(tmp_path / "mark").reading("a.csv", 1):
        pytest.fail("it is read once more")
    assert refused.value.reason == "reader_killed"


def test_other_files_that_are_read_before_it_do_not_wash_its_tries_away(tmp_path: Path) -> None:
    killed_while_reading(tmp_path / "mark", "a.csv", 1)
    mark = ReadingMark(tmp_path / "mark")
    with mark.reading("b.csv", 1):
        pass
    with mark.reading("a.csv", 1):
        assert (tmp_path / "mark").read_text(encoding="utf-8").endswith(" 2")


def test_a_changed_file_has_its_tries_anew(tmp_path: Path) -> None:
    for _ in range(MOST_TRIES):
        killed_while_reading(tmp_path / "mark", "a.csv", 1)
    with ReadingMark(tmp_path / "mark").reading("a.csv", 2):
        pass


def test_a_failure_that_the_program_sees_is_no_try(tmp_path: Path) -> None:
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(KeyboardInterrupt), ReadingMark(tmp_path / "mark").reading("a.csv", 1):
            raise KeyboardInterrupt


@pytest.mark.parametrize("left", ["", "rubbish", "abc x", "\0"])
def test_a_broken_mark_stops_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "mark").write_text(left, encoding="utf-8")
    with ReadingMark(tmp_path / "mark").reading("a.csv", 1):
        pass


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_file_that_ends_its_reader_costs_one_try_and_no_other_file(night: Night, place: int) -> None:
    night = replace(night, settings=Settings.model_validate({"intake": {"table_memory_mb": 128}}))
    for number in range(3):
        path = night.workspace.inbox / f"{number}.jsonl"
        path.write_bytes(b'{"text": "' + (b"a" * 60_000_000 if number == place else b"noise") + b'%d"}\n' % number)
        os.utime(path, (1_780_000_000 + number, 1_780_000_000 + number))
    assert Intake().run(night).quarantined == 1
    assert [row.source_ref for row in night.store.rows(Quarantine)] == [f"{place}.jsonl"]
    assert len(night.store.rows(Case)) == 2
    assert Intake().run(night).quarantined == 0
