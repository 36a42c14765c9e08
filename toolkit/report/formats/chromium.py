"""A headless Chromium that prints finished pages to PDF and takes pictures of what stands on them.

It is asked over a pipe, in its own protocol: JSON messages, each ended by a zero byte. Nobody else on the machine can reach a pipe, as they
could a port. A PDF is tagged, with an outline, in the words and on the paper of the page, and the same bytes every time.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import fcntl
import json
import os
import re
import select
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from toolkit.errors import Problem, ReportError
from toolkit.writing import list_temporary, make_temporary

#: The names that Chromium goes by; the environment variable says where another one is.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "PLG_BROWSER"
SWITCHES = (
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--force-color-profile=srgb", "--font-render-hinting=none", "--hide-scrollbars",
)  # fmt: skip


#: How the folder of a browser begins, before the number of the process that started it.
PROFILE = "plg-browser-"
#: The name of its socket takes up to so many bytes; and so many seconds after the end of its run a folder may go.
ROOM = 48
STALE = 3600.0
#: So much sharper than on a screen is a picture that is to be printed.
SHARPNESS = 2.5
#: What the file says it was made by, instead of the version and the operating system of a browser.
MAKER = b"PLG toolkit"


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


def sign_browser() -> str:
    """Return what stands for the Chromium on this machine: its file, which an update replaces."""
    program = Path(check_browser()).resolve()
    found = program.stat()
    return f"{program.name} {found.st_size} {found.st_mtime_ns}"


class DevTools:
    """A running Chromium; use it in a `with`. Raises `ReportError` where there is none, and where it gives no answer in time."""

    def __init__(self, timeout: float = 120.0) -> None:
        program = check_browser()
        self._timeout = timeout
        self._number = 0
        self._rest = b""
        self._events: list[dict[str, Any]] = []
        sweep_profiles()
        self._folder = str(make_temporary(f"{PROFILE}{os.getpid()}-", ROOM))
        sandbox = [] if os.geteuid() else ["--no-sandbox"]  # the root account has no sandbox to give
        self._answers, written = _make_pipe()
        asked, self._questions = _make_pipe()
        self._process = _start([program, *SWITCHES, *sandbox, f"--user-data-dir={self._folder}"], asked, written, self._folder)

    def __enter__(self) -> DevTools:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._questions)  # Chromium ends with its pipe
        _end(self._process)
        os.close(self._answers)
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """End Chromium now; whoever waits for an answer is told that it ended."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process, signal.SIGKILL)

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


def sweep_profiles() -> None:
    """Remove what browsers of runs left that were killed an hour ago or more: the process that their folder is named after is gone."""
    for folder in [found for place in list_temporary() for found in Path(place).glob(f"{PROFILE}*-*")]:
        with contextlib.suppress(OSError, ValueError):
            about = folder.stat()
            ours = about.st_uid == os.getuid() and time.time() - about.st_mtime > STALE
            if ours and not _is_alive(int(folder.name.removeprefix(PROFILE).split("-")[0])):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _make_pipe() -> tuple[int, int]:
    """Return both ends of a pipe, far from the numbers that Chromium wants for its own."""
    ends = os.pipe()
    far = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    return far[0], far[1]


def _start(command: list[str], asked: int, written: int, folder: str) -> int:
    """Start Chromium in a process group of its own, reading questions from 3 and writing answers to 4; return its process id.

    What it leaves if it is killed stands in `folder`.
    """
    environment = os.environ | {"TMPDIR": folder}
    silence = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, asked, 3), (os.POSIX_SPAWN_DUP2, written, 4)]
    process = os.posix_spawn(command[0], command, environment, file_actions=[*silence, *pipes], setpgroup=0)
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


