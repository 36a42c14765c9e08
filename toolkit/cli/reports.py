"""Commands from answers to pages: check the answers, make the reports, run a notebook, run the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli.terminal import (
    Confirm,
    Docx,
    FirstOrNamed,
    Fresh,
    Jobs,
    Languages,
    OnCluster,
    Output,
    Page,
    Pdf,
    School,
    Strict,
    StudyFile,
    Template,
    check_pages,
    check_templates,
    choose_languages,
    open_study,
    print_findings,
    show_progress,
)

if TYPE_CHECKING:
    from toolkit.languages import Language
    from toolkit.run import Run
    from toolkit.study.study import Study


def check(study_file: StudyFile = Path(), language: Languages = None, output: Output = None) -> None:
    """Read all answers and report every problem; write data_check.html."""
    study = open_study(study_file)
    languages = choose_languages(study, language)
    from toolkit.check import check_study

    with show_progress(lambda findings: print_findings(findings, languages[0])) as watch:
        checked = check_study(study, output, languages=languages, watch=watch)
    typer.echo(checked.seen)
    for path in (checked.matches, checked.questions, *checked.pages):
        if path:
            typer.echo(path)
    if (checked.findings["severity"] == "stops").any():
        raise SystemExit(1)


def run(study_file: StudyFile = Path(), language: Languages = None, school: School = None, page: Page = None, template: Template = None,
        pdf: Pdf = False, docx: Docx = False, jobs: Jobs = 2, cluster: OnCluster = "", output: Output = None,
        confirm: Confirm = False, strict: Strict = False, fresh: Fresh = False) -> None:  # fmt: skip
    """Check the answers, estimate the results and make all reports that are not right any more."""
    _run(open_study(study_file), language, output, schools=school or (), kinds=check_pages(page), templates=check_templates(template),
         formats=_list_formats(pdf, docx), jobs=jobs, cluster=cluster, confirm=confirm, strict=strict, fresh=fresh)  # fmt: skip


def report(study_file: StudyFile = Path(), language: Languages = None, school: School = None, page: Page = None,
           template: Template = None, pdf: Pdf = False, docx: Docx = False, jobs: Jobs = 2, cluster: OnCluster = "",
           output: Output = None, confirm: Confirm = False, strict: Strict = False, fresh: Fresh = False) -> None:  # fmt: skip
    """Make the reports only: for all schools, or those named with --school; all kinds of pages, or those named with --page."""
    _run(open_study(study_file), language, output, schools=school or (), kinds=check_pages(page), templates=check_templates(template),
         formats=_list_formats(pdf, docx), jobs=jobs, cluster=cluster, confirm=confirm, strict=strict, fresh=fresh,
         data_check=False)  # fmt: skip


def compare(
    study_files: Annotated[list[Path], typer.Argument(metavar="STUDY STUDY...", help="The folders of studies, or their study files.")],
    language: Languages = None, pdf: Pdf = False, docx: Docx = False, output: Output = None, confirm: Confirm = False,
) -> None:  # fmt: skip
    """Put the cohorts of several studies side by side on one page."""
    studies = [open_study(path) for path in study_files]
    languages = choose_languages(studies[0], language)
    from toolkit.run import compare_studies

    with show_progress(lambda findings: print_findings(findings, languages[0], "asks")) as watch:
        made = compare_studies(studies, output, languages=languages if language else (), formats=_list_formats(pdf, docx), confirm=confirm,
                               watch=watch)  # fmt: skip
    _tell_made(made, studies[0], languages[0])


notebook = typer.Typer(
    cls=FirstOrNamed,
    help="Run a notebook on a study (plg notebook NAME STUDY), or copy a shipped one to change it (plg notebook copy NAME STUDY).",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@notebook.command("run")
def run_one(
    name: Annotated[
        str,
        typer.Argument(
            help="Which notebook: first_look, change, key_factors, schools, reliability, course, comparison_schools or planning; or a "
            "file of your own that ends in .ipynb."
        ),
    ],
    study_file: StudyFile = Path(),
    language: Languages = None,
    output: Output = None,
) -> None:
    """Run a notebook on a study; write its page to the folder internal beside the reports. The word run may be left out."""
    study = open_study(study_file)
    from toolkit.run import run_notebook

    for path in run_notebook(name, study, output, languages=choose_languages(study, language)):
        typer.echo(path)


@notebook.command()
def copy(
    name: Annotated[str, typer.Argument(help="A shipped notebook: school_report, summary, change, ...")],
    study_file: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of a study, or its study file.")] = Path(),
) -> None:
    """Copy a shipped notebook into the folder of a study, to change it; nothing is overwritten.

    Make pages from a changed template with plg run STUDY --template school=FILE; run any other with plg notebook FILE STUDY.
    """
    study = open_study(study_file)
    from toolkit.report.publishing.templates import copy_notebook

    copied = copy_notebook(name, study)
    typer.echo(copied.relative_to(Path.cwd()) if copied.is_relative_to(Path.cwd()) else copied)


def demo(
    names: Annotated[list[str] | None, typer.Argument(help="Only these studies: zes_scholen, univbct.", show_default=False)] = None,
    jobs: Jobs = 2,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the reports.")] = Path("reports"),
) -> None:
    """Make all reports of the example studies: six invented schools, and a real study of 495 people."""
    from toolkit.languages import load_text
    from toolkit.shipped import EXAMPLES

    shipped = {folder.name: folder for folder in EXAMPLES}
    for name in names or shipped:
        if name not in shipped:
            raise typer.BadParameter(f"There is no example '{name}'. {load_text('en').suggest(name, shipped)}")
    for name in names or shipped:
        study = open_study(shipped[name])
        typer.echo(study.title[study.languages[0]])
        _run(study, None, output / study.id, jobs=jobs)


def _list_formats(pdf: bool, docx: bool) -> tuple[str, ...]:
    return tuple(suffix for suffix, wanted in ((".pdf", pdf), (".docx", docx)) if wanted)


def _write_made(made: Run, study: Study, language: Language) -> str:
    """Return how many pages were made and where; of a draft that it is one, and how many questions about the data are open."""
    from toolkit.languages import load_text
    from toolkit.report.sections.study_frame import write_open
    from toolkit.responses.questions import list_questions

    text = load_text(language)
    told = text.say_count("check.made", len(made.pages), index=made.index)
    told += "\n" + text.say_count("check.kept", len(made.kept)) if made.kept else ""
    if study.state == "final":
        return told
    return f"{told}\n{text.say('title.is_draft')}. {write_open(len(list_questions(made.findings)), text)}"


def _run(study: Study, language: list[str] | None, output: Path | None, **chosen: Any) -> None:
    """Make reports through the gate, and say what was made and what a person should look at."""
    languages = choose_languages(study, language)
    from toolkit.run import run_study

    with show_progress(lambda findings: print_findings(findings, languages[0], "asks")) as watch:
        made = run_study(study, output, languages=languages if language else (), watch=watch, **chosen)
    _tell_made(made, study, languages[0])


def _tell_made(made: Run, study: Study, language: Language) -> None:
    """Say what was made and what was not."""
    for name, error in made.errors.items():
        typer.echo(f"{name}: {error}", err=True)
    typer.echo(_write_made(made, study, language))
    if made.errors:
        raise SystemExit(1)
