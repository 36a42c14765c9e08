"""People before and after, by school: the tables and arrays that estimators of change take, the same for reports and for plain frames.

A table of people has the index (school, respondent), sorted, and the columns `before` and `after`, NaN where somebody did not answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.statistics.mixed_models.before_after import GroupChanges, estimate_change_in_groups
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed
from toolkit.statistics.mixed_models.teachers_in_schools import fit_nested
from toolkit.statistics.two_stage import TwoStage, estimate_school_changes

Floats = NDArray[np.float64]
#: Two or three schools stand side by side: an average over them would say nothing about others.
SMALLEST_NUMBER_OF_SCHOOLS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """One entry per answer: score, whether it was given after (1) or before (0), school, and person (who answers in one school only)."""

    score: Floats
    post: Floats
    school: NDArray[np.str_]
    person: NDArray[np.str_]


def spread_waves(scores: pd.DataFrame) -> pd.DataFrame:
    """Return one row per school and person with a column of scores for each wave, in an order that does not depend on the files."""
    return scores.set_index(["school", "respondent", "wave"])["score"].unstack("wave").sort_index()


def pick_waves(wide: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """Return the table of people for two of the waves, without those who answered neither."""
    return wide.reindex(columns=[before, after]).set_axis(["before", "after"], axis=1).dropna(how="all")


def stack_waves(people: pd.DataFrame) -> Answered:
    """Return every answer before and after as arrays."""
    waves = [people.sort_index()[name].dropna() for name in ("before", "after")]
    school, respondent = (
        np.concatenate([wave.index.get_level_values(level).to_numpy(dtype=str) for wave in waves]) for level in ("school", "respondent")
    )
    person = np.char.add(np.char.add(school, "\n"), respondent)
    return Answered(np.concatenate(waves), np.repeat([0.0, 1.0], [len(wave) for wave in waves]), school, person)


def count_people(people: pd.DataFrame) -> pd.DataFrame:
    """Return per school how many people answered (`people`), `before`, `after` and both times (`pairs`), and their `mean_before`."""
    code, schools = pd.factorize(people.index.get_level_values("school"), sort=True)
    scores = people[["before", "after"]].to_numpy()
    before, after = ~np.isnan(scores.T)
    kinds = {"people": before | after, "before": before, "after": after, "pairs": before & after}
    counts = pd.DataFrame({name: np.bincount(code[kind], minlength=schools.size) for name, kind in kinds.items()}, index=schools)
    total = np.bincount(code[before], scores[before, 0], schools.size)
    return counts.assign(mean_before=total / counts["before"].where(counts["before"] > 0))


def estimate_schools(compared: Sequence[pd.DataFrame], schools: Sequence[str], level: float) -> GroupChanges:
    """Estimate the change of every school in every table of people on everybody, all at once: a row per table and school.

    People of schools that are not in `schools` make up a last group.
    """
    n = len(schools)
    places = [pd.Index(schools).get_indexer(people.index.get_level_values("school")) for people in compared]
    group = [np.where(place >= 0, number * n + place, n * len(compared)) for number, place in enumerate(places)]
    before, after = (np.concatenate([people[wave].to_numpy() for people in compared]) for wave in ("before", "after"))
    return estimate_change_in_groups(before, after, np.concatenate(group), n * len(compared) + 1, level)


def estimate_average(people: pd.DataFrame, counted: Sequence[str], level: float) -> TwoStage:
    """Estimate both stages of the change over the `counted` schools, which the result holds in their sorted order.

    Everybody in `people` enters the variances that all schools have in common, also in schools that do not count.
    """
    place, schools = pd.factorize(people.index.get_level_values("school"), sort=True)
    scores = people[["before", "after"]].to_numpy()
    wave, person = np.nonzero(~np.isnan(scores.T))
    return estimate_school_changes(scores[person, wave], wave, place[person], person, level, schools.get_indexer(pd.Index(counted)))


def fit_companion(score: Floats, x: Floats, school: NDArray[np.str_], person: NDArray[np.str_]) -> MixedFit:
    """Return `score ~ x + (1 + second column of x|school) + (1|person)`; persons have a term where somebody answered twice.

    The first column of `x` (rows, coefficients) is the constant, the second what schools may differ in, for instance after or time.
    """
    if np.unique(person).size < person.size:
        return fit_nested(score, x, school, person, school_effects=2)
    return fit_mixed(score, x, [RandomTerm("school", school, x[:, :2], ("(Intercept)", "moving"))])
