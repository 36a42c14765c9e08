"""The study: what was asked of whom, when, and what the evaluator planned to compare; one file, `study.toml`."""

from __future__ import annotations

import datetime as dt
import difflib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, model_validator

from toolkit.errors import DefinitionError, Problem
from toolkit.study.definitions import Definition, Identifier, Language, Words, find_line, load_definition, read_definition
from toolkit.study.instruments import Instrument, load_instrument
from toolkit.study.layouts import Layout, Source


class Wave(Definition):
    """One measurement: when it was, and what it is called."""

    id: Identifier
    date: dt.date
    label: Words


class School(Definition):
    """One school or team: its code, its name as typed, and how many people were invited per wave."""

    id: str
    name: str
    board: str = ""
    sector: str = ""
    invited: dict[str, Annotated[int, Field(ge=0)]] = {}
    #: whether the school follows the trajectory or is there to compare with; "" where the study has no comparison schools.
    group: Literal["", "trajectory", "comparison"] = ""
    #: the day on which the school began, where schools begin at different times.
    start: dt.date | None = None


class Role(Definition):
    """A kind of respondent, with the words by which exports may name it."""

    id: Identifier
    label: Words
    also: tuple[str, ...] = ()


class Matching(Definition):
    """How people are followed over waves: by a code that is the same in each, or not at all."""

    by: Literal["code", "none"] = "code"
    #: whether case, spaces, accents and punctuation count as differences.
    exact: bool = False


class Exclusion(Definition):
    """Rows that are left out: those whose `column` holds one of `values`."""

    column: str
    values: tuple[str, ...]
    reason: Literal["no_consent", "test", "unfinished"]


class Outcomes(Definition):
    """What the study is about: the outcome that leads, and further ones, written as instrument.scale or instrument.scale.rating."""

    primary: str
    further: tuple[str, ...] = ()


class Comparison(Definition):
    """A comparison of two waves; planned before the data were seen, or exploratory."""

    id: Identifier
    before: str
    after: str
    planned: bool = False


class Contact(Definition):
    """One meeting of the trajectory, on its real date."""

    date: dt.date
    type: Literal["training", "mt", "intervisie", "coaching", "meeting", "course", "other"]
    title: str = ""


class Outcome(Definition):
    """An instrument's scale, in one rating: what an estimate is about."""

    instrument: str
    scale: str
    rating: str = ""

    def __str__(self) -> str:
        return ".".join(part for part in (self.instrument, self.scale, self.rating) if part)


class Study(Definition):
    """A study and all that its file says; `folder` is where the file stands, `instruments` are loaded."""

    id: Identifier
    title: Words
    languages: tuple[Language, ...] = ("nl",)
    state: Literal["draft", "final"] = "draft"
    invented: bool = False
    contact: str = ""
    report_date: dt.date
    seed: int = 1
    smallest_group: Annotated[int, Field(ge=5)] = 5
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    instrument_ids: Annotated[tuple[str, ...], Field(alias="instruments", min_length=1)]
    waves: Annotated[tuple[Wave, ...], Field(min_length=1)]
    schools: Annotated[tuple[School, ...], Field(min_length=1)]
    roles: tuple[Role, ...] = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    layouts: dict[str, Layout] = {}
    matching: Matching = Matching()
    leave_out: tuple[Exclusion, ...] = ()
    outcomes: Outcomes
    smallest_change: dict[str, Annotated[float, Field(gt=0)]] = {}
    comparisons: tuple[Comparison, ...] = ()
    contacts: tuple[Contact, ...] = ()
    _path: Path = PrivateAttr(default=Path("study.toml"))

    @model_validator(mode="after")
    def _fill_languages(self) -> Study:
        missing = [language for language in self.languages if language not in self.title]
        if missing:
            raise ValueError(f"the title is missing in {', '.join(missing)}")
        return self

    @property
    def folder(self) -> Path:
        """The folder of the study file: all paths in it are relative to this."""
        return self._path.parent

    @property
    def file(self) -> str:
        """The name of the study file in its folder."""
        return self._path.name

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """The instruments in use."""
        return tuple(load_instrument(id, self.folder / "instruments") for id in self.instrument_ids)

    @cached_property
    def scored_instruments(self) -> tuple[Instrument, ...]:
        """The instruments in use and the shorter versions that nest in them."""
        nested = [load_instrument(version.id, self.folder / "instruments") for whole in self.instruments for version in whole.nested]
        return tuple({instrument.id: instrument for instrument in [*self.instruments, *nested]}.values())

    @cached_property
    def planned(self) -> tuple[Comparison, ...]:
        """The comparisons of the file; without any, the first wave against the last, as exploratory."""
        if self.comparisons or len(self.waves) < 2:
            return self.comparisons
        return (Comparison(id="before_after", before=self.waves[0].id, after=self.waves[-1].id),)

    def find_instrument(self, id: str) -> Instrument:
        """Return the instrument with this id, shorter versions included."""
        return next(instrument for instrument in self.scored_instruments if instrument.id == id)

    def find_school(self, id: str) -> School:
        """Return the school with this code; `DefinitionError` names the nearest code where there is none."""
        found = next((school for school in self.schools if school.id == id), None)
        if found is None:
            raise DefinitionError(
                Problem("study.toml", f"There is no school with the code '{id}'.", suggest(id, [s.id for s in self.schools]))
            )
        return found

    def find_wave(self, id: str) -> Wave:
        """Return the wave with this id."""
        return next(wave for wave in self.waves if wave.id == id)

    def find_outcome(self, name: str) -> Outcome:
        """Return the outcome that `name` (instrument.scale or instrument.scale.rating) stands for."""
        parts = name.split(".")
        return Outcome(instrument=parts[0], scale=parts[1], rating=parts[2] if len(parts) > 2 else "")

    @cached_property
    def primary(self) -> Outcome:
        """The outcome that leads."""
        return self.find_outcome(self.outcomes.primary)

    def find_smallest_change(self, outcome: Outcome) -> float | None:
        """Return the smallest change that matters for `outcome`, in points of its scale; None where the study sets none."""
        names = (str(outcome), f"{outcome.instrument}.{outcome.scale}", outcome.instrument)
        return next((self.smallest_change[name] for name in names if name in self.smallest_change), None)


