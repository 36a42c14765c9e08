"""A warm process that forks on request, with everything a report needs imported already: a fresh Jupyter kernel, or a maker of pages.

Runs as `python -m toolkit.report.rendering.kernel_server FOLDER`. Its standard input is a socket; each line names a log file and, for a
kernel, a connection file (JSON), or comes with the socket that a maker of pages is to listen to. The answer is a line with the process id.
Each is a process group of its own and starts from the same clean state, so that nothing of one report can reach another.

Nothing outlives the run: standard input closes when the run ends, however it ends. Then the kernels that are left are ended, and the
temporary FOLDER is removed. Kernels hold nothing open that the run waits for, and end when this process is gone.
"""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import contextlib
import gc
import io
import json
import os
import pkgutil
import random
import select
import shutil
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from toolkit.languages import Language, load_text, set_language
from toolkit.page_kernel import PageGuard, enter_page_kernel


def main(folder: str) -> None:
    """Answer requests until standard input closes."""
    gc.disable()  # here and in what is forked: looking for garbage takes a tenth of the time, and what is forked ends after a few pages
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    kernels: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda number, frame: _bury(kernels))
    _watch(0, lambda: _end(kernels, folder))
    _warm_up()
    lifeline = os.pipe()
    for request, sockets in _hear(socket.socket(fileno=0)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the thread beside this one holds no lock: it waits for the end
            pid = os.fork()
        if pid == 0:
            os.close(answers.fileno())
            os.close(lifeline[1])
            _leave(lifeline[0], request.pop("log"))
            if sockets:
                _become_maker(socket.socket(fileno=sockets[0]))
            _become_kernel(**request)
        kernels.add(pid)
        for each in sockets:
            os.close(each)
        answers.write(f"{pid}\n")
    _end(kernels, folder)


def _hear(asked: socket.socket) -> Iterator[tuple[dict[str, Any], list[int]]]:
    """Yield each request with the sockets that came with it, until nobody is left who asks."""
    heard, sockets = b"", list[int]()
    while True:
        said, came, _, _ = socket.recv_fds(asked, 1 << 16, 1)
        if not said:
            return
        heard += said
        sockets += came
        if heard.endswith(b"\n"):  # the next request waits for the answer to this one
            yield json.loads(heard), sockets
            heard, sockets = b"", []


def _watch(pipe: int, act: Callable[[], object]) -> None:
    """Call `act`, in a thread of its own, once nobody is left who could write to `pipe`."""

    def wait() -> None:
        waiting = select.poll()
        waiting.register(pipe, 0)
        while not any(event & (select.POLLHUP | select.POLLERR) for _, event in waiting.poll()):
            pass
        act()

    threading.Thread(target=wait, daemon=True).start()


def _bury(kernels: set[int]) -> None:
    """Forget the kernels that ended: their numbers may become those of other processes."""
    for pid in tuple(kernels):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                kernels.discard(pid)


def _end(kernels: set[int], folder: str) -> None:
    """End the kernels that are left, remove what they left behind, and end this process."""
    for pid in tuple(kernels):
        with contextlib.suppress(ProcessLookupError, PermissionError, ChildProcessError):
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)  # what it took counts for the run
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _warm_up() -> None:
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # nobody debugs a page; importing it takes each kernel 0.2 s
    import ipykernel.kernelapp  # noqa: F401
    import matplotlib.backends.backend_svg
    import matplotlib.pyplot  # noqa: F401
    import matplotlib_inline.backend_inline  # noqa: F401
    from matplotlib.figure import Figure

    from toolkit import workers  # noqa: F401
    from toolkit.report import sections
    from toolkit.report.rendering import cells, page_maker  # noqa: F401

    for module in pkgutil.iter_modules(sections.__path__):
        import_module(f"{sections.__name__}.{module.name}")
    page_maker.warm_up()
    figure = Figure()
    figure.subplots().set_title("warm")
    figure.savefig(io.BytesIO(), format="svg")
    gc.collect()
    gc.freeze()


def _leave(lifeline: int, log: str) -> None:
    """Become a process of its own, which ends when the run does and writes what it says to `log`."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _watch(lifeline, lambda: os.killpg(0, signal.SIGKILL))
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    random.seed(0)


def _become_maker(tasks: socket.socket) -> None:
    """Make a page of each task that comes, until no more can come."""
    from toolkit.report.rendering.page_maker import make_page
    from toolkit.workers import serve

    serve(tasks, make_page)


def _become_kernel(connection_file: str, folder: str, language: Language, guard: dict[str, Any] | None) -> None:
    os.chdir(folder)
    from ipykernel.kernelapp import IPKernelApp

    from toolkit.report.rendering.cells import show_on_page

    kernel = IPKernelApp.instance()
    kernel.initialize(["-f", connection_file, "--HistoryManager.enabled=False", "--IPKernelApp.parent_handle=0"])
    assert kernel.shell
    set_language(language)
    show_on_page(kernel.shell, load_text(language))
    if guard:
        enter_page_kernel(PageGuard(**guard | {"closed": tuple(guard["closed"])}))
    kernel.start()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
