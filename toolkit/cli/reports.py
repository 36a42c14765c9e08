"""Commands from answers to pages: check the answers, make the reports, run a notebook, show the whole road."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.terminal import (
    Confirm,
    Docx,
    Jobs,
    Languages,
    Output,
    Page,
    Pdf,
    School,
    Strict,
    StudyFile,
    check_pages,
    choose_languages,
    find_folder,
    open_study,
    print_findings,
    read_answers,
    shorten_findings,
    show_state,
)

if TYPE_CHECKING:
    from toolkit.languages import Language
    from toolkit.responses.exports import Exports
    from toolkit.study.study import Study


def check(study_file: StudyFile = Path(), language: Languages = None, output: Output = None) -> None:
    """Read all answers and say what is right and what is not; writes data_check.html."""
    study = open_study(study_file)
    findings = read_answers(study).findings  # of a million answers nothing else is kept while the page is made
    chosen = choose_languages(study, language)
    stops = print_findings(findings, chosen[0])
    from toolkit.report.publishing.reports import publish_data_check
    from toolkit.study.matches import write_matches

    if proposed := write_matches(findings, study, chosen[0]):
        typer.echo(proposed)
    show_state("data_check.html")
    paths = publish_data_check(study, find_folder(study, output), languages=chosen)
    show_state()
    for path in paths:
        typer.echo(path)
    if stops:
        raise SystemExit(1)


def run(study_file: StudyFile = Path(), language: Languages = None, school: School = None, page: Page = None, pdf: Pdf = False,
        docx: Docx = False, jobs: Jobs = 2, output: Output = None, confirm: Confirm = False, strict: Strict = False) -> None:  # fmt: skip
    """Check the answers, estimate the results and make all reports."""
    asked = _Asked(language, school, check_pages(page), _list_formats(pdf, docx), jobs, output, confirm, strict)
    _publish(open_study(study_file), asked, whole=not (school or page))


def report(study_file: StudyFile = Path(), language: Languages = None, school: School = None, page: Page = None, pdf: Pdf = False,
           docx: Docx = False, jobs: Jobs = 2, output: Output = None, confirm: Confirm = False,
           strict: Strict = False) -> None:  # fmt: skip
    """Make the reports only: of all schools, or of those named with --school; all kinds of pages, or those named with --page."""
    asked = _Asked(language, school, check_pages(page), _list_formats(pdf, docx), jobs, output, confirm, strict)
    _publish(open_study(study_file), asked, whole=False)


def notebook(
    name: Annotated[str, typer.Argument(help="Which notebook: change, reliability, comparison_schools, growth or planning.")],
    study_file: StudyFile = Path(),
    language: Languages = None,
    output: Output = None,
) -> None:
    """Run one of the notebooks for researchers on a study; writes its page beside the reports."""
    study = open_study(study_file)
    from toolkit.report.publishing.reports import publish_notebook

    for path in publish_notebook(study, name, find_folder(study, output), languages=choose_languages(study, language)):
        typer.echo(path)


def demo(
    jobs: Jobs = 2, output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the reports.")] = Path("reports")
) -> None:
    """Run the whole road on the studies that are shipped: six invented schools, and a real study of 495 people."""
    from toolkit.shipped import EXAMPLES

    for folder in EXAMPLES:
        study = open_study(folder)
        typer.echo(study.title[study.languages[0]])
        _publish(study, _Asked(jobs=jobs, output=output / study.id), whole=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of a run that publishes."""

    language: list[str] | None = None
    school: list[str] | None = None
    kinds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    jobs: int = 2
    output: Path | None = None
    confirm: bool = False
    strict: bool = False


def _list_formats(pdf: bool, docx: bool) -> tuple[str, ...]:
    return tuple(suffix for suffix, wanted in ((".pdf", pdf), (".docx", docx)) if wanted)


def _publish(study: Study, asked: _Asked, *, whole: bool) -> None:
    schools = asked.school or []
    for code in schools:
        study.find_school(code)
    languages = choose_languages(study, asked.language)
    from toolkit.report.formats.chromium import check_browser
    from toolkit.report.publishing.pages import plan_pages

    planned = plan_pages(study, languages, asked.kinds, schools)
    if asked.formats:
        check_browser()
    exports = read_answers(study)
    folder = find_folder(study, asked.output)
    if _print_urgent(exports, languages[0]):
        raise SystemExit(1)
    from toolkit.report.publishing.reports import publish_data_check, publish_reports
    from toolkit.report.rendering.kernels import KernelServer
    from toolkit.report.verification.manifest import publish_manifest
    from toolkit.results.estimation import prepare_publication

    if whole:
        publish_data_check(study, folder, languages=languages)
    total = len(planned) * (1 + len(asked.formats))
    with KernelServer() as server, _show_progress(total) as advance:  # it warms up while the results are estimated
        prepared = prepare_publication(study, exports, folder / "internal", confirm=asked.confirm, strict=asked.strict)
        for sentence in prepared.changed:
            typer.echo(sentence, err=True)
        published = publish_reports(study, prepared.results, folder, languages=languages, schools=schools, kinds=asked.kinds,
                                    formats=asked.formats, jobs=asked.jobs, report_done=advance, server=server)  # fmt: skip
    if published.pages:
        prepared.record(schools)
        publish_manifest(
            study, prepared.results, folder, [*published.pages, *published.copies], _name_command(study, asked), languages=languages
        )
    for name, error in published.errors.items():
        typer.echo(f"{name}: {error}", err=True)
    typer.echo(f"{len(published.pages)} reports: {published.index}")
    if published.errors:
        raise SystemExit(1)


def _name_command(study: Study, asked: _Asked) -> str:
    """Return the command by which the same files are made again."""
    named = (("language", asked.language), ("school", asked.school), ("page", asked.kinds))
    options = [f"--{name} {value}" for name, values in named for value in values or ()]
    return " ".join([f"plg report {study.id}", *options, *(f"--{suffix[1:]}" for suffix in asked.formats)])


def _print_urgent(exports: Exports, language: Language) -> int:
    from toolkit.findings import list_sentences

    sentences = list_sentences(shorten_findings(exports.findings), language)
    found = [(severity, sentence) for severity, sentence in sentences if severity != "tells"]
    for _, sentence in found:
        typer.echo(sentence, err=True)
    return sum(severity == "stops" for severity, _ in found)


class _show_progress:
    """Shows how many reports are done, on a terminal only."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.live = total, 0, sys.stderr.isatty()

    def __enter__(self) -> Callable[[str], None]:
        return self._advance

    def __exit__(self, *_: object) -> None:
        if self.live:
            typer.echo("\r\x1b[K", nl=False, err=True)

    def _advance(self, title: str) -> None:
        self.done += 1
        if self.live:
            typer.echo(f"\r\x1b[K{self.done}/{self.total} {title[:60]}", nl=False, err=True)
