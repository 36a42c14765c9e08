"""Where work is done: `work` gives tasks to processes and yields what became of each, both as bytes; `spread_here` spreads a function.

Processes know nothing but their task, or what this process knew when they began, so the same tasks can be done elsewhere: a cluster
(`toolkit/cluster.py`) stands in the place of `work` and of `spread_here`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import selectors
import signal
import socket
import struct
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn, Protocol

#: How work on many things is spread: `map` does it here, one after another; others many at a time.
Spread = Callable[..., Iterable[Any]]

#: How long a message is stands before it.
_LENGTH = struct.Struct("!Q")
#: So many seconds a part of an estimation may take: it is as long as the study is large, and ends when the run is ended.
DAY = 24 * 60 * 60
#: A worker makes so many pages at most: what it leaves behind in memory, some MB a page, ends with it. To look for that takes longer.
PAGES = 24


class Forks(Protocol):
    """What starts workers."""

    def fork_maker(self) -> tuple[int, socket.socket]:
        """Return the process id of a worker, and the socket by which it takes tasks and gives results."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that gave nothing: its worker ended by itself, or was ended after so many `seconds`."""

    seconds: int = 0


@dataclass(slots=True)
class _Worker:
    pid: int
    socket: socket.socket
    made: int = 0
    #: which task it is at, and until when.
    task: int = 0
    until: float = 0.0

    def end(self) -> None:
        self.socket.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


@dataclass(slots=True)
class _Crew:
    """The workers at work, each with one task."""

    forks: Forks
    timeout: int
    busy: dict[int, _Worker] = field(default_factory=dict)
    free: list[_Worker] = field(default_factory=list)

    def begin(self, number: int, task: bytes) -> None:
        """Give a task to a worker, to a new one where none is free."""
        worker = self.free.pop() if self.free else _Worker(*self.forks.fork_maker())
        worker.task = number
        worker.until = time.monotonic() + self.timeout
        self.busy[worker.socket.fileno()] = worker
        with contextlib.suppress(OSError):  # one that is gone is found when its result is waited for
            send(worker.socket, task)

    def wait(self) -> Iterator[tuple[int, bytes | Lost]]:
        """Yield what is ready, after waiting for the first."""
        with selectors.DefaultSelector() as selector:
            for worker in self.busy.values():
                selector.register(worker.socket, selectors.EVENT_READ, worker)
            until = min(worker.until for worker in self.busy.values())
            ready = [key.data for key, _ in selector.select(max(until - time.monotonic(), 0))]
        for worker in ready:
            yield worker.task, self._take(worker)
        for worker in [each for each in self.busy.values() if each.until <= time.monotonic()]:
            del self.busy[worker.socket.fileno()]
            worker.end()
            yield worker.task, Lost(self.timeout)

    def _take(self, worker: _Worker) -> bytes | Lost:
        del self.busy[worker.socket.fileno()]
        result = receive(worker.socket)
        worker.made += 1
        if result is None or worker.made >= PAGES:
            worker.end()
        else:
            self.free.append(worker)
        return Lost() if result is None else result

    def end(self) -> None:
        """End all workers."""
        for worker in (*self.busy.values(), *self.free):
            worker.end()


def work(tasks: Iterable[bytes], forks: Forks, *, jobs: int, timeout: int) -> Generator[tuple[int, bytes | Lost]]:
    """Yield the number of each task and its result as they come, or that it was lost; a task is asked for when there is room for it.

    At most `jobs` are made at a time. A task that takes longer than `timeout` seconds is given up.
    """
    crew = _Crew(forks, timeout)
    waiting = enumerate(tasks)
    try:
        for number, task in waiting:
            crew.begin(number, task)
            if len(crew.busy) >= max(jobs, 1):
                yield from crew.wait()
        while crew.busy:
            yield from crew.wait()
    finally:
        crew.end()


def spread_here(jobs: int) -> Spread:
    """Return what spreads work over so many processes of this machine; with one, all is done in this one."""
    return partial(_spread, jobs) if jobs > 1 else map


def _spread(jobs: int, function: Callable[..., Any], *given: Iterable[Any]) -> Iterator[Any]:
    """Yield what the function returns of each task, in their order, as `map` does. What a lost worker had at hand is done here."""
    asked: list[bytes] = []
    ready: dict[int, Any] = {}

    def tell() -> Iterator[bytes]:
        for task in zip(*given, strict=False):
            asked.append(pickle.dumps((function, task)))
            yield asked[-1]

    following = 0
    with Branches() as branches, contextlib.closing(work(tell(), branches, jobs=jobs, timeout=DAY)) as results:
        for number, result in results:
            ready[number] = _open(_give(asked[number]) if isinstance(result, Lost) else result)
            asked[number] = b""
            while following in ready:
                yield ready.pop(following)
                following += 1


def _open(result: bytes) -> Any:
    """Return what a function returned; what it raised is raised here."""
    returned, raised = pickle.loads(result)
    if raised:
        raise raised
    return returned


class Branches:
    """Processes that go on from where this one stands, and call functions; use it in a `with`. None outlives this process."""

    def __init__(self) -> None:
        self._pids: list[int] = []

    def __enter__(self) -> Branches:
        return self

    def __exit__(self, *raised: object) -> None:
        for pid in self._pids:
            os.waitpid(pid, 0)

    def fork_maker(self) -> tuple[int, socket.socket]:
        """Return the process id of a worker, and the socket by which it takes tasks and gives results."""
        ours, theirs = socket.socketpair()
        with theirs, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # what other threads of this process hold, the functions do not ask for
            pid = os.fork()
            if pid == 0:
                ours.close()  # so that nothing but this process keeps it open, and the worker ends with this process
                os.setsid()
                gc.freeze()
                serve(theirs, _give)
        self._pids.append(pid)
        return pid, ours


def serve(tasks: socket.socket, do: Callable[[bytes], bytes]) -> NoReturn:
    """Do each task that comes, until no more can come, and end this process, whatever happens."""
    try:
        while (task := receive(tasks)) is not None:
            send(tasks, do(task))
    finally:
        os._exit(0)


def _give(task: bytes) -> bytes:
    """Return what the function of a task returns, or what it raised."""
    try:
        function, given = pickle.loads(task)
        return pickle.dumps((function(*given), None))
    except Exception as error:
        return pickle.dumps((None, error))


def send(to: socket.socket, content: bytes) -> None:
    """Send one message."""
    to.sendall(_LENGTH.pack(len(content)))
    to.sendall(content)


def receive(by: socket.socket) -> bytes | None:
    """Return one message, None where the other side is gone."""
    head = _receive_exactly(by, _LENGTH.size)
    return _receive_exactly(by, _LENGTH.unpack(head)[0]) if head is not None else None


def _receive_exactly(by: socket.socket, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        try:
            part = by.recv(min(count - len(found), 1 << 20))
        except OSError:
            return None
        if not part:
            return None
        found += part
    return bytes(found)
