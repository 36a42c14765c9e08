"""Commands before there are answers: begin a study, look at the instruments, and see what this machine has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.terminal import check_language


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    exports: Annotated[
        list[Path] | None, typer.Option("--from", "-f", help="An export to begin from; may be given more than once. It is copied.")
    ] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="The language of the comments: nl or en.")] = "nl",
) -> None:
    """Make a folder with a commented study file, to be filled in; with --from, as far as exports tell what belongs in it."""
    from toolkit.new_study.study_file import begin_study

    chosen = check_language(language)
    if not exports:
        for path in begin_study(folder, chosen):
            typer.echo(path)
        return
    import datetime as dt

    from toolkit.new_study.proposal import begin_study_from, describe_doubts

    made, doubts = begin_study_from(folder, exports, chosen, dt.datetime.now(tz=dt.UTC).date())
    for path in made:
        typer.echo(path)
    for line in describe_doubts(doubts, folder, chosen):
        typer.echo(line)


def instruments(
    id: Annotated[str, typer.Argument(help="Show this instrument.")] = "",
    study: Annotated[Path | None, typer.Option("--study", help="The folder of a study: its own instruments are known too.")] = None,
) -> None:
    """List the instruments that are shipped, and those of a study, or show one."""
    folder = study / "instruments" if study else None
    from toolkit.study.instruments import list_instruments, load_instrument

    if id:
        from toolkit.cli.studies__showing import describe_instrument

        typer.echo(describe_instrument(load_instrument(id, folder)))
        return
    for name in list_instruments(folder):
        instrument = load_instrument(name, folder)
        typer.echo(
            f"{name:17} {instrument.licence.kind:14} {len(instrument.items):3} items  {instrument.name['en']} / {instrument.name['nl']}"
        )


def doctor() -> None:
    """Say which versions, fonts and browser are here, and what is missing."""
    from toolkit.cli.studies__showing import list_surroundings
    from toolkit.report.formats.chromium import VARIABLE, find_browser

    missing = False
    browser = ("browser", find_browser(), f"Optional, for --pdf and --docx: install chromium, or say in {VARIABLE} where it is.")
    for name, found, mend in (*list_surroundings(), browser):
        missing = missing or (not found and not mend.startswith("Optional"))
        typer.echo(f"{'ok     ' if found else 'missing'} {name:20} {found or mend}")
    if missing:
        raise SystemExit(1)
