"""Did cohorts change alike? A cohort is the schools that walk in the same period: each alone, two compared, several summed up.

Stage one is that of `change` over all schools of all cohorts at once: one person variance and one residual where the same instrument was
used. Stage two counts every school once. A school that walks twice is a school in each cohort, and so are its people.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.statistics.means import Interval, compute_two_groups
from toolkit.statistics.meta_analysis import RandomEffects, Spread, estimate_common_spread, estimate_random_effects
from toolkit.statistics.mixed_models.by_school import SchoolContrasts
from toolkit.statistics.mixed_models.design import Floats
from toolkit.statistics.two_stage import SchoolMean, TwoStage, average_schools, estimate_school_changes

#: From so many cohorts on they are summed up as a sample of cohorts; fewer are compared two by two.
SMALLEST_NUMBER_OF_COHORTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class CohortChange:
    """How a cohort changed, over the schools that count.

    `schools` are those that count and have a change, sorted; `changes` holds stage one, one element per school. `mean` has no interval and
    no test with fewer than four schools. `tau` is about the spread of its schools' true changes. `sd_within` and `reason` (see `TwoStage`)
    are of the model that its changes come from.
    """

    cohort: str
    schools: tuple[str, ...]
    changes: SchoolContrasts
    mean: SchoolMean
    tau: RandomEffects
    sd_within: float
    reason: str

    @property
    def std_error(self) -> Floats:
        """Return the plain standard errors of stage one, which tau is estimated with."""
        return self.changes.std_error

    @property
    def tested(self) -> bool:
        """Return whether the cohort has schools enough for an interval and a test, and they differ."""
        return math.isfinite(self.mean.low)


@dataclass(frozen=True, slots=True, eq=False)
class CohortSynthesis:
    """The mean over cohorts with its Knapp-Hartung interval (`mean`, t on the number of cohorts - 1), and the spread of true changes.

    `between_cohorts` is tau of the cohorts' means (REML, Q-profile), `between_schools` that of schools around the mean of their cohort.
    """

    cohorts: tuple[str, ...]
    mean: RandomEffects
    between_cohorts: Spread
    between_schools: Spread


def estimate_cohorts(
    people: Mapping[str, pd.DataFrame], counted: Mapping[str, Collection[str]], level: float = 0.95, *, common: bool = True
) -> dict[str, CohortChange]:
    """Return the change of every cohort, in the order of `people`.

    Args:
        people: per cohort its table of people (see `people`), all schools of it: they enter the variances.
        counted: per cohort the schools that enter its mean; a cohort that is not named has none.
        level: of the intervals.
        common: whether all cohorts share one person variance and one residual, because they answered the same instrument.
    """
    ordered = sorted(people)
    groups = [ordered] if common else [[cohort] for cohort in ordered]
    found: dict[str, CohortChange] = {}
    for group in groups:
        known, keys = _fit({cohort: people[cohort] for cohort in group}, level)
        for cohort in group:
            found[cohort] = _take_cohort(cohort, known, keys, set(counted.get(cohort, ())), level)
    return {cohort: found[cohort] for cohort in people}


def compare_two(first: CohortChange, second: CohortChange, level: float = 0.95) -> Interval:
    """Return the mean change of `first` minus that of `second`, pooled t over their schools (J - 2 df).

    With fewer than four schools in either there is a difference, but no interval and no test.
    """
    pooled = compute_two_groups(first.changes.estimate, second.changes.estimate, level).pooled
    if min(first.mean.n, second.mean.n) < SMALLEST_NUMBER_OF_SCHOOLS:
        return Interval(pooled.estimate, math.nan, pooled.df, math.nan, math.nan, math.nan)
    return pooled


def synthesise_cohorts(cohorts: Iterable[CohortChange], level: float = 0.95, *, pooled: bool = True) -> CohortSynthesis:
    """Return the random-effects synthesis of the cohorts' means: REML, Knapp-Hartung.

    Cohorts without a standard error (fewer than four schools, or no spread) are left out; with fewer than four others all is NaN. The
    variance of a cohort's mean is, as in the pooled t of two cohorts, the variance of the schools' changes within all cohorts over its
    number of schools; if not `pooled`, its own squared standard error. That of few schools is uncertain, and taking it as known errs: see
    docs/validity.md. tau between schools is one for all cohorts: REML of the schools' changes, d_cj ~ N(mean of cohort c,
    s_cj^2 + tau^2), with a mean for each cohort and the plain standard errors s_cj of stage one.
    """
    used = [cohort for cohort in cohorts if cohort.tested]
    if len(used) < SMALLEST_NUMBER_OF_COHORTS:
        used = []
    over = estimate_random_effects([cohort.mean.estimate for cohort in used], _list_variances(used, pooled), level)
    return CohortSynthesis(
        cohorts=tuple(cohort.cohort for cohort in used),
        mean=over,
        between_cohorts=Spread(*(math.sqrt(value) for value in (over.tau2, over.tau2_low, over.tau2_high))),
        between_schools=estimate_common_spread([_list_known(cohort.changes) for cohort in used], level),
    )


def _list_variances(cohorts: Sequence[CohortChange], pooled: bool) -> list[float]:
    """Return the error variance of each cohort's mean."""
    means = [cohort.mean for cohort in cohorts]
    if not pooled:
        return [mean.std_error**2 for mean in means]
    squares = sum(mean.std_error**2 * mean.n * mean.df for mean in means)
    return [squares / sum(other.df for other in means) / mean.n for mean in means]


