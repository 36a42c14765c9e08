"""Groups of schools compared: trajectory schools with comparison schools, as a difference in differences of school changes; and the pairs
that a study names.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, Answered, estimate_average, fit_companion, stack_waves
from toolkit.analysis.verdicts import judge_change
from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.pooled import describe_companion, make_generator, pool_people, take_outcome, take_schools
from toolkit.results.rows import Rests, Where, keep_reported, make_blanks, make_estimate, make_number
from toolkit.schemas import COMPARISON, PAIRS
from toolkit.statistics.difference_in_differences import compute_permutation_test, compute_school_comparison
from toolkit.statistics.means import Interval, compute_interval, compute_two_groups
from toolkit.statistics.two_stage import average_schools
from toolkit.study.study import Comparison, Outcome, Pair, Study

GROUPS = ("trajectory", "comparison")
QUANTITIES = (*GROUPS, "difference", "permutation", "permutation_smallest", "companion")


def estimate_comparison(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how much more the schools on the trajectory changed than the comparison schools, for the study's outcomes.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of. Its schools have a `group`.

    Returns
    -------
    DataFrame
        COMPARISON: `trajectory` and `comparison` are the mean changes of both groups, `difference` is the answer (points of the scale);
        `permutation` holds the p-value over assignments of schools to groups, `permutation_smallest` the smallest that these numbers of
        schools can give, `companion` the mixed model. `pre_trend`, for a comparison that begins before any school has started, is the same
        difference from the first wave until then. The other columns are those of `estimate_change`.

    Notes
    -----
    Pooled t over schools with J - 2 degrees of freedom, even for one school on the trajectory. Schools without a group and
    schools that could not be shown themselves do not count. It takes at least four schools.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/vergelijking")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> found = plg.estimate_comparison(scores, study)
    >>> found[["quantity", "estimate", "low", "high", "schools"]].round(2).head(3)
         quantity  estimate   low  high  schools
    0  trajectory      0.43  0.28  0.58        7
    1  comparison     -0.05 -0.26  0.15        7
    2  difference      0.48  0.25  0.71       14
    """
    valid = keep_reported(scores, study)
    rows: list[dict[str, Any]] = []
    for outcome in study.list_outcomes():
        own = take_outcome(valid, outcome)
        for comparison in study.planned:
            where = {"school": "", "comparison": comparison.id} | outcome.model_dump() | {"verdict": ""}
            rows += _compare_groups(pair_waves(own, comparison), where, outcome, study)
            rows += _describe_pre_trend(own, comparison, where, study)
    return COMPARISON.collect(rows)


def _compare_groups(people: pd.DataFrame, where: dict[str, str], outcome: Outcome, study: Study) -> list[dict[str, Any]]:
    pooled, state, reason = _pool(people, study)
    if state:
        return make_blanks(where, QUANTITIES, state, reason)
    answered = stack_waves(pooled)
    changes, treated = _estimate_changes(people, pooled, study)
    rests = Rests(len(pooled), len(pooled.dropna()), changes.size)
    found = compute_school_comparison(changes[treated], changes[~treated], study.confidence).pooled
    generator = make_generator(study, "assignments", *where.values())
    chance = compute_permutation_test(changes[treated], changes[~treated], generator)
    smallest = study.find_smallest_change(outcome)
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    method = f"{'all' if chance.enumerated else 'drawn'} {chance.assignments} assignments"
    return [
        *_describe_groups(pooled, changes, treated, where, study),
        make_estimate(where | {"verdict": verdict}, "difference", found, rests, "pooled t over schools"),
        make_number(where, "permutation", found.estimate, rests, method, p_value=chance.p_value),
        make_number(where, "permutation_smallest", chance.smallest, rests, method),
        _describe_companion(answered, where, rests, study),
    ]


def _pool(people: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, str, str]:
    """Return the people of the schools of both groups that count, or state and reason if there is no comparison."""
    members = {group: [school.id for school in study.schools if school.group == group] for group in GROUPS}
    if not all(members.values()):
        return people, "not_measured", "no_comparison_schools"
    of = people.index.get_level_values("school")
    grouped = [people.loc[of.isin(members[group])] for group in GROUPS]
    if not all(group.notna().any().all() for group in grouped):
        return people, "not_measured", "no_answers"
    pooled = [pool_people(group, study) for group in grouped]
    sizes = [group.index.unique("school").size for group in pooled]
    enough = min(sizes) and sum(sizes) >= SMALLEST_NUMBER_OF_SCHOOLS
    return pd.concat(pooled).sort_index(), *(("", "") if enough else ("not_computable", "too_few_schools"))


