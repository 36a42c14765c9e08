"""A warm process that forks a fresh Jupyter kernel on request, with everything a report needs imported already.

Runs as `python -m toolkit.report.rendering.kernel_server`. Each line on standard input names a connection file and a log file (JSON); the
answer is a line with the process id of the kernel. Each kernel is a process group of its own and starts from the same clean state, so that
nothing of one report can reach another. When standard input closes, the kernels that are left are ended.
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
import signal
import sys
from importlib import import_module
from typing import Any

from toolkit.languages import Language, load_text, set_language
from toolkit.page_kernel import PageGuard, enter_page_kernel


def main() -> None:
    """Answer requests until standard input closes."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    _warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    kernels: list[int] = []
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become_kernel(**request)
        kernels.append(pid)
        answers.write(f"{pid}\n")
    for pid in kernels:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _warm_up() -> None:
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # nobody debugs a page; importing it takes each kernel 0.2 s
    import ipykernel.kernelapp  # noqa: F401
    import matplotlib.backends.backend_svg
    import matplotlib.pyplot  # noqa: F401
    import matplotlib_inline.backend_inline  # noqa: F401
    from matplotlib.figure import Figure

    from toolkit.report import sections
    from toolkit.report.rendering import cells  # noqa: F401

    for module in pkgutil.iter_modules(sections.__path__):
        import_module(f"{sections.__name__}.{module.name}")
    figure = Figure()
    figure.subplots().set_title("warm")
    figure.savefig(io.BytesIO(), format="svg")
    gc.collect()
    gc.freeze()


def _become_kernel(connection_file: str, log: str, folder: str, language: Language, guard: dict[str, Any] | None) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    random.seed(0)
    gc.disable()  # a kernel lives for one page; looking for garbage would take a tenth of its time
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
    main()
