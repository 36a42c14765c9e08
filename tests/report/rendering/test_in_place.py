"""A template run in this process gives the page that the same cells give when a kernel ran them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from toolkit.languages import Language
from toolkit.report.rendering.in_place import lay_out, render_in_place
from toolkit.report.rendering.notebooks import export_page
from toolkit.report.sections.data_check import Check, open_check, show_check_title, show_files
from toolkit.shipped import NOTEBOOKS

CELLS = {
    "from toolkit.notebook import open_check, show_check_title, show_files": None,
    "check = open_check(study_file, language)": None,
    "show_check_title(check)": show_check_title,
    "language": None,
    "show_files(check)": show_files,
}


@pytest.fixture(scope="module")
def read() -> Check:
    """Give what was read of a small study."""
    return open_check(NOTEBOOKS.parent / "datasets" / "univbct", "nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_made_here_equals_the_page_of_an_executed_notebook(read: Check, tmp_path: Path, language: Language) -> None:
    check = open_check(read, language)
    notebook = nbformat.v4.new_notebook()
    guide = nbformat.v4.new_markdown_cell("For the researcher.", metadata={"tags": ["guide"]})
    notebook.cells = [guide, nbformat.v4.new_code_cell('study_file = "none"\nlanguage = ""', metadata={"tags": ["parameters"]})]
    for source, show in CELLS.items():
        outputs = [nbformat.v4.new_output("execute_result", {"text/html": show(check).markup})] if show else []
        notebook.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    nbformat.write(notebook, tmp_path / "template.ipynb")
    made = render_in_place(tmp_path / "template.ipynb", {"study_file": read, "language": language}, "Title", language)
    assert made == export_page(notebook, "Title", language, internal=True)


def test_a_page_without_a_title_of_its_own_gets_one_and_says_that_it_is_internal() -> None:
    page = lay_out('<h2 id="a">One</h2>\n<p>Two</p>\n', "Three", "en", internal=True)
    assert '<h1 id="title">Three</h1>' in page and '<li><a href="#a">One</a></li>' in page
    assert page.count("Internal") == 1 and "Internal" not in lay_out("<p>Two</p>", "Three", "en")
    assert "<nav" not in lay_out('<h2 id="a">One</h2>\n', "Three", "en", sheet=True)
