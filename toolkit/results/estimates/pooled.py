"""People from several schools together: as arrays in an order independent of the files, and in one mixed model in which schools differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.estimates.change import pair_waves, tell_why_no_average
from toolkit.results.rows import Rests, Where, keep_complete_ratings, list_all_schools, list_counted_schools, make_blanks, make_estimate
from toolkit.statistics.mixed_models.model import MixedFit
from toolkit.study.study import Outcome, Study

Floats = NDArray[np.float64]


Freedom = Literal["satterthwaite", "kenward-roger"]


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


def list_counted_in(people: pd.DataFrame, study: Study) -> list[str]:
    """Return the schools whose change an average over schools counts."""
    return list_counted_schools(count_people(people, study), study)


def list_all_in(people: pd.DataFrame, study: Study) -> list[str]:
    """Return all schools with a change that may be included: also those that are too small to count, where they are several."""
    return list_all_schools(count_people(people, study), study)


def take_schools(people: pd.DataFrame, schools: Collection[str]) -> pd.DataFrame:
    """Return the people of these schools."""
    return people.loc[people.index.get_level_values("school").isin(list(schools))]


def pool_people(people: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the people of the schools that an average over schools counts."""
    return take_schools(people, list_counted_in(people, study))


def find_obstacle(people: pd.DataFrame, study: Study) -> tuple[str, str]:
    """Return state and reason if there is no estimate over schools from `people`; both "" if there is one."""
    measure = count_people(people, study)
    enough = len(list_counted_schools(measure, study)) >= SMALLEST_NUMBER_OF_SCHOOLS
    return ("", "") if enough else tell_why_no_average(people, measure, study)


def make_generator(study: Study, *names: Any) -> np.random.Generator:
    """Return a generator for one result, from the study's seed and what the result is about, so other results don't affect it."""
    return np.random.default_rng([study.seed, crc32("\n".join(map(str, names)).encode())])


def describe_companion(
    fit: MixedFit, contrast: list[float], where: Where, quantity: str, rests: Rests, df: Freedom, level: float
) -> dict[str, Any]:
    """Return one contrast of the companion as a result; `method` says so if a variance is at its bound."""
    if fit.reason:
        return make_blanks(where, [quantity], "not_computable", fit.reason)[0]
    method = f"mixed model, {df}{', singular' if fit.singular else ''}"
    return make_estimate(where, quantity, fit.test(contrast, df, level), rests, method)
