"""Whether a change matters: compared with the smallest change that matters, with measurement error, and with what regression to the mean
alone brings to people who began low.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.pooled import find_obstacle, list_all_in, list_compared, take_schools
from toolkit.results.rows import Rests, find_spread_floor, make_blanks, make_estimate, make_number, may_count
from toolkit.schemas import LOW_START, MEANING
from toolkit.statistics.cluster_robust import compute_robust_regression
from toolkit.statistics.means import Interval, compute_equivalence
from toolkit.statistics.reliability import compute_regression_to_mean, compute_reliable_change
from toolkit.study.study import Outcome, Study

TESTED = ("change", "average_change")
COUNTED = ("rci_improved", "rci_deteriorated", "rci_by_chance", "rci_threshold")


#: Low starters are the lowest third of those who answered twice, with all who tie with the highest of them, unless that makes more
#: than half; then only those below the tie.
SHARE = 1 / 3
QUANTITIES = ("low_start_change", "low_start_expected")


def estimate_meaning(scores: pd.DataFrame, change: pd.DataFrame, reliability: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return for each change in `change` whether it is meaningful, and how many people changed by more than measurement error.

    Parameters
    ----------
    scores
        From `compute_scores`.
    change
        From `estimate_change`.
    reliability
        From `estimate_reliability`.
    study
        The study that they are of. It says the smallest change that matters.

    Returns
    -------
    DataFrame
        MEANING. `equivalence` (per school, and school "" for the average; points): two one-sided tests against ± the smallest change of the
        study, with the interval that goes with them (90 % at a confidence of 95 %) and a `verdict`, see `judge_meaning`. Over schools, for
        the study's outcomes: `rci_improved` and `rci_deteriorated` (counts, from 10 people who answered twice), `rci_by_chance` (expected
        on each side without any change) and `rci_threshold` (in points).

    Notes
    -----
    Lakens 2017; Jacobson & Truax 1991. The reliability is omega before, or else alpha.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> responses = plg.read_responses(study)
    >>> scores = plg.compute_scores(responses, study)
    >>> change = plg.estimate_change(scores, study)
    >>> reliability = plg.estimate_reliability(responses, scores, study)
    >>> found = plg.estimate_meaning(scores, change, reliability, study)
    >>> found[["school", "quantity", "verdict", "estimate", "low", "high"]].round(2).head(2)
      school     quantity                verdict  estimate   low  high
    0     s1  equivalence             meaningful      0.66  0.40  0.92
    1     s2  equivalence  change_size_uncertain      0.48  0.11  0.85
    """
    tested = change[change["quantity"].isin(TESTED)]
    rows = [_test(row, study) for _, row in tested.iterrows()]
    for where, people in list_compared(scores, study):
        rows += _count(take_schools(people, list_all_in(people, study)).dropna(), people, {"school": ""} | where, reliability, study)
    return MEANING.collect(rows)


def judge_meaning(low: float, high: float, equivalent: bool, smallest: float) -> str:
    """Return the verdict on a change, from its interval and whether it is equivalent to 0 within ± the smallest change that matters.

    `meaningful`: the whole interval lies beyond the smallest change; `no_meaningful_change`: equivalent; `change_size_uncertain`: the
    interval only excludes 0; `inconclusive`: anything else.
    """
    if low > smallest or high < -smallest:
        return "meaningful"
    if equivalent:
        return "no_meaningful_change"
    return "inconclusive" if low <= 0 <= high else "change_size_uncertain"


def _test(row: pd.Series, study: Study) -> dict[str, Any]:
    where = {name: row[name] for name in ("school", "comparison", "instrument", "scale", "rating")}
    smallest = study.find_smallest_change(Outcome.model_validate({name: row[name] for name in Outcome.model_fields}))
    if row["state"] != "shown" or smallest is None:
        state, reason = (row["state"], row["method"]) if row["state"] != "shown" else ("not_computable", "no_smallest_change")
        verdict = "not_computable" if state == "not_computable" else ""
        return make_blanks(where | {"verdict": verdict}, ["equivalence"], state, reason)[0]
    found = compute_equivalence(row["estimate"], row["std_error"], row["df"], -smallest, smallest, 1 - study.confidence)
    verdict = judge_meaning(row["low"], row["high"], found.p_value < 1 - study.confidence, smallest)
    if verdict != "no_meaningful_change" and row["verdict"] in ("unclear", "indication_rose", "indication_fell"):
        verdict = "inconclusive"  # also a factor whose change did not survive the correction for their number
    tail = {"std_error": row["std_error"], "df": row["df"], "low": found.low, "high": found.high, "p_value": found.p_value}
    rests = Rests(row["n"], row["pairs"], row["schools"])
    return make_number(where | {"verdict": verdict}, "equivalence", row["estimate"], rests, "two one-sided tests", **tail)


