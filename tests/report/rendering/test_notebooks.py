from pathlib import Path

import nbformat
import pytest

from toolkit.errors import ReportError
from toolkit.report.rendering.notebooks import PageRequest, insert_parameters, load_template, render_pages

SHOW = "from IPython.display import HTML\nHTML(f'<h2 id=\"a\">{school}</h2>')"


def write_template(folder: Path, *sources: str) -> Path:
    cells = [nbformat.v4.new_code_cell('school = ""', metadata={"tags": ["parameters"]}, id="parameters")]
    cells += [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    path = folder / "template.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def request(template: Path, school: str) -> PageRequest:
    return PageRequest(f"{school}.html", template, {"school": school}, school, "en")


def test_every_page_is_of_its_own_school_and_starts_from_a_clean_state(tmp_path: Path) -> None:
    leak = "import builtins\nassert not hasattr(builtins, 'seen')\nbuiltins.seen = school"
    template = write_template(tmp_path, leak, SHOW)
    names = ["Aspen", "Birch", "Cedar", "Dogwood"]
    pages = render_pages([request(template, name) for name in names], tmp_path)
    for page, name in zip(pages, names, strict=True):
        assert not page.error
        assert f'<h2 id="a">{name}</h2>' in page.html
        assert not any(other in page.html for other in names if other != name)


def test_a_failing_a_hanging_and_a_dying_school_are_reported_and_the_others_are_finished(tmp_path: Path) -> None:
    trouble = (
        "import os, time\nif school == 'Bad': raise ValueError('no such scale')\n"
        "if school == 'Slow': time.sleep(60)\nif school == 'Dead': os._exit(3)"
    )
    template = write_template(tmp_path, trouble, SHOW)
    pages = render_pages([request(template, name) for name in ("Bad", "Slow", "Good", "Dead")], tmp_path, timeout=2)
    errors = {page.request.parameters["school"]: page.error for page in pages}
    assert errors["Good"] == ""
    assert errors["Bad"] == "ValueError: no such scale"
    assert errors["Slow"] == "A cell took longer than 2 seconds and was stopped."
    assert errors["Dead"].startswith("The kernel ended by itself")


def test_parameters_go_in_below_their_cell_and_leave_the_template_as_it_was(tmp_path: Path) -> None:
    template = load_template(write_template(tmp_path, SHOW))
    filled = insert_parameters(template, {"school": 'De "Linde"'})
    assert filled.cells[1].source == "school = 'De \"Linde\"'"
    assert len(template.cells) == 2 and len(filled.cells) == 3


def test_a_template_without_parameters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(ReportError, match="no cell tagged 'parameters'"):
        load_template(path)