def _fit(people: Mapping[str, pd.DataFrame], level: float) -> tuple[TwoStage | None, list[tuple[str, str]]]:
    """Return stage one over all schools of these cohorts, None without answers, and the cohort and school of each of its rows."""
    tables = [people[cohort][["before", "after"]].sort_index() for cohort in people]
    names = [(cohort, str(school)) for cohort in people for school in people[cohort].sort_index().index.get_level_values("school")]
    scores = np.concatenate([np.empty((0, 2)), *(table.to_numpy(dtype=np.float64) for table in tables)])
    wave, person = np.nonzero(~np.isnan(scores.T))
    if not person.size:
        return None, []
    keys = sorted({names[row] for row in person})
    places = {key: place for place, key in enumerate(keys)}
    school = np.array([places.get(name, -1) for name in names])
    return estimate_school_changes(scores[person, wave], wave, school[person], person, level), keys


def _take_cohort(cohort: str, known: TwoStage | None, keys: Sequence[tuple[str, str]], counted: set[str], level: float) -> CohortChange:
    changes = known.changes if known else SchoolContrasts(*[np.empty(0)] * 7)
    own = [place for place, (name, school) in enumerate(keys) if name == cohort and school in counted]
    rows = [place for place in own if np.isfinite(changes.estimate[place])]
    chosen = SchoolContrasts(**{part.name: getattr(changes, part.name)[rows] for part in fields(changes)})
    return CohortChange(
        cohort=cohort,
        schools=tuple(keys[place][1] for place in rows),
        changes=chosen,
        mean=_average(chosen.estimate, level),
        tau=estimate_random_effects(*_list_known(chosen), level),
        sd_within=known.sd_within if known else math.nan,
        reason=known.reason if known else "no_answers",
    )


def _average(changes: Floats, level: float) -> SchoolMean:
    """Return the mean over schools, without interval and test where they are too few."""
    mean = average_schools(changes, level)
    if mean.n >= SMALLEST_NUMBER_OF_SCHOOLS:
        return mean
    return SchoolMean(mean.estimate, math.nan, mean.df, math.nan, math.nan, math.nan, math.nan, mean.n)


def _list_known(changes: SchoolContrasts) -> tuple[Floats, Floats]:
    """Return estimates and variances of the schools whose standard error is known."""
    known = changes.std_error > 0
    return changes.estimate[known], changes.std_error[known] ** 2
