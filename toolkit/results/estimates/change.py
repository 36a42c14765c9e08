"""What changed between two waves: in each school, on average over schools (two stages, valid with few), and for the average person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, count_people, estimate_average, estimate_schools, pick_waves, spread_waves
from toolkit.analysis.verdicts import judge_change
from toolkit.results.rows import (
    Where,
    find_floor,
    keep_complete_ratings,
    keep_reported,
    list_all_schools,
    list_counted_schools,
    make_blank,
    make_row,
    may_count,
)
from toolkit.results.verdicts import correct_for_number
from toolkit.schemas import CHANGE, WHAT
from toolkit.statistics.means import PairedChange, compute_interval, compute_paired_change, standardise_change
from toolkit.statistics.meta_analysis import SchoolPositions
from toolkit.statistics.mixed_models.before_after import GroupChange
from toolkit.statistics.mixed_models.by_school import fit_by_school
from toolkit.statistics.power import compute_smallest_change, compute_smallest_change_range
from toolkit.statistics.two_stage import TwoStage, locate_schools
from toolkit.study.study import Comparison, Outcome, Study
from toolkit.workers import Spread

Floats = NDArray[np.float64]

QUANTITIES = ("change", "before", "after", "change_pairs", "d_z", "g_av")


OVER_SCHOOLS = ("average_change", "before", "after", "tau", "new_school", "delta", "detectable")
PER_SCHOOL = ("change_common", "shrunken", "position")
#: Denotes all waves together in place of a comparison of two.
ALL_WAVES = "all_waves"


def estimate_change(scores: pd.DataFrame, study: Study, *, spread: Spread = map) -> pd.DataFrame:
    """Return the change of every scale in every planned comparison, per school and on average (school "").

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.
    spread
        How the scales are spread over workers; by default one is estimated after another.

    Returns
    -------
    DataFrame
        CHANGE: `school`, `comparison`, `instrument`, `scale`, `rating`, `df`, `pairs`, `schools`, `verdict`, and the columns that every
        result ends with (`docs/frames.md`). Per school `change`, `before` and `after` in points of the scale, `change_pairs` of those who
        answered twice, and the effect sizes `d_z` and `g_av` (standard deviations). Over schools `average_change`, `delta`, `tau` and what
        goes with them.

    Notes
    -----
    Per school a mixed model on everybody with Kenward-Roger intervals (Kenward & Roger 1997), and the paired t test; over schools two
    stages: see `docs/methods.md`. A change needs the study's smallest group of people in each wave and of pairs; if nobody can be followed
    it is a difference between two groups.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> change = plg.estimate_change(scores, study)
    >>> change[change["quantity"] == "average_change"][["comparison", "instrument", "estimate", "verdict"]].round(2).head(2)
           comparison        instrument  estimate verdict
    258   first_third  job_satisfaction      0.07    same
    652  first_second  job_satisfaction      0.00    same
    """
    valid = keep_reported(scores, study)
    outcomes = map(Outcome.model_validate, valid[list(WHAT)].drop_duplicates().to_dict("records"))
    groups = (group for _, group in valid.groupby(list(WHAT), sort=False))
    rows = (row for found in spread(_compare_waves, groups, outcomes, repeat(study)) for row in found)
    followed = _follow_everybody(scores, study) if study.person_level else ()
    return CHANGE.conform(correct_for_number(CHANGE.collect(chain(rows, followed)), study))


def _follow_everybody(scores: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    everybody = keep_complete_ratings(scores, study).dropna(subset="score")
    for key, group in everybody.groupby(list(WHAT), sort=False):
        yield from _follow_people(group, Outcome.model_validate(dict(zip(WHAT, key, strict=True))), study)


def pair_waves(scores: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Return one row per school and person with the scores `before` and `after`, NaN if one is missing."""
    return pick_waves(spread_waves(scores), comparison.before, comparison.after)


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """The people of one comparison; `school` is a place in the study, -1 for another."""

    table: pd.DataFrame
    school: NDArray[np.intp]
    before: Floats
    after: Floats


def _compare_waves(scores: pd.DataFrame, outcome: Outcome, study: Study) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if not study.planned:
        return rows
    smallest = study.find_smallest_change(outcome)
    wide = spread_waves(scores)
    compared = [_list_people(pick_waves(wide, comparison.before, comparison.after), study) for comparison in study.planned]
    found = estimate_schools([people.table for people in compared], [school.id for school in study.schools], study.confidence)
    for number, (comparison, people) in enumerate(zip(study.planned, compared, strict=True)):
        shared = {"comparison": comparison.id} | outcome.model_dump()
        for place, (school, own) in enumerate(zip(study.schools, _list_places(people.school, len(study.schools)), strict=True)):
            change = found.take(number * len(study.schools) + place)
            rows += _describe_school(change, people.before[own], people.after[own], {"school": school.id} | shared, study, smallest)
        rows += average_over_schools(people.table, shared, study, smallest)
    return rows


