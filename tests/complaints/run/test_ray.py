"""The engine of `--engine ray`: order, refusals, workers that die, what a worker lacks. Real Ray, one cluster."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import cli
from complaints.errors import ComplaintsError, ItemRefused, ModelMissing
from complaints.run.engine import Step, Worker, packed, unpacked
from complaints.run.ray import RayEngine
from complaints.workspace.create import init_workspace
from tests.complaints.ray_steps import serve_a_sleeper, serve_fates, serve_fault, serve_nothing, serve_twice

FATES = ["a", "refused", "kills once", "kills", "b"]


@pytest.fixture(scope="module")
def met(ray_engine: RayEngine, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What became of five items that meet their fates one after another."""
    folder = str(tmp_path_factory.mktemp("fates"))
    steps = [Step("fate", serve_fates, folder, most=1), Step("twice", serve_twice, None, cpus=0.5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("complaints.run.ray.RETRIES", 1)  # a worker takes many seconds to start on a busy machine
        return list(ray_engine.work(steps, FATES))


def test_results_come_in_the_order_of_the_items(met: list[Any]) -> None:
    assert (met[0], met[4]) == ("a done, a done", "b done, b done")


def test_an_item_whose_worker_is_killed_is_done_by_another(met: list[Any]) -> None:
    assert met[2] == "kills once done, kills once done"


def test_an_item_that_is_lost_with_every_worker_is_told(met: list[Any]) -> None:
    assert isinstance(met[3], ItemRefused) and met[3].reason == "worker_lost"


def test_a_refusal_comes_back_whole(met: list[Any]) -> None:
    told = (met[1].reason, met[1].what, met[1].where, met[1].hint)
    assert told == ("not_audio", "no recording", "call.wav", "Deliver it again")


def test_a_cluster_that_stands_still_ends_the_work(
    ray_engine: RayEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_engine, "_stalled_minutes", 0.1)
    alarm = tmp_path / "alarm"
    with pytest.raises(ComplaintsError, match=r"gave nothing back for 0\.1 minutes"):
        list(ray_engine.work([Step("asleep", serve_a_sleeper, str(alarm), cpus=0)], ["x"]))
    alarm.touch()  # the cluster is the session's: it is left without work


def served(step: Step, item: str) -> Any:
    return unpacked(Worker(step)(packed(0, item)))


def test_what_a_worker_lacks_ends_the_work() -> None:
    with pytest.raises(ModelMissing, match="the model folder does not exist"):
        served(Step("a", serve_nothing, None), "x")


def test_an_unforeseen_fault_of_a_worker_quotes_nobody() -> None:
    with pytest.raises(ComplaintsError, match=r"KeyError at ray_steps\.py:\d+") as told:
        served(Step("a", serve_fault, None), "x")
    assert "张三" not in str(told.value)


def test_without_ray_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("complaints.run.ray.find_spec", lambda _: None)
    init_workspace(tmp_path / "w", "zh")
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "-w", str(tmp_path / "w"), "--engine", "ray"])
    assert (ended.value.code, 'pip install "complaint-mining[ray]"' in capsys.readouterr().err) == (2, True)


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: make ray")
def test_a_cluster_that_does_not_answer_is_named() -> None:
    with RayEngine("127.0.0.1:1") as engine, pytest.raises(ComplaintsError, match=r"ray\.address = 127\.0\.0\.1:1"):
        engine.gpus()


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: make ray")
def test_after_a_cluster_that_could_not_be_joined_none_is_started_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    def fail(**_: object) -> None:
        raise RuntimeError("the cluster did not come up in time")

    monkeypatch.setattr(ray, "init", fail)
    monkeypatch.setattr(ray, "shutdown", lambda: None)  # the session's cluster stays
    engine = RayEngine()
    for _ in range(2):
        with pytest.raises(ComplaintsError, match="cannot be joined"):
            engine.gpus()
