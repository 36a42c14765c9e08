"""People who began low rise by themselves: their change beside what regression to the mean alone would bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.pooled import find_obstacle, list_compared, pool_people
from toolkit.results.rows import Rests, make_blanks, make_estimate, make_number
from toolkit.results.rows__rows__disclosure_tmp import find_spread_floor
from toolkit.schemas import LOW_START
from toolkit.statistics.cluster_robust import compute_robust_regression
from toolkit.statistics.means import Interval
from toolkit.statistics.reliability import compute_regression_to_mean
from toolkit.study.study import Study

#: Low starters are the lowest third of those who answered twice, with all who stand level with the highest of them, if that is not
#: more than half; then only those below.
SHARE = 1 / 3
QUANTITIES = ("low_start_change", "low_start_expected")


def estimate_low_start(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the mean change of the third of people with the lowest first scores, and the change expected without any effect.

    `low_start_change` has CR2 errors by school; `low_start_expected` is (1 - r) (mean of all - mean of the low), with r the correlation
    of the waves and equal spreads. What the first is more than the second is what could be more than regression to the mean.
    """
    rows: list[dict[str, Any]] = []
    for short, people in list_compared(scores, study):
        where, pairs = {"school": ""} | short, pool_people(people, study).dropna()
        state, reason = find_obstacle(people, study)
        low = _choose_low(pairs["before"])
        if not state and pairs.empty:
            state, reason = "not_computable", "no_pairs"
        elif not state and min(low.sum(), (~low).sum()) < find_spread_floor(study):
            state, reason = "hidden", "too_few_for_split"
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
