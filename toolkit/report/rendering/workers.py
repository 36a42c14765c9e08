"""Where pages are made: `work` takes tasks and yields what became of each, both as bytes. Here by processes of this machine.

What makes the pages knows nothing but its task, so the same tasks can be made elsewhere: put another function in the place of `work`.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

#: How long a message is stands before it.
_LENGTH = struct.Struct("!Q")
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


def work(tasks: Iterable[bytes], forks: Forks, *, jobs: int, timeout: int) -> Iterator[tuple[int, bytes | Lost]]:
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
