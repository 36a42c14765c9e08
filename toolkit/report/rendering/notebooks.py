"""Template notebooks, and the pages that they become: one file each, without a request, a script, or anything of the notebook but what it
shows.
"""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from toolkit.errors import Problem, ReportError
from toolkit.languages import Language, Text, find_spoken, load_text
from toolkit.report.html.elements import FAULT, Html, escape, show_markdown
from toolkit.report.rendering.in_place import lay_out
from toolkit.shipped import PAGE

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode


#: Cells that stay out of a page: those that speak to the researcher, and the parameters.
INJECTED = "injected-parameters"
LEFT_OUT = ("guide", "parameters", INJECTED)
#: How a result begins that is axes, a figure or part of one.
_DRAWN = re.compile(r"\W*<(Axes|Figure|matplotlib\.|seaborn\.)|\(?array\(\[+<Axes")


def load_template(path: Path, language: Language | None = None) -> NotebookNode:
    """Return the notebook at `path`; `ReportError` where there is none, or where none of its code cells is tagged `parameters`."""
    text = load_text(language or find_spoken())
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (FileNotFoundError, IsADirectoryError):
        raise ReportError(text.find_fault("notebook_missing", path.name, path=path.name)) from None
    except (OSError, ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()[0][:80] if str(error).strip() else type(error).__name__
        raise ReportError(text.find_fault("notebook_unreadable", path.name, reason=reason)) from None
    if _find_parameters(notebook) is None:
        raise ReportError(text.find_fault("notebook_parameters", path.name))
    return notebook


def choose_words(notebook: NotebookNode, language: Language) -> NotebookNode:
    """Return a copy whose Markdown is in `language` wherever a cell has it there in its metadata; it keeps no other words."""
    chosen = deepcopy(notebook)
    for cell in chosen.cells:
        words = {name: cell.metadata.pop(name) for name in get_args(Language) if name in cell.metadata}
        cell.source = words.get(language, cell.source)
    return chosen


def _find_parameters(notebook: NotebookNode) -> int | None:
    """Return the place of the code cell tagged `parameters`."""
    tagged = (place for place, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ()))
    return next((place for place in tagged if notebook.cells[place].cell_type == "code"), None)


def insert_parameters(template: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a copy of `template` with a cell that sets `parameters`, right below the cell tagged `parameters`."""
    notebook = deepcopy(template)
    notebook.cells = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", ())]
    position = _find_parameters(notebook)
    assert position is not None
    source = write_parameters(parameters)
    injected = nbformat.v4.new_code_cell(source, id=INJECTED, metadata={"tags": ["parameters", INJECTED]})
    notebook.cells.insert(position + 1, injected)
    return notebook


def write_parameters(parameters: Mapping[str, Any]) -> str:
    """Return the lines that set `parameters`."""
    return "\n".join(f"{name} = {value!r}" for name, value in parameters.items())


def write_notebook(notebook: NotebookNode, language: Language) -> str:
    """Return the file of an executed notebook, with a banner that says what it holds; its template was looked at when it was opened."""
    banner = nbformat.v4.new_markdown_cell(load_text(language).say("page.internal"), id="internal-banner")
    return json.dumps({**notebook, "cells": [banner, *notebook.cells]}, ensure_ascii=False, sort_keys=True) + "\n"


def export_page(notebook: NotebookNode, title: str, language: Language, *, mark: str = "", internal: bool = False) -> str:
    """Return the page that shows what the executed `notebook` shows; `ReportError` where a cell failed or a picture has no description.

    A notebook may say in its metadata that it is a sheet; see `lay_out`.
    """
    _refuse_faults(notebook, load_text(language))
    shown, _ = _load_exporter().from_notebook_node(notebook)
    return lay_out(shown, title, language, mark=mark, sheet=is_sheet(notebook), internal=internal)


def is_sheet(notebook: NotebookNode) -> bool:
    """Return whether a notebook says in its metadata that its page is to fit one sheet of paper."""
    return bool(notebook.metadata.get("plg", {}).get("sheet"))


def join_shown(notebook: NotebookNode) -> str:
    """Return what the cells of an executed shipped template show, as the exporter sets it: all of it is markup that is ready."""
    cells = [cell for cell in notebook.cells if not set(LEFT_OUT) & set(cell.metadata.get("tags", ()))]
    return "".join(
        show_markdown(cell.source) if cell.cell_type == "markdown" else "".join(output.data["text/html"] + "\n" for output in cell.outputs)
        for cell in cells
    )


def _refuse_faults(notebook: NotebookNode, text: Text) -> None:
    """Raise `ReportError` for the first cell that failed, or that shows what can't stand on a page."""
    cells = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", ())]
    for number, cell in enumerate(cells, 1):
        for output in cell.get("outputs", ()):
            if found := _find_fault(output, text):
                first = cell.source.strip().partition("\n")[0][:60]
                place = text.say("faults.cell_of", number=number, source=first)
                raise ReportError(Problem(place, *found))


def _find_fault(output: NotebookNode, text: Text) -> tuple[str, str] | None:
    """Return what is wrong with an output and how to fix it."""
    if output.output_type == "error":
        return f"This cell failed ({output.ename}: {output.evalue}).", "Mend it and run the notebook again."
    shown = output.get("data", {})
    if FAULT in shown:
        return shown[FAULT]["says"], shown[FAULT]["mend"]
    if "image/png" in shown and "text/html" not in shown and not _find_description(output):
        fault = text.find_fault("figure_undescribed")
        return fault.message, fault.mend
    return None


@cache
def _load_exporter() -> TemplateExporter:
    """Return the exporter; HTMLExporter adds to its base class only what this page leaves out: MathJax, scripts, a second parse."""
    from nbconvert.exporters import TemplateExporter  # takes a second: only who makes a page waits for it

    shown = ["text/html", "text/markdown", "image/png", "text/plain"]
    settings = {
        "NbConvertBase": {"display_data_priority": shown},
        "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": set(LEFT_OUT)},
    }
    return TemplateExporter(
        config=Config(settings),
        template_name="notebook",
        template_file="index.html.j2",
        extra_template_basedirs=[str(PAGE)],
        exclude_input=True,
        exclude_raw=True,
        filters={"show_markdown": show_markdown, "find_description": _find_description, "write_plain": _write_plain},
    )


def _find_description(output: NotebookNode) -> str:
    return str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))


def _write_plain(words: str) -> Html:
    """Return a plain result as it was typed; nothing for what only tells that something was drawn."""
    return Html() if _DRAWN.match(words) else Html(f"<pre>{escape(words)}</pre>\n")
