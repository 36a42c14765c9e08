"""Who left before the second wave, and how that may have affected the average change."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.people import estimate_average
from toolkit.results.estimates.pooled import find_obstacle, list_compared, list_counted_in, make_generator, pool_people
from toolkit.results.rows import NAN, Rests, find_floor, find_spread_floor, list_all_schools, make_blanks, make_estimate, make_number
from toolkit.schemas import ATTRITION
from toolkit.statistics.arrays import compute_sd, find_root
from toolkit.statistics.means import Interval, compute_interval, compute_mean, compute_two_groups
from toolkit.statistics.missing_data import (
    Pooled,
    ResponseWeights,
    compute_pooled,
    compute_response_weights,
    compute_weighted_mean,
    draw_missing_wave,
)
from toolkit.statistics.reliability import compute_within_deviations
from toolkit.statistics.two_stage import average_schools
from toolkit.study.study import Study

Floats = NDArray[np.float64]
#: 20 is the minimum for a report; more cost little.
IMPUTATIONS = 50
BASELINE = ("stayers", "leavers", "leavers_minus_stayers", "g_s")
WEIGHTED = ("response_slope", "ipw_change", "ipw_effective_n")
SHIFTED = ("mi_change", "tipping_point")


def estimate_attrition(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how leavers differed at the start, and the average change if leaving is taken into account in other ways.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        ATTRITION, with the columns of `estimate_change` but for the verdict. `stayers`, `leavers` (mean score before),
        `leavers_minus_stayers` (Welch; points) and its size `g_s`; `response_slope` (log odds of answering again per point above the
        school's own mean), `ipw_change` (pairs weighted by the inverse probability of answering again) with `ipw_effective_n`; `mi_change`
        (missing waves imputed 50 times, also per school); `tipping_point` (by how many points the change of people who missed the second
        wave must have differed from what is expected of them for the default interval to reach 0).

    Notes
    -----
    Rubin 1987; imputation with both waves and the schools in the model, as in `mice`.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> found = plg.estimate_attrition(scores, study)
    >>> found[["quantity", "estimate", "low", "high", "n"]].round(2).head(3)
                    quantity  estimate   low  high    n
    0                stayers      3.24  3.15  3.33  442
    1                leavers      3.18  2.76  3.60   26
    2  leavers_minus_stayers     -0.06 -0.48  0.37  468
    """
    rows: list[dict[str, Any]] = []
    for short, people in list_compared(scores, study):
        where = {"school": ""} | short
        pooled = pool_people(people, study)
        rows += compare_baseline(people, where, study)
        state, reason = _find_obstacle(people, pooled, study)
        if state:
            rows += make_blanks(where, WEIGHTED + SHIFTED, state, reason)
        else:
            rows += _weigh(pooled, where, study) + _impute(pooled, where, study) + _tip(people, pooled, where, study)
    return ATTRITION.collect(rows)


def _find_obstacle(people: pd.DataFrame, pooled: pd.DataFrame, study: Study) -> tuple[str, str]:
    state, reason = find_obstacle(people, study)
    if state:
        return state, reason
    if pooled.dropna().empty:
        return "not_computable", "no_pairs"
    return ("", "") if pooled["after"].isna().any() else ("not_computable", "nobody_left")


