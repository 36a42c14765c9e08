"""Publishing a notebook for researchers: estimated once, executed per language, its page beside the reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import Problem, ReportError
from toolkit.languages import Language, load_text
from toolkit.report.publishing.pages import find_study
from toolkit.report.publishing.reports import prepare_internal, write_notebook
from toolkit.report.rendering.notebooks import PageRequest, render_pages
from toolkit.report.research.view import estimate_research, save_research
from toolkit.report.research.view__questions import QUESTIONS
from toolkit.shipped import NOTEBOOKS
from toolkit.spelling import suggest
from toolkit.study.study import Study
from toolkit.writing import replace_file


def publish_notebook(study: Study, name: str, folder: Path, *, languages: Sequence[Language] = (), timeout: int = 600) -> list[Path]:
    """Write the page of the notebook `name` per language into the folder `internal` of `folder`, and return the paths.

    Its numbers are not tested together with those of the reports, so the page is for the researcher, not for sharing. Raises
    `ReportError` for a name that is no notebook for researchers and for one that fails, `ExportError` for exports that stop the analysis.
    """
    if name not in QUESTIONS:
        raise ReportError(Problem("", f"There is no notebook '{name}' for researchers.", suggest(name, list(QUESTIONS))))
    languages = languages or study.languages
    internal = folder / "internal"
    prepare_internal(internal)
    saved = internal / f"{name}.results.json"
    save_research(*estimate_research(study, name), saved)
    requests = [_request(study, name, saved, language) for language in languages]
    for page in render_pages(requests, internal, timeout=timeout):
        write_notebook(page, internal)
        if page.error:
            raise ReportError(f"{page.request.name}: {page.error}")
        replace_file(internal / page.request.name, page.html)
    return [internal / request.name for request in requests]


def _request(study: Study, name: str, saved: Path, language: Language) -> PageRequest:
    text = load_text(language)
    parameters = {"study_file": find_study(study, saved.parent), "school": "", "language": language, "results_file": saved.name}
    title = text.say("research.title.page", title=text.say(f"research.title.{name}"), study=text.pick(study.title))
    return PageRequest(f"{name}-{language}.html", NOTEBOOKS / f"{name}.ipynb", parameters, title, language)
