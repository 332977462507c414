"""Cores are shared by threads and processes, and a killed process gives its own back."""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from asr.recognition.cores import Cores


def test_no_more_work_at_once_than_cores(tmp_path: Path) -> None:
    counting = threading.Lock()
    at_work, most = 0, 0

    def work(_: int) -> None:
        nonlocal at_work, most
        with Cores(tmp_path / "cores", 2).one():
            with counting:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.01)
            with counting:
                at_work -= 1

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(12)))
    assert (at_work, most) == (0, 2)


def _hold(folder: Path, held: multiprocessing.synchronize.Event) -> None:
    with Cores(folder, 1).one():
        held.set()
        time.sleep(600)


def test_a_killed_process_gives_its_core_back(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(tmp_path, held))
    process.start()
    assert held.wait(60)
    process.kill()
    process.join()
    with Cores(tmp_path, 1).one():
        pass


def test_a_failing_holder_gives_its_core_back(tmp_path: Path) -> None:
    cores = Cores(tmp_path, 1)
    try:
        with cores.one():
            raise ValueError
    except ValueError:
        pass
    with cores.one():
        pass
