"""The study: what was asked of whom, when, and what the evaluator planned to compare, all in one file, `study.toml`."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from toolkit.errors import DefinitionError
from toolkit.languages import Called, Language, Text, Words, find_spoken, load_text
from toolkit.study.definitions import MOST, Definition, Identifier
from toolkit.study.discussion import Agreement, Question
from toolkit.study.instruments import Instrument, load_instrument
from toolkit.study.layouts import Layout, Limits, Source
from toolkit.study.records import RecordFile

#: The name of the note for the report on all schools; the note of each school has its code.
ACROSS = "schools"


class Moment(Definition):
    """When people answered: its date and its name."""

    id: Identifier
    #: of a wave where cohorts have dates of their own, the earliest of these.
    date: dt.date
    label: Words

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The date, or those of the cohorts, in order."""
        return (self.date,)


class Occasion(Moment):
    """A moment of some instruments only, such as the end of a training day: no wave, so nothing is followed over it."""

    #: instruments that are asked at occasions, and at no wave.
    instruments: Annotated[tuple[str, ...], Field(min_length=1)]


class Wave(Moment):
    """One measurement: its date and its name."""

    #: the date in each cohort; one that is not named did not hold this measurement. Without any, `date` is that of all.
    dates: dict[str, dt.date] = {}
    #: which moment of a trajectory this is: the same role is the same moment in every cohort and every study.
    role: Literal["", "before", "after", "follow_up"] | Annotated[int, Field(ge=1, le=99)] = ""
    #: items that this wave did not ask: item columns, items in all of their ratings, or instruments.
    not_asked: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_date(cls, data: Any) -> Any:
        """Take the earliest date of the cohorts where no date of all is given."""
        dates = data.get("dates") if isinstance(data, dict) else None
        known = [date for date in dates.values() if isinstance(date, dt.date)] if isinstance(dates, dict) else []
        return {"date": min(known), **data} if known else data

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The date, or those of the cohorts, in order."""
        return tuple(sorted(set(self.dates.values()))) or (self.date,)

    def is_held(self, cohort: str) -> bool:
        """Whether `cohort` held this measurement."""
        return not self.dates or cohort in self.dates


class Articles(Definition):
    """The article of a word, which decides on words near it: "deze eenheid", "dit team"; "a unit", "an office"."""

    nl: Literal["de", "het"] = "de"
    en: Literal["a", "an"] = "a"


class Unit(Definition):
    """What the study calls a school, where that is another word: "team" and "teams"."""

    singular: Words
    plural: Words
    article: Articles = Articles()


class School(Definition):
    """One school or team: its code, its name as typed, and how many people were invited per wave."""

    id: Annotated[str, Field(min_length=1)]
    name: str
    board: str = ""
    sector: str = ""
    invited: dict[str, Annotated[int, Field(ge=0, le=MOST)]] = {}
    #: per wave how many people of each role were invited, where that is known.
    invited_roles: dict[str, dict[str, Annotated[int, Field(ge=0, le=MOST)]]] = {}
    #: whether the school follows the trajectory or is a comparison school; "" if the study has no comparison schools.
    group: Literal["", "trajectory", "comparison"] = ""
    #: the day on which the school began, if schools begin at different times.
    start: dt.date | None = None
    #: the schools that walk the trajectory in the same period; by default the cohort of the study.
    cohort: str = ""


class Role(Definition):
    """A kind of respondent, with the words that exports may use for it."""

    id: Identifier
    label: Words
    also: tuple[str, ...] = ()
    #: whether people in this role lead the school.
    leads: bool = False


class Subgroup(Definition):
    """A group that some respondents belong to, such as a learning team or a section, with the words that exports may use for it."""

    id: Identifier
    label: Words
    also: tuple[str, ...] = ()


class Matching(Definition):
    """How people are followed over waves: by a code that is the same in each wave, or not at all."""

    by: Literal["code", "none"] = "code"
    #: whether case, spaces, accents and punctuation count as differences.
    exact: bool = False
    #: what becomes of two forms of one wave that have one code and contradict each other: paired with nobody, or the more complete one is.
    twice: Literal["alone", "complete"] = "alone"


class Exclusion(Definition):
    """Rows to leave out: those whose `column` holds one of `values`; `keep` are the words of those that stay."""

    column: str
    values: tuple[str, ...]
    reason: Literal["no_consent", "test", "unfinished"]
    #: the words of rows that stay in: any other word that stands in the column is then told.
    keep: tuple[str, ...] = ()


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


class Group(Definition):
    """Some schools that are compared as one: their codes."""

    id: Identifier
    label: Words
    schools: Annotated[tuple[str, ...], Field(min_length=1)]


class Pair(Definition):
    """Two schools or groups that the evaluator chose to compare: a school's code or a group's id at each end."""

    first: str
    second: str
    #: whether both schools agreed to be compared by name; otherwise two schools are not compared.
    agreed: bool = False


class Contact(Definition):
    """One meeting of the trajectory, on its real date."""

    date: dt.date
    type: Literal["training", "mt", "intervisie", "coaching", "meeting", "course", "other"]
    title: str = ""
    #: the cohort that it was for; "" is for all.
    cohort: str = ""


class Outcome(Definition):
    """An instrument's scale, in one rating: what an estimate is about."""

    instrument: str
    scale: str
    rating: str = ""

    def __str__(self) -> str:
        return ".".join(part for part in (self.instrument, self.scale, self.rating) if part)


