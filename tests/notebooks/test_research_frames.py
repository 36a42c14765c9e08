"""The first four notebooks for researchers: they run from any folder on a study and on a plain table, and show frames and figures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from toolkit.report.rendering.notebooks import choose_words

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
NAMES = ("01_first_look", "02_change", "03_key_factors", "04_schools")
#: Those that run on a plain table whenever tests run.
OFTEN = ("02_change",)
FIRST = ["study_file", "school", "language", "results_file", "dates"]
LONGEST = 15
TABLE = "teams.csv"
STUDY = "zes_scholen"
#: What stands in the cells of a frame that have no value.
NOTHING = {"", "NaN", "None", "&lt;NA&gt;"}


def load(name: str) -> NotebookNode:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def list_cells(name: str, kind: str) -> list[NotebookNode]:
    return [cell for cell in load(name).cells if cell.cell_type == kind]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_stored_without_outputs_and_with_ids_that_tell(name: str) -> None:
    notebook = load(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [cell.id for cell in notebook.cells if not re.fullmatch("[a-z-]+", cell.id)] == []
    assert [cell.id for cell in list_cells(name, "code") if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_all_that_has_to_be_changed(name: str) -> None:
    first, *others = list_cells(name, "code")
    assert first.metadata["tags"] == ["parameters"]
    assert [node.targets[0].id for node in ast.parse(first.source).body][: len(FIRST)] == FIRST
    assert [cell.id for cell in others if STUDY in cell.source or TABLE in cell.source] == []


@pytest.mark.parametrize("name", NAMES)
def test_code_cells_are_short(name: str) -> None:
    assert [cell.id for cell in list_cells(name, "code") if len(cell.source.splitlines()) > LONGEST] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_word_stands_in_dutch_as_well_with_the_same_code_and_headings(name: str) -> None:
    for cell in list_cells(name, "markdown"):
        dutch = cell.metadata["nl"]
        assert dutch.strip() != cell.source.strip(), cell.id
        for pattern in (r"(?m)^#+ ", r"`[^`\n]+`", r"(?m)^(?:- |\|)"):  # headings, code, lists and tables
            said, told = (re.findall(pattern, words) for words in (cell.source, dutch))
            assert [part for part in said if said.count(part) > told.count(part)] == [], cell.id


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_described_for_who_cannot_see_it(name: str) -> None:
    drawn = [cell for cell in list_cells(name, "code") if re.search(r"\b(plg\.plot_|sns\.[a-z]+plot|sm\.qqplot)", cell.source)]
    assert [cell.id for cell in drawn if "describe_figure(" not in cell.source] == []
    assert len(drawn) >= 2


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelManager]:
    """Give one kernel for all notebooks, which works in a folder of its own; so libraries are imported once."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(tmp_path_factory.mktemp("elsewhere")))
    yield manager
    manager.shutdown_kernel(now=True)


def run(name: str, kernel: KernelManager, **parameters: str) -> list[dict[str, Any]]:
    """Return what the cells of a notebook show, each by the kind of its content, after it was run from top to bottom."""
    notebook = choose_words(load(name), parameters["language"])
    cells = notebook.cells
    place = next(place for place, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", []))
    changed = "\n".join(f"{key} = {value!r}" for key, value in parameters.items())
    cells.insert(place + 1, nbformat.v4.new_code_cell(changed))
    cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    client = NotebookClient(notebook, km=kernel, timeout=120)
    client.execute()
    client.kc.stop_channels()
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in outputs if output.output_type == "stream"] == []  # no warnings either
    return [output.data for output in outputs]


def check_shown(shown: list[dict[str, Any]]) -> None:
    """Assert that frames and figures were shown, and no frame in which nothing stands."""
    frames = [data["text/html"] for data in shown if "dataframe" in data.get("text/html", "")]
    figures = [data for data in shown if "image/png" in data]
    assert len(frames) >= 2 and len(figures) >= 2
    assert [frame for frame in frames if set(re.findall("<td>(.*?)</td>", frame)) <= NOTHING] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_on_a_study(name: str, kernel: KernelManager) -> None:
    check_shown(run(name, kernel, study_file=STUDY, language="en"))


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in OFTEN else pytest.mark.slow) for name in NAMES])
def test_a_notebook_runs_on_a_plain_table_in_dutch(name: str, kernel: KernelManager) -> None:
    check_shown(run(name, kernel, study_file=TABLE, language="nl"))
