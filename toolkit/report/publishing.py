"""Publishing: pages written whole or not at all, an index over them, and what was executed kept apart as internal."""

from __future__ import annotations

import toolkit.report.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import nbformat

from toolkit.errors import ReportError
from toolkit.report.html import render_template
from toolkit.report.kernels import KernelServer
from toolkit.report.rendering import PageRequest, RenderedPage, render_pages
from toolkit.report.text import load_text
from toolkit.results.bundle import Results, save_results
from toolkit.study.definitions import Language
from toolkit.study.study import School, Study

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


@dataclass(frozen=True, slots=True)
class Published:
    """What a run wrote: the pages, the index, and the errors of pages that could not be made."""

    pages: tuple[Path, ...]
    index: Path
    errors: dict[str, str]


def publish_reports(
    study: Study,
    results: Results,
    folder: Path,
    *,
    languages: Sequence[Language] = (),
    schools: Sequence[str] = (),
    cohort: bool = True,
    jobs: int = 2,
    timeout: int = 120,
    report_done: Callable[[RenderedPage], None] = lambda page: None,
    server: KernelServer | None = None,
) -> Published:
    """Write a page per school and language, a cross-school page per language and an index into `folder`; return what was written.

    Without `schools` all of the study get a page. Files that a failed page would have replaced stay as they were.
    """
    languages = languages or study.languages
    chosen = [school for school in study.schools if not schools or school.id in schools]
    internal = folder / "internal"
    prepare_internal(internal)
    requests = [request for language in languages for request in _list_requests(study, results, chosen, cohort, language, internal)]
    rendered = render_pages(requests, internal, jobs=jobs, timeout=timeout, report_done=report_done, server=server)
    for page in rendered:
        write_notebook(page, internal, languages[0])
    done = [page for page in rendered if not page.error]
    for page in done:
        replace_file(folder / page.request.name, page.html)
    index = folder / "index.html"
    replace_file(index, _write_index(study, languages, done))
    errors = {page.request.name: page.error for page in rendered if page.error}
    return Published(tuple(folder / page.request.name for page in done), index, errors)


def publish_data_check(study: Study, folder: Path, *, languages: Sequence[Language] = (), timeout: int = 600) -> list[Path]:
    """Write a data check per language into the folder `internal` of `folder`, and return the paths; `ReportError` where that fails.

    The page shows small numbers and where answers stand: it is for the researcher, not for sharing.
    """
    languages = languages or study.languages
    internal = folder / "internal"
    prepare_internal(internal)
    names = ["data_check.html", *(f"data_check-{language}.html" for language in languages[1:])]
    requests = [
        PageRequest(
            name,
            NOTEBOOKS / "data_check.ipynb",
            {"study_file": find_study(study, internal), "school": "", "language": language, "results_file": ""},
            load_text(language).say("page.title_check", study=load_text(language).pick(study.title)),
            language,
        )
        for name, language in zip(names, languages, strict=True)
    ]
    for page in render_pages(requests, internal, timeout=timeout):
        if page.error:
            raise ReportError(f"{page.request.name}: {page.error}")
        replace_file(internal / page.request.name, page.html)
    return [internal / name for name in names]


def name_file(language: str, kind: str, name: str, code: str) -> str:
    """Return a file name that is safe everywhere: letters, digits and hyphens of `name`, and a short code of its own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50].strip("-")
    mark = sha256(code.encode()).hexdigest()[:6]
    return "-".join(part for part in (kind, slug, mark, language) if part) + ".html"


def replace_file(path: Path, text: str) -> None:
    """Write `text` to `path` in one step: a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def find_study(study: Study, internal: Path) -> str:
    """Return the way from `internal` to the study file, so that no page or notebook holds a place on this machine."""
    return os.path.relpath(study.folder / study.file, internal.resolve())


def prepare_internal(internal: Path) -> None:
    """Make the folder for what is not to be shared, which git ignores."""
    internal.mkdir(parents=True, exist_ok=True)
    (internal / ".gitignore").write_text("*\n", encoding="utf-8")


def _list_requests(
    study: Study, results: Results, schools: list[School], cohort: bool, language: Language, internal: Path
) -> list[PageRequest]:
    text = load_text(language)
    requests = []
    if cohort and len(study.schools) > 1:  # first, because it takes longest
        title = text.say("page.title_cohort", study=text.pick(study.title))
        requests.append(_request(study, results, f"cohort-{language}.html", "cohort_report", title, language, internal, ""))
    for school in schools:
        title = text.say("page.title_school", school=school.name, study=text.pick(study.title))
        name = name_file(language, "school", school.name, school.id)
        requests.append(_request(study, results.for_school(school.id), name, "school_report", title, language, internal, school.id))
    return requests


def _request(
    study: Study, results: Results, name: str, template: str, title: str, language: Language, internal: Path, school: str
) -> PageRequest:
    path = internal / f"{name.removesuffix('.html')}.results.json"
    save_results(replace(results, provenance=dict(results.provenance) | {"template": template}), path)
    parameters = {
        "study_file": find_study(study, internal),
        "school": school,
        "language": language,
        "results_file": path.name,
    }
    return PageRequest(name, NOTEBOOKS / f"{template}.ipynb", parameters, title, language)


def write_notebook(page: RenderedPage, internal: Path, language: Language) -> None:
    """Write what was executed into `internal`, with a banner that says what it holds."""
    banner = nbformat.v4.new_markdown_cell(load_text(language).say("page.internal"), id="internal-banner")
    page.notebook.cells.insert(0, banner)
    replace_file(internal / page.request.name.replace(".html", ".ipynb"), nbformat.writes(page.notebook))


def _write_index(study: Study, languages: Sequence[Language], pages: list[RenderedPage]) -> str:
    parts = [
        {
            "language": language,
            "heading": load_text(language).say("page.index_heading"),
            "pages": [(page.request.name, page.request.title) for page in pages if page.request.language == language],
        }
        for language in languages
    ]
    text = load_text(languages[0])
    return render_template(
        "index.html.j2", language=languages[0], title=text.pick(study.title), text=text, parts=parts, invented=study.invented
    )
