"""Commands beside the pages: results as data, verifying a report, and what was published when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.terminal import (
    Confirm,
    Languages,
    Output,
    Strict,
    StudyFile,
    Template,
    check_templates,
    choose_languages,
    find_folder,
    open_study,
    print_findings,
    show_progress,
)

if TYPE_CHECKING:
    from toolkit.languages import Language
    from toolkit.study.study import Study


def export(
    study_file: StudyFile = Path(),
    language: Languages = None,
    output: Output = None,
    scores: Annotated[
        bool, typer.Option("--scores", help="Also write the scale scores per person, for SPSS: personal data, in the folder internal.")
    ] = False,
    figures: Annotated[
        bool, typer.Option("--figures", help="Also write the figures of every school for slides, as PNG and SVG in the folder figures.")
    ] = False,
    confirm: Confirm = False,
    strict: Strict = False,
) -> None:
    """Write the results as data: results.xlsx and results.csv with a codebook."""
    study = open_study(study_file)
    languages = choose_languages(study, language)
    from toolkit.run import export_study

    with show_progress(lambda findings: print_findings(findings, languages[0], "asks")) as watch:
        options = {"scores": scores, "figures": figures, "confirm": confirm, "strict": strict}
        written = export_study(study, output, languages=languages, watch=watch, **options)
    for path in written:
        typer.echo(path)


def verify(
    report: Annotated[Path, typer.Argument(help="The report to verify: a page whose name ends in .html.", exists=True, dir_okay=False)],
    study_file: Annotated[
        Path | None, typer.Argument(help="The study it is from. Default: the one named in the folder internal beside the report.")
    ] = None,
    template: Template = None,
) -> None:
    """Make a report again from its study, writing nothing, and say whether every number still holds."""
    from toolkit.languages import load_text
    from toolkit.report.verification.page_values import read_page
    from toolkit.report.verification.verify import find_study_file, verify_report, write_verdict

    study = open_study(study_file or find_study_file(report))
    verdict = verify_report(report, study, templates=check_templates(template))
    spoken: Language = "en" if read_page(report.read_text(encoding="utf-8")).language == "en" else "nl"
    for line in write_verdict(verdict, report.name, load_text(spoken)):
        typer.echo(line)
    if not verdict.same:
        raise SystemExit(1)


def register(
    place: Annotated[Path, typer.Argument(help="A study, or the folder of its reports.")] = Path(),
    language: Languages = None,
    output: Output = None,
) -> None:
    """Say what was published when, and on how many people."""
    from toolkit.languages import load_text
    from toolkit.report.verification.register import read_register, write_register

    folder, study = _find_register(place, output)
    spoken = choose_languages(study, language)[0] if study else "en" if language == ["en"] else "nl"
    names = {school.id: school.name for school in study.schools} if study else {}
    for line in write_register(read_register(folder, spoken), names, load_text(spoken)):
        typer.echo(line)


def _find_register(place: Path, output: Path | None) -> tuple[Path, Study | None]:
    """Return the folder of the register, and the study if `place` is one."""
    from toolkit.results.disclosure.register_lines import REGISTER

    folders = [folder for folder in (place / "internal", place) if (folder / REGISTER).is_file()]
    if folders:
        return folders[0], None
    study = open_study(place)
    return find_folder(study, output) / "internal", study