class Browser:
    """A browser of its own; use it in a `with`. Pages are opened from files, without scripts, and fetch nothing."""

    def __init__(self) -> None:
        self._tools = DevTools()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._tools.__exit__(kind, error, trace)

    def kill(self) -> None:
        """End the browser now."""
        self._tools.kill()

    def print_page(self, path: Path) -> bytes:
        """Return the page in the file `path` as a tagged PDF with an outline, on the paper that the page asks for."""
        asked = {"preferCSSPageSize": True, "printBackground": True, "generateTaggedPDF": True, "generateDocumentOutline": True}
        with self._open(path) as page:
            self._gather_appendix(page)
            return base64.b64decode(self._tools.ask("Page.printToPDF", page, **asked)["data"])

    def _gather_appendix(self, page: str) -> None:
        """Move what the parts of a page fold on a screen below the words that head an appendix, before the sections that are all folds."""
        root = self._find_root(page)
        head = self._select("main > .appendix", root, page)
        last = self._select("main > :is(#answers, #method)", root, page)[:1]
        if not (head and last):
            return
        (main,) = self._select("main", root, page)
        folds = self._select("main > details:has(~ #answers)", root, page) or self._select("main > details:has(~ #method)", root, page)
        for node in [*head, *folds]:
            self._tools.ask("DOM.moveTo", page, nodeId=node, targetNodeId=main, insertBeforeNodeId=last[0])

    def take_pictures(self, path: Path, selector: str, width: int) -> list[bytes]:
        """Return every element of the page that `selector` finds as PNG, on a light page `width` pixels wide with all folds open."""
        with self._open(path) as page:
            self._tools.ask("Emulation.setDeviceMetricsOverride", page, width=width, height=1000, deviceScaleFactor=1, mobile=False)
            for fold in self._find("details", page):
                self._tools.ask("DOM.setAttributeValue", page, nodeId=fold, name="open", value="")
            return [self._take_picture(node, page) for node in self._find(selector, page)]

    def _find(self, selector: str, page: str) -> list[int]:
        return self._select(selector, self._find_root(page), page)

    def _find_root(self, page: str) -> int:
        return int(self._tools.ask("DOM.getDocument", page)["root"]["nodeId"])

    def _select(self, selector: str, root: int, page: str) -> list[int]:
        return list(self._tools.ask("DOM.querySelectorAll", page, nodeId=root, selector=selector)["nodeIds"])

    def _take_picture(self, node: int, page: str) -> bytes:
        box = self._tools.ask("DOM.getBoxModel", page, nodeId=node)["model"]
        clip = {"x": box["content"][0], "y": box["content"][1], "width": box["width"], "height": box["height"], "scale": SHARPNESS}
        asked = {"format": "png", "clip": clip, "captureBeyondViewport": True}
        return base64.b64decode(self._tools.ask("Page.captureScreenshot", page, **asked)["data"])

    @contextmanager
    def _open(self, path: Path) -> Iterator[str]:
        target = self._tools.ask("Target.createTarget", url="about:blank")["targetId"]
        page = str(self._tools.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        self._tools.ask("Page.enable", page)
        self._tools.ask("Emulation.setScriptExecutionDisabled", page, value=True)
        self._tools.ask("Emulation.setUserAgentOverride", page, userAgent="PLG toolkit")  # it ends up in a PDF
        self._tools.ask("Page.navigate", page, url=path.resolve().as_uri())
        self._tools.wait("Page.loadEventFired", page)
        yield page
        self._tools.ask("Target.closeTarget", targetId=target)


def make_pdf(page: Path, browser: Browser, date: dt.date) -> bytes:
    """Return the page in a file as a PDF of `date`."""
    return number_nodes(fix_dates(browser.print_page(page), date))


def fix_dates(pdf: bytes, date: dt.date) -> bytes:
    """Return `pdf` with `date` as its dates and the toolkit as its maker, all else in its place: offsets count bytes, so lengths stay.

    >>> fix_dates(b"/ModDate (D:20261122185917+00'00')>>", dt.date(2026, 7, 10))
    b"/ModDate (D:20260710000000+00'00')>>"
    """
    moment = f"D:{date:%Y%m%d}000000+00'00'".encode()
    pdf = re.sub(rb"(/(?:CreationDate|ModDate) \()D:\d{14}[+-]\d{2}'\d{2}'(?=\))", lambda match: match[1] + moment, pdf)
    return re.sub(rb"/Creator \((?:[^()\\]|\\.)*\)", _name_maker, pdf, count=1)


def number_nodes(pdf: bytes) -> bytes:
    """Return `pdf` with the names of its parts numbered from 1 in their order: a browser's own numbers may shift by one now and then.

    >>> number_nodes(b"/ID (node00000119) /ID (node00000121) /Headers [(node00000119)]")
    b'/ID (node00000001) /ID (node00000002) /Headers [(node00000001)]'
    """
    names = sorted(set(re.findall(rb"\(node(\d{8})\)", pdf)))
    numbers = {name: b"(node%08d)" % place for place, name in enumerate(names, 1)}
    return re.sub(rb"\(node(\d{8})\)", lambda match: numbers[match[1]], pdf)


def _name_maker(match: re.Match[bytes]) -> bytes:
    """Return the maker, followed by spaces up to the length of what stood there."""
    return (b"/Creator (" + MAKER + b")").ljust(len(match[0]))
