"""A report verified: made again from the study, without a trace, compared with what stands in the file, and the outcome in words."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from toolkit.errors import Problem, ReportError
from toolkit.languages import Language, Text, find_spoken, load_text
from toolkit.report.publishing.pages import NOTHING, PlannedPage, list_possible_pages, make_requests, request_cohorts
from toolkit.report.publishing.templates import list_research, open_templates
from toolkit.report.rendering.rendering import render_pages
from toolkit.report.verification.manifest import list_libraries, load_manifest
from toolkit.report.verification.page_values import Difference, PageParts, compare_pages, list_beneath, read_page
from toolkit.results.disclosure.register import KEY
from toolkit.results.estimation import estimate_again, estimate_studies
from toolkit.results.results import Results
from toolkit.study.loading import load_study
from toolkit.study.study import Study
from toolkit.writing import close_folder

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a report that was made again: whether it is the same, and where it is not.

    `origins` are differences in what it was made of (files, study, versions), `differences` those in what it says; `libraries` names those
    with another version than the manifest beside the report. `uncompared` are the kinds of what lies beneath the words (styles, scripts, …)
    in which it differs: these are compared as a whole only.
    """

    same: bool
    origins: tuple[Difference, ...]
    differences: tuple[Difference, ...]
    libraries: tuple[str, ...]
    uncompared: tuple[str, ...] = ()


def find_study_file(report: Path) -> Path:
    """Return the study file that `report` was made from, the first of several; `ReportError` without."""
    return find_study_files(report)[0]


def find_study_files(report: Path) -> list[Path]:
    """Return the study files that `report` was made from, as the notebook in the folder `internal` beside it says."""
    notebook = _find_internal(report) / f"{report.stem}.ipynb"
    if notebook.is_file():
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        injected = ["".join(cell["source"]) for cell in cells if "injected-parameters" in cell["metadata"].get("tags", ())]
        for line in "\n".join(injected).splitlines():
            name, _, value = line.partition(" = ")
            if name == "study_file":
                named = ast.literal_eval(value)
                return [notebook.parent / file for file in (named if isinstance(named, list) else [named])]
    raise ReportError(load_text(find_spoken()).find_fault("report_study", report.name))


def _find_internal(report: Path) -> Path:
    return report.parent if report.parent.name == "internal" else report.parent / "internal"


def verify_report(report: Path, study: Study, *, templates: Mapping[str, str | Path] = NOTHING) -> Verdict:
    """Return how a report compares with the same page made from its study now; nothing is written.

    Parameters
    ----------
    report
        The page, as `run_study` wrote it.
    study
        The study that it is about.
    templates
        Notebooks of your own that pages were made from, by kind of page, as in `run_study`.

    Returns
    -------
    Verdict
        `same`, whether every character is; else `origins` (what has changed since: version, files, instruments), `differences` (each cell,
        sentence and figure that differs) and `libraries` of other versions.

    Raises
    ------
    ReportError
        For a file that is no report of this study, or whose template is not there.
    ExportError
        If the answers stop the analysis.

    Examples
    --------
    >>> import tempfile
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = plg.run_study(study, folder, languages=["en"], schools=["4-A"], kinds=["summary"])
    ...     plg.verify_report(made.pages[0], study).same
    True
    """
    content = _read(report)
    page = read_page(content)
    closest: Verdict | None = None
    for made in _make_all(report, page, find_mark(content), study, templates):
        verdict = _judge(content, page, made, report.parent)
        if verdict.same:
            return verdict
        if closest is None or _count(verdict) < _count(closest):
            closest = verdict
    assert closest is not None
    return closest


def _count(verdict: Verdict) -> tuple[int, int]:
    return len(verdict.differences), len(verdict.uncompared)


def _read(report: Path) -> str:
    try:
        return report.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(load_text(find_spoken()).find_fault("report_unreadable", report.name, reason=error)) from None


def _judge(content: str, page: PageParts, made: str, folder: Path) -> Verdict:
    if made == content:
        return Verdict(True, (), (), ())
    again = read_page(made)
    found = compare_pages(page, again)
    origin = load_text(again.language).say("origin.heading")
    origins = tuple(entry for entry in found if entry.section == origin)
    differences = tuple(entry for entry in found if entry.section != origin)
    beneath = list_beneath(page, again) or (() if found else ("space",))
    return Verdict(False, origins, differences, tuple(_list_other_libraries(folder)), beneath)


def _list_other_libraries(folder: Path) -> Iterator[str]:
    now = list_libraries()
    then = {name: version for run in load_manifest(folder).get("runs", []) for name, version in run["libraries"].items()}
    yield from (f"{name} {then[name]} → {now.get(name, '-')}" for name in sorted(then) if then[name] != now.get(name))


def find_mark(content: str) -> str:
    """Return what a page says of the notebook of somebody's own that it was made from; nothing where it was a shipped one."""
    found = re.search(r'<meta name="plg-notebook" content="([^"]*)">', content.partition("<style>")[0])
    return unescape(found[1]) if found else ""


def _make_all(report: Path, page: PageParts, mark: str, study: Study, templates: Mapping[str, str | Path]) -> Iterator[str]:
    """Yield the page as runs make it, of the one study or of several."""
    internal = _find_internal(report)
    files = find_study_files(report) if (internal / f"{report.stem}.ipynb").is_file() else []
    if len(files) > 1:
        yield from _make_beside(report, page, files)
    else:
        yield from _make_again(report.name, page, mark, study, internal, templates)


