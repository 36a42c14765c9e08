"""Pages made of requests: those of shipped templates by workers that make many, all others each in a kernel of its own."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from toolkit.cluster import Cluster
from toolkit.report.rendering.elsewhere import work_elsewhere
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.rendering.page_requests import MadePage, PageRequest, PageTask, RenderedPage
from toolkit.workers import Lost, work

#: So many pages per job are made in kernels before those that are ready are given away.
BATCH = 4
#: A page of a shipped template may take so many times as long as one cell of a notebook: one on very many schools has much to say.
PATIENCE = 5


def render_pages(
    requests: Sequence[PageRequest],
    folder: Path,
    *,
    jobs: int = 2,
    timeout: int = 120,
    server: KernelServer | None = None,
    cluster: Cluster | None = None,
) -> Iterator[RenderedPage]:
    """Yield the pages of `requests` as they come, at most `jobs` made at a time; notebooks of somebody's own work in `folder`.

    A page that fails, or a cell of which takes longer than `timeout` seconds, has an error; the others are finished. A page of a shipped
    template is given five times as long as a whole. A `server` that runs already is used and stays. A `cluster` makes what comes from
    shipped templates.
    """
    if not requests:
        return
    handed = [request for request in requests if request.known]
    others = [request for request in requests if not request.known]
    if cluster:
        for number, result in work_elsewhere([partial(_make_task, request) for request in handed], cluster, timeout=PATIENCE * timeout):
            yield _open_result(handed[number], result)
    if cluster and not others:
        return
    with nullcontext(server) if server else KernelServer() as forks:
        for number, result in work(map(_make_task, () if cluster else handed), forks, jobs=jobs, timeout=PATIENCE * timeout):
            yield _open_result(handed[number], result)
        for start in range(0, len(others), BATCH * max(jobs, 1)):
            from toolkit.report.rendering.kernel_pages import run_notebooks  # with all of Jupyter that runs them

            yield from run_notebooks(others[start : start + BATCH * max(jobs, 1)], folder, forks, jobs=jobs, timeout=timeout)


def _make_task(request: PageRequest) -> bytes:
    assert request.known
    parameters = dict(request.parameters)
    return pickle.dumps(PageTask(request.template.stem, parameters, request.title, request.language, request.known(), request.guard))


def _open_result(request: PageRequest, result: bytes | Lost) -> RenderedPage:
    if isinstance(result, Lost):
        took = f"The page took longer than {result.seconds} seconds and was given up." if result.seconds else "Its process ended by itself."
        return RenderedPage(request, "", "", took)
    made: MadePage = pickle.loads(result)
    return RenderedPage(request, made.notebook, made.html, made.error, made.reads, made.shown)