class Study(Definition):
    """A study and everything in its file; `folder` is the folder of the file, `instruments` are loaded."""

    id: Identifier
    title: Words
    languages: tuple[Language, ...] = ("nl",)
    state: Literal["draft", "final"] = "draft"
    #: the cohort of the schools that name none.
    cohort: str = ""
    invented: bool = False
    contact: str = ""
    report_date: dt.date
    seed: Annotated[int, Field(ge=0, le=2**63)] = 1
    smallest_group: Annotated[int, Field(ge=5, le=MOST)] = 5
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    instrument_ids: Annotated[tuple[str, ...], Field(alias="instruments", min_length=1)]
    waves: Annotated[tuple[Wave, ...], Field(min_length=1)]
    occasions: tuple[Occasion, ...] = ()
    schools: Annotated[tuple[School, ...], Field(min_length=1)]
    #: what `schools` are called in reports, where they are no schools.
    unit: Unit | None = None
    roles: tuple[Role, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    layouts: dict[str, Layout] = {}
    limits: Limits = Limits()
    matching: Matching = Matching()
    leave_out: tuple[Exclusion, ...] = ()
    outcomes: Outcomes
    smallest_change: dict[str, Annotated[float, Field(gt=0)]] = {}
    comparisons: tuple[Comparison, ...] = ()
    #: whether the change of the average person is reported beside that of the average school, named as such.
    person_level: bool = False
    #: the order of schools on a page on several: by their code, or by how many people answered in the last wave compared.
    order: Literal["code", "size"] = "code"
    contacts: tuple[Contact, ...] = ()
    records: tuple[RecordFile, ...] = ()
    groups: tuple[Group, ...] = ()
    pairs: tuple[Pair, ...] = ()
    agreed: tuple[Agreement, ...] = ()
    discuss: tuple[Question, ...] = ()
    _path: Path = PrivateAttr(default=Path("study.toml"))

    @model_validator(mode="after")
    def _fill_languages(self) -> Study:
        missing = [language for language in self.languages if language not in self.title]
        if missing:
            raise PydanticCustomError("title_missing", "no title", {"languages": ", ".join(missing)})
        words = (self.unit.singular, self.unit.plural) if self.unit else ()
        if missing := [language for language in self.languages if any(language not in word for word in words)]:
            raise PydanticCustomError("unit_missing", "no word", {"languages": ", ".join(missing)})
        return self

    def __repr__(self) -> str:
        """Return in one line what the study holds."""
        return f"<Study {self.id}: {', '.join(self._list_parts())}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Return what the study holds, for a notebook."""
        title = load_text(find_spoken()).pick(self.title)
        return f"<p><strong>{escape(title)}</strong><br>{escape('; '.join(self._list_parts()))}</p>"

    def _list_parts(self) -> list[str]:
        text = load_text(find_spoken())
        waves = ", ".join(f"{text.pick(wave.label)} ({', '.join(map(str, wave.days))})" for wave in self.waves)
        counts = [text.say_count(f"study.{name}", len(getattr(self, name))) for name in ("schools", "sources")]
        return [
            counts[0],
            text.say("study.waves", waves=waves),
            text.say("study.instruments", instruments=", ".join(self.instrument_ids)),
            counts[1],
        ]

    def find_called(self, language: Language) -> Called | None:
        """Return what this study calls a school in `language`; None where that is a school."""
        if self.unit is None or not {language} <= self.unit.singular.keys() & self.unit.plural.keys():
            return None
        article = self.unit.article.nl if language == "nl" else self.unit.article.en
        return self.unit.singular[language], self.unit.plural[language], article

    def load_text(self, language: Language) -> Text:
        """Return the words of `language`, in which schools are called what this study calls them."""
        return load_text(language, self.find_called(language))

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

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All waves and then all occasions: every moment of which there may be answers."""
        return (*self.waves, *self.occasions)

    @cached_property
    def occasional(self) -> frozenset[str]:
        """The instruments that have occasions of their own, shorter versions included."""
        scored = self.scored_instruments if self.occasions else ()
        return frozenset(instrument.id for instrument in scored if self.list_moments(instrument.id) is not self.waves)

    def list_moments(self, instrument: str) -> tuple[Moment, ...]:
        """Return when an instrument, or a longer version of it, is asked: at its own occasions in order of date, or at the waves."""
        if not self.occasions:
            return self.waves
        own = {instrument, *(whole.id for whole in self.instruments if instrument in [version.id for version in whole.nested])}
        found = [occasion for occasion in self.occasions if own.intersection(occasion.instruments)]
        return tuple(sorted(found, key=lambda occasion: occasion.date)) or self.waves

    @property
    def planned(self) -> tuple[Comparison, ...]:
        """The comparisons in the file; if there are none, the first wave with the last, of all and of each cohort, as exploratory."""
        if self.comparisons or len(self.waves) < 2:
            return self.comparisons
        held = [self.waves, *([wave for wave in self.waves if wave.is_held(cohort)] for cohort in self.cohorts)]
        first, *others = dict.fromkeys((waves[0].id, waves[-1].id) for waves in held if len(waves) > 1)
        further = [Comparison(id=f"{before}_to_{after}", before=before, after=after) for before, after in others]
        return (Comparison(id="before_after", before=first[0], after=first[1]), *further)

    @property
    def leading(self) -> Comparison | None:
        """The comparison that leads: the first planned one, or else the first; None with a single wave."""
        return next((entry for entry in self.planned if entry.planned), next(iter(self.planned), None))

    @property
    def leaders(self) -> tuple[str, ...]:
        """The ids of the roles that lead."""
        return tuple(role.id for role in self.roles if role.leads)

    @property
    def has_comparison_schools(self) -> bool:
        """Whether some schools follow the trajectory and others are comparison schools."""
        return {"trajectory", "comparison"} <= {school.group for school in self.schools}

    @property
    def cohorts(self) -> tuple[str, ...]:
        """The cohorts that schools belong to, in the order of their first measurement; none where the study has no cohorts."""
        named = dict.fromkeys(self.map_cohorts().values())
        return tuple(sorted((cohort for cohort in named if cohort), key=self._find_begin))

    def _find_begin(self, cohort: str) -> tuple[dt.date, str]:
        return min((wave.dates.get(cohort, wave.date) for wave in self.waves if wave.is_held(cohort)), default=dt.date.max), cohort

    def map_cohorts(self) -> dict[str, str]:
        """Return the cohort of each school by its code; "" where it has none."""
        return {school.id: school.cohort or self.cohort for school in self.schools}

    def map_first_waves(self) -> dict[str, str]:
        """Return the first measurement that each school held, by its code."""
        first = {cohort: next((wave.id for wave in self.waves if wave.is_held(cohort)), "") for cohort in ("", *self.cohorts)}
        return {school: first[cohort] for school, cohort in self.map_cohorts().items()}

    def find_cohort(self, school: str) -> str:
        """Return the cohort of the school with this code; "" where it has none. For many schools, see `map_cohorts`."""
        return self.map_cohorts().get(school, "")

    def follow_cohort(self, cohort: str) -> Study:
        """Return the study as `cohort` walks it: its own measurements with its own dates, the comparisons of these, and its contacts."""
        if cohort not in self.cohorts:
            return self
        held = [wave for wave in self.waves if wave.is_held(cohort)]
        waves = tuple(wave.model_copy(update={"date": wave.dates.get(cohort, wave.date), "dates": {}}) for wave in held)
        known = {wave.id for wave in waves}
        comparisons = tuple(entry for entry in self.planned if {entry.before, entry.after} <= known)
        contacts = tuple(contact for contact in self.contacts if contact.cohort in ("", cohort))
        return self.model_copy(update={"waves": waves, "comparisons": comparisons, "contacts": contacts})

    def find_instrument(self, id: str) -> Instrument:
        """Return the instrument with this id, shorter versions included."""
        return next(instrument for instrument in self.scored_instruments if instrument.id == id)

    def find_school(self, id: str) -> School:
        """Return the school with this code; `DefinitionError` names the nearest code if there is none."""
        found = next((school for school in self.schools if school.id == id), None)
        if found is None:
            text = load_text(self.languages[0])
            mend = text.suggest(id, [school.id for school in self.schools])
            raise DefinitionError(text.find_fault("unknown", self.file, what=text.say("faults.what.school"), name=id, mend=mend))
        return found

    def list_end(self, end: str) -> list[str]:
        """Return the codes of the schools at one end of a pair: those of the group with this id, or the school itself."""
        return next((list(group.schools) for group in self.groups if group.id == end), [end])

    def find_note(self, school: str) -> Path:
        """Return the file for the evaluator's note in the report of a school, or ("") in that on all schools."""
        return self.folder / "notes" / f"{school or ACROSS}.md"

    def find_layout(self, name: str) -> Layout:
        """Return the layout with this name; the default one for "" and for a name that is none."""
        return self.layouts.get(name, Layout())

    def list_agreed(self, instrument: str, school: str = "") -> list[Agreement]:
        """Return what was agreed on about an instrument, by all schools and (on the page of one) by `school`, in the order of time."""
        found = [each for each in self.agreed if each.instrument == instrument and each.school in ("", school)]
        return sorted(found, key=lambda each: each.date)

    def list_questions(self, school: str) -> list[Question]:
        """Return the questions to talk about of the study, for all schools and for `school`, in the order of the file."""
        return [each for each in self.discuss if each.school in ("", school)]

    def find_wave(self, id: str) -> Wave:
        """Return the wave with this id."""
        return next(wave for wave in self.waves if wave.id == id)

    def find_outcome(self, name: str) -> Outcome:
        """Return the outcome that `name` (instrument.scale or instrument.scale.rating) stands for."""
        parts = name.split(".")
        return Outcome(instrument=parts[0], scale=parts[1], rating=parts[2] if len(parts) > 2 else "")

    def list_measured(self) -> list[Outcome]:
        """Return every scale of every instrument, shorter versions included, in every rating."""
        found = []
        for instrument in self.scored_instruments:
            ratings = [rating.id for rating in instrument.ratings if rating.parts or rating.id in instrument.scored_ratings] or [""]
            scales = [scale.id for scale in instrument.scored_scales]
            found += [Outcome(instrument=instrument.id, scale=scale, rating=each) for scale in scales for each in ratings]
        return found

    def list_outcomes(self) -> list[Outcome]:
        """Return the outcomes that the study is about, the one that leads first."""
        return [self.find_outcome(name) for name in (self.outcomes.primary, *self.outcomes.further)]

    @cached_property
    def primary(self) -> Outcome:
        """The outcome that leads."""
        return self.find_outcome(self.outcomes.primary)

    def find_smallest_change(self, outcome: Outcome) -> float | None:
        """Return the smallest change that matters for `outcome`, in points of its scale; None if the study sets none."""
        names = (str(outcome), f"{outcome.instrument}.{outcome.scale}", outcome.instrument)
        return next((self.smallest_change[name] for name in names if name in self.smallest_change), None)
