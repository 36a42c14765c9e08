"""Chromium as a process that is asked over a pipe, in its own protocol: JSON messages, each ended by a zero byte.

Nobody else on the machine can reach a pipe, as they could a port.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from toolkit.errors import Problem, ReportError

#: The names that Chromium goes by; the environment variable says where another one is.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "PLG_BROWSER"
SWITCHES = (
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--force-color-profile=srgb", "--font-render-hinting=none", "--hide-scrollbars",
)  # fmt: skip


def find_browser() -> str:
    """Return where Chromium is: as the environment says, or under one of its usual names; "" where there is none."""
    return next((found for name in (os.environ.get(VARIABLE, ""), *NAMES) if name and (found := shutil.which(name))), "")


def check_browser() -> str:
    """Return where Chromium is; `ReportError` where there is none."""
    program = find_browser()
    if not program:
        fault = "There is no Chromium on this machine. A PDF or a Word file can't be made without one."
        raise ReportError(Problem("", fault, f"Install chromium, or say in the environment variable {VARIABLE} where it is."))
    return program


class DevTools:
    """A running Chromium; use it in a `with`. Raises `ReportError` where there is none, and where it gives no answer in time."""

    def __init__(self, timeout: float = 120.0) -> None:
        program = check_browser()
        self._timeout, self._number, self._rest = timeout, 0, b""
        self._events: list[dict[str, Any]] = []
        self._folder = tempfile.mkdtemp(prefix="plg-browser-")
        sandbox = [] if os.geteuid() else ["--no-sandbox"]  # the root account has no sandbox to give
        self._answers, written = _make_pipe()
        asked, self._questions = _make_pipe()
        self._process = _start([program, *SWITCHES, *sandbox, f"--user-data-dir={self._folder}"], asked, written)

    def __enter__(self) -> DevTools:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._questions)  # Chromium ends with its pipe
        _end(self._process)
        os.close(self._answers)
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, method: str, page: str = "", **settings: Any) -> dict[str, Any]:
        """Return the answer to one question about the whole, or about `page`."""
        self._number += 1
        number = self._number
        question = {"id": number, "method": method, "params": settings} | ({"sessionId": page} if page else {})
        try:
            _write(self._questions, json.dumps(question).encode() + b"\0")
        except BrokenPipeError:
            raise ReportError("Chromium ended by itself.") from None
        answer = self._read(lambda message: message.get("id") == number)
        if "error" in answer:
            raise ReportError(f"Chromium could not do {method}: {answer['error'].get('message')}")
        return dict(answer["result"])

    def wait(self, event: str, page: str) -> None:
        """Return once `event` has happened on `page`."""

        def fits(message: dict[str, Any]) -> bool:
            return (message.get("method"), message.get("sessionId")) == (event, page)

        if not any(fits(message) for message in self._events):
            self._read(fits)
        self._events.clear()

    def _read(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the next message that `fits`; events before it are kept for who waits for them later."""
        end = time.monotonic() + self._timeout
        while True:
            while b"\0" not in self._rest:
                if not select.select([self._answers], [], [], max(end - time.monotonic(), 0))[0]:
                    raise ReportError(f"Chromium gave no answer for {self._timeout:g} seconds.")
                part = os.read(self._answers, 1 << 20)
                if not part:
                    raise ReportError("Chromium ended by itself.")
                self._rest += part
            line, self._rest = self._rest.split(b"\0", 1)
            message: dict[str, Any] = json.loads(line)
            if fits(message):
                return message
            self._events += [message] if "method" in message else []


def _make_pipe() -> tuple[int, int]:
    """Return both ends of a pipe, far from the numbers that Chromium wants for its own."""
    ends = os.pipe()
    far = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    return far[0], far[1]


def _start(command: list[str], asked: int, written: int) -> int:
    """Start Chromium in a process group of its own, reading questions from 3 and writing answers to 4; return its process id."""
    silence = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, asked, 3), (os.POSIX_SPAWN_DUP2, written, 4)]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[*silence, *pipes], setpgroup=0)
    os.close(asked)
    os.close(written)
    return process


def _write(pipe: int, message: bytes) -> None:
    while message:
        message = message[os.write(pipe, message) :]


def _end(process: int) -> None:
    """Give Chromium a moment to end, then end it and all that it started."""
    for _ in range(200):
        if os.waitpid(process, os.WNOHANG)[0]:
            return
        time.sleep(0.01)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