def _estimate_changes(people: pd.DataFrame, pooled: pd.DataFrame, study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Return the change of each school that counts, and whether it is on the trajectory; the others of both groups enter the variances."""
    grouped = [school.id for school in study.schools if school.group in GROUPS]
    counted = sorted(pooled.index.unique("school"))
    found = estimate_average(take_schools(people, grouped), counted, study.confidence)
    return found.changes.estimate, _is_treated(np.array(counted), study)


def _is_treated(schools: np.ndarray, study: Study) -> np.ndarray:
    return np.isin(schools, [school.id for school in study.schools if school.group == "trajectory"])


def _describe_groups(
    people: pd.DataFrame, changes: np.ndarray, treated: np.ndarray, where: dict[str, str], study: Study
) -> list[dict[str, Any]]:
    rows = []
    of_treated = _is_treated(people.index.get_level_values("school").to_numpy(dtype=str), study)
    for group, schools, own in zip(GROUPS, (treated, ~treated), (of_treated, ~of_treated), strict=True):
        found = average_schools(changes[schools], study.confidence)
        rests = Rests(int(own.sum()), len(people[own].dropna()), int(schools.sum()))
        if found.n == 1:
            rows.append(make_number(where, group, found.estimate, rests, "one school"))
        else:
            rows.append(make_estimate(where, group, found, rests, "mean of schools"))
    return rows


def _describe_companion(answered: Answered, where: Where, rests: Rests, study: Study) -> dict[str, Any]:
    """Return the interaction of `score ~ post * group + (1 + post|school) + (1|person)`."""
    treated = _is_treated(answered.school, study).astype(float)
    x = np.column_stack([np.ones(treated.size), answered.post, treated, treated * answered.post])
    fit = fit_companion(answered.score, x, answered.school, answered.person)
    return describe_companion(fit, [0.0, 0.0, 0.0, 1.0], where, "companion", rests, "satterthwaite", study.confidence)


def _describe_pre_trend(scores: pd.DataFrame, comparison: Comparison, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    """Return the difference from the first wave to the wave before, if that is a later wave and no school had started by then."""
    first = min(study.waves, key=lambda wave: wave.date)
    before = study.find_wave(comparison.before)
    begun = [school.start for school in study.schools if school.group == "trajectory" and school.start is not None]
    if first.date >= before.date or any(start < before.date for start in begun):
        return []
    people = pair_waves(scores, Comparison(id="pre_trend", before=first.id, after=before.id))
    pooled, state, reason = _pool(people, study)
    if state:
        return make_blanks(where, ["pre_trend"], state, reason)
    changes, treated = _estimate_changes(people, pooled, study)
    found = compute_school_comparison(changes[treated], changes[~treated], study.confidence).pooled
    rests = Rests(len(pooled), len(pooled.dropna()), changes.size)
    return [make_estimate(where, "pre_trend", found, rests, f"pooled t over schools, {first.id} to {before.id}")]


def estimate_pairs(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how much more the first end of each pair changed than the second, for the primary outcome, in the leading comparison.

    Two schools: the difference between their changes with Satterthwaite's degrees of freedom. Groups: pooled t over the changes of their
    schools, three or more in all. Only shown changes are used. The interval is Bonferroni's for the number of pairs. Two schools are
    compared only if the study says that both agreed.
    """
    leading = study.leading
    if leading is None or not study.pairs:
        return PAIRS.empty()
    own = change[(change["comparison"] == leading.id) & (change["quantity"] == "change") & (change["state"] == "shown")]
    for column, value in study.primary.model_dump().items():
        own = own[own[column] == value]
    shown = own.set_index("school")
    where = {"school": "", "comparison": leading.id} | study.primary.model_dump()
    level = 1 - (1 - study.confidence) / len(study.pairs)
    return PAIRS.collect([_compare_ends(pair, shown, where, level, study) for pair in study.pairs])


def _compare_ends(pair: Pair, shown: pd.DataFrame, where: dict[str, Any], level: float, study: Study) -> dict[str, Any]:
    sides = [study.list_end(end) for end in (pair.first, pair.second)]
    rows = [shown.loc[shown.index.isin(side)] for side in sides]
    own = {"first": pair.first, "second": pair.second} | where | {"verdict": ""}
    state, reason = _find_obstacle(pair, sides, rows)
    if state:
        return make_blanks(own, ["difference"], state, reason)[0]
    found, method = _estimate(rows, level)
    rests = Rests(int(sum(side["n"].sum() for side in rows)), int(sum(side["pairs"].sum() for side in rows)), sum(map(len, rows)))
    smallest = study.find_smallest_change(study.primary)
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    return make_estimate(own | {"verdict": verdict}, "difference", found, rests, method)


def _find_obstacle(pair: Pair, sides: list[list[str]], rows: list[pd.DataFrame]) -> tuple[str, str]:
    single = all(len(side) == 1 for side in sides)
    if single and not pair.agreed:
        return "hidden", "not_agreed"
    if not all(map(len, rows)):
        return "hidden", "too_few"
    if single and not all(side["std_error"].notna().all() for side in rows):
        return "hidden", "too_few_for_spread"
    return ("", "") if single or sum(map(len, rows)) > 2 else ("not_computable", "too_few_schools")


def _estimate(rows: list[pd.DataFrame], level: float) -> tuple[Interval, str]:
    first, second = rows
    if len(first) + len(second) > 2:
        return compute_two_groups(first["estimate"].to_numpy(), second["estimate"].to_numpy(), level).pooled, "pooled t over schools"
    variances = [float(side["std_error"].iloc[0]) ** 2 for side in rows]
    parts = sum(variance**2 / float(side["df"].iloc[0]) for variance, side in zip(variances, rows, strict=True))
    difference = float(first["estimate"].iloc[0] - second["estimate"].iloc[0])
    df = sum(variances) ** 2 / parts if parts else float("nan")
    return compute_interval(difference, math.sqrt(sum(variances)), df, level), "difference of two schools"
