import asyncio
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.page_kernel import PageGuard
from toolkit.report.rendering.notebooks import insert_parameters, load_template
from toolkit.report.rendering.page_requests import PageRequest, RenderedPage
from toolkit.report.rendering.rendering import render_pages

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
    pages = list(render_pages([request(template, name) for name in names], tmp_path))
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


DRAWN = """
import pandas as pd
import seaborn as sns
from IPython.display import Markdown, display
from toolkit.notebook import describe_figure
display(Markdown("## Words of *mine*"))
frame = pd.DataFrame({"school": ["a", "b"], "n": [5, 6]})
display(frame, frame["n"])
ax = sns.pointplot(frame, x="school", y="n")
if school != "Bare":
    describe_figure(ax, "From 5 to 6")
ax
"""


def test_a_cell_may_show_words_frames_and_described_figures(tmp_path: Path) -> None:
    template = write_template(tmp_path, DRAWN)
    whole, bare = render_pages([request(template, name) for name in ("Whole", "Bare")], tmp_path)
    assert not whole.error
    assert '<h2 id="words-of-mine">Words of <em>mine</em></h2>' in whole.html
    assert [f"Table {number}</caption>" in whole.html for number in (1, 2, 3)] == [True, True, False]
    assert whole.html.count("<img") == 1 and 'alt="From 5 to 6"' in whole.html and "Axes" not in whole.html
    assert bare.error.startswith("cell 2 (import pandas as pd): The figure of this cell has no description")
    assert "describe_figure(" in bare.error and not bare.html


def test_a_page_for_sharing_is_made_by_a_kernel_that_is_guarded_from_its_first_cell_on(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("code,score", encoding="utf-8")
    (tmp_path / "own.json").write_text("{}", encoding="utf-8")
    first = "from toolkit.page_kernel import find_page_floor\nopen('own.json').close()\nfloor = find_page_floor()"
    template = write_template(tmp_path, f"{first}\nif school == 'Bad': open('answers.csv')\nfloor")
    guard = PageGuard(7, str(tmp_path / "own.json"), (str(tmp_path),))
    asked = [replace(request(template, name), guard=guard) for name in ("Bad", "Good")]
    bad, good, internal = render_pages([*asked, request(template, "Internal")], tmp_path)
    assert bad.error.startswith("ReportError: A page for sharing does not open files with answers")
    assert "<pre>7</pre>" in good.html and "<pre>0</pre>" in internal.html


def test_a_notebook_of_ones_own_works_in_its_own_folder_and_says_on_its_page_what_it_is(tmp_path: Path) -> None:
    for folder in ("mine", "internal"):
        (tmp_path / folder).mkdir()
    template = write_template(tmp_path / "mine", "from pathlib import Path\n[Path.cwd().name, study_file]")
    asked = PageRequest("a.html", template, {"study_file": "../study.toml"}, "T", "en", mark='my "own".ipynb', internal=True)
    [page] = render_pages([replace(asked, folder=template.parent)], tmp_path / "internal")
    assert "[&#39;mine&#39;, &#39;../study.toml&#39;]" in page.html
    assert '<meta name="plg-notebook" content="my &#34;own&#34;.ipynb">' in page.html
    assert page.html.count("Internal: do not share") == 1
    assert nbformat.reads(page.notebook, as_version=4).cells[2].source == "study_file = '../study.toml'"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["There is no notebook", "This is not a notebook", "has no code cell tagged"]),
        ("nl", ["Er is geen notebook", "Dit is geen notebook", "heeft geen codecel met het label"]),
    ],
)
def test_what_is_no_notebook_to_run_is_told_with_what_to_do(language: Language, told: list[str], tmp_path: Path) -> None:
    (tmp_path / "text.ipynb").write_text("words", encoding="utf-8")
    (tmp_path / "list.ipynb").write_text("[1]", encoding="utf-8")
    (tmp_path / "binary.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "cells.ipynb").write_text('{"cells": [{"cell_type": "code"}], "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
    words = nbformat.v4.new_markdown_cell("x", metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[words]), tmp_path / "plain.ipynb")
    cases = {"gone": 0, "text": 1, "list": 1, "binary": 1, "cells": 1, "plain": 2}
    for name, place in cases.items():
        with pytest.raises(ReportError, match=rf"^{name}.ipynb: .*{told[place]}"):
            load_template(tmp_path / f"{name}.ipynb", language)


def test_parameters_go_in_below_their_cell_and_leave_the_template_as_it_was(tmp_path: Path) -> None:
    template = load_template(write_template(tmp_path, SHOW))
    filled = insert_parameters(template, {"school": 'De "Linde"'})
    assert filled.cells[1].source == "school = 'De \"Linde\"'"
    assert len(template.cells) == 2 and len(filled.cells) == 3


def test_pages_are_made_where_a_loop_runs_already_as_in_a_notebook(tmp_path: Path) -> None:
    async def make() -> list[RenderedPage]:
        return list(render_pages([request(write_template(tmp_path, SHOW), "Aspen")], tmp_path))

    (page,) = asyncio.run(make())
    assert not page.error and '<h2 id="a">Aspen</h2>' in page.html
