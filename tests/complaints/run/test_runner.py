"""The night's frame: order, lock, record, snapshot, exit codes. Stages here are small ones made for the purpose."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import duckdb
import pytest

from complaints.errors import ExitCode, ItemRefused, UsageError, WorkspaceLocked, is_interrupt
from complaints.intake import Intake
from complaints.messages import message
from complaints.outputs import last_night
from complaints.records import PUBLIC_TABLES
from complaints.run.night import Night, StageReport
from complaints.run.progress import SilentProgress
from complaints.run.runner import STAGES, RunOptions, RunResult, run_night
from complaints.workspace.layout import Workspace
from tests.classify.made import a_case

AS_OF = date(2026, 6, 30)


@dataclass
class Probe:
    """A stage that notes that it ran."""

    name: str
    seen: list[str]
    act: Callable[[Night], StageReport] | None = None
    reports: dict[str, int] = field(default_factory=dict)

    def run(self, night: Night) -> StageReport:
        self.seen.append(self.name)
        return self.act(night) if self.act else StageReport(self.name, self.reports)


def run(
    workspace: Workspace,
    seen: list[str] | None = None,
    act: Callable[[Night], StageReport] | None = None,
    **asked: object,
) -> RunResult:
    noted = seen if seen is not None else []
    stages = [Intake(), *(Probe(name, noted, act if name == "cluster" else None) for name in STAGES[1:])]
    return run_night(workspace, stages, [], RunOptions(AS_OF, **asked), SilentProgress())  # type: ignore[arg-type]


def stored(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with workspace.open_store(read_only=True) as store:
        return store.query(sql)


def test_a_snapshot_holds_what_was_received_by_the_night(workspace: Workspace) -> None:
    def act(night: Night) -> StageReport:
        at = {"C1": datetime(2026, 6, 30, 23, 59), "C2": datetime(2026, 7, 1), "C3": None}
        night.store.append([replace(a_case(case, "漏油"), received_at=moment) for case, moment in at.items()])
        return StageReport("cluster", {})

    run(workspace, act=act)
    with last_night(workspace) as results:
        assert results.query("SELECT case_id FROM cases ORDER BY 1") == [("C1",), ("C3",)]
    assert stored(workspace, "SELECT count(*) FROM cases") == [(3,)]


def test_all_stages_run_in_order(workspace: Workspace) -> None:
    seen: list[str] = []
    assert run(workspace, seen).exit_code == ExitCode.OK
    assert seen == list(STAGES[1:])


def test_only_and_from_choose(workspace: Workspace) -> None:
    only: list[str] = []
    run(workspace, only, only="mapping")
    start: list[str] = []
    run(workspace, start, start="mapping")
    assert (only, start) == (["mapping"], ["mapping", "reports"])


def test_an_unknown_stage_is_wrong_use(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="unknown stage maping"):
        run(workspace, only="maping")


def test_a_folder_that_is_no_workspace_is_wrong_use(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(UsageError, match="complaints init"):
        run(Workspace(tmp_path_factory.mktemp("none")))


def test_every_run_is_recorded_with_its_exit_code(workspace: Workspace) -> None:
    run(workspace)
    run(workspace)
    recorded = stored(workspace, "SELECT run_id, exit_code FROM runs ORDER BY run_id")
    assert recorded == [("2026-06-30-001", 0), ("2026-06-30-002", 0)]


def test_the_snapshot_holds_every_public_table(workspace: Workspace) -> None:
    run(workspace)
    assert {path.stem for path in workspace.latest.glob("*.parquet")} == set(PUBLIC_TABLES)
    assert duckdb.execute(f"SELECT exit_code FROM '{workspace.latest / 'runs.parquet'}'").fetchall() == [(0,)]


def test_latest_is_switched_to_the_newest_snapshot(workspace: Workspace) -> None:
    run(workspace)
    run(workspace)
    assert workspace.latest.resolve().name == "2026-06-30-002"


def test_a_newly_quarantined_input_ends_with_3_and_the_next_run_with_0(workspace: Workspace) -> None:
    (workspace.inbox / "zero.wav").write_bytes(b"")
    assert run(workspace).exit_code == ExitCode.QUARANTINED
    assert run(workspace).exit_code == ExitCode.OK


def test_retry_failed_tries_a_quarantined_input_again(workspace: Workspace) -> None:
    (workspace.inbox / "zero.wav").write_bytes(b"")
    run(workspace)
    assert run(workspace, retry_failed=True).exit_code == ExitCode.QUARANTINED


def test_retry_failed_tries_a_quarantined_row_again(workspace: Workspace) -> None:
    (workspace.inbox / "t.csv").write_text("complaint_id,text\nA1,\nA2,异响\n", encoding="utf-8")
    run(workspace)
    assert run(workspace, retry_failed=True).exit_code == ExitCode.QUARANTINED


def test_a_missing_model_ends_with_5_and_the_stages_after_it_still_run(workspace: Workspace) -> None:
    seen: list[str] = []
    result = run(workspace, seen, lambda night: StageReport("cluster", {}, missing_model=message("models.found")))
    assert (result.exit_code, result.missing_models, seen[-1]) == (
        ExitCode.MODEL,
        (message("models.found"),),
        "reports",
    )


def test_a_second_run_is_locked_out_while_one_is_alive(workspace: Workspace) -> None:
    with workspace.lock(), pytest.raises(WorkspaceLocked):
        run(workspace)


def test_a_failed_stage_leaves_what_was_committed_and_its_exit_code(workspace: Workspace) -> None:
    (workspace.inbox / "t.csv").write_text("text\n过减速带异响\n", encoding="utf-8")

    def fail(night: Night) -> StageReport:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(workspace, act=fail)
    assert stored(workspace, "SELECT count(*) FROM cases") == [(1,)]
    assert stored(workspace, "SELECT exit_code FROM runs") == [(1,)]


def test_an_interrupted_run_is_recorded_as_130(workspace: Workspace) -> None:
    def stop(night: Night) -> StageReport:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(workspace, act=stop)
    assert stored(workspace, "SELECT exit_code FROM runs") == [(130,)]


def test_the_log_says_where_an_unforeseen_error_arose_and_not_what_it_quotes(workspace: Workspace) -> None:
    def fail(night: Night) -> StageReport:
        raise ValueError("电话13900001234")

    with pytest.raises(ValueError, match="13900001234"):
        run(workspace, act=fail)
    lines = [json.loads(line) for line in next(workspace.logs.glob("*.jsonl")).read_text(encoding="utf-8").splitlines()]
    failed = next(line for line in lines if line["event"] == "failed")
    assert failed["error"] == "ValueError"
    assert failed["place"].startswith("test_runner.py:")
    assert datetime.fromisoformat(failed["at"]).tzinfo is not None
    assert "13900001234" not in json.dumps(lines)


def test_an_entry_of_the_same_input_and_reason_is_not_doubled(night: Night) -> None:
    for _ in range(2):
        night.quarantine("asr", "a.wav", ItemRefused("asr.not_audio", formats="wav"))
    assert night.store.query("SELECT count(*) FROM quarantine") == [(1,)]


def test_old_snapshots_are_pruned(workspace: Workspace) -> None:
    text = workspace.settings_file.read_text(encoding="utf-8")
    workspace.settings_file.write_text(text.replace("keep_snapshots = 30", "keep_snapshots = 2"), encoding="utf-8")
    for _ in range(4):
        run(workspace)
    assert sorted(path.name for path in workspace.snapshots.iterdir()) == ["2026-06-30-003", "2026-06-30-004"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A process that heeds Ctrl-C: one that was started in the background is told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_signal_during_a_query_ends_the_night_as_interrupted(workspace: Workspace) -> None:
    def slow(night: Night) -> StageReport:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        for _ in range(10_000):  # until the signal comes; one query may be over before
            night.store.query("SELECT count(*) FROM range(5000000) a, range(5) b WHERE a.range % 7 = b.range % 3")
        raise AssertionError("the queries were not interrupted")

    with pytest.raises(KeyboardInterrupt):
        run(workspace, act=slow)
    assert stored(workspace, "SELECT exit_code FROM runs") == [(130,)]


def test_what_duckdb_makes_of_a_signal_is_an_interrupt() -> None:
    assert is_interrupt(RuntimeError("Query interrupted")) and is_interrupt(KeyboardInterrupt())
    assert not is_interrupt(RuntimeError("something else")) and not is_interrupt(ValueError("Query interrupted"))
