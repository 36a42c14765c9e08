"""Rendering: template notebooks run for real, one fresh warm kernel each, and turned into pages."""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import asyncio
import contextlib
import logging
import queue
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.rendering.notebooks__page import export_page

#: nbclient tells of failing cells by itself; here they become the error of their page.
_SILENT = logging.getLogger("toolkit.rendering")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to be made: its file name, the template, the parameters, and what stands in the title bar."""

    name: str
    template: Path
    parameters: Mapping[str, str]
    title: str
    language: Language


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page that was made, or the reason why not; `notebook` is what was executed, whole or up to the failing cell."""

    request: PageRequest
    notebook: NotebookNode
    html: str
    error: str


def render_pages(
    requests: Sequence[PageRequest],
    folder: Path,
    *,
    jobs: int = 2,
    timeout: int = 120,
    report_done: Callable[[RenderedPage], None] = lambda page: None,
    server: KernelServer | None = None,
) -> list[RenderedPage]:
    """Return the pages in the order of `requests`, each from a notebook executed in a kernel of its own that works in `folder`.

    At most `jobs` run at a time. A notebook that fails, or whose cell takes longer than `timeout` seconds, gives a page with an
    error; the others are finished. A `server` that runs already is used and stays.
    """
    templates = {path: load_template(path) for path in {request.template for request in requests}}

    async def render_all(server: KernelServer) -> list[RenderedPage]:
        places = asyncio.Semaphore(max(jobs, 1))

        async def render(request: PageRequest) -> RenderedPage:
            async with places:
                page = await _render_page(request, templates[request.template], server, folder, timeout)
            report_done(page)
            return page

        return list(await asyncio.gather(*(render(request) for request in requests)))

    if server:
        return asyncio.run(render_all(server))
    with KernelServer() as own:
        return asyncio.run(render_all(own))


def load_template(path: Path) -> NotebookNode:
    """Return the template notebook at `path`; `ReportError` where it has no cell tagged `parameters`."""
    notebook = nbformat.read(path, as_version=4)
    if not any("parameters" in cell.metadata.get("tags", ()) for cell in notebook.cells):
        raise ReportError(f"{path.name} has no cell tagged 'parameters'. Tag the cell in which the parameters stand.")
    return notebook


def insert_parameters(template: NotebookNode, parameters: Mapping[str, str]) -> NotebookNode:
    """Return a copy of `template` with a cell that sets `parameters`, right below the cell tagged `parameters`."""
    notebook = deepcopy(template)
    position = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ()))
    source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    injected = nbformat.v4.new_code_cell(source, id="injected-parameters", metadata={"tags": ["parameters", "injected-parameters"]})
    notebook.cells.insert(position + 1, injected)
    return notebook


async def _render_page(request: PageRequest, template: NotebookNode, server: KernelServer, folder: Path, timeout: int) -> RenderedPage:
    notebook = insert_parameters(template, request.parameters)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, km=server.manage(), resources=resources, timeout=timeout, shutdown_kernel="immediate", record_timing=False
    )
    client.log = _SILENT
    try:
        await _connect(client)
        await client.async_execute(cleanup_kc=True)
        return RenderedPage(request, notebook, export_page(notebook, request.title, request.language), "")
    except CellTimeoutError:
        return RenderedPage(request, notebook, "", f"A cell took longer than {timeout} seconds and was stopped.")
    except CellExecutionError as error:
        return RenderedPage(request, notebook, "", f"{error.ename}: {error.evalue}")
    except (DeadKernelError, RuntimeError) as error:
        return RenderedPage(request, notebook, "", f"The kernel ended by itself ({error}).")


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