def _make_again(name: str, page: PageParts, mark: str, study: Study, internal: Path, templates: Mapping[str, str | Path]) -> Iterator[str]:
    """Yield the page as runs make it, whatever each knew of the register; see `estimate_again`."""
    language: Language = "en" if page.language == "en" else "nl"
    if not mark and (notebook := name.removesuffix(f"-{language}.html")) in list_research():
        yield _make_notebook(notebook, language, study)
        return
    planned = _find_page(name, page, study, mark)
    own = open_templates(templates, [planned], study.languages[0])
    if mark and not own:
        raise ReportError(load_text(study.languages[0]).find_fault("report_template", name, template=mark, kind=planned.kind))
    yield from (_render(planned, study, results, own) for results in estimate_again(study, internal))


def _make_beside(report: Path, page: PageParts, files: Sequence[Path]) -> Iterator[str]:
    """Yield the page on the cohorts of several studies as it is made now: held against the registers of their reports, and without them."""
    studies = [load_study(file) for file in files]
    registers = [_find_internal(report).parent.parent / study.id / "internal" for study in studies]
    kept = all((register / KEY).is_file() for register in registers)
    for known in ([registers] if kept else []) + [list[Path]()]:
        results = estimate_studies(studies, known)
        with TemporaryDirectory(prefix="plg-") as folder:
            close_folder(Path(folder))
            language: Language = "en" if page.language == "en" else "nl"
            [made] = render_pages(request_cohorts(studies, results, Path(folder), [language]), Path(folder), jobs=1)
        if made.error:
            raise ReportError(Problem(report.name, made.error))
        yield made.html


def _find_page(name: str, page: PageParts, study: Study, mark: str) -> PlannedPage:
    """Return the page of the study that the file was: by its name, or by its title where the file was renamed."""
    pages = list_possible_pages(study)
    named = [entry for entry in pages if entry.name == name]
    titled = [entry for entry in pages if entry.language == page.language and _write_title(entry, study) == page.title]
    found = next(iter([*named, *titled]), None)
    if found is None:
        code = "report_notebook" if mark else "report_other"
        raise ReportError(load_text(study.languages[0]).find_fault(code, name, study=study.id, template=mark))
    return found


def _write_title(page: PlannedPage, study: Study) -> str:
    text = load_text(page.language)
    return text.say(f"page.title_{page.kind}", place=page.place, study=text.pick(study.title))


def _render(planned: PlannedPage, study: Study, results: Results, templates: Mapping[str, Path]) -> str:
    with TemporaryDirectory(prefix="plg-") as folder:
        close_folder(Path(folder))
        [page] = render_pages(make_requests([planned], study, results, Path(folder), templates), Path(folder), jobs=1)
    if page.error:
        raise ReportError(Problem(planned.name, page.error))
    return page.html


def _make_notebook(name: str, language: Language, study: Study) -> str:
    from toolkit.report.publishing.notebooks import locate_notebook, publish_notebook

    with TemporaryDirectory(prefix="plg-") as folder:
        [path] = publish_notebook(study, locate_notebook(name, language), Path(folder), languages=[language])
        return path.read_text(encoding="utf-8")


def write_verdict(verdict: Verdict, name: str, text: Text) -> list[str]:
    """Return one line when every number of the report `name` stands, else what differs: in the file, and from the study now."""
    if verdict.same:
        return [text.say("verify.stands", file=name)]
    lines = [_write_outcome(verdict, name, text)]
    if verdict.differences and verdict.uncompared:
        lines.append(text.say("verify.uncompared", parts=_list_uncompared(verdict, text)))
    if verdict.origins:
        lines += [text.say("verify.origins"), *(f"  {_write_difference(entry, text)}" for entry in verdict.origins)]
    if verdict.libraries:
        lines.append(text.say("verify.libraries", libraries=", ".join(verdict.libraries)))
    if verdict.differences:
        lines += [text.say("verify.differences"), *(f"  {_write_difference(entry, text)}" for entry in verdict.differences)]
    return lines


def _write_outcome(verdict: Verdict, name: str, text: Text) -> str:
    """Return in how many places a page differs, or else in what it differs that is not compared place by place."""
    if verdict.differences:
        return text.say_count("verify.differs", len(verdict.differences), file=name)
    if verdict.origins and not verdict.uncompared:
        return text.say("verify.numbers_stand", file=name)
    return text.say("verify.uncompared_only", file=name, parts=_list_uncompared(verdict, text))


def _list_uncompared(verdict: Verdict, text: Text) -> str:
    return text.join([text.say(f"verify.parts.{kind}") for kind in verdict.uncompared])


def _write_difference(entry: Difference, text: Text) -> str:
    section = entry.section or text.say("verify.top")
    if entry.order:
        return text.say(f"verify.order_{entry.order}", section=section, table="".join(entry.place))
    if entry.drawing:
        return text.say("verify.drawing", section=section, figure=entry.place[0])
    before, after = (words or text.say("verify.nothing") for words in (entry.before, entry.after))
    if len(entry.place) == 3:
        table, row, column = entry.place
        return text.say("verify.cell", section=section, table=table, row=row, column=column, before=before, after=after)
    return text.say("verify.words", where=" · ".join(filter(None, [section, *entry.place])), before=before, after=after)
