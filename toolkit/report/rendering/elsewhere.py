"""Pages made on a cluster: a worker there forks makers of pages as a run does here, and gives the pages back as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count, islice, repeat
from threading import get_ident

from toolkit.cluster import Cluster, Gone
from toolkit.report.rendering.kernels import KernelServer
from toolkit.workers import Lost, work

#: A worker is given so many pages at a time: it forks a process for them.
TOGETHER = 8


def work_elsewhere(tasks: Iterable[bytes], cluster: Cluster, *, timeout: int) -> Iterator[tuple[int, bytes | Lost]]:
    """Yield the number of each task and its result as they come, or that it was lost, as `work` does here."""
    sizes: list[int] = []
    for number, results in cluster.collect(make_pages, _gather(tasks, sizes), repeat(timeout)):
        made = [Lost()] * sizes[number] if isinstance(results, Gone) else results
        yield from zip(count(TOGETHER * number), made, strict=False)


def _gather(tasks: Iterable[bytes], sizes: list[int]) -> Iterator[list[bytes]]:
    """Yield the tasks, some at a time, and note how many."""
    waiting = iter(tasks)
    while batch := list(islice(waiting, TOGETHER)):
        sizes.append(len(batch))
        yield batch


def make_pages(tasks: list[bytes], timeout: int) -> list[bytes | Lost]:
    """Return the pages of tasks, made by a process that this worker forks; a page that takes longer than `timeout` seconds is lost."""
    made = dict(work(tasks, _start_server(get_ident()), jobs=1, timeout=timeout))
    return [made[number] for number in range(len(tasks))]


@cache
def _start_server(thread: int) -> KernelServer:
    """Return the process that forks for one thread of this worker; it ends with the worker."""
    return KernelServer()