def list_present(people: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the people who answered before, in schools that may be included, even schools where everybody left."""
    first = people[people["before"].notna()]
    schools = list_all_schools(first.groupby(level="school").size(), study)
    return first.loc[first.index.get_level_values("school").isin(schools)]


def compare_baseline(people: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    """Return the scores before of people who answered again and of those who did not."""
    present = list_present(people, study)
    schools = present.index.unique("school")
    stays = present["after"].notna()
    stayers, leavers = (present.loc[chosen, "before"].to_numpy() for chosen in (stays, ~stays))
    if not people.notna().any().all():
        return make_blanks(where, BASELINE, "not_measured", "no_answers")
    if study.matching.by == "none" or not leavers.size or not stayers.size:
        return make_blanks(where, BASELINE, "not_computable", "nobody_left" if stayers.size else "no_pairs")
    if min(stayers.size, leavers.size) < find_spread_floor(study):
        return make_blanks(where, BASELINE, "hidden", "too_few_for_split")
    groups = compute_two_groups(leavers, stayers, study.confidence)
    both = Rests(len(present), int(stays.sum()), len(schools))
    rows = [
        make_estimate(where, name, replace(compute_mean(values, study.confidence), p_value=NAN), Rests(values.size, 0, len(schools)), "t")
        for name, values in (("stayers", stayers), ("leavers", leavers))
    ]
    rows.append(make_estimate(where, "leavers_minus_stayers", groups.welch, both, "Welch"))
    if not np.isfinite(groups.g_s.low):
        return rows + make_blanks(where, ["g_s"], "not_computable", "no_spread")
    size = groups.g_s
    return [*rows, make_number(where, "g_s", size.estimate, both, "Hedges, noncentral t", low=size.low, high=size.high)]


def _weigh(people: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    """Return the response model, and the pairs weighted within their schools, each school counted once."""
    present = people[people["before"].notna()]
    school = present.index.get_level_values("school").to_numpy(dtype=str)
    predictor = compute_within_deviations(present["before"].to_numpy(), school)[:, None]
    if compute_sd(predictor[:, 0], present["before"].to_numpy()) == 0:
        return make_blanks(where, WEIGHTED, "not_computable", "no_spread")
    weights = compute_response_weights(present["after"].notna().to_numpy(dtype=float), predictor)
    if not weights.converged:
        return make_blanks(where, WEIGHTED, "not_computable", "not_converged")
    change = (present["after"] - present["before"]).to_numpy()
    weight = weights.weight
    found = [compute_weighted_mean(change[school == name], weight[school == name]).estimate for name in np.unique(school)]
    average = average_schools(found, study.confidence)
    everyone = Rests(len(present), weights.responded, average.n)
    pairs = Rests(weights.responded, weights.responded, average.n)
    slope = compute_interval(float(weights.coefficients[1]), _find_error(weights, predictor), np.inf, study.confidence)
    return [
        make_estimate(where, "response_slope", slope, everyone, "logistic regression"),
        make_estimate(where, "ipw_change", average, pairs, "inverse probability weights, stabilised, cut at 1 and 99 %"),
        make_number(where, "ipw_effective_n", weights.effective_n, pairs, "Kish"),
    ]


def _find_error(weights: ResponseWeights, predictor: Floats) -> float:
    """Return the standard error of the slope, from the information X' P (1 - P) X."""
    x = np.column_stack([np.ones(len(predictor)), predictor])
    chance = weights.probability
    information = (x * (chance * (1 - chance))[:, None]).T @ x
    return float(np.sqrt(np.linalg.inv(information)[1, 1]))


def _impute(people: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    """Return the change over completed data sets, per school by Rubin's rules and then, as in the default, each school counted once.

    Applying Rubin's rules over all schools at once would count imputation variance twice: it also makes schools differ.
    """
    school = people.index.get_level_values("school").to_numpy(dtype=str)
    generator = make_generator(study, "imputation", *where.values())
    drawn = draw_missing_wave(people["before"], people["after"], school, generator, IMPUTATIONS)
    rows = []
    found = []
    for name in np.unique(school):
        own = people[school == name]
        change = (drawn[:, 1] - drawn[:, 0])[:, school == name]
        n = len(own)
        pooled = compute_pooled(change.mean(axis=1), change.var(axis=1, ddof=min(1, n - 1)) / n, max(n - 1, 1), study.confidence)
        found.append(float(pooled.estimate))
        rows.append(_show_school(pooled, own, where | {"school": str(name)}, study))
    average = average_schools(found, study.confidence)
    rests = Rests(len(people), len(people.dropna()), average.n)
    return [make_estimate(where, "mi_change", average, rests, f"mean of schools over {IMPUTATIONS} imputations"), *rows]


def _show_school(pooled: Pooled, people: pd.DataFrame, where: dict[str, str], study: Study) -> dict[str, Any]:
    pairs = len(people.dropna())
    if pairs < find_floor(study):
        return make_blanks(where, ["mi_change"], "hidden", "too_few_pairs")[0]
    interval = Interval(*(float(getattr(pooled, field.name)) for field in fields(Interval)))
    return make_estimate(where, "mi_change", interval, Rests(len(people), pairs, 1), f"{IMPUTATIONS} imputations, Rubin, Barnard-Rubin")


def _tip(everybody: pd.DataFrame, people: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    """Return by how much the change of those who left must differ from what the default expects for its interval to reach 0."""
    counted = list_counted_in(everybody, study)
    found = estimate_average(everybody, counted, study.confidence)
    left = people["after"].isna().groupby(level="school").mean().loc[counted].to_numpy()
    sign = float(np.sign(found.mean.estimate))

    def near(shift: float) -> float:
        return average_schools(sign * found.changes.estimate - shift * left, study.confidence).low

    if not np.isfinite(found.changes.std_error).any() or not np.isfinite(found.mean.low):
        return make_blanks(where, ["tipping_point"], "not_computable", found.reason or "no_spread")
    if not near(0.0) > 0:
        return make_blanks(where, ["tipping_point"], "not_computable", "interval_holds_0")
    high = 1.0
    while near(high) > 0:
        high *= 2
    point = -sign * find_root(near, 0.0, high, xtol=1e-10 * found.mean.std_error)
    rests = Rests(len(people), len(people.dropna()), found.mean.n)
    return [make_number(where, "tipping_point", point, rests, "two stages, people who left shifted")]
