"""The command `plg`: each subcommand is a few calls into the rooms; heavy libraries are imported where they are needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from toolkit.report.rendering import RenderedPage
    from toolkit.responses.exports import Exports
    from toolkit.study.definitions import Language as LanguageCode
    from toolkit.study.study import Study

app = typer.Typer(
    help="From survey exports to reports that hold up: studies of professional learning communities before and after a trajectory.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

StudyFile = Annotated[Path, typer.Argument(help="The study file, or the folder it stands in.")]
Language = Annotated[list[str] | None, typer.Option("--language", "-l", help="nl or en; may be given twice. Without it: the study's own.")]
School = Annotated[list[str] | None, typer.Option("--school", "-s", help="Only the school with this code; may be given more than once.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many reports are made at a time.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The folder for the reports. Without it: reports/<study id>.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="Show numbers whose group changed by a few people since they were published.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop, instead of hiding, where a small group would follow by subtraction.")]


def main() -> None:
    """Run the command line: exit code 0, 1 when data or study need mending, 2 when the command itself is off."""
    try:
        app()
    except ToolkitError as error:
        _stop(error)


def _stop(error: ToolkitError) -> NoReturn:
    count = len(error.problems)
    if count > 1:
        typer.echo(f"{count} things need mending:", err=True)
    for problem in error.problems:
        typer.echo(f"  {problem}" if count > 1 else str(problem).removeprefix(": "), err=True)
    raise SystemExit(1)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    language: Annotated[str, typer.Option("--language", "-l", help="The language of the comments: nl or en.")] = "nl",
) -> None:
    """Make a folder with a commented study file, to be filled in."""
    from toolkit.study.beginning import begin_study

    for path in begin_study(folder, _check_language(language)):
        typer.echo(path)


@app.command()
def check(study_file: StudyFile = Path(), language: Language = None, output: Output = None) -> None:
    """Read all answers and say what is right and what is not; writes data_check.html."""
    study = _load_study(study_file)
    exports = _read(study)
    chosen = _choose_languages(study, language)
    stops = _print_findings(study, exports, chosen[0])
    from toolkit.report.publishing import publish_data_check

    for path in publish_data_check(study, _find_folder(study, output), languages=chosen):
        typer.echo(path)
    if stops:
        raise SystemExit(1)


@app.command()
def run(study_file: StudyFile = Path(), language: Language = None, school: School = None, jobs: Jobs = 2, output: Output = None,
        confirm: Confirm = False, strict: Strict = False) -> None:  # fmt: skip
    """Check the answers, estimate the results and make all reports."""
    study = _load_study(study_file)
    _publish(study, language, school, jobs, output, whole=not school, confirm=confirm, strict=strict)


@app.command()
def report(study_file: StudyFile = Path(), language: Language = None, school: School = None, jobs: Jobs = 2, output: Output = None,
           confirm: Confirm = False, strict: Strict = False) -> None:  # fmt: skip
    """Make the reports only: of all schools, or of those named with --school."""
    study = _load_study(study_file)
    _publish(study, language, school, jobs, output, whole=False, confirm=confirm, strict=strict)


@app.command()
def notebook(
    name: Annotated[str, typer.Argument(help="Which notebook: change, reliability, comparison_schools, growth or planning.")],
    study_file: StudyFile = Path(),
    language: Language = None,
    output: Output = None,
) -> None:
    """Run one of the notebooks for researchers on a study; writes its page beside the reports."""
    study = _load_study(study_file)
    from toolkit.report.research.publishing import publish_notebook

    for path in publish_notebook(study, name, _find_folder(study, output), languages=_choose_languages(study, language)):
        typer.echo(path)


@app.command()
def instruments(id: Annotated[str, typer.Argument(help="Show this instrument.")] = "") -> None:
    """List the instruments that are shipped, or show one."""
    from toolkit.study.instruments import list_instruments, load_instrument

    if id:
        from toolkit.study.showing import describe_instrument

        typer.echo(describe_instrument(load_instrument(id)))
        return
    for name in list_instruments():
        instrument = load_instrument(name)
        typer.echo(
            f"{name:14} {instrument.licence.kind:14} {len(instrument.items):3} items  {instrument.name['en']} / {instrument.name['nl']}"
        )


@app.command()
def demo(
    jobs: Jobs = 2, output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the reports.")] = Path("reports")
) -> None:
    """Run the whole road on the studies that are shipped: six invented schools, and a real study of 495 people."""
    from toolkit.study.beginning import SHIPPED_STUDIES

    for folder in SHIPPED_STUDIES:
        study = _load_study(folder)
        typer.echo(study.title[study.languages[0]])
        _publish(study, None, None, jobs, output / study.id, whole=True)


@app.command()
def doctor() -> None:
    """Say which versions, fonts and browser are here, and what is missing."""
    from toolkit.study.showing import list_surroundings

    missing = False
    for name, found, mend in list_surroundings():
        missing = missing or (not found and not mend.startswith("Optional"))
        typer.echo(f"{'ok     ' if found else 'missing'} {name:20} {found or mend}")
    if missing:
        raise SystemExit(1)


def _load_study(study_file: Path) -> Study:
    from toolkit.study.study import load_study

    return load_study(study_file)


def _read(study: Study) -> Exports:
    from toolkit.responses.exports import read_exports

    return read_exports(study)


def _check_language(language: str) -> LanguageCode:
    if language not in ("nl", "en"):
        raise typer.BadParameter(f"'{language}' is no language of the toolkit. Use nl or en.")
    return "nl" if language == "nl" else "en"


def _choose_languages(study: Study, language: list[str] | None) -> tuple[LanguageCode, ...]:
    return tuple(_check_language(each) for each in language) if language else study.languages


def _find_folder(study: Study, output: Path | None) -> Path:
    return output or Path("reports") / study.id


def _print_findings(study: Study, exports: Exports, language: LanguageCode) -> int:
    from toolkit.report.findings import list_sentences

    stops = 0
    for severity, sentence in list_sentences(exports.findings, language):
        stops += severity == "stops"
        typer.echo(sentence)
    return stops


def _publish(study: Study, language: list[str] | None, school: list[str] | None, jobs: int, output: Path | None, *, whole: bool,
             confirm: bool = False, strict: bool = False) -> None:  # fmt: skip
    for code in school or []:
        study.find_school(code)
    languages = _choose_languages(study, language)
    exports = _read(study)
    folder = _find_folder(study, output)
    if _print_urgent(exports, languages[0]):
        raise SystemExit(1)
    from toolkit.report.kernels import KernelServer
    from toolkit.report.publishing import publish_data_check, publish_reports
    from toolkit.results.publication import prepare_publication
    if whole:
        publish_data_check(study, folder, languages=languages)
    total = len(languages) * (len(school or study.schools) + (not school and len(study.schools) > 1))
    with KernelServer() as server, _show_progress(total) as advance:  # it warms up while the results are estimated
        prepared = prepare_publication(study, exports, folder / "internal", confirm=confirm, strict=strict)
        for sentence in prepared.changed:
            typer.echo(sentence, err=True)
        published = publish_reports(study, prepared.results, folder, languages=languages, schools=school or (), cohort=not school,
                                    jobs=jobs, report_done=advance, server=server)  # fmt: skip
    if published.pages:
        prepared.record(school or ())
    for name, error in published.errors.items():
        typer.echo(f"{name}: {error}", err=True)
    typer.echo(f"{len(published.pages)} reports: {published.index}")
    if published.errors:
        raise SystemExit(1)


def _print_urgent(exports: Exports, language: LanguageCode) -> int:
    from toolkit.report.findings import list_sentences

    found = [(severity, sentence) for severity, sentence in list_sentences(exports.findings, language) if severity != "tells"]
    for _, sentence in found:
        typer.echo(sentence, err=True)
    return sum(severity == "stops" for severity, _ in found)


class _show_progress:
    """Shows how many reports are done, on a terminal only."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.live = total, 0, sys.stderr.isatty()

    def __enter__(self) -> Callable[[RenderedPage], None]:
        return self._advance

    def __exit__(self, *_: object) -> None:
        if self.live:
            typer.echo("\r\x1b[K", nl=False, err=True)

    def _advance(self, page: RenderedPage) -> None:
        self.done += 1
        if self.live:
            typer.echo(f"\r\x1b[K{self.done}/{self.total} {page.request.title[:60]}", nl=False, err=True)


if __name__ == "__main__":
    main()
