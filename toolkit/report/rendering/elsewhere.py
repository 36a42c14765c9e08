"""Pages made on a cluster: a worker there forks makers of pages as a run does here, and gives the pages back as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import repeat
from threading import get_ident

from toolkit.cluster import Cluster, Gone
from toolkit.report.rendering.kernels import KernelServer
from toolkit.workers import PAGES, Lost, work

#: Each worker is given pages at least so many times, the last of them before others wait long.
TURNS = 2


def work_elsewhere(tasks: Sequence[Callable[[], bytes]], cluster: Cluster, *, timeout: int) -> Iterator[tuple[int, bytes | Lost]]:
    """Yield the number of each task and its result as they come, or that it was lost, as `work` does here.

    A worker forks a process for the pages that it is given at a time: as many as such a process makes here, or its share of a few.
    """
    size = max(1, min(PAGES, len(tasks) // (TURNS * cluster.count_threads())))
    batches = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    made_of = ([make() for make in batch] for batch in batches)
    for number, results in cluster.collect(make_pages, made_of, repeat(timeout)):
        made = [Lost()] * len(batches[number]) if isinstance(results, Gone) else results
        yield from enumerate(made, size * number)


def make_pages(tasks: list[bytes], timeout: int) -> list[bytes | Lost]:
    """Return the pages of tasks, made by a process that this worker forks; a page that takes longer than `timeout` seconds is lost."""
    made = dict(work(tasks, _start_server(get_ident()), jobs=1, timeout=timeout))
    return [made[number] for number in range(len(tasks))]


@cache
def _start_server(thread: int) -> KernelServer:
    """Return the process that forks for one thread of this worker; it ends with the worker."""
    return KernelServer()
