"""The child, seen from the process that asks: started when a file is to be read, used again where one was read well, ended in time.

The answers are data (`wire.py`), no pickles: where a library with a fault in it read a hostile file, nothing that it says is run here.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from toolkit.files.cells import File
from toolkit.files.safety import is_full
from toolkit.files.wire import ANSWER, SHARE, receive, receive_answer

COMMAND = ("-P", "-m", "toolkit.files.parsing_process")
#: the libraries of numbers need one thread, and each thread address space.
SINGLE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX")
#: the status of a process that the system ended because its time was up (SIGXCPU).
TIME_UP = -24
#: the share of the memory allowed from which a crash is put down to memory.
NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended in the middle of a file: "slow", "memory" or "damaged"."""

    why: str


class Child:
    """One process that reads files, and what it takes to ask it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with the child
        surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(place for place in sys.path if place)} | dict.fromkeys(SINGLE, "1")
        self.process = subprocess.Popen(
            [sys.executable, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=surroundings
        )

    def is_mine(self) -> bool:
        """Return whether this process started the child, and is no copy of the one that did."""
        return self.owner == os.getpid()

    def listen(self, request: bytes) -> bool:
        """Send a request; return whether it was heard. A child that ended since the last one hears nothing."""
        stdin = cast(BinaryIO, self.process.stdin)
        try:
            stdin.write(request)
            stdin.flush()
            receive(cast(BinaryIO, self.process.stdout))
        except (OSError, EOFError):
            return False
        return True

    def answer(self, report: Callable[[str, float], None]) -> tuple[File | None, list[dict[str, Any]]] | None:
        """Return what a child says that heard a request; None where it ended before it was done."""
        stdout = cast(BinaryIO, self.process.stdout)
        try:
            while True:
                kind, content = receive(stdout)
                if kind == SHARE:
                    report(*json.loads(content))
                elif kind == ANSWER:
                    return receive_answer(stdout, content)
        except EOFError:
            return None
        except (MemoryError, ValueError, LookupError, TypeError):  # no answer that our own code would give
            self.process.kill()
            return None

    def stop(self) -> None:
        """End the child, and wait until it has."""
        self.process.kill()
        _wait(self.process)
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream:
                try:
                    stream.close()
                except OSError:  # half a request was left in it
                    continue

    def explain(self, memory: int) -> str:
        """Return why a child ended in the middle of a file that was allowed so many MB; to be asked once."""
        peak = _wait(self.process)
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", errors="replace")
        if self.process.returncode == TIME_UP:
            return "slow"
        mine = _find_peak()  # a child begins as a copy, and the system counts that as its own
        return "memory" if is_full(said) or peak > max(NEARLY * memory * 1_000_000, mine) else "damaged"


_lock = threading.RLock()
_children: list[Child] = []


def start_child() -> None:
    """Start the child that files will be read in, unless there is one; so it is ready when the first file is asked for."""
    with _lock:
        if _children and not _children[0].is_mine():
            _children.pop().process.returncode = 0  # whose it is will end it
        if not _children:
            _children.append(Child())


def stop_child() -> None:
    """End the child, if there is one; the next file starts another."""
    with _lock:
        while _children:
            child = _children.pop()
            if child.is_mine():
                child.stop()


atexit.register(stop_child)


def ask_child(
    request: Mapping[str, Any], seconds: float, memory: int, report: Callable[[str, float], None]
) -> tuple[File | None, list[dict[str, Any]]] | Ended:
    """Return what the child reads and notes of the file that `request` names, or how it ended: it crashed, or took more than it may."""
    with _lock:
        child = _find_listener((json.dumps(request) + "\n").encode())
        late = threading.Event()
        timer = threading.Timer(seconds, _end, (child, late))
        timer.daemon = True
        timer.start()
        said = None
        try:
            said = child.answer(report)
            return said or Ended("slow" if late.is_set() else child.explain(memory))
        finally:
            timer.cancel()
            if said is None or said[0] is None:  # also where a person stops the run while a file is read
                stop_child()


def _end(child: Child, late: threading.Event) -> None:
    """End a child whose time is up."""
    late.set()
    child.process.kill()


def _find_listener(request: bytes) -> Child:
    """Return a child that heard `request`: the one that is there, or a new one."""
    start_child()
    if not _children[0].listen(request):
        stop_child()
        start_child()
        if not _children[0].listen(request):
            stop_child()
            raise OSError(f"{COMMAND[-1]} does not start")
    return _children[0]


def _find_peak() -> int:
    """Return the most memory in bytes that the program of this process had, 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a child to end; return the most memory in bytes that it used, 0 where the system does not tell."""
    if not hasattr(os, "wait4"):
        process.wait()
        return 0
    if process.returncode is not None:
        return 0
    try:
        _, status, used = os.wait4(process.pid, 0)
    except ChildProcessError:
        process.wait()
        return 0
    process.returncode = os.waitstatus_to_exitcode(status)
    return int(used.ru_maxrss) * 1024
