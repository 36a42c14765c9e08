"""Commands for before there are answers: begin a study, look at the instruments, and see what this machine has."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.terminal import Languages, StudyFile, check_language, choose_languages, open_study, print_findings, print_table
from toolkit.shipped import list_missing

if TYPE_CHECKING:
    from toolkit.study.answers import Answers
    from toolkit.study.instruments import Instrument

LIBRARIES = ("plg-toolkit", "pandas", "numpy", "scipy", "statsmodels", "pingouin", "matplotlib", "seaborn", "nbconvert", "jupyterlab")


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    exports: Annotated[
        list[Path] | None, typer.Option("--from", "-f", help="An export to start from; it is copied. May be given more than once.")
    ] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="The language of the comments: nl or en.")] = "nl",
) -> None:
    """Make a folder with a commented study file to fill in; with --from, it is filled in from exports where possible."""
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


def add(
    study_file: StudyFile,
    files: Annotated[list[Path], typer.Argument(help="The exports to add: a school, a measurement, or answers that came late.")],
    school: Annotated[str, typer.Option("--school", "-s", help="The school that all rows of these files are of.")] = "",
    wave: Annotated[str, typer.Option("--wave", "-w", help="The measurement that all rows of these files are of.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Copy the files and write the study file. Without it nothing is written.")] = False,
) -> None:
    """Show what files add to a study that exists, as a diff of its study file; with --write, copy them into it and write that."""
    import datetime as dt

    from toolkit.new_study.addition import describe_addition, propose_addition, write_addition

    addition = propose_addition(study_file, files, dt.datetime.now(tz=dt.UTC).date(), school=school, wave=wave)
    typer.echo(addition.write_diff(), nl=False)
    written = write and addition.before != addition.after
    made = write_addition(addition) if written else []
    for line in (*map(str, made), *describe_addition(addition, written=written)):
        typer.echo(line, err=True)


def records(
    study_file: StudyFile,
    template: Annotated[
        bool,
        typer.Option("--template", help="Write an empty workbook per kind that the study has no file of; nothing is overwritten."),
    ] = False,
    language: Languages = None,
) -> None:
    """Say which records of the trajectory a study has (contacts, goals, notes, ...) and what a person should look at in them."""
    study = open_study(study_file)
    spoken = choose_languages(study, language)[0]
    from toolkit.languages import load_text

    text = load_text(spoken)
    if not template:
        from toolkit.records.reading import read_records

        found = read_records(study)
        parts = found.list_parts(text)
        typer.echo(text.say("records.read", parts=", ".join(parts)) if parts else text.say("records.none"))
        print_findings(found.findings, spoken)
        return
    from toolkit.records.templates import describe_entries, write_templates

    made = write_templates(study, spoken)
    for path in made:
        typer.echo(path)
    typer.echo(f"{text.say('records.paste')}\n\n{describe_entries(made, study)}" if made else text.say("records.all_there"))


def instruments(
    id: Annotated[str, typer.Argument(help="Show this instrument.")] = "",
    study: Annotated[Path | None, typer.Option("--study", help="The folder of a study, to include its own instruments.")] = None,
) -> None:
    """List the shipped instruments, and those of a study, or show one."""
    folder = study / "instruments" if study else None
    from toolkit.study.instruments import list_instruments, load_instrument

    if id:
        typer.echo(describe_instrument(load_instrument(id, folder)))
        return
    known = [load_instrument(name, folder) for name in list_instruments(folder)]
    rows = [(each.id, each.licence.kind, f"{len(each.items)} items", f"{each.name['en']} / {each.name['nl']}") for each in known]
    print_table(("instrument", "licence", "asks", "name"), rows)


def doctor() -> None:
    """Say which versions, fonts and browser are here, and what is missing."""
    from toolkit.report.formats.chromium import VARIABLE, find_browser

    browser = ("browser", find_browser(), f"Optional, for --pdf and --docx: install chromium, or say in {VARIABLE} where it is.")
    surroundings = [*list_surroundings(), browser]
    print_table(("", "what", "found"), [("ok" if found else "missing", name, found or mend) for name, found, mend in surroundings])
    if any(not found and not mend.startswith("Optional") for _, found, mend in surroundings):
        raise SystemExit(1)


def describe_instrument(instrument: Instrument) -> str:
    """Return an instrument as text: what it measures, its items and scales, its licence and source."""
    answers = instrument.answers
    lines = [
        f"{instrument.id}: {instrument.name['nl']} / {instrument.name['en']}",
        instrument.about["nl"],
        instrument.about["en"],
        _describe_answers(answers),
        *(f"  {label.value:g}  {' = '.join((*label.nl[:1], *label.en[:1]))}" for label in answers.words),
    ]
    if instrument.ratings:
        lines.append("Ratings: " + ", ".join(f"{rating.id} ({rating.label['nl']} / {rating.label['en']})" for rating in instrument.ratings))
    lines.append("Items:")
    lines += [
        f"  {item.number:3} {item.id:8} {item.label.get('nl', '')} / {item.label.get('en', '')}{'  (reversed)' * item.reverse}"
        f"{f'  ({item.answers.kind})' if item.answers else ''}"
        for item in instrument.items
    ]
    lines.append("Scales:")
    lines += [
        f"  {scale.id:12} {scale.label['nl']} / {scale.label['en']}: {scale.score} of {len(scale.items)}, {scale.count_needed()} needed"
        for scale in instrument.scales
    ]
    if instrument.nested:
        lines.append("Can also be scored as: " + ", ".join(version.id for version in instrument.nested))
    lines += [
        f"Source: {' / '.join(dict.fromkeys(instrument.source.values()))}",
        f"Wording of the items in the file: {'yes' if instrument.licence.text_shipped else 'no, it may not be shipped'}",
        f"Licence: {instrument.licence.kind}. {instrument.licence.notice['nl']} / {instrument.licence.notice['en']}",
    ]
    return "\n".join(lines)


def _describe_answers(answers: Answers) -> str:
    """Return the kind of answers, or the ends and steps of those in numbers."""
    if not answers.is_measured:
        return f"Answers: {answers.kind}"
    steps = f", in steps of {answers.step:g}" if answers.step else ""
    return f"Answers: {answers.min:g} to {answers.max:g}{steps}"


def list_surroundings() -> Iterator[tuple[str, str, str]]:
    """Yield the name, what was found ("" if missing) and the fix, for Python, shipped files, libraries and fonts."""
    yield "python", platform.python_version(), ""
    missing = ", ".join(path.name for path in list_missing())
    yield "shipped", "" if missing else "instruments, words, notebooks, examples", f"Install the toolkit again: it lacks {missing}."
    for name in LIBRARIES:
        try:
            yield name, metadata.version(name), ""
        except metadata.PackageNotFoundError:
            yield name, "", "Install it with: make .venv/ready"
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    yield "font", "DejaVu Sans" if "DejaVu Sans" in known else "", "Install matplotlib again: it brings this font."
