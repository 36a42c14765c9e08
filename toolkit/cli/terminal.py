"""What the commands ask alike: the study, the language, the school, the folder; and how each is understood."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from toolkit.languages import Language as LanguageCode
    from toolkit.responses.exports import Exports
    from toolkit.study.study import Study

StudyFile = Annotated[Path, typer.Argument(help="The study file, or the folder it stands in.")]
Language = Annotated[list[str] | None, typer.Option("--language", "-l", help="nl or en; may be given twice. Without it: the study's own.")]
School = Annotated[list[str] | None, typer.Option("--school", "-s", help="Only the school with this code; may be given more than once.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many reports are made at a time.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The folder for the reports. Without it: reports/<study id>.")]
Page = Annotated[
    list[str] | None,
    typer.Option("--page", "-p", help="Only pages of this kind: school, cohort, summary or board; may be given more than once."),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write every page as a PDF too; needs chromium.")]
Docx = Annotated[bool, typer.Option("--docx", help="Write every page as a Word file too, to be edited; needs chromium.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="Show numbers whose group changed by a few people since they were published.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop, instead of hiding, where a small group would follow by subtraction.")]


def open_study(study_file: Path) -> Study:
    """Return the study of a file or a folder."""
    from toolkit.study.loading import load_study

    return load_study(study_file)


def read_answers(study: Study) -> Exports:
    """Return what all exports of a study hold, with everything that was found wrong in them; a terminal shows how far it is."""
    from toolkit.responses.exports import read_exports

    try:
        return read_exports(study, report=lambda file, share: show_state(f"{share:4.0%} {file[:60]}"))
    finally:
        show_state()


def show_state(words: str = "") -> None:
    """Show on a terminal what is being done, in the place of what stood there; nothing anywhere else."""
    if sys.stderr.isatty():
        typer.echo(f"\r\x1b[K{words}", nl=False, err=True)


def check_language(language: str) -> LanguageCode:
    """Return the language of a code; a usage error for one that the toolkit does not write."""
    if language not in ("nl", "en"):
        raise typer.BadParameter(f"'{language}' is no language of the toolkit. Use nl or en.")
    return "nl" if language == "nl" else "en"


def choose_languages(study: Study, language: list[str] | None) -> tuple[LanguageCode, ...]:
    """Return the languages asked for, or those of the study."""
    return tuple(check_language(each) for each in language) if language else study.languages


def check_pages(page: list[str] | None) -> tuple[str, ...]:
    """Return the kinds of pages asked for; a usage error for one that there is not."""
    for kind in page or ():
        if kind not in ("school", "cohort", "summary", "board"):
            raise typer.BadParameter(f"'{kind}' is no kind of page. Use school, cohort, summary or board.")
    return tuple(page or ())


def find_folder(study: Study, output: Path | None) -> Path:
    """Return the folder for what is made of a study."""
    return output or Path("reports") / study.id
