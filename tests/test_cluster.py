"""Work spread over a Dask cluster: the same results and the same pages, also where a worker is lost halfway."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.command import ROOT, begin, plg
from tests.made_study import make_study
from tests.report.made_results import MadeResults, make_cohort
from toolkit import compute_scores, estimate_change, estimate_roles, load_study, read_responses
from toolkit.cluster import Cluster, Gone, find_version
from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.report.publishing.pages import make_requests, plan_pages
from toolkit.report.rendering import elsewhere
from toolkit.report.rendering.rendering import render_pages

if TYPE_CHECKING:
    from distributed import LocalCluster

WORDS = {
    "missing": {"nl": "Wat met een cluster praat, is niet geïnstalleerd", "en": "What talks to a cluster is not installed"},
    "silent": {"nl": "Op tcp://a:1 antwoordt geen Dask-cluster", "en": "No Dask cluster with a worker answers at tcp://a:1"},
    "other": {"nl": "een andere versie van de toolkit: 9.9; dit is", "en": "another version of the toolkit: 9.9; this is"},
    "lost": {"nl": "Het cluster verloor keer op keer de workers", "en": "The cluster lost the workers of a task"},
}


class Dask:
    """What stands for the library: a client whose workers have a version, and whose tasks may be lost."""

    KilledWorker = LookupError
    CancelledError = ArithmeticError

    def __init__(self, version: str = "", silent: bool = False) -> None:
        self.version, self.silent = version or find_version(), silent

    def Client(self, address: str, **options: Any) -> SimpleNamespace:
        if self.silent:
            raise OSError(address)
        return SimpleNamespace(
            wait_for_workers=lambda *asked, **options: None,
            run=lambda function: {"tcp://b:2": self.version},
            loop=None,
            nthreads=lambda: {"tcp://b:2": 1},
            submit=lambda function, *task, pure: SimpleNamespace(key=str(task), result=lambda: function(*task), release=lambda: None),
        )

    @staticmethod
    def as_completed(futures: list[Any], loop: None) -> Any:
        class Ready(list[Any]):
            add = list.append

            def __iter__(self) -> Iterator[Any]:
                while self:
                    yield self.pop()

        return Ready(futures)


def divide(number: int) -> float:
    """Divide; what can't be divided by 0 stands for a scheduler that is gone, and 13 for a worker."""
    return 12 / number if number != 13 else {}["gone"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_has_no_cluster_is_told_what_to_do(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    for code, dask in (("missing", None), ("silent", Dask(silent=True)), ("other", Dask("9.9"))):
        monkeypatch.setitem(sys.modules, "distributed", dask)
        with pytest.raises(ReportError, match=WORDS[code][language]):
            Cluster("tcp://a:1", language)
    monkeypatch.setitem(sys.modules, "distributed", Dask())
    with pytest.raises(ReportError, match=WORDS["lost"][language]):
        Cluster("tcp://a:1", language).spread(divide, [1, 13])


def test_tasks_come_as_they_are_ready_and_are_spread_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", Dask())
    cluster = Cluster("tcp://a:1", "en")
    assert cluster.spread(divide, [1, 2, 3, 4, 6]) == list(map(divide, [1, 2, 3, 4, 6])) == [12, 6, 4, 3, 2]
    assert cluster.spread(max, [1, 5], repeat(3)) == [3, 5] and cluster.spread(divide, []) == []
    found = dict(cluster.collect(divide, [4, 13, 3]))
    assert (found[0], found[2]) == (3, 4) and isinstance(found[1], Gone)
    with pytest.raises(ReportError, match="lost the workers"):
        cluster.spread(divide, [0])


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[Cluster, LocalCluster]]:
    """Give a cluster of two workers on this machine, each a process of its own."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed: pip install 'plg-toolkit[cluster]'")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local,
        Cluster(local.scheduler_address, "en") as cluster,
    ):
        yield cluster, local


def test_scales_estimated_on_a_cluster_are_those_estimated_here(cluster: tuple[Cluster, LocalCluster]) -> None:
    study = load_study(ROOT / "datasets" / "zes_scholen")
    scores = compute_scores(read_responses(study), study)
    few = scores[(scores["instrument"] == study.primary.instrument) & (scores["scale"] == study.primary.scale)]
    for estimate in (estimate_change, estimate_roles):
        pd.testing.assert_frame_equal(estimate(few, study, spread=cluster[0].spread), estimate(few, study))


def test_pages_of_a_cluster_that_loses_a_worker_halfway_are_those_made_here(
    cluster: tuple[Cluster, LocalCluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PAGES", 1)
    made = MadeResults()
    make_cohort(made, 4)
    study = make_study(4, instruments=("uwes9",))
    requests = make_requests(plan_pages(study, ["nl", "en"], ["summary"]), study, made.finish(), tmp_path)
    here = {page.request.name: page.html for page in render_pages(requests, tmp_path)}
    there: dict[str, str] = {}
    for page in render_pages(requests, tmp_path, cluster=cluster[0]):
        if not there:  # the other pages are at hand, or waiting
            os.kill(next(worker.pid for worker in cluster[1].workers.values()), signal.SIGKILL)
        assert page.error == ""
        there[page.request.name] = page.html
    assert there == here and len(here) == 8


def test_a_whole_run_takes_the_address_of_a_cluster(cluster: tuple[Cluster, LocalCluster], tmp_path: Path) -> None:
    study = begin(tmp_path)
    ran = plg("run", study, "--cluster", cluster[1].scheduler_address, "--page", "summary", "-o", tmp_path / "out", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert [path.name[:8] for path in (tmp_path / "out").glob("s*.html")] == ["summary-"]
