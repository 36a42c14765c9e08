"""Notebooks for researchers published: their pages are internal, as what was executed is."""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from toolkit.errors import ReportError
from toolkit.languages import Language, load_text
from toolkit.locking import INTERNAL, prepare_internal
from toolkit.report.publishing.pages import describe_template, find_study
from toolkit.report.publishing.reports import SUFFIX, keep_notebook
from toolkit.report.publishing.templates import find_notebook, list_research
from toolkit.report.rendering.notebooks import choose_words, load_template
from toolkit.report.rendering.page_requests import PageRequest
from toolkit.report.rendering.rendering import render_pages
from toolkit.shipped import NOTEBOOKS
from toolkit.study.study import Study
from toolkit.writing import replace_file


def locate_notebook(name: str | Path, language: Language) -> Path:
    """Return the file of a notebook: one of somebody's own, named by its path, or one shipped for researchers, by its name.

    `ReportError` for a name that is no notebook for researchers, in `language`.
    """
    return Path(name) if str(name).endswith(SUFFIX) else find_notebook(str(name), list_research(), language)


def publish_notebook(study: Study, path: Path, folder: Path, *, languages: Sequence[Language] = (), timeout: int = 600) -> list[Path]:
    """Write the page of the notebook at `path` per language into the folder `internal` of `folder`, and return the paths.

    The notebook reads the answers itself; one of somebody's own runs in its own folder. It is told the study and the language; what else
    its parameters cell says, such as a school, stays as it is. The numbers are not tested together with those of the reports, so the page
    is for the researcher, not for sharing. Raises `ReportError` for a notebook that fails.
    """
    languages = languages or study.languages
    notebook = load_template(path, languages[0])
    internal = folder / INTERNAL
    prepare_internal(internal, study.languages[0])
    stem = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.")[:80] or "notebook"
    requests = []
    for language in languages:
        text = load_text(language)
        parameters = {"study_file": find_study(study, internal), "language": language}
        name = _find_title(choose_words(notebook, language)) or path.stem
        title = text.say("research.page", title=name, study=text.pick(study.title))
        request = PageRequest(f"{stem}-{language}.html", path, parameters, title, language, internal=True)
        shipped = path.parent == NOTEBOOKS
        requests.append(request if shipped else replace(request, folder=path.resolve().parent, mark=describe_template(path)))
    return _publish_internal(requests, internal, timeout)


def _publish_internal(requests: list[PageRequest], internal: Path, timeout: int) -> list[Path]:
    for page in render_pages(requests, internal, timeout=timeout):
        keep_notebook(page, internal)
        if page.error:
            raise ReportError(f"{page.request.name}: {page.error}")
        replace_file(internal / page.request.name, page.html, private=True)
    return [internal / request.name for request in requests]


def _find_title(notebook: NotebookNode) -> str:
    """Return the first heading of level 1 that stands in a notebook."""
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(r"(?m)^# +(.+?)\s*#*$", words)
    return found[1].replace("*", "").replace("`", "").strip() if found else ""
