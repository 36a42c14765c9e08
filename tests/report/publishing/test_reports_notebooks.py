from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.report.made_results import make_study
from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.report.publishing import reports as publishing
from toolkit.report.publishing.reports import publish_notebook
from toolkit.report.rendering.notebooks import PageRequest
from toolkit.report.research.view import load_research


@pytest.mark.parametrize(
    ("language", "told"), [("nl", "notebook ‘growht’. Is ‘growth’ bedoeld"), ("en", "notebook ‘growht’. Is ‘growth’ meant")]
)
def test_a_name_that_is_no_notebook_is_told_with_the_nearest_one(language: Language, told: str, tmp_path: Path) -> None:
    study = make_study(tmp_path).model_copy(update={"languages": (language,)})
    with pytest.raises(ReportError, match=told):
        publish_notebook(study, "growht", tmp_path / "out")


def test_a_page_is_titled_by_its_notebook_and_study_in_its_language(open_made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    research = open_made()
    asked: list[PageRequest] = []

    def render(requests: list[PageRequest], folder: Path, *, timeout: int) -> list[SimpleNamespace]:
        asked.extend(requests)
        return [SimpleNamespace(request=request, error="", html="") for request in requests]

    monkeypatch.setattr(publishing, "estimate_research", lambda study, name: (research.results, research.tables))
    monkeypatch.setattr(publishing, "render_pages", render)
    monkeypatch.setattr(publishing, "write_notebook", lambda page, folder: None)
    publish_notebook(research.study, "growth", tmp_path / "out")
    titles = {request.language: request.title for request in asked}
    assert titles == {"nl": "Verloop over de metingen – Gemaakte studie", "en": "The course over the measurements – Made study"}


@pytest.mark.parametrize(("language", "says"), [("nl", "Intern: niet delen"), ("en", "Internal: do not share")])
def test_the_page_and_what_was_executed_are_internal_and_say_so(
    open_made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language, says: str
) -> None:
    research = open_made()
    monkeypatch.setattr(publishing, "estimate_research", lambda study, name: (research.results, research.tables))
    (page,) = publish_notebook(research.study, "growth", tmp_path / "out", languages=[language])
    assert page == tmp_path / "out" / "internal" / f"growth-{language}.html"
    words = page.read_text(encoding="utf-8")
    assert f"– {research.study.title[language]}</title>" in words and str(tmp_path) not in words
    assert says in words
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["internal"]
    internal = tmp_path / "out" / "internal"
    assert (internal / ".gitignore").read_text() == "*\n"
    assert says in (internal / f"growth-{language}.ipynb").read_text(encoding="utf-8")
    assert load_research(internal / "growth.results.json")[1].keys() == research.tables.keys()
