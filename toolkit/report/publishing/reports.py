"""Reports published: pages written whole or not at all, and what was executed kept apart as internal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from toolkit.cluster import Cluster
from toolkit.languages import Language
from toolkit.locking import INTERNAL, prepare_internal
from toolkit.report.content.note import open_note
from toolkit.report.content.reads import sign_reads
from toolkit.report.formats.chromium import sign_browser
from toolkit.report.formats.copies import FORMATS, make_copies
from toolkit.report.publishing.pages import (
    NOTHING,
    OF_SCHOOL,
    Audiences,
    PlannedPage,
    make_requests,
    plan_pages,
    request_cohorts,
    write_index,
)
from toolkit.report.publishing.standing import Made, Standing, hash_text, sign_parts
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.rendering.page_requests import PageRequest, RenderedPage
from toolkit.report.rendering.rendering import render_pages
from toolkit.report.sections.page_frame import count_open
from toolkit.results.results import Results
from toolkit.results.stored import sign_study
from toolkit.study.study import Study
from toolkit.writing import replace_file

#: How the name of a file that is a notebook ends.
SUFFIX = ".ipynb"
#: So many pages wait at most for what is published to be recorded.
AHEAD = 64


@dataclass(frozen=True, slots=True)
class Published:
    """What stands after a run: the pages, the same in other formats, the index, and the errors of what could not be made.

    `kept` are those pages and copies that were still right, so that nobody made them again.
    """

    pages: tuple[Path, ...]
    copies: tuple[Path, ...]
    index: Path
    errors: dict[str, str]
    kept: tuple[Path, ...] = ()


def publish_reports(
    study: Study,
    results: Results,
    folder: Path,
    *,
    languages: Sequence[Language] = (),
    schools: Collection[str] = (),
    kinds: Collection[str] = (),
    formats: Collection[str] = (),
    templates: Mapping[str, Path] = NOTHING,
    jobs: int = 2,
    timeout: int = 120,
    report_done: Callable[[str], None] = lambda title: None,
    server: KernelServer | None = None,
    cluster: Cluster | None = None,
    record: Callable[[], object] = lambda: None,
    sign: str = "",
    standing: Standing | None = None,
) -> Published:
    """Write the pages that `plan_pages` lists and an index into `folder`, and return what stands there.

    `formats` are further ones: ".pdf", ".docx"; `templates` are notebooks of somebody's own, by kind of page. Files that a failed page
    would have replaced stay as they were. Pages that would become what they are stay, as `standing` tells; `sign` stands for what the
    results follow from.
    `report_done` is told the title of each page that is ready; `record` is called before the first page is written, if there is one.
    """
    languages = languages or study.languages
    pages = plan_pages(study, languages, kinds, schools)
    internal = folder / INTERNAL
    prepare_internal(internal, study.languages[0])
    audiences = Audiences(study, results)
    requests = make_requests(pages, study, results, internal, templates, audiences)
    standing = standing or Standing(folder)
    definition = sign_study(study)
    known = [(page, request) for page, request in zip(pages, requests, strict=True) if request.known]
    signed = {page.name: sign_page(page, request, study, definition) for page, request in known}
    stand = (page.name for page in pages if page.name in signed and _still_stands(page, signed[page.name], audiences, standing, sign))
    kept = dict.fromkeys(stand)
    asked = [request for request in requests if request.name not in kept]
    for request in requests:
        if request.name in kept:
            report_done(request.title)
    rendered = render_pages(asked, internal, jobs=jobs, timeout=timeout, server=server, cluster=cluster)
    return _write_pages(rendered, requests, study, results, folder, languages=languages, formats=formats, jobs=jobs,
                        report_done=report_done, record=record, standing=standing, kept=[*kept], signed=signed, sign=sign)  # fmt: skip


def sign_page(page: PlannedPage, request: PageRequest, study: Study, definition: str) -> str:
    """Return what stands for all that a page is made of but its results; `definition` stands for that of the study."""
    note = hash_text(open_note(study, page.code if page.kind in OF_SCHOOL else ""))
    return sign_parts(definition, request.template.name, dict(request.parameters), request.title, request.language, note)


def _still_stands(page: PlannedPage, inputs: str, audiences: Audiences, standing: Standing, sign: str) -> bool:
    """Tell whether a page would become what it is: made of the same results, or of others that say the same where it looks."""
    made = standing.find(page.name, inputs)
    if made is None or (made.results and made.results == sign):
        return made is not None
    view = audiences.open_view(page)
    same = bool(made.reads) and sign_reads(view, standing.list_reads(made, view.school)) == made.shown
    if same:
        standing.note(page.name, replace(made, results=sign))
    return same


def _write_pages(
    rendered: Iterable[RenderedPage], requests: Sequence[PageRequest], study: Study, results: Results, folder: Path, *,
    languages: Sequence[Language], formats: Collection[str], jobs: int, report_done: Callable[[str], None],
    record: Callable[[], object], standing: Standing, kept: Sequence[str] = (), signed: Mapping[str, str] = MappingProxyType({}),
    sign: str = "",
) -> Published:  # fmt: skip
    """Write pages as they come, then their copies and an index; `record` is called before the first page is written."""
    errors: dict[str, str] = {}
    made = set(kept)
    for page in _record_first(rendered, record):
        report_done(page.request.title)
        keep_notebook(page, folder / INTERNAL)
        if page.error:
            errors[page.request.name] = page.error
            continue
        replace_file(folder / page.request.name, page.html)
        made.add(page.request.name)
        if page.request.name in signed:
            school = str(page.request.parameters.get("school", ""))
            files = {page.request.name: hash_text(page.html), f"{INTERNAL}/{name_notebook(page.request)}": hash_text(page.notebook)}
            standing.note(page.request.name, Made(signed[page.request.name], sign, files, page.shown), page.reads, school)
    if kept and len(made) == len(kept):
        record()
    written = [folder / request.name for request in requests if request.name in made]
    wanted = [page.with_suffix(suffix) for page in written for suffix in FORMATS if suffix in formats]
    copies, faults, same = _write_copies(wanted, study, standing, jobs, report_done)
    standing.tidy()
    index = folder / "index.html"
    names = [path.name for path in (*written, *copies)]
    replace_file(index, write_index(study, names, languages=languages, questions=count_open(results)))
    return Published(tuple(written), tuple(copies), index, errors | faults, (*(folder / name for name in kept), *same))


def _record_first(rendered: Iterable[RenderedPage], record: Callable[[], object]) -> Iterator[RenderedPage]:
    """Yield pages; those that were made once `record` is through. It begins with the first of them, and others are made meanwhile."""
    waiting: list[RenderedPage] = []
    with ThreadPoolExecutor(1) as beside:
        recording = None
        for page in rendered:
            if page.error:
                yield page
                continue
            recording = recording or beside.submit(record)
            waiting.append(page)
            if recording.done() or len(waiting) == AHEAD:
                recording.result()
                yield from waiting
                waiting.clear()
        if recording:
            recording.result()
            yield from waiting


def _write_copies(
    wanted: Sequence[Path], study: Study, standing: Standing, jobs: int, report_done: Callable[[str], None]
) -> tuple[list[Path], dict[str, str], list[Path]]:
    """Write copies that do not stand yet; return all that stand, the errors of others by their name, and those that stood."""
    if not wanted:
        return [], {}, []
    pages = {page: hash_text(page.read_bytes()) for page in dict.fromkeys(path.with_suffix(".html") for path in wanted)}
    browser = sign_browser()
    signed = {path: sign_parts(pages[path.with_suffix(".html")], study.report_date, browser) for path in wanted}
    same = {path: None for path in wanted if standing.find(path.name, signed[path])}

    def write(path: Path, content: bytes) -> None:
        replace_file(path, content)
        standing.note(path.name, Made(signed[path], "", {path.name: hash_text(content)}))

    for path in same:
        report_done(path.name)
    faults = make_copies([path for path in wanted if path not in same], study.report_date, write, jobs=jobs, report_done=report_done)
    return [path for path in wanted if path.name not in faults], faults, [*same]


def publish_cohorts(
    studies: Sequence[Study], results: Results, folder: Path, *, languages: Sequence[Language], formats: Collection[str] = (),
    jobs: int = 2, timeout: int = 120, report_done: Callable[[str], None] = lambda title: None, record: Callable[[], object] = lambda: None,
) -> Published:  # fmt: skip
    """Write the page on the cohorts of several studies into `folder`, as `publish_reports` writes pages; it is made anew every time."""
    internal = folder / INTERNAL
    requests = request_cohorts(studies, results, internal, languages)
    rendered = render_pages(requests, internal, jobs=jobs, timeout=timeout)
    return _write_pages(rendered, requests, studies[0], results, folder, languages=languages, formats=formats, jobs=jobs,
                        report_done=report_done, record=record, standing=Standing(folder))  # fmt: skip


def keep_notebook(page: RenderedPage, internal: Path) -> None:
    """Write what was executed into `internal`, if anything was."""
    if page.notebook:
        replace_file(internal / name_notebook(page.request), page.notebook, private=True)


def name_notebook(request: PageRequest) -> str:
    """Return the name of the file of what was executed."""
    return request.name.replace(".html", SUFFIX)
