from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.report.made_results import make_study
from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.report.publishing import notebooks as publishing
from toolkit.report.publishing.notebooks import locate_notebook, publish_notebook
from toolkit.report.rendering.page_requests import PageRequest
from toolkit.shipped import DATASETS
from toolkit.study.loading import load_study


@pytest.mark.parametrize(
    ("language", "told"), [("nl", "notebook ‘plannig’. Is ‘planning’ bedoeld"), ("en", "notebook ‘plannig’. Is ‘planning’ meant")]
)
def test_a_name_that_is_no_notebook_is_told_with_the_nearest_one(language: Language, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        locate_notebook("plannig", language)


def test_a_page_is_titled_by_its_notebook_and_study_in_its_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PageRequest] = []

    def render(requests: list[PageRequest], folder: Path, *, timeout: int) -> list[SimpleNamespace]:
        asked.extend(requests)
        return [SimpleNamespace(request=request, error="", html="") for request in requests]

    monkeypatch.setattr(publishing, "render_pages", render)
    monkeypatch.setattr(publishing, "keep_notebook", lambda page, folder: None)
    for name in ("planning", "08_planning"):
        publish_notebook(make_study(tmp_path), locate_notebook(name, "en"), tmp_path / "out")
    assert [request.language for request in asked] == ["nl", "en"] * 2
    assert len({request.title for request in asked}) == 2
    assert all(request.title.endswith({"nl": "– Gemaakte studie", "en": "– Made study"}[request.language]) for request in asked)


@pytest.mark.parametrize(("language", "says"), [("nl", "Intern: niet delen"), ("en", "Internal: do not share")])
def test_the_page_and_what_was_executed_are_internal_and_say_so(tmp_path: Path, language: Language, says: str) -> None:
    study = load_study(DATASETS / "zes_scholen")
    (page,) = publish_notebook(study, locate_notebook("first_look", language), tmp_path / "out", languages=[language])
    assert page == tmp_path / "out" / "internal" / f"01_first_look-{language}.html"
    words = page.read_text(encoding="utf-8")
    assert f"– {study.title[language]}</title>" in words and str(tmp_path) not in words
    assert says in words
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["internal"]
    internal = tmp_path / "out" / "internal"
    assert (internal / ".gitignore").read_text() == "*\n"
    assert says in (internal / f"01_first_look-{language}.ipynb").read_text(encoding="utf-8")
