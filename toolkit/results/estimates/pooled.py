"""People of several schools as arrays: which of them an estimate over schools is made of, in an order that files don't decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.change__average_change import SMALLEST_NUMBER_OF_SCHOOLS, tell_why_no_average
from toolkit.results.rows__rows__disclosure_tmp import keep_complete_ratings, list_pooled_schools
from toolkit.study.study import Outcome, Study

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """One entry per answer: score, whether it was given after (1) or before (0), school, and person (who answers in one school only)."""

    score: Floats
    post: Floats
    school: NDArray[np.str_]
    person: NDArray[np.str_]


def list_outcomes(study: Study) -> list[Outcome]:
    """Return the outcomes that the study is about, the one that leads first."""
    return [study.primary, *(study.find_outcome(name) for name in study.outcomes.further)]


def take_outcome(scores: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Return the rows of `scores` that are about `outcome`."""
    return scores[np.logical_and.reduce([scores[name] == value for name, value in outcome.model_dump().items()])]


def list_compared(scores: pd.DataFrame, study: Study) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Yield each outcome of the study in each comparison, and its people: one row per school and person, columns before and after."""
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    for outcome in list_outcomes(study):
        own = take_outcome(valid, outcome)
        for comparison in study.planned:
            yield {"comparison": comparison.id} | outcome.model_dump(), pair_waves(own, comparison).sort_index()


def take_school(people: pd.DataFrame, school: str) -> pd.DataFrame:
    """Return the people of one school, none where nobody of it answered."""
    return people.loc[people.index.get_level_values("school") == school]


def count_people(people: pd.DataFrame, study: Study) -> pd.Series:
    """Return per school the number that decides on showing: pairs, or the smaller wave where nobody can be followed."""
    by_school = people.notna().groupby(level="school")
    if study.matching.by == "none":
        return by_school.sum().min(axis=1)
    return people.notna().all(axis=1).groupby(level="school").sum()


def pool_people(people: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the people of the schools that may join an estimate over schools."""
    return people.loc[people.index.get_level_values("school").isin(list_pooled_schools(count_people(people, study), study))]


def find_obstacle(people: pd.DataFrame, study: Study) -> tuple[str, str]:
    """Return state and reason why there is no estimate over schools from `people`, both "" where there is one."""
    measure = count_people(people, study)
    enough = len(list_pooled_schools(measure, study)) >= SMALLEST_NUMBER_OF_SCHOOLS
    return ("", "") if enough else tell_why_no_average(people, measure, study)


def stack_waves(people: pd.DataFrame) -> Answered:
    """Return every answer before and after as arrays."""
    waves = [people.sort_index()[name].dropna() for name in ("before", "after")]
    school, respondent = (
        np.concatenate([wave.index.get_level_values(level).to_numpy(dtype=str) for wave in waves]) for level in ("school", "respondent")
    )
    person = np.char.add(np.char.add(school, "\n"), respondent)
    return Answered(np.concatenate(waves), np.repeat([0.0, 1.0], [len(wave) for wave in waves]), school, person)


def make_generator(study: Study, *names: Any) -> np.random.Generator:
    """Return a generator for one result, from the study's seed and what the result is about: other results don't move it."""
    return np.random.default_rng([study.seed, crc32("\n".join(map(str, names)).encode())])