def _count(
    pairs: pd.DataFrame, people: pd.DataFrame, where: dict[str, str], reliability: pd.DataFrame, study: Study
) -> list[dict[str, Any]]:
    where = where | {"verdict": ""}
    if not people.notna().any().all():
        return make_blanks(where, COUNTED, "not_measured", "no_answers")
    if people.dropna().empty:
        return make_blanks(where, COUNTED, "not_computable", "no_pairs")
    if len(pairs) < find_spread_floor(study):
        return make_blanks(where, COUNTED, "hidden", "too_few_pairs")
    precision, kind = _find_reliability(where, reliability, study)
    found = compute_reliable_change(pairs["before"], pairs["after"], precision, level=study.confidence)
    if not np.isfinite(found.smallest_change):
        return make_blanks(where, COUNTED, "not_computable", kind or "no_reliability")
    rests = Rests(found.n, found.n, pairs.index.unique("school").size)
    method = f"Jacobson & Truax, {kind} {precision:.2f}"
    numbers = zip(COUNTED, (found.improved, found.deteriorated, found.by_chance, found.smallest_change), strict=True)
    return [
        make_number(where, name, float(number), rests, method)
        if name not in COUNTED[:2] or may_count(int(number), study)
        else make_blanks(where, [name], "hidden", "too_few")[0]
        for name, number in numbers
    ]


def _find_reliability(where: dict[str, str], reliability: pd.DataFrame, study: Study) -> tuple[float, str]:
    """Return omega of the scale in the wave before, or else alpha, and which it is; NaN and the reason if there is neither."""
    wave = next(comparison.before for comparison in study.planned if comparison.id == where["comparison"])
    own = reliability[
        (reliability["wave"] == wave)
        & np.logical_and.reduce([reliability[name] == where[name] for name in ("instrument", "scale", "rating")])
    ].set_index("quantity")
    for kind in ("omega", "alpha"):
        if kind in own.index and own.loc[kind, "state"] == "shown":
            return float(own.loc[kind, "estimate"]), kind
    return float("nan"), str(own["method"].iloc[0]) if len(own) else ""


def estimate_low_start(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the mean change of the third of people with the lowest first scores, and the change expected without any effect.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        LOW_START, with the columns of `estimate_change` but for the verdict: `low_start_change` (points) and `low_start_expected`. The
        difference between the two is what could be more than regression to the mean.

    Notes
    -----
    CR2 errors by school; expected is (1 - r) (mean of all - mean of the low), with r the correlation of the waves and equal spreads.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> plg.estimate_low_start(scores, study)[["quantity", "estimate", "low", "high", "n"]].round(2).head(2)
                 quantity  estimate   low  high    n
    0    low_start_change      0.67  0.52  0.82  193
    1  low_start_expected      0.57   NaN   NaN  193
    """
    rows: list[dict[str, Any]] = []
    for short, people in list_compared(scores, study):
        where = {"school": ""} | short
        pairs = take_schools(people, list_all_in(people, study)).dropna()  # a result about people, not one over schools
        state, reason = find_obstacle(people, study)
        low = _choose_low(pairs["before"])
        if not state and pairs.empty:
            state = "not_computable"
            reason = "no_pairs"
        elif not state and min(low.sum(), (~low).sum()) < find_spread_floor(study):
            state = "hidden"
            reason = "too_few_for_split"
        rows += make_blanks(where, QUANTITIES, state, reason) if state else _describe(pairs, low, where, study)
    return LOW_START.collect(rows)


def _choose_low(before: pd.Series) -> np.ndarray:
    cut = before.quantile(SHARE)
    low = before <= cut
    return (low if low.mean() <= 0.5 else before < cut).to_numpy()


def _describe(pairs: pd.DataFrame, low: np.ndarray, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    chosen = pairs[low]
    school = chosen.index.get_level_values("school").to_numpy(dtype=str)
    fit = compute_robust_regression(chosen["after"] - chosen["before"], np.ones((len(chosen), 1)), school, level=study.confidence)
    change = Interval(*(float(part[0]) for part in (fit.coefficients, fit.std_error, fit.df, fit.low, fit.high, fit.p_value)))
    rests = Rests(len(chosen), len(chosen), fit.clusters)
    expected = compute_regression_to_mean(pairs["before"], pairs["after"], low)
    if not np.isfinite(expected.expected_change):
        return make_blanks(where, QUANTITIES, "not_computable", "no_spread")
    return [
        make_estimate(where, QUANTITIES[0], change, rests, "mean of people, CR2"),
        make_number(where, QUANTITIES[1], expected.expected_change, rests, "(1 - r) (mean - mean of the low)"),
    ]
