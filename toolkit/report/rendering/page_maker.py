"""One page from one task, both as bytes: whoever makes it, here or on another machine, needs nothing but the toolkit and the task.

The cells of a shipped template are run as they stand, in a namespace of their own, without a Jupyter kernel around them: what they show is
markup that is ready. A process makes many pages after one another, and each begins from the same state.
"""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import pickle
import random
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, get_args

from nbformat import NotebookNode, v4

from toolkit.errors import ToolkitError
from toolkit.languages import Language, load_text, set_language
from toolkit.page_kernel import Handed, PageGuard, enter_page_kernel, hand_over
from toolkit.plots.style import keep_house_style
from toolkit.report.content.reads import list_plain, sign_reads
from toolkit.report.html.elements import Html, open_templates
from toolkit.report.rendering.in_place import lay_out, run_cell
from toolkit.report.rendering.notebooks import choose_words, insert_parameters, is_sheet, join_shown, load_template, write_notebook
from toolkit.report.rendering.page_requests import MadePage, PageTask
from toolkit.shipped import NOTEBOOKS


def warm_up() -> None:
    """Open what every page needs, whatever it is about: who is forked after this has it at hand."""
    for language in get_args(Language):
        load_text(language)
        _open_template("summary", language)
    templates = open_templates()
    for name in templates.list_templates():
        templates.get_template(name)


def make_page(task: bytes) -> bytes:
    """Return the page of a task: a `PageTask` pickled, and a `MadePage` pickled."""
    return pickle.dumps(_make(pickle.loads(task)))


def _make(task: PageTask) -> MadePage:
    notebook = insert_parameters(_open_template(task.template, task.language), task.parameters)
    _reset(task.language)
    _enter_once(task.guard)
    handed = Handed(_open_studies(task.known.studies), pickle.loads(task.known.results), task.known.note)
    hand_over(handed)
    html, error = "", ""
    try:
        _run_cells(notebook, task.parameters)
        html = lay_out(join_shown(notebook), task.title, task.language, sheet=is_sheet(notebook))
    except ToolkitError as refused:
        error = str(refused)
    except _Failed as failed:
        error = f"{type(failed.cause).__name__}: {failed.cause}"
    finally:
        hand_over(None)
    reads = list_plain(handed.views[0].reads) if html and len(handed.views) == 1 else ()
    shown = sign_reads(handed.views[0], reads) if reads else ""
    return MadePage(html, write_notebook(notebook, task.language), error, reads, shown)


def _reset(language: Language) -> None:
    """Put back what a page before may have moved: the language, the style and chance."""
    set_language(language)
    keep_house_style()
    random.seed(0)


@cache
def _open_template(name: str, language: Language) -> NotebookNode:
    return choose_words(load_template(NOTEBOOKS / f"{name}.ipynb"), language)


@lru_cache(maxsize=2)
def _open_studies(content: bytes) -> tuple[Any, ...]:
    return tuple(pickle.loads(content))


@cache
def _enter_once(guard: PageGuard | None) -> None:
    """Make this process one that makes pages for sharing; a guard of which nothing differs is there already."""
    if guard:
        enter_page_kernel(guard)


class _Failed(Exception):
    """A cell failed, from the `cause`."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _run_cells(notebook: NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Run the code cells in a namespace of their own, and note in the notebook what each shows."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, 1):
        cell.execution_count = number
        try:
            shown = run_cell(cell.source, names)
        except Exception as error:
            cell.outputs = [v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])]
            raise _Failed(error) from error
        if shown is not None:
            assert isinstance(shown, Html), f"A cell of a shipped template shows {type(shown).__name__}."
            data = {"text/html": shown.markup}
            cell.outputs = [NotebookNode(output_type="execute_result", metadata={}, data=data, execution_count=number)]
