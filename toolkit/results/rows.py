"""One row of any result: a number with what it rests on, or why there is none; and the smallest counts that allow one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.counted import find_few, list_counted, list_pooled
from toolkit.schemas import WHAT, number_rows
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

NAN = math.nan
#: About so many scores are asked at a time whether they are reported: those of a country would take a gigabyte.
AT_ONCE = 200_000
#: Reasons that tell of an answer without its number, and the share that they nearly tell.
NEARLY = {"nearly_all": 1.0, "nearly_none": 0.0}
#: The end of the method of a row whose interval is not shown.
WITHOUT = "; interval hidden"
Where = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rests:
    """What an estimate rests on: people, how many of them answered twice, and schools."""

    n: int
    pairs: int = 0
    schools: int = 0


class Estimated(Protocol):
    """What a formula found: an estimate with its error, degrees of freedom, interval and p-value."""

    @property
    def estimate(self) -> float: ...
    @property
    def std_error(self) -> float: ...
    @property
    def df(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def p_value(self) -> float: ...


def make_row(
    where: Where,
    quantity: str,
    estimate: float,
    n: int,
    method: str,
    *,
    std_error: float = NAN,
    low: float = NAN,
    high: float = NAN,
    p_value: float = NAN,
) -> dict[str, Any]:
    """Return a shown result: the columns in `where`, then the common tail."""
    tail = {"quantity": quantity, "estimate": estimate, "std_error": std_error, "low": low, "high": high, "p_value": p_value}
    return {**where, "state": "shown", **tail, "n": n, "method": method}


def make_blank(where: Where, quantity: str, state: str, reason: str = "") -> dict[str, Any]:
    """Return a result without a number: `state` is hidden, not_measured or not_computable, `reason` a code for the words."""
    tail = dict.fromkeys(("estimate", "std_error", "low", "high", "p_value"), NAN)
    return {**where, "state": state, "quantity": quantity, **tail, "n": 0, "method": reason}


def make_estimate(where: Where, quantity: str, found: Estimated, rests: Rests, method: str, reason: str = "") -> dict[str, Any]:
    """Return what a formula found as a shown result with what it rests on; without an interval it is not computable, for `reason`."""
    if not math.isfinite(found.low):
        return make_blanks(where, [quantity], "not_computable", reason or "no_spread")[0]
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    return make_number(where, quantity, found.estimate, rests, method, df=float(found.df), **tail)


def make_number(
    where: Where, quantity: str, estimate: float, rests: Rests, method: str, *, df: float = NAN, **tail: float
) -> dict[str, Any]:
    """Return a shown result with what it rests on; `tail` may hold std_error, low, high and p_value."""
    return make_row({**where, "df": df, "pairs": rests.pairs, "schools": rests.schools}, quantity, estimate, rests.n, method, **tail)


def make_blanks(where: Where, quantities: Iterable[str], state: str, reason: str) -> list[dict[str, Any]]:
    """Return results without a number, resting on nothing, one per quantity."""
    return [make_blank({**where, "df": NAN, "pairs": 0, "schools": 0}, quantity, state, reason) for quantity in quantities]


def find_floor(study: Study) -> int:
    """Return the smallest group that may have a mean or a change: the study's, but never below the rule's."""
    return max(study.smallest_group, load_rules().floors["mean"])


def find_spread_floor(study: Study) -> int:
    """Return the smallest group that may show a spread, answers or a split."""
    return max(study.smallest_group, load_rules().floors["spread"])


def may_count(count: int, study: Study) -> bool:
    """Return whether a count of people may be shown: nobody, or enough of them."""
    return count == 0 or count >= find_floor(study)


def keep_complete_ratings(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores without those of people who gave only some of the ratings on a scale, or of two scales with a difference.

    With now over ten people, and wanted and the gap over nine of them, the tenth answer follows by subtraction.
    """
    scores = _keep_both_scales(scores, study)
    rated = [instrument.id for instrument in study.scored_instruments if any(rating.difference for rating in instrument.ratings)]
    concerned = scores["instrument"].isin(rated)
    if not concerned.any():
        return scores
    key = ["respondent", "wave", "instrument", "scale"]
    rated_scores = scores[concerned].groupby(key)["score"]
    whole = np.ones(len(scores), dtype=bool)
    whole[concerned] = ~(rated_scores.transform("count") < rated_scores.transform("size")).to_numpy()
    return scores[whole]