def _follow_people(scores: pd.DataFrame, outcome: Outcome, study: Study) -> list[dict[str, Any]]:
    """Return what is about the average person: of all schools together, with those whom the numbers on a school leave out."""
    rows = describe_trend(scores, outcome.model_dump(), study)
    for comparison in study.planned:
        where = {"comparison": comparison.id} | outcome.model_dump()
        rows += describe_people(pair_waves(scores, comparison), where, study, study.find_smallest_change(outcome))
    return rows


def _list_people(table: pd.DataFrame, study: Study) -> _People:
    school = pd.Index([school.id for school in study.schools]).get_indexer(table.index.get_level_values("school"))
    return _People(table, school, table["before"].to_numpy(), table["after"].to_numpy())


def _list_places(school: NDArray[np.intp], count: int) -> list[NDArray[np.intp]]:
    """Return for each of so many schools the places of its people."""
    order = np.argsort(school, kind="stable")
    return np.split(order, np.searchsorted(school[order], np.arange(count + 1)))[1:-1]


def _describe_school(
    found: GroupChange, before: Floats, after: Floats, where: dict[str, Any], study: Study, smallest: float | None
) -> list[dict[str, Any]]:
    followed = study.matching.by == "code"
    state, reason = _find_obstacle(min(found.n_before, found.n_after), found.n_pairs, followed, find_floor(study))
    if state:
        return [blank(quantity, state, reason, where) for quantity in QUANTITIES]
    paired = compute_paired_change(before, after, study.confidence)
    return _list_model(found, before, after, where, smallest, study.confidence) + _list_pairs(
        paired, where, study, smallest, may_count(found.n_before + found.n_after - 2 * found.n_pairs, study)
    )


def _find_obstacle(smaller_wave: int, pairs: int, followed: bool, floor: int) -> tuple[str, str]:
    if smaller_wave == 0:
        return "not_measured", "no_answers"
    if smaller_wave < floor:
        return "hidden", "too_few"
    if followed and pairs == 0:
        return "not_computable", "no_pairs"
    return ("hidden", "too_few_pairs") if followed and pairs < floor else ("", "")


def _list_model(
    found: GroupChange, before: Floats, after: Floats, where: dict[str, Any], smallest: float | None, level: float
) -> list[dict[str, Any]]:
    if not np.isfinite(found.low):
        return [blank(quantity, "not_computable", found.reason or "no_spread", where) for quantity in ("change", "before", "after")]
    n = found.n_before + found.n_after - found.n_pairs
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    extra = {"df": found.df, "pairs": found.n_pairs, "schools": 1}
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    change = make_row(where | extra | {"verdict": verdict}, "change", found.estimate, n, found.method, **tail)
    ends = (("before", before), ("after", after))
    return [change, *(_describe_end(name, scores[np.isfinite(scores)], where | extra, level) for name, scores in ends)]


def _describe_end(name: str, scores: Floats, where: dict[str, Any], level: float) -> dict[str, Any]:
    """Return the mean of everybody who answered in a wave, as on every other page: not that of the model."""
    end = compute_interval(float(scores.mean()), float(scores.std(ddof=1) / np.sqrt(scores.size)), scores.size - 1, level)
    tail = {"std_error": end.std_error, "low": end.low, "high": end.high}
    return make_row(where | {"df": float(end.df), "verdict": ""}, name, end.estimate, scores.size, "t", **tail)


