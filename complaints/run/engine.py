"""Where a night's heavy work runs: here (the local engine), or as steps on the machines of a cluster."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from complaints.errors import ComplaintsError, ItemRefused
from complaints.run_log import place_of

LARGEST_BYTES = 2**31 - 1  # of what travels between two steps: offsets of an Arrow column have 32 bits

Serve = Callable[[Any], Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of work that workers do, one item after another.

    Args:
        name: for people.
        serve: a module-level function that, given the setup, makes the function which turns an item into the next
            step's. Called in the worker, at its first item. What either raises as a ComplaintsError reaches the night.
        setup: picklable argument of `serve`.
        cpus: cores that a worker takes, of those that its machine offers.
        gpus: share of a GPU that it takes.
        most: workers at once; 0: as many as the cluster has room for.
        pinned_to_driver: the workers run on the machine of the night, whose files they read.
    """

    name: str
    serve: Serve
    setup: Any
    cpus: float = 1.0
    gpus: float = 0.0
    most: int = 0
    pinned_to_driver: bool = False


class Engine(Protocol):
    """A cluster that does a night's heavy work."""

    def gpus(self) -> float:
        """Return how many GPUs the cluster has."""

    def work(self, steps: Sequence[Step], items: Sequence[Any]) -> Iterator[Any]:
        """Yield what the steps make of each item, in the order of the items.

        An item that is refused gives its ItemRefused; one that was lost with its workers, however often it was tried,
        an ItemRefused ``worker_lost``.

        Raises:
            ComplaintsError: the cluster cannot be had, or a worker cannot work (a model is missing).
        """


class Worker:
    """Does a step's work on items as they travel: pickled, with their number and what befell them."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._answer: Callable[[Any], Any] | None = None

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row with what the step made of its item, or with its failure."""
        if row["failed"]:
            return row
        try:
            # Not in the constructor: a cluster makes a worker that fails there again and again.
            self._answer = self._answer or self._step.serve(self._step.setup)
            made = pickle.dumps(self._answer(pickle.loads(row["item"])), protocol=5)
            if len(made) > LARGEST_BYTES:
                raise ItemRefused("run.too_large", gigabytes=len(made) / 1e9)
            return row | {"item": made}
        except ComplaintsError as error:
            failure = error
        except Exception as error:  # its message may quote what somebody said; its type and place cannot
            failure = ComplaintsError(
                "run.worker_failed", self._step.name, error=type(error).__name__, place=place_of(error)
            )
        return row | {"item": pickle.dumps(failure), "failed": True}


def packed(number: int, item: Any) -> dict[str, Any]:
    """Return an item as it travels."""
    return {"number": number, "failed": False, "item": pickle.dumps(item, protocol=5)}


def unpacked(row: dict[str, Any]) -> Any:
    """Return what came of an item: a result or its ItemRefused.

    Raises:
        ComplaintsError: a worker could not work.
    """
    found = pickle.loads(row["item"])
    if row["failed"] and not isinstance(found, ItemRefused):
        raise found
    return found


def lost() -> ItemRefused:
    """Return what befell an item whose workers died."""
    return ItemRefused("run.worker_lost")
