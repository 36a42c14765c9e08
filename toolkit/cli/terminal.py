"""What the commands ask and show in common: study, language, school, folder, findings and progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from toolkit.check import Watch
    from toolkit.languages import Language
    from toolkit.study.study import Study

StudyFile = Annotated[Path, typer.Argument(help="The study file, or its folder.")]
Languages = Annotated[list[str] | None, typer.Option("--language", "-l", help="nl or en; may be given twice. Default: the study's own.")]
School = Annotated[list[str] | None, typer.Option("--school", "-s", help="Only the school with this code; may be given more than once.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many processes estimate and make reports.")]
OnCluster = Annotated[str, typer.Option("--cluster", metavar="ADDRESS", help="Work on the Dask cluster at this address, tcp://...")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The folder for the reports. Default: reports/<study id>.")]
Page = Annotated[
    list[str] | None,
    typer.Option(
        "--page", "-p", help="Only pages of this kind: school, summary, across_schools, board or cohorts; may be given more than once."
    ),
]
Template = Annotated[
    list[str] | None,
    typer.Option(
        "--template",
        "-t",
        metavar="KIND=FILE",
        help="Make the pages of a kind from a notebook of your own: school=mystudy/school_report.ipynb; may be given more than once.",
    ),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also write every page as a PDF; needs chromium.")]
Docx = Annotated[bool, typer.Option("--docx", help="Also write every page as an editable Word file; needs chromium.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="Show numbers whose group changed by a few people since they were published.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make everything anew, also the pages that are still right.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop, instead of hiding numbers, if subtraction would reveal a small group.")]


#: the number of characters beyond which a list of columns or values is cut on a terminal; data_check.html holds all of it.
LONG = 240


class FirstOrNamed(TyperGroup):
    """A group of commands of which the first is meant where none is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return what is left of the arguments, which go to the first command unless another is named."""
        named = not args or args[0] in (*self.commands, "--help")
        return super().parse_args(ctx, args if named else [next(iter(self.commands)), *args])


def open_study(study_file: Path) -> Study:
    """Return the study of a file or a folder; the process that its answers will be read in comes up meanwhile."""
    from toolkit.files.child import start_child
    from toolkit.study.loading import load_study

    start_child()
    return load_study(study_file)


def check_language(language: str) -> Language:
    """Return the language of a code; raise a usage error for one that the toolkit does not write."""
    if language not in ("nl", "en"):
        raise typer.BadParameter(f"The toolkit does not write in '{language}'. Use nl or en.")
    return "nl" if language == "nl" else "en"


def choose_languages(study: Study, language: list[str] | None) -> tuple[Language, ...]:
    """Return the languages asked for, or those of the study."""
    return tuple(check_language(each) for each in language) if language else study.languages


def check_pages(page: list[str] | None) -> tuple[str, ...]:
    """Return the kinds of pages asked for; raise a usage error for one that does not exist."""
    for kind in page or ():
        if kind not in ("school", "summary", "across_schools", "board", "cohorts"):
            raise typer.BadParameter(f"'{kind}' is no kind of page. Use school, summary, across_schools, board or cohorts.")
    return tuple(page or ())


def check_templates(template: list[str] | None) -> dict[str, Path]:
    """Return the notebook of each kind of page that was named with one; raise a usage error for what is no KIND=FILE, or a kind twice."""
    found: dict[str, Path] = {}
    for entry in template or ():
        kind, _, path = entry.partition("=")
        if not path:
            raise typer.BadParameter(f"'{entry}' names no notebook. Write the kind of page, = and the file: school={kind or 'FILE'}.")
        [kind] = check_pages([kind])
        if kind in found:
            raise typer.BadParameter(f"There are two templates for '{kind}'. Name one.")
        found[kind] = Path(path)
    return found


def find_folder(study: Study, output: Path | None) -> Path:
    """Return the folder for what is made from a study."""
    return output or Path("reports") / study.id


def print_findings(findings: pd.DataFrame, language: Language, *severities: str, console: Console | None = None) -> None:
    """Print the findings of some severities (by default all), those that stop first; as a table if all are printed on a terminal.

    Those of a run go to standard error, so that another program can read what was made.
    """
    from rich.console import Console

    from toolkit.findings import list_sentences

    console = console or Console(highlight=False, stderr=bool(severities))
    chosen = shorten_findings(findings[findings["severity"].isin(severities)] if severities else findings)
    if console.is_terminal and not severities and len(chosen):
        _print_table(chosen, language, console)
    else:
        for _, sentence in list_sentences(chosen, language):
            typer.echo(sentence, err=console.stderr)


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on a terminal, and aligned lines without headers anywhere else."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    console = Console(highlight=False)
    if console.is_terminal:
        table = Table(*headers, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            table.add_row(*map(Words, row))
        console.print(table)
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@contextmanager
def show_progress(found: Callable[[pd.DataFrame], None]) -> Iterator[Watch]:
    """Yield the callbacks that show progress, on a terminal only; `found` shows what was found in the answers."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from toolkit.check import Watch

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<40}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        reading = progress.add_task("", total=100)
        making = progress.add_task("", total=None, visible=False)

        def read(file: str, share: float) -> None:
            progress.update(reading, description=file[-40:], completed=round(100 * share))

        def tell(findings: pd.DataFrame) -> None:
            progress.stop()
            found(findings)
            progress.update(reading, visible=False)
            progress.start()

        yield Watch(
            reading=read,
            found=tell,
            planned=lambda count: progress.update(making, total=count, visible=True),
            made=lambda title: progress.update(making, description=title[:40], advance=1),
        )


def shorten_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Return findings with long lists cut after a complete name or word, for a terminal, where long lists hide the rest."""
    return findings.assign(**{place: findings[place].map(_shorten) for place in ("column", "value", "expected")})


def _shorten(text: str) -> str:
    if len(text) <= LONG or "\n" in text:  # lines to paste into a file
        return text
    start = text[:LONG]
    return f"{start.rpartition(', ')[0] or start.rpartition(' ')[0] or start} …"


def _print_table(findings: pd.DataFrame, language: Language, console: Console) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text as Words

    from toolkit.findings import ORDER, list_shown, locate_finding, write_finding
    from toolkit.languages import load_text

    text = load_text(language)
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False)
    for name in ("", text.say("check.column_says"), text.say("check.column_mend")):
        table.add_column(name, overflow="fold")
    for severity in ORDER:
        for finding in list_shown(findings, severity):
            says, mend = write_finding(finding, text)
            cells = (text.say(f"findings.severity.{severity}"), f"{locate_finding(finding, text)}: {says}", mend)
            table.add_row(*map(Words, cells))  # what people typed is shown as it is, brackets and all
    console.print(table)
