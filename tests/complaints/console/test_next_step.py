"""What to do next, from the state of the folder."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from complaints.console.next_step import lines, next_steps
from complaints.outputs.snapshot import write_snapshot
from complaints.records import Classification, Quarantine, Run
from complaints.run.night import Night
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace


def commands(folder: Path) -> list[str]:
    return [step.do for step in next_steps(folder)]


def finish(night: Night) -> None:
    """End the night, as the runner does."""
    at = datetime.combine(night.as_of, datetime.min.time())
    night.store.append([Run(night.run_id, night.as_of, at, at, 0, "{}", "{}", "{}")])
    write_snapshot(night.store, night.workspace, night.run_id)
    night.store.close()
    night.private.close()


def test_an_empty_folder_offers_the_demo_and_a_workspace(tmp_path: Path) -> None:
    assert commands(tmp_path) == ["complaints demo", "complaints init plant-a"]


def test_a_folder_with_one_workspace_goes_on_there(tmp_path: Path) -> None:
    init_workspace(tmp_path / "plant", "en")
    assert commands(tmp_path) == ["", str(tmp_path / "plant" / "inbox")]


def test_a_folder_with_several_workspaces_names_them(tmp_path: Path) -> None:
    for name in ("a", "b"):
        init_workspace(tmp_path / name, "en")
    assert commands(tmp_path)[:2] == [f"complaints status -w {tmp_path / name}" for name in ("a", "b")]


def test_an_empty_inbox_is_to_be_filled(workspace: Workspace) -> None:
    assert commands(workspace.root) == [str(workspace.inbox)]


def test_a_filled_inbox_is_to_be_run_and_the_most_useful_master_file_named(workspace: Workspace) -> None:
    (workspace.inbox / "t.csv").write_text("text\n过减速带异响\n", encoding="utf-8")
    steps = next_steps(workspace.root)
    assert "master/genealogy" in str(steps[0].why)
    assert steps[-1].do == f"complaints run -w {workspace.root}"


def test_invalid_settings_come_first(workspace: Workspace) -> None:
    workspace.settings_file.write_text("[asr]\nbeam = 1\n", encoding="utf-8")
    steps = next_steps(workspace.root)
    assert "asr.beam_size" in str(steps[0].why)
    assert steps[1].do == f"complaints doctor -w {workspace.root}"


def test_a_run_at_work_is_left_alone(workspace: Workspace) -> None:
    with workspace.lock():
        assert commands(workspace.root) == [f"complaints status -w {workspace.root}"]


def test_after_a_night_quarantine_doubt_labels_and_reports_are_named(night: Night) -> None:
    night.store.append([Quarantine("a.wav", "asr", "not_audio", "x", night.as_of)])
    night.store.append([Classification("T1", "gearbox", 0.4, "review", "[]", "[]", "m")])
    night.store.append_values("labels", [(f"T{number}", "gearbox", "given") for number in range(200)])
    night.workspace.site.mkdir()
    (night.workspace.site / "index.html").write_text("", encoding="utf-8")
    finish(night)
    (night.workspace.inbox / "new.csv").write_text("text\n异响\n", encoding="utf-8")
    root = night.workspace.root
    assert commands(root) == [
        f"complaints run -w {root}", f"complaints status -w {root}", str(night.workspace.site / "index.html"),
        f"complaints review export doubtful.xlsx -w {root}", f"complaints train -w {root}",
        str(night.workspace.master / "templates"),
    ]  # fmt: skip


def test_where_all_is_done_it_says_so(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("genealogy", "units", "stations", "routing", "pfmea"):
        os.close(os.open(night.workspace.master / f"{name}.csv", os.O_CREAT))
    finish(night)
    monkeypatch.chdir(night.workspace.root)
    assert lines(Path(), "zh") == ["目前没有要做的事", "全部命令：complaints --help"]
