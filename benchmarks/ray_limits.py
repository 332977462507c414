"""python -m benchmarks.ray_limits WORK [--items N]: what the one process of a night can take on, whatever the cluster.

Two figures: items a second that Ray Data hands through three steps which do nothing, and recordings a second that the
night's process takes in, repairs, redacts and commits when their words come for nothing.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from asr.transcript import Recognition, Utterance
from asr.workers.local import Recording
from complaints.records import Channel
from complaints.run.engine import Step

SAID: tuple[tuple[Channel, str], ...] = (
    ("left", "您好，这里是客户服务热线，请问有什么可以帮您？"),
    ("right", "你好，我的车上周开始，过减速带的时候底盘咯噔咯噔响，声音越来越大。"),
    ("left", "请问仪表盘上有没有故障灯亮？"),
    ("right", "发动机故障灯亮过一次，变速箱在二挡升三挡的时候顿挫，店里说没有问题。"),
)
TURNS = 12  # of a call
TURN_S = 4.0


class Echo:
    """A cluster that hears the same words in every recording, at once."""

    def gpus(self) -> float:
        """Return that there are none."""
        return 0.0

    def work(self, steps: Sequence[Step], items: Sequence[Recording]) -> Iterator[Recognition]:
        """Yield the words, once for each recording."""
        turns = []
        for number in range(TURNS):
            channel, text = SAID[number % len(SAID)]
            start_s = number * TURN_S
            turns.append(
                Utterance(channel, start_s, start_s + TURN_S, text, 0.9, TURN_S, 0.0, 1.0, 0.0, "zh", 0.99)
            )  # fmt: skip
        heard = Recognition(TURNS * TURN_S, "stereo", "", tuple(turns))
        for _ in items:
            yield heard


def serve_same(_: None) -> Callable[[Any], Any]:
    """Return the function that gives back what it is given."""
    return lambda item: item


def through_ray(items: int) -> float:
    """Return the items a second that go through three steps."""
    from complaints.run.ray import RayEngine

    steps = [Step(name, serve_same, None, cpus=0.3, most=1) for name in ("one", "two", "three")]
    with RayEngine() as engine:
        list(engine.work(steps, range(2)))  # the cluster is there
        began = time.monotonic()
        assert list(engine.work(steps, range(items))) == list(range(items))
        return items / (time.monotonic() - began)


def through_the_store(folder: Path, items: int) -> float:
    """Return the recordings a second that the night's process takes in and writes."""
    from asr.stage import Stage
    from complaints.intake import Intake
    from complaints.run.progress import SilentProgress
    from complaints.run.runner import RunOptions, run_night
    from complaints.workspace.create import init_workspace

    workspace = init_workspace(folder, "zh")
    workspace.settings_file.write_text("[intake]\nsettling_seconds = 0.0\n", encoding="utf-8")
    for number in range(items):
        (workspace.inbox / f"{number:06}.wav").write_bytes(b"RIFF" + number.to_bytes(8, "little"))
    began = time.monotonic()
    options = replace(RunOptions(date(2026, 6, 30)), only="asr")
    run_night(workspace, [Intake(), Stage()], [], options, SilentProgress(), Echo())
    return items / (time.monotonic() - began)


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="an empty folder")
    parser.add_argument("--items", type=int, default=1000)
    given = parser.parse_args()
    kept = through_the_store(given.work / "store", given.items)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"store: {given.items} recordings, {kept:.1f} a second, peak {peak:.0f} MB", flush=True)
    print(f"ray: {given.items} items, {through_ray(given.items):.1f} a second")


if __name__ == "__main__":
    main()
