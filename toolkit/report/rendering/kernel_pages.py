"""Notebooks that anybody may have written, run for real: each in a fresh warm kernel of its own."""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import asyncio
import contextlib
import logging
import os
import queue
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from toolkit.errors import ToolkitError
from toolkit.report.rendering.kernel_managers import manage_kernel
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.rendering.notebooks import (
    INJECTED,
    choose_words,
    export_page,
    insert_parameters,
    load_template,
    write_notebook,
    write_parameters,
)
from toolkit.report.rendering.page_requests import PageRequest, RenderedPage

#: nbclient tells of failing cells by itself; here they become the error of their page.
_SILENT = logging.getLogger("toolkit.rendering")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
#: Parameters that name a file, from the folder in which the notebook works.
FILES = ("study_file", "results_file")


def run_notebooks(requests: Sequence[PageRequest], folder: Path, server: KernelServer, *, jobs: int, timeout: int) -> list[RenderedPage]:
    """Return the pages in the order of `requests`, each from a notebook executed in a kernel of its own that works in `folder`.

    At most `jobs` run at a time. A notebook that fails, or whose cell takes longer than `timeout` seconds, gives a page with an error.
    """
    templates = {path: load_template(path) for path in {request.template for request in requests}}

    async def render_all() -> list[RenderedPage]:
        places = asyncio.Semaphore(max(jobs, 1))

        async def render(request: PageRequest) -> RenderedPage:
            async with places:
                return await _render_page(request, templates[request.template], server, folder, timeout)

        return list(await asyncio.gather(*(render(request) for request in requests)))

    return _finish(render_all())


def _finish(work: Coroutine[Any, Any, list[RenderedPage]]) -> list[RenderedPage]:
    """Return what the work gives, in a thread of its own where a loop runs already, as it does in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_run, work).result()


def _run(work: Coroutine[Any, Any, list[RenderedPage]]) -> list[RenderedPage]:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


class _Loop(asyncio.SelectorEventLoop):
    """A loop that leaves signals to the run: the library would take Ctrl-C and SIGTERM for the end of one page."""

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]
        """Refuse, as a loop does that runs beside the main thread."""
        raise NotImplementedError

    def remove_signal_handler(self, sig: int) -> bool:
        """Say that there was none."""
        return False


def _place_parameters(request: PageRequest, folder: Path) -> Mapping[str, Any]:
    """Return the parameters as they are read in the folder of the notebook: its files are named from `folder`."""
    if request.folder is None:
        return request.parameters
    files = {name: file for name, file in request.parameters.items() if name in FILES and file}
    return {**request.parameters, **{name: os.path.relpath(folder / file, request.folder) for name, file in files.items()}}


async def _render_page(request: PageRequest, template: NotebookNode, server: KernelServer, folder: Path, timeout: int) -> RenderedPage:
    notebook = insert_parameters(choose_words(template, request.language), _place_parameters(request, folder))
    resources = {"metadata": {"path": str(request.folder or folder)}}
    manager = manage_kernel(server, request.language, request.guard)
    client = NotebookClient(notebook, km=manager, resources=resources, timeout=timeout, shutdown_kernel="immediate", record_timing=False)
    client.log = _SILENT
    page, error = "", ""
    try:
        await _connect(client)
        await client.async_execute(cleanup_kc=True)
        page = export_page(notebook, request.title, request.language, mark=request.mark, internal=request.internal)
    except CellTimeoutError:
        error = f"A cell took longer than {timeout} seconds and was stopped."
    except CellExecutionError as failed:
        error = f"{failed.ename}: {failed.evalue}"
    except (DeadKernelError, RuntimeError) as failed:
        error = f"The kernel ended by itself ({failed})."
    except ToolkitError as refused:
        error = str(refused)
    _find_injected(notebook).source = write_parameters(request.parameters)
    return RenderedPage(request, write_notebook(notebook, request.language), page, error)


def _find_injected(notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebook.cells if INJECTED in cell.metadata.get("tags", ()))


async def _connect(client: NotebookClient) -> None:
    """Start the kernel and its channels, and hear from it on both; the library's own waiting always ends with 0.2 s of silence."""
    assert client.km is not None
    await client.async_start_new_kernel()
    channels = client.km.client()
    channels.start_channels()
    channels.allow_stdin = False
    await asyncio.sleep(0.02)  # lets the subscription arrive before the first message
    for _ in range(client.startup_timeout):
        asked = channels.kernel_info()
        if await _hear(channels.get_shell_msg, asked, "kernel_info_reply") and await _hear(channels.get_iopub_msg, asked, "idle"):
            client.kc = channels
            return
        if not await ensure_async(client.km.is_alive()):
            break
    channels.stop_channels()
    raise RuntimeError("it gave no answer")


async def _hear(listen: Callable[..., Any], asked: str, awaited: str) -> bool:
    """Return whether the kernel said within a second, in answer to the message `asked`, what is awaited."""
    with contextlib.suppress(queue.Empty):
        while True:
            message: dict[str, Any] = await ensure_async(listen(timeout=1))
            said = (message["msg_type"], message["content"].get("execution_state"))
            if message["parent_header"].get("msg_id") == asked and awaited in said:
                return True
    return False
