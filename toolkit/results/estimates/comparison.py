"""Did schools on the trajectory change more than comparison schools? A difference in differences of school changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.change__average_change import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.estimates.pooled import Answered, list_outcomes, make_generator, pool_people, stack_waves, take_outcome
from toolkit.results.estimates.pooled__companion import describe_companion, fit_companion
from toolkit.results.rows import Rests, Where, make_blanks, make_estimate, make_number
from toolkit.results.rows__rows__disclosure_tmp import keep_complete_ratings
from toolkit.results.verdicts import judge_change
from toolkit.schemas import COMPARISON
from toolkit.statistics.difference_in_differences import compute_permutation_test, compute_school_comparison
from toolkit.statistics.two_stage import average_schools, estimate_school_changes
from toolkit.study.study import Comparison, Outcome, Study

GROUPS = ("trajectory", "comparison")
QUANTITIES = (*GROUPS, "difference", "permutation", "permutation_smallest", "companion")


def estimate_comparison(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how much more the schools on the trajectory changed than the comparison schools, for the study's outcomes.

    `trajectory` and `comparison` are the mean changes of both groups, `difference` is the answer: pooled t over schools with J - 2
    degrees of freedom, also for one school on the trajectory. `permutation` holds the p-value over assignments of schools to groups,
    `permutation_smallest` the smallest that these numbers of schools can give, `companion` the mixed model. `pre_trend`, for a
    comparison that begins when no school had started, is the same difference from the first wave until then. Schools without a group
    have no part; hidden schools join in the company of others of their own group. Four schools are the least.
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for outcome in list_outcomes(study):
        own = take_outcome(valid, outcome)
        for comparison in study.planned:
            where = {"school": "", "comparison": comparison.id} | outcome.model_dump() | {"verdict": ""}
            rows += _compare(pair_waves(own, comparison), where, outcome, study)
            rows += _describe_pre_trend(own, comparison, where, study)
    return COMPARISON.collect(rows)


def _compare(people: pd.DataFrame, where: dict[str, str], outcome: Outcome, study: Study) -> list[dict[str, Any]]:
    pooled, state, reason = _pool(people, study)
    if state:
        return make_blanks(where, QUANTITIES, state, reason)
    answered = stack_waves(pooled)
    changes, treated = _estimate_changes(answered, study)
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
    """Return the people of both groups that may be pooled within their group, or state and reason why there is no comparison."""
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


def _estimate_changes(answered: Answered, study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Return the change of each school, and whether it is on the trajectory."""
    found = estimate_school_changes(answered.score, answered.post, answered.school, answered.person, study.confidence)
    return found.changes.estimate, _is_treated(found.schools, study)


def _is_treated(schools: np.ndarray, study: Study) -> np.ndarray:
    return np.isin(schools, [school.id for school in study.schools if school.group == "trajectory"])


def _describe_groups(
    people: pd.DataFrame, changes: np.ndarray, treated: np.ndarray, where: dict[str, str], study: Study
) -> list[dict[str, Any]]:
    rows, of_treated = [], _is_treated(people.index.get_level_values("school").to_numpy(dtype=str), study)
    for group, schools, own in zip(GROUPS, (treated, ~treated), (of_treated, ~of_treated), strict=True):
        found, rests = (
            average_schools(changes[schools], study.confidence),
            Rests(int(own.sum()), len(people[own].dropna()), int(schools.sum())),
        )
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
    """Return the difference from the first wave to the one before, where that lies later and no school had started by then."""
    first, before = min(study.waves, key=lambda wave: wave.date), study.find_wave(comparison.before)
    begun = [school.start for school in study.schools if school.group == "trajectory" and school.start is not None]
    if first.date >= before.date or any(start < before.date for start in begun):
        return []
    pooled, state, reason = _pool(pair_waves(scores, Comparison(id="pre_trend", before=first.id, after=before.id)), study)
    if state:
        return make_blanks(where, ["pre_trend"], state, reason)
    changes, treated = _estimate_changes(stack_waves(pooled), study)
    found = compute_school_comparison(changes[treated], changes[~treated], study.confidence).pooled
    rests = Rests(len(pooled), len(pooled.dropna()), changes.size)
    return [make_estimate(where, "pre_trend", found, rests, f"pooled t over schools, {first.id} to {before.id}")]
