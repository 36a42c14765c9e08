"""Notebooks of somebody's own: copied without overwriting, and refused before anything is made where they can't make a page."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.report.made_results import make_study
from toolkit.errors import ReportError
from toolkit.report.publishing.pages import KINDS, describe_template, plan_pages
from toolkit.report.publishing.templates import copy_notebook, list_notebooks, list_research, open_templates
from toolkit.report.rendering.notebooks import load_template
from toolkit.shipped import NOTEBOOKS
from toolkit.study.study import Study


def take(study: Study, languages: tuple[str, ...]) -> Study:
    return study.model_copy(update={"languages": languages})


@pytest.mark.parametrize("name", ["school_report", "board_report", "02_change"])
def test_a_copy_is_the_shipped_notebook_with_this_study_in_its_parameters(name: str, tmp_path: Path) -> None:
    study = take(make_study(tmp_path, 3), ("en",))
    copied = copy_notebook(name.lstrip("0_2"), study)
    assert copied == tmp_path / f"{name}.ipynb"
    ours, shipped = load_template(copied), load_template(NOTEBOOKS / f"{name}.ipynb")
    parameters = next(cell for cell in ours.cells if "parameters" in cell.metadata.get("tags", ()))
    found: dict[str, str] = {}
    exec(parameters.source, found)
    expected = {"study_file": "study.toml", "language": "en", "results_file": ""}
    expected |= {"school_report": {"school": "s1"}, "board_report": {"board": ""}, "02_change": {"school": ""}}[name]
    assert {key: found[key] for key in expected} == expected
    others = [[cell.source for cell in book.cells if "parameters" not in cell.metadata.get("tags", ())] for book in (ours, shipped)]
    assert others[0] == others[1]


def test_every_shipped_notebook_can_be_copied_and_stays_a_valid_one(tmp_path: Path) -> None:
    study = make_study(tmp_path, 3)
    copies = [copy_notebook(name, study) for name in list_notebooks()]
    assert {*KINDS.values(), "data_check", *list_research()} == {path.stem for path in copies}
    for path in copies:
        nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))


@pytest.mark.parametrize(
    ("language", "there", "unknown"),
    [
        ("en", "There is a notebook with this name here already", "There is no notebook ‘shool_report’. Is ‘school_report’ meant"),
        ("nl", "Er staat hier al een notebook met deze naam", "Er is geen notebook ‘shool_report’. Is ‘school_report’ bedoeld"),
    ],
)
def test_nothing_is_overwritten_and_an_unknown_name_is_told(language: str, there: str, unknown: str, tmp_path: Path) -> None:
    study = take(make_study(tmp_path), (language,))
    mine = copy_notebook("summary", study)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError, match=there):
        copy_notebook("summary", study)
    assert mine.read_text(encoding="utf-8") == "mine"
    with pytest.raises(ReportError, match=unknown):
        copy_notebook("shool_report", study)


def test_a_remark_behind_a_parameter_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = 'study_file = "zes_scholen"  # a study, or a plain CSV\nschool = ""\nlanguage = "en"\ninstrument = "uwes9"'
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    (tmp_path / "shipped").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "shipped" / "look.ipynb")
    monkeypatch.setattr("toolkit.report.publishing.templates.NOTEBOOKS", tmp_path / "shipped")
    copied = copy_notebook("look", take(make_study(tmp_path), ("nl",)))
    assert load_template(copied).cells[0].source == source.replace("zes_scholen", "study.toml").replace('"en"', '"nl"')


def test_a_template_is_known_by_its_kind_or_by_the_shipped_one_it_stands_for(tmp_path: Path) -> None:
    study = make_study(tmp_path, 3)
    mine = copy_notebook("school_report", study)
    pages = plan_pages(study, ["en"])
    assert open_templates({"school": mine}, pages, "en") == open_templates({"school_report": str(mine)}, pages, "en") == {"school": mine}
    assert describe_template(mine).startswith("school_report.ipynb (") and len(describe_template(mine)) == len("school_report.ipynb (") + 13


@pytest.mark.parametrize(
    ("language", "unknown", "unused"),
    [
        ("en", "There is no kind of page ‘scool’. Is ‘school’ meant", "No page of the kind ‘board’ is made"),
        ("nl", "Er is geen soort pagina ‘scool’. Is ‘school’ bedoeld", "Er wordt geen pagina van de soort ‘board’ gemaakt"),
    ],
)
def test_a_template_that_makes_no_page_is_told(language: str, unknown: str, unused: str, tmp_path: Path) -> None:
    study = make_study(tmp_path, 3)
    mine, pages = copy_notebook("board_report", study), plan_pages(study, ["en"])
    for name, told in (("scool", unknown), ("board", unused)):
        with pytest.raises(ReportError, match=told):
            open_templates({name: mine}, pages, language)  # type: ignore[arg-type]
    with pytest.raises(ReportError, match=r"^gone.ipynb: "):
        open_templates({"school": tmp_path / "gone.ipynb"}, pages, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "first"), [("nl", "# Rapport van een school"), ("en", "# School report")])
def test_a_copy_speaks_the_language_of_the_study_and_keeps_no_other_words(language: str, first: str, tmp_path: Path) -> None:
    copied = load_template(copy_notebook("school_report", take(make_study(tmp_path, 3), (language,))))
    words = [cell for cell in copied.cells if cell.cell_type == "markdown"]
    assert words[0].source.startswith(first)
    assert not any({"nl", "en"} & set(cell.metadata) for cell in words)


def test_every_shipped_notebook_has_all_its_words_in_dutch_too() -> None:
    for name in list_notebooks():
        for cell in load_template(NOTEBOOKS / f"{name}.ipynb").cells:
            if cell.cell_type == "markdown":
                assert cell.metadata.get("nl", "").strip() and cell.metadata["nl"] != cell.source, (name, cell.id)
