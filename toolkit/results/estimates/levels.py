"""The level of each scale: per school and wave, over schools, the range of the other schools, and against a norm group."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.rows import find_floor, find_spread_floor, keep_reported, list_counted_schools, make_blank, make_row
from toolkit.schemas import BAND, LEVELS, WHAT
from toolkit.statistics.means import compute_interval
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Study

CELL = ["school", "wave", *WHAT]


#: The decimals of the two ends, which must not show how many people are behind them.
DECIMALS = 1
ENDS = ("lowest", "highest")


def estimate_levels(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return mean and standard deviation per school, wave and scale; school "" is the unweighted mean over the schools that are shown.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        LEVELS: `school`, `wave`, `instrument`, `scale`, `rating`, and the columns that every result ends with (`docs/frames.md`). `mean`
        (with its t interval; the mean of a difference of two ratings also with the p-value of 0) and `sd` are in points of the scale.

    Notes
    -----
    A mean needs the study's smallest group of people with a valid score in that cell, a standard deviation 10.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> plg.estimate_levels(scores, study)[["school", "wave", "quantity", "estimate", "n"]].round(2).head(3)
      school wave quantity  estimate   n
    0    4-A   w1     mean      3.14  19
    1    4-A   w1       sd      1.00  19
    2    4-A   w2     mean      3.06  18
    """
    valid = keep_reported(scores, study)
    cells = valid.groupby(CELL)["score"].agg(["mean", "std", "count"]).reindex(_list_cells(scores, study))
    rows = (row for key, *cell in cells.itertuples(name=None) for row in _describe_cell(key, cell, study))
    averages = (_average(key, group.droplevel(list(WHAT)), study) for key, group in cells.groupby(level=["wave", *WHAT], sort=False))
    found = LEVELS.collect(chain(rows, averages))
    differences = {(i.id, rating.id) for i in study.scored_instruments for rating in i.ratings if rating.difference}
    tested = np.array([pair in differences for pair in zip(found["instrument"], found["rating"], strict=True)], dtype=bool)
    return found.assign(p_value=found["p_value"].where(tested))


def _list_cells(scores: pd.DataFrame, study: Study) -> pd.MultiIndex:
    outcomes = scores[list(WHAT)].drop_duplicates().itertuples(index=False)
    followed = {(i.id, rating.id) for i in study.scored_instruments for rating in i.ratings if rating.change}  # levels of two other ratings
    ordered = [tuple(outcome) for outcome in outcomes if (outcome.instrument, outcome.rating) not in followed]
    cells = [(s.id, w.id, *outcome) for outcome in ordered for s in study.schools for w in study.list_moments(outcome[0])]
    return pd.MultiIndex.from_tuples(cells, names=CELL)


def _describe_cell(key: tuple[str, ...], cell: Sequence[float], study: Study) -> list[dict[str, Any]]:
    where = dict(zip(CELL, key, strict=True))
    average, spread, count = cell
    n = 0 if math.isnan(count) else int(count)
    if n < find_floor(study):
        state = "hidden" if n else "not_measured"
        return [make_blank(where, quantity, state, "too_few" if n else "no_answers") for quantity in ("mean", "sd")]
    error = spread / math.sqrt(n)
    interval = compute_interval(average, error, n - 1, study.confidence)
    tail = {"std_error": error, "low": interval.low, "high": interval.high, "p_value": interval.p_value}
    mean = make_row(where, "mean", average, n, "t", **tail)
    if n < find_spread_floor(study):
        return [mean, make_blank(where, "sd", "hidden", "too_few_for_spread")]
    return [mean, make_row(where, "sd", spread, n, "sd")]


def _average(key: Hashable, schools: pd.DataFrame, study: Study) -> dict[str, Any]:
    where = {"school": ""} | dict(zip(["wave", *WHAT], key, strict=True))  # type: ignore[call-overload]
    counts = schools["count"].fillna(0).droplevel("wave")
    counted = list_counted_schools(counts, study)
    if not counted:
        state = "hidden" if counts.sum() else "not_measured"
        return make_blank(where, "mean", state, "too_few" if counts.sum() else "no_answers")
    means = schools["mean"].droplevel("wave").loc[counted]
    n = int(counts.loc[counted].sum())
    if len(means) < 2:
        return make_row(where, "mean", float(means.iloc[0]), n, "mean of school means")
    error = float(means.std() / np.sqrt(len(means)))
    interval = compute_interval(float(means.mean()), error, len(means) - 1, study.confidence)
    ends = {"std_error": error, "low": interval.low, "high": interval.high, "p_value": interval.p_value}
    return make_row(where, "mean", interval.estimate, n, "mean of school means", **ends)


def estimate_band(levels: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school, wave and scale the lowest and the highest mean of the other schools, to one decimal.

    It needs three others whose mean is shown. Scales about one person's leadership have no band, as it would be about an individual.
    """
    about = {(i.id, scale.id) for i in study.scored_instruments for scale in i.scored_scales if scale.about_person}
    means = levels[(levels["quantity"] == "mean") & (levels["school"] != "")]
    open_to_all = np.array([pair not in about for pair in zip(means["instrument"], means["scale"], strict=True)], dtype=bool)
    return BAND.collect(_describe_bands(means[open_to_all]))


def _describe_bands(means: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for key, cells in means.groupby(["wave", *WHAT], sort=False):
        wave, *what = key
        is_shown = cells["state"] == "shown"
        shown = dict(zip(cells.loc[is_shown, "school"].tolist(), cells.loc[is_shown, "estimate"].tolist(), strict=True))
        where = {"wave": str(wave)} | Outcome.model_validate(dict(zip(WHAT, what, strict=True))).model_dump()
        ordered = sorted(shown, key=shown.__getitem__)
        for school in cells["school"].tolist():
            lowest, highest = ([shown[other] for other in two if other != school] for two in (ordered[:2], ordered[:-3:-1]))
            yield from _describe_others(lowest, highest, len(shown) - (school in shown), {"school": school} | where)


def _describe_others(lowest: list[float], highest: list[float], others: int, where: dict[str, Any]) -> list[dict[str, Any]]:
    if others < load_rules().floors["other_schools"]:
        return [make_blank(where, quantity, "hidden", "too_few_schools") for quantity in ENDS]
    return [make_row(where, quantity, _round(ends[0]), others, "mean") for quantity, ends in zip(ENDS, (lowest, highest), strict=True)]


def _round(mean: float) -> float:
    return math.floor(mean * 10.0**DECIMALS + 0.5) / 10.0**DECIMALS
