"""People from several schools together: as arrays in an order independent of the files, and in one mixed model in which schools differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.estimates.change import SMALLEST_NUMBER_OF_SCHOOLS, pair_waves, tell_why_no_average
from toolkit.results.rows import Rests, Where, keep_complete_ratings, list_pooled_schools, make_blanks, make_estimate
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed
from toolkit.statistics.mixed_models.teachers_in_schools import fit_nested
from toolkit.study.study import Outcome, Study

Floats = NDArray[np.float64]


Freedom = Literal["satterthwaite", "kenward-roger"]


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """One entry per answer: score, whether it was given after (1) or before (0), school, and person (who belongs to one school only)."""

    score: Floats
    post: Floats
    school: NDArray[np.str_]
    person: NDArray[np.str_]


def take_outcome(scores: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Return the rows of `scores` that are about `outcome`."""
    return scores[np.logical_and.reduce([scores[name] == value for name, value in outcome.model_dump().items()])]


def list_compared(scores: pd.DataFrame, study: Study) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Yield each outcome of the study in each comparison, and its people: one row per school and person, columns before and after."""
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    for outcome in study.list_outcomes():
        own = take_outcome(valid, outcome)
        for comparison in study.planned:
            yield {"comparison": comparison.id} | outcome.model_dump(), pair_waves(own, comparison).sort_index()


def take_school(people: pd.DataFrame, school: str) -> pd.DataFrame:
    """Return the people of one school, or none if nobody in it answered."""
    return people.loc[people.index.get_level_values("school") == school]


def count_people(people: pd.DataFrame, study: Study) -> pd.Series:
    """Return per school the number that decides whether it is shown: pairs, or the smaller wave if nobody can be followed."""
    by_school = people.notna().groupby(level="school")
    if study.matching.by == "none":
        return by_school.sum().min(axis=1)
    return people.notna().all(axis=1).groupby(level="school").sum()


def pool_people(people: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the people of the schools that an estimate over schools may include."""
    return people.loc[people.index.get_level_values("school").isin(list_pooled_schools(count_people(people, study), study))]


def find_obstacle(people: pd.DataFrame, study: Study) -> tuple[str, str]:
    """Return state and reason if there is no estimate over schools from `people`; both "" if there is one."""
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
    """Return a generator for one result, from the study's seed and what the result is about, so other results don't affect it."""
    return np.random.default_rng([study.seed, crc32("\n".join(map(str, names)).encode())])


def fit_companion(score: Floats, x: Floats, school: NDArray[np.str_], person: NDArray[np.str_]) -> MixedFit:
    """Return `score ~ x + (1 + second column of x|school) + (1|person)`, with the person term only if somebody answered twice.

    The first column of `x` (rows, coefficients) is the constant, the second is what schools may differ in, for instance after or time.
    """
    if np.unique(person).size < person.size:
        return fit_nested(score, x, school, person, school_effects=2)
    return fit_mixed(score, x, [RandomTerm("school", school, x[:, :2], ("(Intercept)", "moving"))])


def describe_companion(
    fit: MixedFit, contrast: list[float], where: Where, quantity: str, rests: Rests, df: Freedom, level: float
) -> dict[str, Any]:
    """Return one contrast of the companion as a result; `method` says so if a variance is at its bound."""
    if fit.reason:
        return make_blanks(where, [quantity], "not_computable", fit.reason)[0]
    method = f"mixed model, {df}{', singular' if fit.singular else ''}"
    return make_estimate(where, quantity, fit.test(contrast, df, level), rests, method)
