"""Child processes: they answer, die, hang and fail without harm to the parent."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from complaints.errors import ItemRefused
from complaints.system import Child, ChildDied, ChildStalled

Alive = Callable[[], None]


def serve(offset: int) -> Callable[[object, Alive], object]:
    """Make a child that adds, dies, hangs, works slowly or refuses, as it is told."""

    def answer(request: object, alive: Alive) -> object:
        if isinstance(request, int):
            return request + offset
        if request == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if request == "hang":
            time.sleep(60)
        if request == "slow":
            for _ in range(8):
                time.sleep(0.25)
                alive()
            return "done"
        if request == "pid":
            return os.getpid()
        raise ItemRefused("asr.not_audio", "here", formats="wav")

    return answer


def broken(_: object) -> Callable[[object, Alive], object]:
    raise ValueError("cannot be set up")


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child(serve, 10)
    yield made
    made.kill()


def test_it_answers_with_its_setup(child: Child) -> None:
    assert [child.ask(n, 30) for n in (1, 2)] == [11, 12]


def test_a_dead_child_is_told_by_its_signal_and_replaced(child: Child) -> None:
    with pytest.raises(ChildDied) as death:
        child.ask("die", 30)
    assert death.value.args[0] == -signal.SIGKILL
    assert child.ask(1, 30) == 11


def test_a_hanging_child_is_killed_and_replaced(child: Child) -> None:
    child.ask(1, 30)
    with pytest.raises(ChildStalled):
        child.ask("hang", 0.2)
    assert child.ask(1, 30) == 11


def test_signs_of_life_keep_a_slow_child_alive(child: Child) -> None:
    child.ask(1, 30)
    assert child.ask("slow", 1.5) == "done"  # 2 s of work


def test_a_refusal_comes_back_whole(child: Child) -> None:
    with pytest.raises(ItemRefused) as refusal:
        child.ask("refuse", 30)
    assert (refusal.value.reason, refusal.value.where, str(refusal.value.hint)) == (
        "not_audio",
        "here",
        "Deliver it as wav",
    )


def test_a_failure_in_the_setup_is_raised() -> None:
    one = Child(broken, None)
    with pytest.raises(ValueError, match="set up"):
        one.ask(1, 30)
    one.kill()


def test_a_child_is_replaced_after_so_many_answers() -> None:
    one = Child(serve, 0, recycle=2)
    pids = [one.ask("pid", 30) for _ in range(4)]
    one.kill()
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_closing_ends_the_process(child: Child) -> None:
    pid = child.ask("pid", 30)
    child.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
