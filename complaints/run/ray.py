"""`--engine ray`: the steps as Ray Data stages with pools of actors, on this machine or on a cluster.

The night stays one process: it alone reads the inbox and writes the store. Ray is told to keep to itself: no dashboard,
no usage reports, no output of workers. Its ports are open to the network whatever it is told; a token guards them.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from complaints.errors import ComplaintsError, UsageError
from complaints.messages import Message, message
from complaints.run.engine import Step, Worker, lost, packed, unpacked
from complaints.run.temporary import own_folder
from complaints.run.timeouts import StoodStill, each_within

RETRIES = 3  # times that an item is given to another worker after the one that had it died
IN_FLIGHT = 1  # items at a worker: one that waits there would lose a try with each death that another one causes
WAVE = 5_000  # items of one Ray Data execution: bounds what it keeps of them in memory
STORE_BYTES = 2 << 30  # shared memory for what travels, on a cluster of this machine alone
PROBE_S = 10.0
PRIVATE = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ENABLE_AUTO_CONNECT": "0",  # a thread that is left behind when a cluster is left would start another one
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "1",  # a worker without a share of a GPU sees none
}


class RayEngine:
    """A Ray cluster, started or joined at the first work; a context manager that leaves it.

    Args:
        address: ``host:port`` of a running cluster that this machine is part of; empty: a cluster of this machine
            alone, which ends with the run.
        cores: of this machine to offer, where the cluster is its own; 0: all.
        stalled_minutes: that the cluster may give nothing back before the work ends; 0: for ever.

    Raises:
        UsageError: Ray is not installed.
    """

    def __init__(self, address: str = "", cores: int = 0, stalled_minutes: float = 0) -> None:
        if find_spec("ray") is None:
            raise UsageError("run.no_ray")
        self._address, self._cores, self._stalled_minutes = address, cores, stalled_minutes
        self._ray: Any = None
        self._folder: Path | None = None

    def __enter__(self) -> RayEngine:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._ray is not None:
            self._ray.shutdown()
            self._ray = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def gpus(self) -> float:
        """Return how many GPUs the cluster has."""
        return float(self._joined().cluster_resources().get("GPU", 0))

    def work(self, steps: Sequence[Step], items: Sequence[Any]) -> Iterator[Any]:
        """See `complaints.run.engine.Engine.work`."""
        for start in range(0, len(items), WAVE):
            yield from self._wave(steps, items[start : start + WAVE])

    def _wave(self, steps: Sequence[Step], items: Sequence[Any]) -> Iterator[Any]:
        self._joined()
        import ray.data

        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.max_errored_blocks = -1  # a lost item is told below, by its number
        context.enable_progress_bars = False
        data: Any = ray.data.from_items([packed(*pair) for pair in enumerate(items)], override_num_blocks=len(items))
        with warnings.catch_warnings():
            # It means to name the arguments of `ray.remote` one by one, some day; restarts have no name yet.
            warnings.simplefilter("ignore")
            for step in steps:
                data = data.map(Worker, fn_constructor_args=(step,), **self._pool(step, len(items)))
        expected = 0
        try:
            for row in each_within(data.iter_rows(), self._stalled_minutes * 60):
                for _ in range(expected, row["number"]):
                    yield lost()
                expected = row["number"] + 1
                yield unpacked(row)
        except StoodStill:
            raise ComplaintsError("run.stood_still", self._where(), minutes=self._stalled_minutes) from None
        for _ in range(expected, len(items)):
            yield lost()

    def _pool(self, step: Step, items: int) -> dict[str, Any]:
        from ray.data import ActorPoolStrategy
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        offered = self._ray.cluster_resources()
        rooms = [offered.get("CPU", 0) / step.cpus] if step.cpus else []
        rooms += [offered.get("GPU", 0) / step.gpus] if step.gpus else []
        room = max(1, int(min(rooms, default=1)))
        size = min(items, room, step.most or room)
        pool: dict[str, Any] = {
            "compute": ActorPoolStrategy(
                min_size=1, max_size=size, initial_size=size, max_tasks_in_flight_per_actor=IN_FLIGHT
            ),
            "num_cpus": step.cpus, "num_gpus": step.gpus, "max_restarts": -1, "max_task_retries": RETRIES,
        }  # fmt: skip
        if step.pinned_to_driver:
            home = self._ray.get_runtime_context().get_node_id()
            pool["scheduling_strategy"] = NodeAffinitySchedulingStrategy(home, soft=False)
        return pool

    def _joined(self) -> Any:
        if self._ray is None:
            if self._address:
                self._probe()
            os.environ.update(PRIVATE)
            # Who may speak to a cluster can run what he likes on it: none without a secret, unless that is asked for.
            if self._address:
                os.environ.setdefault("RAY_AUTH_MODE", "token")
            else:
                os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
            import ray

            try:
                with _quiet():
                    ray.init(
                        **({"address": self._address} if self._address else self._here()),
                        log_to_driver=False, logging_level=logging.CRITICAL,
                    )  # fmt: skip
            # Ray's errors for a cluster that does not let one in have no common base but these.
            except (OSError, RuntimeError, ValueError) as error:
                ray.shutdown()  # what came up of it; else Ray Data would start a cluster of its own accord
                raise self._apart(error, message("run.cluster_apart.token")) from error
            self._ray = ray
        return self._ray

    def _probe(self) -> None:
        """Find out at once that nothing answers; Ray itself tries for half a minute."""
        host, _, port = self._address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), PROBE_S).close()
        except OSError as error:
            raise self._apart(error, message("run.cluster_apart.start", address=self._address)) from None

    def _apart(self, error: Exception, hint: Message) -> ComplaintsError:
        return ComplaintsError("run.cluster_apart", self._where(), hint, error=type(error).__name__)

    def _where(self) -> str:
        return f"ray.address = {self._address}" if self._address else "ray"

    def _here(self) -> dict[str, Any]:
        # Its own, for what does not fit in memory is spilled there.
        self._folder = own_folder("complaints-ray-")
        return {
            "address": "local", "num_cpus": self._cores or None, "include_dashboard": False,
            "_temp_dir": str(self._folder), "object_store_memory": STORE_BYTES,
        }  # fmt: skip


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what compiled code writes of its own accord; what fails is raised as well."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
