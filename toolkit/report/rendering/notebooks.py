"""Template notebooks run for real, one fresh warm kernel each, and turned into pages: one file each, without a request, a script, or
anything of the notebook but what it shows.
"""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import asyncio
import contextlib
import logging
import queue
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from toolkit.errors import Problem, ReportError
from toolkit.languages import Language, load_text
from toolkit.report.html.elements import Html, heading, render_template, show_markdown
from toolkit.report.rendering.kernels import KernelServer
from toolkit.shipped import PAGE

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode


#: nbclient tells of failing cells by itself; here they become the error of their page.
_SILENT = logging.getLogger("toolkit.rendering")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


#: Cells that stay out of a page: those that speak to the researcher, and the parameters.
LEFT_OUT = ("guide", "parameters", "injected-parameters")
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


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


def export_page(notebook: NotebookNode, title: str, language: Language) -> str:
    """Return the page that shows what the executed `notebook` shows; `ReportError` where a cell failed or a picture has no description.

    What stands above the first heading of level 2 and holds the one of level 1 is the header; without one, `title` is. A notebook whose
    metadata say that it is a sheet has no contents, and is set to fit one sheet of paper.
    """
    _refuse_failures(notebook)
    shown, _ = _load_exporter().from_notebook_node(notebook)
    above = shown.split("<h2 ", 1)[0]
    head = above if "<h1" in above else ""
    body = shown[len(head) :]
    contents = [(unescape(id), unescape(re.sub("<[^>]+>", "", words))) for id, words in _HEADING.findall(body)]
    sheet = bool(notebook.metadata.get("plg", {}).get("sheet"))
    head_or_title = Html(head) if head else heading(title, "title", 1)
    return render_template(
        "page.html.j2", language=language, title=title, text=load_text(language), head=head_or_title, body=Html(body),
        contents=[] if sheet else contents, sheet=sheet,
    )  # fmt: skip


def _refuse_failures(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                fault = f"This cell failed ({output.ename}: {output.evalue})."
                raise ReportError(Problem(f"cell {number}", fault, "Mend it and run the notebook again."))


@cache
def _load_exporter() -> TemplateExporter:
    """Return the exporter; HTMLExporter adds to its base class only what this page leaves out: MathJax, scripts, a second parse."""
    from nbconvert.exporters import TemplateExporter  # takes a second: only who makes a page waits for it

    shown = ["text/html", "text/markdown", "image/png", "text/plain"]
    settings = {
        "NbConvertBase": {"display_data_priority": shown},
        "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": set(LEFT_OUT)},
    }
    return TemplateExporter(
        config=Config(settings),
        template_name="notebook",
        template_file="index.html.j2",
        extra_template_basedirs=[str(PAGE)],
        exclude_input=True,
        exclude_raw=True,
        filters={"show_markdown": show_markdown, "find_description": _find_description},
    )


def _find_description(output: NotebookNode) -> str:
    words = output.get("metadata", {}).get("image/png", {}).get("alt", "")
    if not words:
        raise ReportError("A picture has no description. Show it with publish_figure, which asks for one.")
    return str(words)
