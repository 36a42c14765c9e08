"""Pages by two workers of a Dask cluster on this machine, beside the same pages by two processes of a run: what the cluster adds.

Both have started and made a page before; what is measured is the pages, their tasks and their way back included.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from benchmarks.harness import Contest, Spent
from benchmarks.surveys.schools import write_schools
from toolkit.cluster import Cluster
from toolkit.report.publishing.pages import make_requests, plan_pages
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.rendering.rendering import render_pages
from toolkit.results.estimation import estimate_study
from toolkit.study.loading import load_study

WORKERS, SCHOOLS = 2, 96


def list_contests(folder: Path) -> Iterator[Contest]:
    """Yield the pages and summaries of some schools."""
    task = f"a page of {2 * SCHOOLS} by {WORKERS} workers"
    if importlib.util.find_spec("distributed") is None:
        yield Contest(task, lambda: Spent(0, 0), {}, {"a Dask cluster": "distributed is not installed"})
        return
    import dask
    from distributed import LocalCluster

    study = load_study(write_schools(folder / "pages", SCHOOLS))
    requests = make_requests(plan_pages(study, ["nl"], ["school", "summary"]), study, estimate_study(study).results, folder)
    with ExitStack() as open_while_measured:
        open_while_measured.enter_context(dask.config.set({"distributed.worker.profile.enabled": False}))  # as docs/performance.md says
        server = open_while_measured.enter_context(KernelServer())
        local = open_while_measured.enter_context(LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=":0"))
        cluster = open_while_measured.enter_context(Cluster(local.scheduler_address, "en"))

        def make(**where: Any) -> Spent:
            return measure(lambda: sorted((page.request.name, page.html) for page in render_pages(requests, folder, **where)))

        for where in ({"server": server, "jobs": WORKERS}, {"cluster": cluster}):
            make(**where)
        here, there = (lambda: make(server=server, jobs=WORKERS)), (lambda: make(cluster=cluster))
        yield Contest(task, here, {"Dask, on this machine": there}, compare=lambda ours, theirs: "equal" if ours == theirs else "DIFFER")


def measure(work: Callable[[], list[Any]]) -> Spent:
    """Return what work takes per thing made, with all processes below this one."""
    cpu, wall = sum_cpu(), time.perf_counter()
    made = work()
    wall = time.perf_counter() - wall
    return Spent(wall, sum_cpu() - cpu, made).per(len(made))


def sum_cpu() -> float:
    """Return the CPU seconds of this process and of all below it, once those that are ending have ended."""
    me = psutil.Process(os.getpid())
    while True:
        time.sleep(0.5)
        with contextlib.suppress(psutil.NoSuchProcess):
            times = [each.cpu_times() for each in (me, *me.children(recursive=True))]
            return sum(each.user + each.system + each.children_user + each.children_system for each in times)
