"""The template notebooks: thin, without outputs, and whole in both languages on the example study."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.estimated import estimate_shipped
from toolkit.report.html.elements import Html
from toolkit.report.publishing.pages import KINDS
from toolkit.results.results import save_results

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
EXAMPLE = NOTEBOOKS.parent / "datasets" / "zes_scholen" / "study.toml"
#: The notebooks to read have a number in front.
TEMPLATES = sorted(NOTEBOOKS.glob("[a-z]*.ipynb"))
NAMES = [path.stem for path in TEMPLATES]
LANGUAGES = ("nl", "en")
PARAMETERS = ["study_file", "school", "language", "results_file"]


def load(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def list_code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in load(path).cells if cell.cell_type == "code"]


def get_tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def run(path: Path, **parameters: str) -> list[Any]:
    """Return what each cell of the template shows, run as a notebook would with these parameters."""
    names: dict[str, Any] = {}
    shown = []
    for cell in list_code(path):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path.name, "exec"), names)
        if "parameters" in get_tags(cell):
            names |= parameters
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))
    return shown


def test_there_is_a_template_for_each_report():
    assert sorted(["data_check", *KINDS.values()]) == NAMES


def test_a_template_is_a_valid_notebook_with_ids_that_tell(subtests: pytest.Subtests):
    for path in TEMPLATES:
        with subtests.test(path.stem):
            notebook = load(path)
            nbformat.validate(notebook)
            assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
            ids = [cell.id for cell in notebook.cells]
            assert len(ids) == len(set(ids))
            assert [id for id in ids if not re.fullmatch("[a-z_-]+", id)] == []


def test_a_template_holds_no_outputs():
    cells = [(path.stem, cell.id, cell.outputs, cell.execution_count) for path in TEMPLATES for cell in list_code(path)]
    assert [place for *place, outputs, count in cells if outputs != [] or count is not None] == []


def test_parameters_stand_in_the_first_code_cell_and_are_the_same_everywhere():
    cells = {path.stem: list_code(path) for path in TEMPLATES}
    tagged = {name: [place for place, cell in enumerate(code) if "parameters" in get_tags(cell)] for name, code in cells.items()}
    assert tagged == {name: [0] for name in NAMES}
    named = {name: [node.targets[0].id for node in ast.parse(code[0].source).body] for name, code in cells.items()}
    other = {"board_report": ["study_file", "board", "language", "results_file"], "cohorts": ["study_file", "language", "results_file"]}
    assert named == {name: other.get(name, PARAMETERS) for name in NAMES}


def test_a_template_is_thin(subtests: pytest.Subtests):
    for path in TEMPLATES:
        with subtests.test(path.stem):
            cells = list_code(path)
            assert all(isinstance(node, ast.ImportFrom) for node in ast.parse(cells[1].source).body)
            assert [cell.id for cell in cells[2:] if len(ast.parse(cell.source).body) != 1 or "import" in cell.source] == []


def test_all_words_beside_the_code_are_for_the_researcher():
    words = [(path.stem, cell) for path in TEMPLATES for cell in load(path).cells if cell.cell_type == "markdown"]
    assert [(name, cell.id) for name, cell in words if "guide" not in get_tags(cell)] == []


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "results.json"
    save_results(estimate_shipped("zes_scholen").results, path)
    return path


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("school_report", {"school": "s1"}),
        ("school_report", {"school": "s6"}),
        ("summary", {"school": "s1"}),
        ("summary", {"school": "s6"}),
        ("across_schools", {"school": ""}),
        ("board_report", {"board": "Stichting Verzonnen Onderwijs"}),
        ("data_check", {"school": ""}),
    ],
)
def test_a_template_shows_every_section_in_both_languages(template: str, place: dict[str, str], saved: Path, subtests: pytest.Subtests):
    path = NOTEBOOKS / f"{template}.ipynb"
    for language in LANGUAGES:
        with subtests.test(language):
            shown = run(path, study_file=str(EXAMPLE), language=language, results_file=str(saved), **place)
            assert sum(bool(part.markup) for part in shown) >= 3
            for cell, part in zip(list_code(path)[3:], shown, strict=True):
                assert isinstance(part, Html)
                silent = place.get("school") == "s6"  # nothing of it may be shown, so most sections have nothing to say
                assert part.markup or silent or "optional" in get_tags(cell)  # what this study does not ask for


def test_a_page_made_by_hand_equals_the_page_from_saved_results(saved: Path):
    parameters = {"study_file": str(EXAMPLE), "school": "s2", "language": "nl"}
    by_hand, from_file = (run(NOTEBOOKS / "school_report.ipynb", **parameters, results_file=file) for file in ("", str(saved)))
    assert [part.markup for part in by_hand] == [part.markup for part in from_file]
