"""Work in a child process that may die or hang without harm: ask, wait so long, else end it and start afresh."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

END_S = 5.0  # a child that was told to end gets this long before it is killed
LIGHT = ("complaints.tables.child", "psutil", "python_calamine")  # what light children have imported when they start


Alive = Callable[[], None]  # called by a working child to say that it goes on
Serve = Callable[[Any], Callable[[Any, Alive], Any]]
ANSWER, FAILURE, ALIVE, PART = "answer", "failure", "alive", "part"


class ChildDied(Exception):
    """The child ended without an answer; `args[0]` is its exit code (negative: the signal that killed it)."""


class ChildStalled(Exception):
    """The child gave no answer in time and was killed."""


class Child:
    """A process that serves one request at a time, started at the first request and again after it died.

    Args:
        serve: a module-level function that, given the setup, makes the function that answers a request. That one is
            also given a function to call as a sign of life, and may return a generator, whose parts `parts` gives, what
            it returns at last. An exception of either is raised by `ask` and `parts`.
        setup: picklable argument of `serve`.
        recycle: the process is replaced after this many answers; 0 never. Bounds what a leaking decoder can hold.
        name: of the process, for those who look at a list of them.
        light: the process is forked from one that has nothing open, no threads and the modules of LIGHT, which takes a
            tenth of the time that a new Python does. It has the environment of this program's first such child.
    """

    def __init__(
        self, serve: Serve, setup: Any, *, recycle: int = 0, name: str = "complaints-child", light: bool = False
    ) -> None:
        self._serve, self._setup, self._recycle, self._name, self._light = serve, setup, recycle, name, light
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._answered = 0

    @property
    def is_running(self) -> bool:
        """Return whether the process has been started and not ended."""
        return self._connection is not None

    def ask(self, request: Any, timeout_s: float) -> Any:
        """Return the child's answer.

        Raises:
            ChildDied: it ended before it answered.
            ChildStalled: it gave neither an answer nor a sign of life for `timeout_s`; it has been killed.
        """
        return self._received(self._sent(request), timeout_s)[1]

    def parts(self, request: Any, timeout_s: float) -> Iterator[Any]:
        """Yield what the child's answer yields, as it comes; the child waits while nobody takes the next part.

        A child whose answer is left before its end is killed.

        Raises:
            ChildDied: it ended before its answer did.
            ChildStalled: it gave neither a part nor a sign of life for `timeout_s`; it has been killed.
        """
        connection, kind = self._sent(request), PART
        try:
            while kind == PART:
                kind, part = self._received(connection, timeout_s)
                if kind == PART or part is not None:
                    yield part
        finally:
            if kind == PART and self._connection is connection:
                self.kill()

    def _sent(self, request: Any) -> Connection:
        connection = self._connection or self._start()
        try:
            connection.send(request)
        except (BrokenPipeError, ConnectionResetError):
            raise ChildDied(self._reap(wait_s=1.0)) from None
        return connection

    def _received(self, connection: Connection, timeout_s: float) -> tuple[str, Any]:
        """Return the next part or the answer, with its kind."""
        kind = ALIVE
        try:
            while kind == ALIVE:
                if not connection.poll(timeout_s):
                    self.kill()
                    raise ChildStalled(timeout_s)
                kind, answer = connection.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise ChildDied(self._reap(wait_s=1.0)) from None
        if kind != PART:
            self._answered += 1
            if self._recycle and self._answered >= self._recycle:
                self.close()
        if kind == FAILURE:
            raise answer
        return kind, answer

    def _start(self) -> Connection:
        context = _context(self._light)
        ours, theirs = context.Pipe()
        process = context.Process(target=_main, args=(theirs, self._serve, self._setup), name=self._name)
        process.start()
        theirs.close()
        self._process, self._connection, self._answered = process, ours, 0
        return ours

    def close(self) -> None:
        """Let the child end; kill it if it does not."""
        self._reap(wait_s=END_S)

    def kill(self) -> None:
        """End the child at once."""
        self._reap(wait_s=0.0)

    def _reap(self, wait_s: float) -> int | None:
        connection, process = self._connection, self._process
        self._connection = self._process = None
        if connection is not None:
            connection.close()
        if process is None:
            return None
        process.join(wait_s)
        if process.is_alive():
            process.kill()
            process.join(END_S)
        return process.exitcode


def _main(connection: Connection, serve: Serve, setup: Any) -> None:
    # Ctrl-C reaches the whole process group; the parent decides what happens to a child's work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    speaking = threading.Lock()  # signs of life come from several threads

    def alive() -> None:
        with speaking:
            connection.send((ALIVE, None))

    answer: Callable[[Any, Alive], Any] | None = None
    while True:
        try:
            request = connection.recv()
        except (EOFError, OSError):
            return
        try:
            if answer is None:
                answer = serve(setup)
            reply = (ANSWER, answer(request, alive))
            if isinstance(reply[1], Generator):
                reply = (ANSWER, _sent_parts(connection, reply[1]))
        except Exception as error:  # every failure goes to the parent, which decides
            reply = (FAILURE, error)
        connection.send(reply)


def _sent_parts(connection: Connection, parts: Generator[Any, None, Any]) -> Any:
    """Send what a generator yields, and return what it returns."""
    while True:
        try:
            part = next(parts)
        except StopIteration as end:
            return end.value
        connection.send((PART, part))


def _context(light: bool) -> SpawnContext | ForkServerContext:
    """Return how a process starts: never as a fork of this one, whose threads' locks and open store it would copy."""
    import multiprocessing

    if not light or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*LIGHT])
    return context


def limit_memory(memory_bytes: int) -> None:
    """Let this process have so many bytes of address space beyond what it holds now, and write no core.

    Where the platform knows no such limit nothing happens.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        import psutil

        ceiling = psutil.Process().memory_info().vms + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
