"""Cohorts: the schools that walk a trajectory in the same period, of one study or of several, and what makes them hard to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal

from toolkit.errors import DefinitionError
from toolkit.languages import load_text
from toolkit.spelling import fold
from toolkit.study.instruments import Instrument
from toolkit.study.study import Comparison, Outcome, School, Study, Wave

DAYS_PER_MONTH = 365.25 / 12
Moment = Literal["before", "after"]
#: The two moments that are compared.
MOMENTS: tuple[Moment, ...] = ("before", "after")


@dataclass(frozen=True, eq=False)
class Cohort:
    """One cohort: its name among those compared, its `id` in its study ("" where the study names none), and the study as it walked it."""

    name: str
    id: str
    study: Study

    @cached_property
    def schools(self) -> tuple[School, ...]:
        """Its schools; comparison schools among schools on the trajectory are none of them, for no average is of both."""
        cohort_of = self.study.map_cohorts()
        own = [school for school in self.study.schools if not self.id or cohort_of[school.id] == self.id]
        walking = [school for school in own if not (self.study.has_comparison_schools and school.group == "comparison")]
        return tuple(walking or own)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of its schools."""
        return tuple(school.id for school in self.schools)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The planned comparison of the wave with the role `before` with that with the role `after`, or else the one that leads."""
        roles = {wave.role: wave.id for wave in self.study.waves}
        ends = roles.get("before"), roles.get("after")
        return next((entry for entry in self.study.planned if (entry.before, entry.after) == ends), self.study.leading)

    def find_wave(self, moment: Moment) -> Wave | None:
        """Return the wave before or after; None where the cohort holds no two."""
        return self.study.find_wave(getattr(self.comparison, moment)) if self.comparison else None

    def count_months(self, wave: str) -> float:
        """Return how many months after its first wave this cohort held `wave`."""
        first = min(each.date for each in self.study.waves)
        return (self.study.find_wave(wave).date - first).days / DAYS_PER_MONTH


def list_cohorts(studies: Sequence[Study]) -> list[Cohort]:
    """Return the cohorts of `studies` in the order of their first wave.

    A cohort has the name that its study gives it, and a study without one its id; a name that two studies use is told apart by their ids.
    """
    found = [(study, id) for study in studies for id in study.cohorts or ("",)]
    names = [id or study.id for study, id in found]
    cohorts = [
        Cohort(name if names.count(name) == 1 else f"{study.id} {name}", id, study.follow_cohort(id))
        for name, (study, id) in zip(names, found, strict=True)
    ]
    return sorted(cohorts, key=lambda cohort: (min(wave.date for wave in cohort.study.waves), cohort.name))


def check_cohorts(studies: Sequence[Study]) -> None:
    """Raise `DefinitionError` unless there are two cohorts or more, of different studies, that share a scale."""
    file = studies[0].file
    text = load_text(studies[0].languages[0])
    twice = next((study.id for place, study in enumerate(studies) if study.id in [other.id for other in studies[:place]]), "")
    if twice:
        raise DefinitionError(text.find_fault("cohorts_same", file, study=twice))
    cohorts = list_cohorts(studies)
    if len(cohorts) < 2:
        raise DefinitionError(text.find_fault("cohorts_one", file, study=studies[0].id))
    for cohort, other in combinations(cohorts, 2):
        for school, wave in _list_both(cohort, other):
            told = text.find_fault("cohorts_overlap", file, school=school, date=text.date(wave.date), one=cohort.name, other=other.name)
            raise DefinitionError(told)
    if not list_shared(cohorts):
        asked = "; ".join(f"{study.id}: {', '.join(i.id for i in study.instruments)}" for study in studies)
        raise DefinitionError(text.find_fault("cohorts_nothing", file, asked=asked))


def _list_both(cohort: Cohort, other: Cohort) -> Iterator[tuple[str, Wave]]:
    """Yield the schools of which two studies hold a measurement of the same day: its answers would count on both sides."""
    names = {fold(school.name) for school in other.schools}
    dates = {wave.date for wave in other.study.waves}
    if cohort.study.id != other.study.id:
        shared = [school.name for school in cohort.schools if fold(school.name) in names]
        yield from ((school, wave) for school in shared for wave in cohort.study.waves if wave.date in dates)


def list_shared(cohorts: Sequence[Cohort]) -> list[Outcome]:
    """Return what every cohort measured in the same way: scales of the same instrument with the same answers, shorter versions included."""
    first, *others = cohorts
    return [
        outcome
        for outcome in first.study.list_measured()
        if outcome.instrument not in first.study.occasional
        and all(_is_same(outcome, first.study, other.study) for other in others if other.study.instruments is not first.study.instruments)
    ]


def _is_same(outcome: Outcome, study: Study, other: Study) -> bool:
    if outcome not in other.list_measured():
        return False
    one, two = (each.find_instrument(outcome.instrument) for each in (study, other))
    return _describe(one, outcome) == _describe(two, outcome)


def _describe(instrument: Instrument, outcome: Outcome) -> tuple[object, ...]:
    """Return what a score is made of: its statements, how they are answered, and which of them are turned around."""
    scale = instrument.find_scale(outcome.scale)
    answers = instrument.find_answers(outcome.rating)
    return tuple(scale.items), answers.min, answers.max, tuple(item.reverse for item in instrument.items if item.id in scale.items)


def list_differing(cohorts: Sequence[Cohort]) -> Iterator[str]:
    """Yield the ids of instruments that one cohort was asked and another was not, or not in the same way."""
    shared = {outcome.instrument for outcome in list_shared(cohorts)}
    asked: Iterable[str] = (instrument.id for cohort in cohorts for instrument in cohort.study.instruments)
    yield from dict.fromkeys(id for id in asked if id not in shared)


def choose_primary(cohorts: Sequence[Cohort]) -> Outcome:
    """Return the outcome that leads: the first cohort's, the same scale of a shorter version that all share, or else the first shared."""
    shared = list_shared(cohorts)
    primary = cohorts[0].study.primary
    nested = [version.id for version in cohorts[0].study.find_instrument(primary.instrument).nested]
    alike = [outcome for outcome in shared if outcome.instrument in nested and outcome.scale == primary.scale]
    own = [cohort.study.primary for cohort in cohorts[1:] if cohort.study.primary in shared]
    return next(iter([primary] * (primary in shared) + alike + own), shared[0])


def list_outcomes(cohorts: Sequence[Cohort]) -> list[Outcome]:
    """Return what the comparison is about, the outcome that leads first: the outcomes of all the studies that every cohort measured."""
    shared = list_shared(cohorts)
    named = [outcome for cohort in cohorts for outcome in cohort.study.list_outcomes() if outcome in shared]
    return list(dict.fromkeys([choose_primary(cohorts), *named]))
