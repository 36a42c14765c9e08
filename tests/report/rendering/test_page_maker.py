"""Workers that make pages after one another: each page as if it were alone, and those that are lost told."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.made_study import make_study
from tests.report.made_results import MadeResults, make_cohort
from toolkit import workers
from toolkit.report.publishing.pages import make_requests, plan_pages
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.rendering.page_requests import PageRequest
from toolkit.report.rendering.rendering import render_pages

NAMES = ("Aspen", "Birch", "Cedar", "Dogwood")


@pytest.fixture(scope="module")
def server() -> Iterator[KernelServer]:
    """Give the process that forks workers."""
    with KernelServer() as started:
        yield started


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> list[PageRequest]:
    """Give the pages of four schools in two languages."""
    study = make_study(4, instruments=("uwes9",))
    named = [school.model_copy(update={"name": name}) for school, name in zip(study.schools, NAMES, strict=True)]
    made = MadeResults()
    make_cohort(made, 4)
    study = study.model_copy(update={"schools": tuple(named)})
    return make_requests(plan_pages(study, ["nl", "en"], ["school", "summary"]), study, made.finish(), tmp_path_factory.mktemp("internal"))


def make(requests: list[PageRequest], server: KernelServer) -> dict[str, str]:
    pages = list(render_pages(requests, Path(), jobs=1, server=server))
    assert [page.error for page in pages] == [""] * len(requests)
    return {page.request.name: page.html for page in pages}


def test_no_page_holds_anything_of_a_school_whose_page_the_same_worker_made(
    requests: list[PageRequest], server: KernelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = make(requests, server)
    for name, page in together.items():
        own = next(school for school in NAMES if school.lower() in name)
        assert own in page and not [other for other in NAMES if other != own and other in page]
    assert make(requests[::-1], server) == together
    monkeypatch.setattr(workers, "PAGES", 1)
    assert make(requests[:4], server) == {request.name: together[request.name] for request in requests[:4]}


def test_a_page_that_fails_tells_why_and_the_others_are_made(requests: list[PageRequest], server: KernelServer) -> None:
    known = requests[0].known
    assert known
    broken = replace(requests[0], known=lambda: replace(known(), results=pickle.dumps("no results")))
    bad, good = render_pages([broken, requests[1]], Path(), jobs=1, server=server)
    assert bad.error.startswith("AttributeError: ") and not bad.html and '"output_type": "error"' in bad.notebook
    assert not good.error