def load_study(path: str | Path) -> Study:
    """Return the study that the file at `path` (or `study.toml` in the folder `path`) describes.

    Raises `DefinitionError` with every fault of the file: unknown keys, values that can't be, names that point nowhere.
    """
    path = Path(path)
    path = path / "study.toml" if path.is_dir() else path
    study = load_definition(path, Study)
    study._path = path.resolve()
    problems = _check_names(study, path)
    if problems:
        raise DefinitionError(problems)
    return study


def suggest(name: str, known: list[str]) -> str:
    """Return the mend for a name that is not known: the nearest one, or all."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known) or 'none'}."


class _Check:
    """Collects the problems of one study file."""

    def __init__(self, path: Path) -> None:
        self.file, self.source, self.problems = path.name, read_definition(path), list[Problem]()

    def know(self, name: str, known: list[str], what: str, *location: str | int) -> None:
        if name not in known:
            self.say(f"There is no {what} '{name}'.", suggest(name, known), *location)

    def say(self, message: str, mend: str, *location: str | int) -> None:
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
        self.problems.append(Problem(self.file, message, mend, find_line(self.source, location), key))


def _check_names(study: Study, path: Path) -> list[Problem]:
    check = _Check(path)
    for position, id in enumerate(study.instrument_ids):
        try:
            load_instrument(id, study.folder / "instruments")
        except DefinitionError as error:
            check.problems += [
                Problem(check.file, p.message, p.mend, find_line(check.source, ("instruments",)), f"instruments.{position + 1}")
                for p in error.problems
            ]
    if check.problems:
        return check.problems
    _check_unique(study, check)
    _check_sources(study, check)
    _check_outcomes(study, check)
    _check_comparisons(study, check)
    return check.problems


def _check_unique(study: Study, check: _Check) -> None:
    for key, ids in (
        ("waves", [w.id for w in study.waves]),
        ("schools", [s.id for s in study.schools]),
        ("roles", [r.id for r in study.roles]),
    ):
        for position, id in enumerate(ids):
            if id in ids[:position]:
                check.say(f"The id '{id}' is used twice.", "Give each its own.", key, position, "id")
    columns = [column for instrument in study.instruments for column in instrument.columns]
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        check.say(f"Two instruments both make the column '{column}'.", "Rename an item of your own instrument.", "instruments")
    dates = [wave.date for wave in study.waves]
    if dates != sorted(dates):
        check.say("The waves are not in the order of their dates.", "Put the first measurement first.", "waves")
    for position, school in enumerate(study.schools):
        for wave in school.invited:
            check.know(wave, [w.id for w in study.waves], "wave", "schools", position, "invited")


def _check_sources(study: Study, check: _Check) -> None:
    waves, schools = [wave.id for wave in study.waves], [school.id for school in study.schools]
    for position, source in enumerate(study.sources):
        at = ("sources", position)
        target = (study.folder / source.file).resolve()
        if Path(source.file).is_absolute() or not target.is_relative_to(study.folder.resolve()):
            check.say(
                f"The file '{source.file}' lies outside the study's folder.",
                "Copy it into the folder and write its relative path.",
                *at,
                "file",
            )
        if source.layout:
            check.know(source.layout, list(study.layouts), "layout", *at, "layout")
        if source.wave:
            check.know(source.wave, waves, "wave", *at, "wave")
        if source.school:
            check.know(source.school, schools, "school", *at, "school")
        layout = study.layouts.get(source.layout, Layout())
        if not source.wave and not layout.wave and len(waves) > 1 and not layout.wave_columns:
            check.say("Nothing tells of which wave this file is.", "Give wave here, or a wave column in the layout.", *at)
        if not source.school and not layout.school and len(schools) > 1:
            check.say("Nothing tells of which school this file is.", "Give school here, or a school column in the layout.", *at)
    for name, layout in study.layouts.items():
        for label, target_wave in layout.waves.items():
            check.know(target_wave, waves, "wave", "layouts", name, "waves", label)
        for label, target_school in layout.schools.items():
            check.know(target_school, schools, "school", "layouts", name, "schools", label)
        known = [column for instrument in study.instruments for column in instrument.columns]
        for header, column in layout.items.items():
            check.know(column, known, "item", "layouts", name, "items", header)


def _check_outcomes(study: Study, check: _Check) -> None:
    known = [
        str(Outcome(instrument=instrument.id, scale=scale.id, rating=rating))
        for instrument in study.scored_instruments
        for scale in instrument.scales
        for rating in ([entry.id for entry in instrument.ratings] or [""])
    ]
    for position, name in enumerate([study.outcomes.primary, *study.outcomes.further]):
        check.know(name, known, "outcome", "outcomes", "primary" if position == 0 else "further")
    short = known + [name.rsplit(".", 1)[0] for name in known] + list(study.instrument_ids)
    for name in study.smallest_change:
        check.know(name, short, "outcome", "smallest_change", name)


def _check_comparisons(study: Study, check: _Check) -> None:
    waves = [wave.id for wave in study.waves]
    for position, comparison in enumerate(study.comparisons):
        check.know(comparison.before, waves, "wave", "comparisons", position, "before")
        check.know(comparison.after, waves, "wave", "comparisons", position, "after")
