"""The average change over schools, and where each school stands: the default in two stages, valid with few schools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.formulas.positions import SchoolPositions, estimate_positions
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
    known = np.flatnonzero(np.isfinite(found.changes.std_error))
    changes, errors = found.changes.estimate[known], found.changes.std_error[known]
    positions = estimate_positions(changes, errors**2, found.sd_within / 2, level=study.confidence)
    average = _list_average(found, positions, chosen, where, smallest)
    return average + _list_schools(found, positions, chosen, [school in shown for school in pooled], where)


def _count_people(people: pd.DataFrame, study: Study) -> pd.Series:
    """Return per school the number that decides on showing: pairs, or the smaller wave where nobody can be followed."""
    by_school = people.notna().groupby(level="school")
    if study.matching.by == "none":
        return by_school.sum().min(axis=1)
    return people.notna().all(axis=1).groupby(level="school").sum()


def _estimate(people: pd.DataFrame, level: float) -> TwoStage:
    """Estimate both stages on every answer, in an order that does not depend on the files."""
    waves = [people.sort_index()[name].dropna() for name in ("before", "after")]
    scores, post = np.concatenate(waves), np.repeat([0.0, 1.0], [len(wave) for wave in waves])
    school = np.concatenate([wave.index.get_level_values("school").to_numpy(dtype=str) for wave in waves])
    person = np.concatenate([wave.index.get_level_values("respondent").to_numpy(dtype=str) for wave in waves])
    return estimate_school_changes(scores, post, school, np.char.add(np.char.add(school, "\n"), person), level)


def _list_average(
    found: TwoStage, positions: SchoolPositions, people: pd.DataFrame, where: Where, smallest: float | None
) -> list[dict[str, Any]]:
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
        make_row(base, "new_school", positions.mu_mean, n, "tau integrated", low=positions.new_low, high=positions.new_high),
        make_row(base, "delta", delta.estimate, n, "average / SD within schools", low=delta.low, high=delta.high),
    ]


def _list_schools(
    found: TwoStage, positions: SchoolPositions, people: pd.DataFrame, shown: list[bool], where: Where
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    place = np.cumsum(np.isfinite(found.changes.std_error)) - 1
    for number, school in enumerate(found.schools.tolist()):
        own = people.loc[[school]]
        base = {"school": school} | dict(where) | {"df": np.nan, "pairs": int(own.notna().all(axis=1).sum()), "schools": 1, "verdict": ""}
        if not shown[number] or not np.isfinite(found.changes.std_error[number]):
            state, reason = ("not_computable", "no_pairs") if shown[number] else ("hidden", "too_few")
            rows += [_blank(base, quantity, state, reason) for quantity in PER_SCHOOL]
            continue
        rows.append(_describe_stage_one(found, number, len(own), base))
        for quantity, position in (("shrunken", positions.schools), ("position", positions.deviations)):
            mean, low, high = (float(values[place[number]]) for values in (position.mean, position.low, position.high))
            rows.append(make_row(base, quantity, mean, len(own), "tau integrated", low=low, high=high))
    return rows


def _describe_stage_one(found: TwoStage, number: int, n: int, base: Where) -> dict[str, Any]:
    names = ("estimate", "std_error_kr", "df", "low", "high", "p_value")
    estimate, error, df, low, high, p_value = (float(getattr(found.changes, name)[number]) for name in names)
    where = dict(base) | {"df": df}
    return make_row(where, "change_common", estimate, n, "mixed_model", std_error=error, low=low, high=high, p_value=p_value)


def _blank(where: Where, quantity: str, state: str, reason: str) -> dict[str, Any]:
    verdict = "not_computable" if quantity == "average_change" and state == "not_computable" else ""
    return make_blank(dict(where) | {"df": np.nan, "pairs": 0, "schools": 0, "verdict": verdict}, quantity, state, reason)
