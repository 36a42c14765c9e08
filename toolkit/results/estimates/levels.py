"""How high each scale is: mean and spread per school and wave, and the mean over schools."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.rows import make_blank, make_row
from toolkit.results.rows__rows__disclosure_tmp import find_floor, find_spread_floor, keep_complete_ratings, list_pooled_schools
from toolkit.schemas import LEVELS, WHAT
from toolkit.statistics.means import compute_interval
from toolkit.study.study import Study

CELL = ["school", "wave", *WHAT]


def estimate_levels(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return mean (with t interval) and standard deviation per school, wave and scale; school "" is the unweighted mean over schools.

    A mean needs the study's smallest group of people with a valid score in that cell, a standard deviation 10.
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    cells = valid.groupby(CELL)["score"].agg(["mean", "std", "count"]).reindex(_list_cells(scores, study))
    rows = [row for key, cell in cells.iterrows() for row in _describe(key, cell, study)]
    rows += [_average(key, group.droplevel(list(WHAT)), study) for key, group in cells.groupby(level=["wave", *WHAT], sort=False)]
    return LEVELS.collect(rows)


def _list_cells(scores: pd.DataFrame, study: Study) -> pd.MultiIndex:
    outcomes = scores[list(WHAT)].drop_duplicates().itertuples(index=False)
    ordered = [tuple(outcome) for outcome in outcomes]
    cells = [(s.id, w.id, *outcome) for outcome in ordered for s in study.schools for w in study.waves]
    return pd.MultiIndex.from_tuples(cells, names=CELL)


def _describe(key: Hashable, cell: pd.Series, study: Study) -> list[dict[str, Any]]:
    where = dict(zip(CELL, key, strict=True))  # type: ignore[call-overload]
    n = int(np.nan_to_num(cell["count"]))
    if n < find_floor(study):
        state = "hidden" if n else "not_measured"
        return [make_blank(where, quantity, state, "too_few" if n else "no_answers") for quantity in ("mean", "sd")]
    spread = float(cell["std"])
    error = spread / np.sqrt(n)
    interval = compute_interval(float(cell["mean"]), error, n - 1, study.confidence)
    mean = make_row(where, "mean", float(cell["mean"]), n, "t", std_error=error, low=interval.low, high=interval.high)
    if n < find_spread_floor(study):
        return [mean, make_blank(where, "sd", "hidden", "too_few_for_spread")]
    return [mean, make_row(where, "sd", spread, n, "sd")]


def _average(key: Hashable, schools: pd.DataFrame, study: Study) -> dict[str, Any]:
    where = {"school": ""} | dict(zip(["wave", *WHAT], key, strict=True))  # type: ignore[call-overload]
    counts = schools["count"].fillna(0).droplevel("wave")
    pooled = list_pooled_schools(counts, study)
    if not pooled:
        state = "hidden" if counts.sum() else "not_measured"
        return make_blank(where, "mean", state, "too_few" if counts.sum() else "no_answers")
    means = schools["mean"].droplevel("wave").loc[pooled]
    n = int(counts.loc[pooled].sum())
    if len(means) < 2:
        return make_row(where, "mean", float(means.iloc[0]), n, "mean of school means")
    error = float(means.std() / np.sqrt(len(means)))
    interval = compute_interval(float(means.mean()), error, len(means) - 1, study.confidence)
    return make_row(where, "mean", interval.estimate, n, "mean of school means", std_error=error, low=interval.low, high=interval.high)
