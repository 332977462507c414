"""What a run would do, told before it; and what is told after a night that did not come to its end."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta

import pytest

from complaints.console.commands import keeps_site
from complaints.console.next_step import next_steps
from complaints.console.run_plan import plan_run
from complaints.console.session import Session
from complaints.console.status import read_status
from complaints.errors import WorkspaceLocked
from complaints.intake import Intake
from complaints.messages import render
from complaints.records import Run
from complaints.run.night import Night
from complaints.run.runner import STAGES, RunOptions
from complaints.workspace.layout import Workspace

AS_OF = date(2026, 6, 30)


def put(workspace: Workspace, name: str, rows: int) -> None:
    body = "".join(f"过减速带异响{number}\n" for number in range(rows))
    (workspace.inbox / name).write_text(f"text\n{body}", encoding="utf-8")


def left(night: Night, exit_code: int | None) -> Workspace:
    """Leave a night after its intake, as a run does that was ended there."""
    put(night.workspace, "t.csv", 3)
    Intake().run(night)
    began = datetime(2026, 6, 30)
    night.store.append(
        [Run(night.run_id, AS_OF, began, None if exit_code is None else began, exit_code, "{}", "{}", "{}")]
    )
    night.store.close()
    night.private.close()
    return night.workspace


@pytest.mark.parametrize("exit_code", [None, 130, 1])
def test_after_a_first_night_that_did_not_end_what_waits_is_told(night: Night, exit_code: int | None) -> None:
    workspace = left(night, exit_code)
    status = read_status(workspace)
    assert (status.unfinished, status.pending) == (night.run_id, {"files": 0, "recordings": 0, "texts": 3})
    steps = next_steps(workspace.root)
    assert steps[0].do == f"complaints run -w {workspace.root}"
    assert "3 texts" in render(steps[0].why, "en")
    assert plan_run(workspace, AS_OF, STAGES, ()).waiting["texts"] == 3


def test_texts_that_wait_after_a_night_that_ended_are_told(night: Night) -> None:
    workspace = left(night, 0)
    assert read_status(workspace).unfinished == ""
    assert any("3 texts" in render(step.why, "en") for step in next_steps(workspace.root))


@pytest.mark.parametrize(
    ("asked", "stages"),
    [
        ({}, STAGES),
        ({"only": "mapping"}, ("intake", "mapping")),
        ({"start": "cluster"}, ("intake", "cluster", "mapping", "reports")),
        ({"only": "intake"}, ("intake",)),
    ],
)
def test_a_plan_names_the_stages_that_would_run_and_no_other(
    workspace: Workspace, asked: dict[str, str], stages: tuple[str, ...]
) -> None:
    options = RunOptions(AS_OF, **asked)  # type: ignore[arg-type]
    plan = plan_run(workspace, AS_OF, options.names(STAGES), options.redo)
    said = " ".join(render(sentence, "en") for sentence in plan.sentences())
    assert [stage for stage in STAGES if f"  {stage}:" in said] == list(stages)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_plan_counts_new_files_and_changes_nothing(workspace: Workspace, language: str) -> None:
    put(workspace, "a.csv", 1)
    put(workspace, "b.csv", 1)
    before = sorted(workspace.root.rglob("*"))
    plan = plan_run(workspace, AS_OF, STAGES, frozenset({"mapping"}))
    assert plan.waiting["files"] == 2
    assert "2" in render(plan.sentences()[1], language)
    assert [path for path in sorted(workspace.root.rglob("*")) if path not in before and path.suffix != ".lock"] == []


def test_no_plan_is_made_beside_a_run_at_work(workspace: Workspace) -> None:
    with workspace.lock(), pytest.raises(WorkspaceLocked):
        plan_run(workspace, AS_OF, STAGES, ())


@pytest.fixture
def standing(night: Night) -> Workspace:
    """A workspace whose site is of AS_OF, after a later run that wrote no page."""
    for number, later in (("R1", 0), ("R2", 3)):
        day = AS_OF + timedelta(days=later)
        began = datetime(2026, 6, 30)
        night.store.append([Run(number, day, began, began, 0, "{}", "{}", "{}")])
    night.store.mark("reports", "key", [("all", "key")], "R1")
    night.workspace.site.mkdir()
    (night.workspace.site / "index.html").touch()
    night.store.close()
    night.private.close()
    return night.workspace


@pytest.mark.parametrize(
    ("asked", "days", "replace", "kept"),
    [
        ({}, -1, None, True),
        ({}, -1, False, True),
        ({}, -1, True, False),
        ({}, 0, None, False),
        ({}, 1, None, False),
        ({"only": "mapping"}, -1, None, False),
    ],
)
def test_without_a_terminal_a_site_of_a_later_night_stays_unless_asked(
    standing: Workspace, asked: dict[str, str], days: int, replace: bool | None, kept: bool
) -> None:
    options = RunOptions(AS_OF + timedelta(days=days), **asked)  # type: ignore[arg-type]
    assert keeps_site(Session(standing.root), options, replace) == kept


@pytest.mark.parametrize(("answer", "kept"), [("y", False), ("n", True), ("", True)])
def test_on_a_terminal_it_is_asked_and_the_site_stays_by_default(
    standing: Workspace, monkeypatch: pytest.MonkeyPatch, answer: str, kept: bool
) -> None:
    asked = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return answer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer._click.termui.visible_prompt_func", ask)
    assert keeps_site(Session(standing.root), RunOptions(AS_OF - timedelta(days=1)), None) == kept
    assert asked