def _keep_both_scales(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    for instrument in study.scored_instruments:
        for scale in (scale for scale in instrument.scales if scale.difference):
            concerned = (scores["instrument"] == instrument.id) & scores["scale"].isin([scale.id, *(scale.difference or ())])
            lacks = scores[concerned & scores["score"].isna()]
            person = ["respondent", "wave", "rating"]
            broken = pd.MultiIndex.from_frame(scores[person]).isin(pd.MultiIndex.from_frame(lacks[person]))
            scores = scores[~(concerned & broken)]
    return scores


def keep_reported(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores that the numbers of a report on a school are made of.

    Left out are who gave only some of an instrument's ratings and, where people can be followed, those of a school who missed a wave of the
    planned comparisons if that are one to four people and at least five missed none. Beside the means of their school and the change of
    the others, the answers of such few would follow by subtraction. Functions on plain frames give with these scores the numbers of the
    report.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of; its `smallest_group` sets what few are.

    Returns
    -------
    DataFrame
        SCORES, only rows with a score.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> len(scores.dropna(subset="score")), len(plg.keep_reported(scores, study))
    (4191, 3980)
    """
    kept = np.zeros(len(scores), dtype=bool)
    for rows in _list_portions(scores):
        kept[_list_reported(scores.take(rows).set_axis(rows), study)] = True
    return scores[kept]


def _list_portions(scores: pd.DataFrame) -> list[NDArray[np.intp]]:
    """Return the places of the scores of some schools at a time."""
    schools = pd.factorize(scores["school"].array, use_na_sentinel=False)[0]
    ends = np.bincount(schools).cumsum()
    return np.split(np.argsort(schools, kind="stable"), ends[np.flatnonzero(np.diff(ends // AT_ONCE))])


def _list_reported(scores: pd.DataFrame, study: Study) -> NDArray[np.intp]:
    """Return which scores of some schools `keep_reported` keeps, by their index."""
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    compared = {wave for comparison in study.planned for wave in (comparison.before, comparison.after)}
    own = valid.loc[valid["wave"].isin(compared), ["respondent", "school", "wave", *WHAT]]
    if study.matching.by == "none" or own.empty:
        return valid.index.to_numpy()
    followed = [instrument.id for instrument in study.scored_instruments if any(rating.change for rating in instrument.ratings)]
    together = own["instrument"].isin(followed)  # their ratings of several waves stand or fall together
    joined = own.assign(rating=own["rating"].astype("str").mask(together, "")) if followed else own
    _, first, person = np.unique(number_rows(joined, ["school", *WHAT, "respondent"])[0], return_index=True, return_inverse=True)
    _, group = np.unique(number_rows(joined.iloc[first], ["school", *WHAT])[0], return_inverse=True)
    held = {cohort: sum(wave.is_held(cohort) for wave in study.waves if wave.id in compared) for cohort in ("", *study.cohorts)}
    counts = np.bincount(person)
    needed = own["school"].iloc[first].map(study.map_cohorts()).map(held).to_numpy()
    if followed:
        most = pd.Series(counts).groupby(group).transform("max").to_numpy()
        needed = np.where(together.to_numpy()[first], most, needed)
    few = find_few(group, counts == needed, find_floor(study))
    return np.setdiff1d(valid.index, own.index[few[person]], assume_unique=True)


def list_counted_schools(people: pd.Series, study: Study) -> list[str]:
    """Return the schools that an average over schools counts, given the smallest number of `people` in each: those that could be shown.

    Where there are comparison schools, no average is of both: of schools of several groups those on the trajectory count.
    """
    return list_counted(_keep_one_group(people, study), find_floor(study))


def list_all_schools(people: pd.Series, study: Study) -> list[str]:
    """Return the schools in an average that also counts those too small to be shown, where they are several."""
    return list_pooled(_keep_one_group(people, study), find_floor(study))


def _keep_one_group(people: pd.Series, study: Study) -> pd.Series:
    groups = {school.id: school.group for school in study.schools} if study.has_comparison_schools else {}
    own = people.index.map(groups).to_series(index=people.index) if groups else people
    return people[own == "trajectory"] if groups and len(set(own)) > 1 else people


def list_pooled_schools(people: pd.Series, study: Study) -> list[str]:
    """Return the schools included in a total over people, given the smallest number of `people` in each.

    Hidden schools are included only if there are at least two and together enough people: one alone would follow by subtraction.
    """
    return list_pooled(people, find_floor(study))


def may_show_both(everyone: int, part: int, study: Study) -> bool:
    """Return whether numbers for `everyone` and for a `part` of them may be shown together: the rest is nobody, or enough people."""
    return may_count(everyone - part, study)