def _list_pairs(paired: PairedChange, where: dict[str, Any], study: Study, smallest: float | None, together: bool) -> list[dict[str, Any]]:
    if not np.isfinite(paired.low):
        reason = "no_spread" if paired.n else "no_pairs"
        return [blank(quantity, "not_computable", reason, where) for quantity in ("change_pairs", "d_z", "g_av")]
    extra = {"df": float(paired.df), "pairs": paired.n, "schools": 1}
    verdict = judge_change(paired.estimate, paired.std_error, paired.df, paired.low, paired.high, smallest)
    tail = {"std_error": paired.std_error, "low": paired.low, "high": paired.high, "p_value": paired.p_value}
    first = (
        make_row(where | extra | {"verdict": verdict}, "change_pairs", paired.estimate, paired.n, "paired t", **tail)
        if together
        else blank("change_pairs", "hidden", "subtraction", where)
    )
    effects = standardise_change(paired, study.confidence)
    sizes = (("d_z", effects.d_z, "noncentral t"), ("g_av", effects.g_av, "Bonett 2008"))
    return [
        first,
        *(
            (
                make_row(where | extra | {"verdict": ""}, name, e.estimate, paired.n, how, low=e.low, high=e.high)
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


def average_over_schools(people: pd.DataFrame, where: Where, study: Study, smallest: float | None) -> list[dict[str, Any]]:
    """Return the average change (school ""), how much schools differ, and where each school stands, from `people` before and after.

    `average_change` counts every school once (t with J - 1 degrees of freedom), `tau` is the spread of true changes between schools,
    `new_school` where a similar school would probably lie, `delta` the average in units of the spread within schools, `detectable` the
    smallest true change that such a study finds in 8 of 10 cases. Per school: `change_common` (the estimate with variances common to all
    schools), `shrunken` (shrunken towards `average_change`, which mu is distributed as) and `position` (the distance from it); neither has
    a verdict, for the words on a school follow its own interval. Schools count that could be shown themselves; people of others enter the
    common variances alone. With fewer than four schools there is no average. Where there are comparison schools, the average is of those on
    the trajectory, and comparison schools are shrunken towards their own.
    """
    if len(study.schools) < 2:
        return []
    counts = count_people(people)
    measure = counts[["before", "after"]].min(axis=1) if study.matching.by == "none" else counts["pairs"]
    counted = list_counted_schools(measure, study)
    if len(counted) < SMALLEST_NUMBER_OF_SCHOOLS:
        state, reason = tell_why_no_average(people, measure, study)
        return [_blank({"school": ""} | dict(where), quantity, state, reason) for quantity in OVER_SCHOOLS]
    found = estimate_average(people, counted, study.confidence)
    if not np.isfinite(found.mean.low) or not np.isfinite(found.changes.std_error).any():
        return [_blank({"school": ""} | dict(where), quantity, "not_computable", found.reason or "no_spread") for quantity in OVER_SCHOOLS]
    positions = locate_schools(found, study.confidence)
    rows = _list_average(found, positions, counts.loc[counted], where, smallest, study.confidence)
    rows += _list_comparison_schools(people, counts, measure[~measure.index.isin(counted)], where, study)
    few = counts.loc[(measure > 0) & ~measure.index.isin([*counted, *(row["school"] for row in rows)])]
    return rows + _list_schools(found, positions, counts.loc[counted], where) + _hide_schools(few, where, study)


def _list_comparison_schools(
    people: pd.DataFrame, counts: pd.DataFrame, measure: pd.Series, where: Where, study: Study
) -> list[dict[str, Any]]:
    """Return where each comparison school stands among those alone; nothing of fewer than four."""
    others = [school.id for school in (study.schools if study.has_comparison_schools else ()) if school.group == "comparison"]
    counted = list_counted_schools(measure[measure.index.isin(others)], study)
    if len(counted) < SMALLEST_NUMBER_OF_SCHOOLS:
        return [
            _blank({"school": school} | dict(where), quantity, "not_computable", "too_few_schools")
            for school in counted
            for quantity in PER_SCHOOL
        ]
    found = estimate_average(people, counted, study.confidence)
    if not np.isfinite(found.mean.low) or not np.isfinite(found.changes.std_error).any():
        return []
    return _list_schools(found, locate_schools(found, study.confidence), counts.loc[counted], where)


def tell_why_no_average(people: pd.DataFrame, measure: pd.Series, study: Study) -> tuple[str, str]:
    """Return state and reason if too few schools count; `measure` holds what `list_counted_schools` is given."""
    if not people.notna().any().all():
        return "not_measured", "no_answers"
    return "not_computable", "too_few_schools" if measure.sum() or study.matching.by == "none" else "no_pairs"


def _list_average(
    found: TwoStage, positions: SchoolPositions, counts: pd.DataFrame, where: Where, smallest: float | None, level: float
) -> list[dict[str, Any]]:
    mean = found.mean
    spread = found.heterogeneity
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
    least, most = compute_smallest_change_range(mean.std_error, mean.df, level)
    return [
        average,
        make_row(base, "before", first, n_before, "mean of school means"),
        make_row(base, "after", first + mean.estimate, n_after, "before + average change"),
        make_row(base, "tau", tau[0], n, "REML, Q-profile", low=tau[1], high=tau[2], p_value=spread.q_p_value),
        make_row(base, "new_school", positions.mu_mean, n, "tau integrated", low=positions.new_low, high=positions.new_high),
        make_row(base, "delta", delta.estimate, n, "average / SD within schools", low=delta.low, high=delta.high),
        make_row(base, "detectable", compute_smallest_change(mean.std_error, mean.df), n, "power .80", low=least, high=most),
    ]


def _hide_schools(counts: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    """Return that what schools with too few people are in the average stays hidden."""
    rows: list[dict[str, Any]] = []
    for school, own in counts.iterrows():
        pairs = int(own["pairs"])
        base = {"school": school} | dict(where) | {"df": np.nan, "pairs": pairs, "schools": 1, "verdict": ""}
        state, reason = _find_obstacle(int(min(own["before"], own["after"])), pairs, study.matching.by == "code", find_floor(study))
        rows += [_blank(base, quantity, state, reason) for quantity in PER_SCHOOL]
    return rows


def _list_schools(found: TwoStage, positions: SchoolPositions, counts: pd.DataFrame, where: Where) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    place = np.cumsum(np.isfinite(found.changes.std_error)) - 1
    sizes = zip(counts.index, counts["people"].tolist(), counts["pairs"].tolist(), strict=True)
    for number, (school, n, pairs) in enumerate(sizes):
        base = {"school": school} | dict(where) | {"df": np.nan, "pairs": pairs, "schools": 1, "verdict": ""}
        if not np.isfinite(found.changes.std_error[number]):
            rows += [_blank(base, quantity, "not_computable", "no_pairs") for quantity in PER_SCHOOL]
            continue
        rows.append(_describe_stage_one(found, number, n, base))
        for quantity, position in (("shrunken", positions.schools), ("position", positions.deviations)):
            mean, low, high = (float(values[place[number]]) for values in (position.mean, position.low, position.high))
            rows.append(make_row(base, quantity, mean, n, "tau integrated", low=low, high=high))
    return rows


def _describe_stage_one(found: TwoStage, number: int, n: int, base: Where) -> dict[str, Any]:
    names = ("estimate", "std_error_kr", "df", "low", "high", "p_value")
    estimate, error, df, low, high, p_value = (float(getattr(found.changes, name)[number]) for name in names)
    where = dict(base) | {"df": df}
    return make_row(where, "change_common", estimate, n, "mixed_model", std_error=error, low=low, high=high, p_value=p_value)


def _blank(where: Where, quantity: str, state: str, reason: str) -> dict[str, Any]:
    verdict = "not_computable" if quantity == "average_change" and state == "not_computable" else ""
    return make_blank(dict(where) | {"df": np.nan, "pairs": 0, "schools": 0, "verdict": verdict}, quantity, state, reason)


def describe_people(people: pd.DataFrame, where: Where, study: Study, smallest: float | None) -> list[dict[str, Any]]:
    """Return the paired change over all people with both waves (`change_person`), only from schools that may be pooled.

    Its interval is about these people, not about schools like these: it ignores which schools they work in.
    """
    pairs = people.dropna()
    pooled = list_all_schools(pairs.groupby(level="school").size(), study)
    chosen = pairs.loc[pairs.index.get_level_values("school").isin(pooled)].sort_index()
    if len(chosen) < find_floor(study):
        return []
    found = compute_paired_change(chosen["before"], chosen["after"], study.confidence)
    if not np.isfinite(found.low):
        return []
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    base = {"school": "", **where, "df": float(found.df), "pairs": found.n, "schools": len(pooled), "verdict": verdict}
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    return [make_row(base, "change_person", found.estimate, found.n, "paired t over people", **tail)]


def describe_trend(scores: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    """Return the change per wave over three waves or more (`trend_person`): REML of `y ~ wave + (1|person)` over all people."""
    order = {wave.id: float(number) for number, wave in enumerate(study.waves)}
    pooled = list_all_schools(scores.groupby("school")["respondent"].nunique(), study)
    chosen = scores[scores["school"].isin(pooled)].sort_values(["respondent", "wave"])
    if len(order) < 3 or chosen["wave"].nunique() < 3 or chosen["respondent"].nunique() < find_floor(study):
        return []
    time = chosen["wave"].map(order).to_numpy(dtype=float)
    design = np.column_stack([np.ones(time.size), time])
    fit = fit_by_school(chosen["score"].to_numpy(), design, np.zeros(time.size), chosen["respondent"].to_numpy(dtype=str))
    found = fit.test([0.0, 1.0], study.confidence)
    if not np.isfinite(found.low[0]):
        return []
    base = {"school": "", **where, "comparison": ALL_WAVES, "df": float(found.df[0]), "pairs": 0, "schools": len(pooled), "verdict": ""}
    tail = {name: float(getattr(found, name)[0]) for name in ("low", "high", "p_value")} | {"std_error": float(found.std_error_kr[0])}
    n = chosen["respondent"].nunique()
    return [make_row(base, "trend_person", float(found.estimate[0]), n, "mixed model over people, per wave", **tail)]
