"""The average change over schools, and where each school stands: the default in two stages, valid with few schools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.formulas.positions import Positions, estimate_positions
from toolkit.formulas.two_stage import TwoStage, estimate_school_changes
from toolkit.results.disclosure import find_floor, list_pooled_schools
from toolkit.results.tail import Where, make_blank, make_row
from toolkit.results.verdicts import judge_change
from toolkit.study.study import Study

#: Two or three schools stand side by side: an average over them would say nothing about others.
SMALLEST_NUMBER_OF_SCHOOLS = 4
OVER_SCHOOLS = ("average_change", "before", "after", "tau", "new_school", "delta")
PER_SCHOOL = ("change_common", "shrunken", "position")


def average_over_schools(people: pd.DataFrame, where: Where, study: Study, smallest: float | None) -> list[dict[str, Any]]:
    """Return the average change (school ""), how much schools differ, and where each school stands, from `people` before and after.

    `average_change` counts every school once (t with J - 1 degrees of freedom), `tau` is the spread of true changes between schools,
    `new_school` where a similar school would probably lie, `delta` the average in units of the spread within schools. Per school:
    `change_common` (the estimate with variances common to all schools), `shrunken` (drawn in towards the mean) and `position` (from it).
    Schools join as `list_pooled_schools` allows; with fewer than four there is no average.
    """
    if len(study.schools) < 2:
        return []
    measure = _count_people(people, study)
    pooled = list_pooled_schools(measure, study)
    if len(pooled) < SMALLEST_NUMBER_OF_SCHOOLS:
        state, reason = ("not_computable", "too_few_schools") if measure.sum() else ("not_measured", "no_answers")
        return [_blank({"school": ""} | dict(where), quantity, state, reason) for quantity in OVER_SCHOOLS]
    chosen = people.loc[people.index.get_level_values("school").isin(pooled)]
    found = _estimate(chosen, study.confidence)
    if not np.isfinite(found.mean.low):
        return [_blank({"school": ""} | dict(where), quantity, "not_computable", found.reason or "no_spread") for quantity in OVER_SCHOOLS]
    shown = [school for school in pooled if measure[school] >= find_floor(study)]
    positions = estimate_positions(found.changes.estimate, found.changes.std_error**2, found.sd_within / 2, level=study.confidence)
    return _list_average(found, positions, chosen, where, smallest) + _list_schools(found, positions, chosen, shown, where)


def _count_people(people: pd.DataFrame, study: Study) -> pd.Series:
    """Return per school the number that decides on showing: pairs, or the smaller wave where nobody can be followed."""
    by_school = people.notna().groupby(level="school")
    if study.matching.by == "none":
        return by_school.sum().min(axis=1)
    return people.notna().all(axis=1).groupby(level="school").sum()


def _estimate(people: pd.DataFrame, level: float) -> TwoStage:
    long = people.sort_index().stack().rename("score").reset_index()
    person = long["school"] + "\n" + long["respondent"]
    post = (long.iloc[:, 2] == "after").to_numpy(dtype=float)
    return estimate_school_changes(
        long["score"].to_numpy(), post, long["school"].to_numpy(dtype=str), person.to_numpy(dtype=str), level=level
    )


def _list_average(found: TwoStage, positions: Positions, people: pd.DataFrame, where: Where, smallest: float | None) -> list[dict[str, Any]]:
    mean, spread = found.mean, found.heterogeneity
    verdict = judge_change(mean.estimate, mean.std_error, mean.df, mean.low, mean.high, smallest)
    n, pairs = len(people), int(people.notna().all(axis=1).sum())
    base = {"school": ""} | dict(where) | {"df": float(mean.df), "pairs": pairs, "schools": mean.n, "verdict": ""}
    first = float(people.groupby(level="school")["before"].mean().mean())
    average = make_row(
        base | {"verdict": verdict}, "average_change", mean.estimate, n, "two stages", std_error=mean.std_error, low=mean.low,
        high=mean.high, p_value=mean.p_value,
    )  # fmt: skip
    tau = [float(np.sqrt(variance)) for variance in (spread.tau2, spread.tau2_low, spread.tau2_high)]
    delta = found.standardised
    return [
        average,
        make_row(base, "before", first, int(people["before"].notna().sum()), "mean of school means"),
        make_row(base, "after", first + mean.estimate, int(people["after"].notna().sum()), "before + average change"),
        make_row(base, "tau", tau[0], n, "REML, Q-profile", low=tau[1], high=tau[2], p_value=spread.q_p_value),
        make_row(base, "new_school", positions.mean, n, "tau integrated", low=positions.new_low, high=positions.new_high),
        make_row(base, "delta", delta.estimate, n, "average / SD within schools", low=delta.low, high=delta.high),
    ]
