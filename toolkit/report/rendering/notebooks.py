"""Template notebooks run for real, one fresh warm kernel each, and turned into pages: one file each, without a request, a script, or
anything of the notebook but what it shows.
"""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import asyncio
import contextlib
import logging
import os
import queue
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from toolkit.errors import Problem, ReportError, ToolkitError
from toolkit.languages import Language, Text, find_spoken, load_text
from toolkit.page_kernel import PageGuard
from toolkit.report.html.elements import FAULT, Html, escape, heading, render_template, show_markdown
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.sections.page_frame import show_internal
from toolkit.shipped import PAGE

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode


#: nbclient tells of failing cells by itself; here they become the error of their page.
_SILENT = logging.getLogger("toolkit.rendering")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


#: Cells that stay out of a page: those that speak to the researcher, and the parameters.
INJECTED = "injected-parameters"
LEFT_OUT = ("guide", "parameters", INJECTED)
#: How a result begins that is axes, a figure or part of one.
_DRAWN = re.compile(r"\W*<(Axes|Figure|matplotlib\.|seaborn\.)|\(?array\(\[+<Axes")
#: Parameters that name a file, from the folder in which the notebook works.
FILES = ("study_file", "results_file")
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to be made: its file name, the template, the parameters, and what stands in the title bar.

    The kernel of a page for sharing has a `guard`. A notebook of somebody's own works in its own `folder`; `mark` says on the page which
    notebook it was, and `internal` that the page is not to be shared.
    """

    name: str
    template: Path
    parameters: Mapping[str, Any]
    title: str
    language: Language
    guard: PageGuard | None = None
    folder: Path | None = None
    mark: str = ""
    internal: bool = False


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
        return _finish(render_all(server))
    with KernelServer() as own:
        return _finish(render_all(own))


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


def load_template(path: Path, language: Language | None = None) -> NotebookNode:
    """Return the notebook at `path`; `ReportError` where there is none, or where none of its code cells is tagged `parameters`."""
    text = load_text(language or find_spoken())
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (FileNotFoundError, IsADirectoryError):
        raise ReportError(text.find_fault("notebook_missing", path.name, path=path.name)) from None
    except (OSError, ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()[0][:80] if str(error).strip() else type(error).__name__
        raise ReportError(text.find_fault("notebook_unreadable", path.name, reason=reason)) from None
    if _find_parameters(notebook) is None:
        raise ReportError(text.find_fault("notebook_parameters", path.name))
    return notebook


def choose_words(notebook: NotebookNode, language: Language) -> NotebookNode:
    """Return a copy whose Markdown is in `language` wherever a cell has it there in its metadata; it keeps no other words."""
    chosen = deepcopy(notebook)
    for cell in chosen.cells:
        words = {name: cell.metadata.pop(name) for name in get_args(Language) if name in cell.metadata}
        cell.source = words.get(language, cell.source)
    return chosen


def _find_parameters(notebook: NotebookNode) -> int | None:
    """Return the place of the code cell tagged `parameters`."""
    tagged = (place for place, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ()))
    return next((place for place in tagged if notebook.cells[place].cell_type == "code"), None)


def insert_parameters(template: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a copy of `template` with a cell that sets `parameters`, right below the cell tagged `parameters`."""
    notebook = deepcopy(template)
    notebook.cells = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", ())]
    position = _find_parameters(notebook)
    assert position is not None
    source = _write_parameters(parameters)
    injected = nbformat.v4.new_code_cell(source, id=INJECTED, metadata={"tags": ["parameters", INJECTED]})
    notebook.cells.insert(position + 1, injected)
    return notebook


def _write_parameters(parameters: Mapping[str, Any]) -> str:
    return "\n".join(f"{name} = {value!r}" for name, value in parameters.items())


def _place_parameters(request: PageRequest, folder: Path) -> Mapping[str, Any]:
    """Return the parameters as they are read in the folder of the notebook: its files are named from `folder`."""
    if request.folder is None:
        return request.parameters
    files = {name: file for name, file in request.parameters.items() if name in FILES and file}
    return {**request.parameters, **{name: os.path.relpath(folder / file, request.folder) for name, file in files.items()}}


async def _render_page(request: PageRequest, template: NotebookNode, server: KernelServer, folder: Path, timeout: int) -> RenderedPage:
    notebook = insert_parameters(choose_words(template, request.language), _place_parameters(request, folder))
    resources = {"metadata": {"path": str(request.folder or folder)}}
    manager = server.manage(request.language, request.guard)
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
    _find_injected(notebook).source = _write_parameters(request.parameters)
    return RenderedPage(request, notebook, page, error)


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


def export_page(notebook: NotebookNode, title: str, language: Language, *, mark: str = "", internal: bool = False) -> str:
    """Return the page that shows what the executed `notebook` shows; `ReportError` where a cell failed or a picture has no description.

    What stands above the first heading of level 2 and holds the one of level 1 is the header; without one, `title` is. A notebook whose
    metadata say that it is a sheet has no contents, and is set to fit one sheet of paper. A page that is `internal` says so.
    """
    text = load_text(language)
    _refuse_faults(notebook, text)
    shown, _ = _load_exporter().from_notebook_node(notebook)
    above = shown.split("<h2 ", 1)[0]
    head = above if "<h1" in above else ""
    body = shown[len(head) :]
    contents = [(unescape(id), unescape(re.sub("<[^>]+>", "", words))) for id, words in _HEADING.findall(body)]
    sheet = bool(notebook.metadata.get("plg", {}).get("sheet"))
    head_or_title = Html(head) if head else heading(title, "title", 1)
    if internal and text.say("title.internal") not in shown:
        head_or_title += show_internal(text, "research.internal_means")
    return render_template(
        "page.html.j2", language=language, title=title, text=text, head=head_or_title, body=Html(body), mark=mark,
        contents=[] if sheet else contents, sheet=sheet,
    )  # fmt: skip


def _refuse_faults(notebook: NotebookNode, text: Text) -> None:
    """Raise `ReportError` for the first cell that failed, or that shows what can't stand on a page."""
    cells = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", ())]
    for number, cell in enumerate(cells, 1):
        for output in cell.get("outputs", ()):
            if found := _find_fault(output, text):
                first = cell.source.strip().partition("\n")[0][:60]
                place = text.say("faults.cell_of", number=number, source=first)
                raise ReportError(Problem(place, *found))


def _find_fault(output: NotebookNode, text: Text) -> tuple[str, str] | None:
    """Return what is wrong with an output and how to fix it."""
    if output.output_type == "error":
        return f"This cell failed ({output.ename}: {output.evalue}).", "Mend it and run the notebook again."
    shown = output.get("data", {})
    if FAULT in shown:
        return shown[FAULT]["says"], shown[FAULT]["mend"]
    if "image/png" in shown and "text/html" not in shown and not _find_description(output):
        fault = text.find_fault("figure_undescribed")
        return fault.message, fault.mend
    return None


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
        filters={"show_markdown": show_markdown, "find_description": _find_description, "write_plain": _write_plain},
    )


def _find_description(output: NotebookNode) -> str:
    return str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))


def _write_plain(words: str) -> Html:
    """Return a plain result as it was typed; nothing for what only tells that something was drawn."""
    return Html() if _DRAWN.match(words) else Html(f"<pre>{escape(words)}</pre>\n")
