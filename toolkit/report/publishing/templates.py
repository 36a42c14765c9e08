"""Notebooks of somebody's own: copies of shipped ones to change, and the templates from which a run makes pages instead of the shipped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from toolkit.errors import ReportError
from toolkit.languages import Language, load_text
from toolkit.report.publishing.pages import KINDS, PlannedPage
from toolkit.report.rendering.notebooks import choose_words, load_template
from toolkit.shipped import NOTEBOOKS
from toolkit.study.study import Study

#: The number that notebooks to read begin with.
NUMBER = re.compile(r"^\d+_")


def list_notebooks() -> list[str]:
    """Return the names of all shipped notebooks."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def list_research() -> list[str]:
    """Return the names of the shipped notebooks for researchers: those that are no template of a page."""
    return [name for name in list_notebooks() if name not in (*KINDS.values(), "data_check")]


def find_notebook(name: str, known: Sequence[str], language: Language) -> Path:
    """Return the shipped notebook of this name, among those `known`, with or without its number; `ReportError` with the nearest one."""
    names = {each: each for each in known} | {NUMBER.sub("", each): each for each in known}
    stem = name.removesuffix(".ipynb")
    if stem not in names:
        text = load_text(language)
        raise ReportError(text.find_fault("unknown", what=text.say("faults.what.notebook"), name=name, mend=text.suggest(stem, names)))
    return NOTEBOOKS / f"{names[stem]}.ipynb"


def copy_notebook(name: str, study: Study) -> Path:
    """Write the shipped notebook `name` into the folder of `study`, in its language and with it in the parameters, and return the path.

    Nothing is overwritten: `ReportError` where a notebook stands there already, and for a name that is not shipped.
    """
    shipped = find_notebook(name, list_notebooks(), study.languages[0])
    notebook = choose_words(nbformat.read(shipped, as_version=4), study.languages[0])
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source = _fill_parameters(cell.source, study)
    target = study.folder / shipped.name
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(nbformat.writes(notebook) + "\n")
    except FileExistsError:
        raise ReportError(load_text(study.languages[0]).find_fault("notebook_there", target.name)) from None
    return target


def _fill_parameters(source: str, study: Study) -> str:
    """Return the lines of a parameters cell about `study`: its file, its language, and its first school where the notebook names one."""
    for name, value in (("study_file", study.file), ("school", study.schools[0].id), ("language", study.languages[0])):
        source = re.sub(rf'(?m)^{name} = "[^"\n]+"(?=[ \t]*(?:#|$))', f"{name} = {value!r}".replace("'", '"'), source)
    return source


def open_templates(templates: Mapping[str, str | Path], pages: list[PlannedPage], language: Language) -> dict[str, Path]:
    """Return the template of each kind of page that has one of somebody's own; `ReportError` for one that can't make any of `pages`.

    A kind may be named as such, or by the shipped template whose place is taken: "school" or "school_report".
    """
    text = load_text(language)
    kinds = {template: kind for kind, template in KINDS.items()} | {kind: kind for kind in KINDS}
    chosen: dict[str, Path] = {}
    for name, path in templates.items():
        if name not in kinds:
            mend = text.suggest(name, KINDS)
            raise ReportError(text.find_fault("unknown", what=text.say("faults.what.page"), name=name, mend=mend))
        load_template(Path(path), language)
        if kinds[name] not in {page.kind for page in pages}:
            raise ReportError(text.find_fault("template_unused", Path(path).name, kind=kinds[name]))
        chosen[kinds[name]] = Path(path).resolve()
    return chosen
