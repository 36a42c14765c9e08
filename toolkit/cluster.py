"""Tasks on other machines: a Dask cluster is given functions of the toolkit with what they take, and gives back what they return.

All of it travels over the network, so no disk need be shared. What a worker had at hand when it was lost is done again by another. Whoever
publishes keeps what is privacy: there the answers are read, the results protected, the register kept and the pages written. Workers are
given scores of people under their codes, and protected results, so the cluster must be one that may hold them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from itertools import islice
from types import TracebackType
from typing import Any

from toolkit.errors import ReportError
from toolkit.languages import Language, load_text

#: So many tasks per thread of the cluster are on their way, so that none of them waits for the network.
AHEAD = 2
#: So many seconds a cluster has to answer.
PATIENCE = 30


class Gone(Exception):
    """A task gave nothing: its worker was lost, and so were the others that tried it."""


class Cluster:
    """A Dask cluster, by the address of its scheduler; use it in a `with`. `ReportError`, in `language`, where there is none."""

    def __init__(self, address: str, language: Language) -> None:
        self._text = load_text(language)
        try:
            import distributed
        except ModuleNotFoundError:
            raise ReportError(self._text.find_fault("cluster_missing")) from None
        self._dask = distributed
        try:
            self._client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError):  # a TimeoutError is an OSError
            raise ReportError(self._text.find_fault("cluster_silent", address=address)) from None
        self._refuse_others()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def _refuse_others(self) -> None:
        """Raise `ReportError` unless every worker has this version of the toolkit."""
        try:
            theirs = set(self._client.run(find_version).values())
        except ModuleNotFoundError:
            theirs = {"–"}
        if theirs != {find_version()}:
            raise ReportError(self._text.find_fault("cluster_other", theirs=", ".join(sorted(theirs)), ours=find_version()))

    def spread(self, function: Callable[..., Any], *given: Iterable[Any]) -> list[Any]:
        """Return what the function returns of each task, in their order, as `map` gives it."""
        found = dict(self.collect(function, *given))
        if any(isinstance(result, Gone) for result in found.values()):
            raise ReportError(self._text.find_fault("cluster_lost"))
        return [found[number] for number in sorted(found)]

    def collect(self, function: Callable[..., Any], *given: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Yield the number of each task with what the function returns of it, as they come; a task is asked for when there is room."""
        waiting = enumerate(zip(*given, strict=False))
        room = AHEAD * self.count_threads()
        numbers: dict[Any, int] = {}
        ready = self._dask.as_completed([], loop=self._client.loop)
        for number, task in islice(waiting, room):
            ready.add(self._submit(function, number, task, numbers))
        for future in ready:
            yield numbers.pop(future.key), self._take(future)
            for number, task in islice(waiting, 1):
                ready.add(self._submit(function, number, task, numbers))

    def count_threads(self) -> int:
        """Return how many tasks the cluster does at a time."""
        return max(int(sum(self._client.nthreads().values())), 1)

    def _submit(self, function: Callable[..., Any], number: int, task: tuple[Any, ...], numbers: dict[Any, int]) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a task is large: it goes once, to whoever does it
            future = self._client.submit(function, *task, pure=False)
        numbers[future.key] = number
        return future

    def _take(self, future: Any) -> Any:
        try:
            return future.result()
        except self._dask.KilledWorker:
            return Gone()
        except self._dask.CancelledError:  # the scheduler itself is gone
            raise ReportError(self._text.find_fault("cluster_lost")) from None
        finally:
            future.release()


def find_version() -> str:
    """Return the version of the toolkit in this process."""
    return metadata.version("plg-toolkit")
