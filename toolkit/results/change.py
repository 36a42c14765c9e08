"""What changed between two waves: in each school, and on average over the schools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.columns import CHANGE, WHAT
from toolkit.formulas.group_change import GroupChange, estimate_change_in_group
from toolkit.formulas.paired import compute_paired_change, compute_paired_effects
from toolkit.results.average_change import average_over_schools
from toolkit.results.correction import correct_for_number
from toolkit.results.disclosure import find_floor, keep_complete_ratings, may_show_both
from toolkit.results.people_change import describe_people, describe_trend
from toolkit.results.tail import make_blank, make_row
from toolkit.results.verdicts import judge_change
from toolkit.study.study import Comparison, Outcome, Study

QUANTITIES = ("change", "before", "after", "change_pairs", "d_z", "g_av")


def estimate_change(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the change of every scale in every planned comparison, per school and on average (school "").

    Per school: a mixed model on everybody with Kenward-Roger intervals (`change`, `before`, `after`), the paired t test on those who
    answered twice (`change_pairs`) and effect sizes (`d_z`, `g_av`); over schools: see `average_over_schools`. A change needs the
    study's smallest group of people in each wave and of pairs; where nobody can be followed it is a difference of two groups.
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for key, group in valid.groupby(list(WHAT), sort=False):
        outcome = Outcome.model_validate(dict(zip(WHAT, key, strict=True)))
        for comparison in study.planned:
            rows += _compare(group, outcome, comparison, study)
        if study.person_level:
            rows += describe_trend(group, outcome.model_dump(), study)
    return CHANGE.conform(correct_for_number(CHANGE.collect(rows), study))


def pair_waves(scores: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Return one row per school and person with the scores `before` and `after`, NaN where one is missing."""
    chosen = scores[scores["wave"].isin([comparison.before, comparison.after])]
    wide = chosen.set_index(["school", "respondent", "wave"])["score"].unstack("wave")
    return wide.reindex(columns=[comparison.before, comparison.after]).set_axis(["before", "after"], axis=1)


def _compare(scores: pd.DataFrame, outcome: Outcome, comparison: Comparison, study: Study) -> list[dict[str, Any]]:
    people = pair_waves(scores, comparison)
    shared = {"comparison": comparison.id} | outcome.model_dump()
    smallest = study.find_smallest_change(outcome)
    rows: list[dict[str, Any]] = []
    for school in study.schools:
        where = {"school": school.id} | shared
        own = people.loc[[school.id]] if school.id in people.index.get_level_values("school") else people.iloc[:0]
        rows += _describe_school(own, where, study, smallest)
    rows += average_over_schools(people, shared, study, smallest)
    return rows + describe_people(people, shared, study, smallest) if study.person_level else rows


def _describe_school(people: pd.DataFrame, where: dict[str, Any], study: Study, smallest: float | None) -> list[dict[str, Any]]:
    counts, pairs = people.notna().sum(), int(people.notna().all(axis=1).sum())
    followed = study.matching.by == "code"
    state, reason = _find_obstacle(int(counts.min()), pairs, followed, find_floor(study))
    if state:
        return [blank(quantity, state, reason, where) for quantity in QUANTITIES]
    before, after = people["before"].to_numpy(), people["after"].to_numpy()
    found = _estimate_group(people, study.confidence)
    rest = (int(counts["before"]) - pairs, int(counts["after"]) - pairs)
    together = all(may_show_both(number + pairs, pairs, study) for number in rest)
    return _list_model(found, where, smallest) + _list_pairs(before, after, pairs, where, study, smallest, together)


def _estimate_group(people: pd.DataFrame, level: float) -> GroupChange:
    """Estimate the change in one school on everybody, in an order of people that does not depend on the files."""
    before, after = (people.sort_index()[name].dropna().droplevel("school") for name in ("before", "after"))
    return estimate_change_in_group(before.to_numpy(), after.to_numpy(), before.index.to_numpy(), after.index.to_numpy(), level)


def _find_obstacle(smaller_wave: int, pairs: int, followed: bool, floor: int) -> tuple[str, str]:
    if smaller_wave == 0:
        return "not_measured", "no_answers"
    if smaller_wave < floor:
        return "hidden", "too_few"
    if followed and pairs == 0:
        return "not_computable", "no_pairs"
    return ("hidden", "too_few_pairs") if followed and pairs < floor else ("", "")


def _list_model(found: GroupChange, where: dict[str, Any], smallest: float | None) -> list[dict[str, Any]]:
    if not np.isfinite(found.low):
        return [blank(quantity, "not_computable", found.reason or "no_spread", where) for quantity in ("change", "before", "after")]
    n = found.n_before + found.n_after - found.n_pairs
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    extra = {"df": found.df, "pairs": found.n_pairs, "schools": 1}
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    change = make_row(where | extra | {"verdict": verdict}, "change", found.estimate, n, found.method, **tail)
    ends = (("before", found.mean_before, found.n_before), ("after", found.mean_before + found.estimate, found.n_after))
    return [change, *(make_row(where | extra | {"verdict": ""}, name, mean, n, found.method) for name, mean, n in ends)]


def _list_pairs(
    before: np.ndarray, after: np.ndarray, pairs: int, where: dict[str, Any], study: Study, smallest: float | None, together: bool
) -> list[dict[str, Any]]:
    if pairs == 0:
        return [blank(quantity, "not_computable", "no_pairs", where) for quantity in ("change_pairs", "d_z", "g_av")]
    paired = compute_paired_change(before, after, study.confidence)
    if not np.isfinite(paired.low):
        return [blank(quantity, "not_computable", "no_spread", where) for quantity in ("change_pairs", "d_z", "g_av")]
    extra = {"df": float(paired.df), "pairs": pairs, "schools": 1}
    verdict = judge_change(paired.estimate, paired.std_error, paired.df, paired.low, paired.high, smallest)
    tail = {"std_error": paired.std_error, "low": paired.low, "high": paired.high, "p_value": paired.p_value}
    first = (
        make_row(where | extra | {"verdict": verdict}, "change_pairs", paired.estimate, pairs, "paired t", **tail)
        if together
        else blank("change_pairs", "hidden", "subtraction", where)
    )
    effects = compute_paired_effects(before, after, study.confidence)
    sizes = (("d_z", effects.d_z, "noncentral t"), ("g_av", effects.g_av, "Bonett 2008"))
    return [
        first,
        *(
            (
                make_row(where | extra | {"verdict": ""}, name, e.estimate, pairs, how, low=e.low, high=e.high)
                if np.isfinite(e.estimate)
                else blank(name, "not_computable", "no_spread", where)
            )
            for name, e, how in sizes
        ),
    ]


def blank(quantity: str, state: str, reason: str, where: dict[str, Any]) -> dict[str, Any]:
    """Return a change without a number."""
    verdict = "not_computable" if quantity in ("change", "change_pairs", "average_change") and state == "not_computable" else ""
    return make_blank(where | {"df": np.nan, "pairs": 0, "schools": 0, "verdict": verdict}, quantity, state, reason)
