"""The average change over schools, and where each school stands: the default in two stages, valid with few schools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.rows import Where, make_blank, make_row
from toolkit.results.rows__rows__disclosure_tmp import find_floor, list_pooled_schools
from toolkit.results.verdicts import judge_change, judge_intervals
from toolkit.statistics.meta_analysis import SchoolPositions, estimate_positions
from toolkit.statistics.power import compute_smallest_change
from toolkit.statistics.two_stage import TwoStage, estimate_school_changes
from toolkit.study.study import Study

#: Two or three schools stand side by side: an average over them would say nothing about others.
SMALLEST_NUMBER_OF_SCHOOLS = 4
OVER_SCHOOLS = ("average_change", "before", "after", "tau", "new_school", "delta", "detectable")
PER_SCHOOL = ("change_common", "shrunken", "position")


def average_over_schools(people: pd.DataFrame, where: Where, study: Study, smallest: float | None) -> list[dict[str, Any]]:
    """Return the average change (school ""), how much schools differ, and where each school stands, from `people` before and after.

    `average_change` counts every school once (t with J - 1 degrees of freedom), `tau` is the spread of true changes between schools,
    `new_school` where a similar school would probably lie, `delta` the average in units of the spread within schools, `detectable` the
    smallest true change that such a study finds in 8 of 10 cases. Per school:
    `change_common` (the estimate with variances common to all schools), `shrunken` (drawn in towards the mean) and `position` (from it).
    Schools join as `list_pooled_schools` allows; with fewer than four there is no average.
    """
    if len(study.schools) < 2:
        return []
    counts = _count_people(people)
    measure = counts[["before", "after"]].min(axis=1) if study.matching.by == "none" else counts["pairs"]
    pooled = list_pooled_schools(measure, study)
    if len(pooled) < SMALLEST_NUMBER_OF_SCHOOLS:
        state, reason = tell_why_no_average(people, measure, study)
        return [_blank({"school": ""} | dict(where), quantity, state, reason) for quantity in OVER_SCHOOLS]
    found = _estimate(people, pooled, study.confidence)
    known = np.flatnonzero(np.isfinite(found.changes.std_error))
    if not np.isfinite(found.mean.low) or not known.size:
        return [_blank({"school": ""} | dict(where), quantity, "not_computable", found.reason or "no_spread") for quantity in OVER_SCHOOLS]
    changes, errors = found.changes.estimate[known], found.changes.std_error[known]
    positions = estimate_positions(changes, errors**2, found.sd_within / 2, level=study.confidence)
    outer, inner = (zip(own.low.tolist(), own.high.tolist(), strict=True) for own in (positions.schools, positions.inner))
    verdicts = [judge_intervals(wide, narrow, smallest) for wide, narrow in zip(outer, inner, strict=True)]
    chosen = counts.loc[pooled]
    shown = measure[pooled] >= find_floor(study)
    return _list_average(found, positions, chosen, where, smallest) + _list_schools(found, positions, chosen, shown, verdicts, where)


def tell_why_no_average(people: pd.DataFrame, measure: pd.Series, study: Study) -> tuple[str, str]:
    """Return state and reason where too few schools may be pooled; `measure` holds what `list_pooled_schools` is given."""
    if not people.notna().any().all():
        return "not_measured", "no_answers"
    return "not_computable", "too_few_schools" if measure.sum() or study.matching.by == "none" else "no_pairs"


def _count_people(people: pd.DataFrame) -> pd.DataFrame:
    """Return per school how many people answered (`people`), `before`, `after` and both times (`pairs`), and their `mean_before`."""
    code, schools = pd.factorize(people.index.get_level_values("school"), sort=True)
    scores = people[["before", "after"]].to_numpy()
    before, after = ~np.isnan(scores.T)
    kinds = {"people": before | after, "before": before, "after": after, "pairs": before & after}
    counts = pd.DataFrame({name: np.bincount(code[kind], minlength=schools.size) for name, kind in kinds.items()}, index=schools)
    total = np.bincount(code[before], scores[before, 0], schools.size)
    return counts.assign(mean_before=total / counts["before"].where(counts["before"] > 0))


def _estimate(people: pd.DataFrame, pooled: list[str], level: float) -> TwoStage:
    """Estimate both stages on every answer in the `pooled` schools, which the result holds in this order."""
    school = pd.Index(pooled).get_indexer(people.index.get_level_values("school"))
    scores = people.to_numpy()[school >= 0]
    wave, person = np.nonzero(~np.isnan(scores.T))
    return estimate_school_changes(scores[person, wave], wave, school[school >= 0][person], person, level)


def _list_average(
    found: TwoStage, positions: SchoolPositions, counts: pd.DataFrame, where: Where, smallest: float | None
) -> list[dict[str, Any]]:
    mean, spread = found.mean, found.heterogeneity
    verdict = judge_change(mean.estimate, mean.std_error, mean.df, mean.low, mean.high, smallest)
    n, pairs, n_before, n_after = (int(counts[name].sum()) for name in ("people", "pairs", "before", "after"))
    base = {"school": ""} | dict(where) | {"df": float(mean.df), "pairs": pairs, "schools": mean.n, "verdict": ""}
    first = float(counts["mean_before"].mean())
    average = make_row(
        base | {"verdict": verdict}, "average_change", mean.estimate, n, "two stages", std_error=mean.std_error, low=mean.low,
        high=mean.high, p_value=mean.p_value,
    )  # fmt: skip
    tau = [float(np.sqrt(variance)) for variance in (spread.tau2, spread.tau2_low, spread.tau2_high)]
    delta = found.standardised
    return [
        average,
        make_row(base, "before", first, n_before, "mean of school means"),
        make_row(base, "after", first + mean.estimate, n_after, "before + average change"),
        make_row(base, "tau", tau[0], n, "REML, Q-profile", low=tau[1], high=tau[2], p_value=spread.q_p_value),
        make_row(base, "new_school", positions.mu_mean, n, "tau integrated", low=positions.new_low, high=positions.new_high),
        make_row(base, "delta", delta.estimate, n, "average / SD within schools", low=delta.low, high=delta.high),
        make_row(base, "detectable", compute_smallest_change(mean.std_error, mean.df), n, "power .80"),
    ]


def _list_schools(
    found: TwoStage, positions: SchoolPositions, counts: pd.DataFrame, shown: pd.Series, verdicts: list[str], where: Where
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    place = np.cumsum(np.isfinite(found.changes.std_error)) - 1
    sizes = zip(counts.index, counts["people"].tolist(), counts["pairs"].tolist(), shown.tolist(), strict=True)
    for number, (school, n, pairs, is_shown) in enumerate(sizes):
        base = {"school": school} | dict(where) | {"df": np.nan, "pairs": pairs, "schools": 1, "verdict": ""}
        if not is_shown or not np.isfinite(found.changes.std_error[number]):
            state, reason = ("not_computable", "no_pairs") if is_shown else ("hidden", "too_few")
            rows += [_blank(base, quantity, state, reason) for quantity in PER_SCHOOL]
            continue
        rows.append(_describe_stage_one(found, number, n, base))
        for quantity, position in (("shrunken", positions.schools), ("position", positions.deviations)):
            mean, low, high = (float(values[place[number]]) for values in (position.mean, position.low, position.high))
            verdict = verdicts[place[number]] if quantity == "shrunken" else ""
            rows.append(make_row(base | {"verdict": verdict}, quantity, mean, n, "tau integrated", low=low, high=high))
    return rows


def _describe_stage_one(found: TwoStage, number: int, n: int, base: Where) -> dict[str, Any]:
    names = ("estimate", "std_error_kr", "df", "low", "high", "p_value")
    estimate, error, df, low, high, p_value = (float(getattr(found.changes, name)[number]) for name in names)
    where = dict(base) | {"df": df}
    return make_row(where, "change_common", estimate, n, "mixed_model", std_error=error, low=low, high=high, p_value=p_value)


def _blank(where: Where, quantity: str, state: str, reason: str) -> dict[str, Any]:
    verdict = "not_computable" if quantity == "average_change" and state == "not_computable" else ""
    return make_blank(dict(where) | {"df": np.nan, "pairs": 0, "schools": 0, "verdict": verdict}, quantity, state, reason)
