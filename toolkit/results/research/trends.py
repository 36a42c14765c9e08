"""How schools changed over three waves or more: change since the first wave, the trend per year, and what changed after the start if
schools start at different times.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, fit_companion
from toolkit.results.estimates.pooled import describe_companion, make_generator, take_outcome
from toolkit.results.rows import (
    NAN,
    Rests,
    find_floor,
    keep_complete_ratings,
    list_counted_schools,
    make_blanks,
    make_estimate,
    make_number,
)
from toolkit.schemas import GROWTH, STAGGERED
from toolkit.statistics.difference_in_differences import StaggeredEffect, compute_staggered_effect, compute_start_permutation
from toolkit.statistics.two_stage import TwoStage, average_schools, estimate_two_stage
from toolkit.study.study import Study

#: From this number of waves there is a trend, which may bend.
WAVES_FOR_A_TREND = 4
TREND = ("slope", "slope_tau", "quadratic", "companion")


QUANTITIES = ("average_effect", "permutation")
PERMUTATIONS = 999


def estimate_growth(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the course of the study's outcomes over its waves, in two stages like the default: per school, and each school counted once.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        GROWTH: `school`, `wave`, `instrument`, `scale`, `rating`, `time` (years since the first wave), `df`, `pairs`, `schools`, and the
        columns that every result ends with. Over schools: `change_since_first` (points) for each later wave; from four waves `slope`
        (points per year), `slope_tau` (spread of true slopes between schools), `quadratic` (per year squared: whether the trend bends) and
        `companion` (mixed growth model, Kenward-Roger). Per school: `slope`. With two waves the table is empty.

    Notes
    -----
    Everybody counts, including people who missed waves; a school is included if enough of its people answered each wave, and enough of them
    twice or more.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> plg.estimate_growth(scores, study)[["wave", "quantity", "time", "estimate", "low", "high"]].round(2).head(2)
      wave            quantity  time  estimate   low  high
    0   w2  change_since_first   0.5     -0.01 -0.10  0.09
    1   w3  change_since_first   1.0      0.09 -0.02  0.20
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for outcome in study.list_outcomes() if len(study.waves) > 2 else []:
        where = {"school": "", "wave": ""} | outcome.model_dump() | {"time": NAN}
        rows += _describe_course(take_outcome(valid, outcome), where, study)
    return GROWTH.collect(rows)


def list_times(study: Study) -> dict[str, float]:
    """Return each wave's time in years since the first wave, in the order of time; of several cohorts the mean of their times."""
    times: dict[str, list[float]] = {}
    for walk in [study.follow_cohort(cohort) for cohort in study.cohorts] or [study]:
        first = min(wave.date for wave in walk.waves)
        for wave in walk.waves:
            times.setdefault(wave.id, []).append((wave.date - first).days / 365.25)
    return dict(sorted(((wave, sum(found) / len(found)) for wave, found in times.items()), key=lambda pair: pair[1]))


def count_followed(scores: pd.DataFrame, study: Study) -> pd.Series:
    """Return per school the number that decides whether it is shown: people with two answers or more, or the smallest wave if fewer.

    Waves that a school missed entirely don't count, and if nobody can be followed only the smallest wave does.
    """
    smallest = scores.groupby(["school", "wave"]).size().groupby(level="school").min()
    if study.matching.by == "none":
        return smallest
    followed = (scores.groupby(["school", "respondent"]).size() > 1).groupby(level="school").sum()
    return pd.concat([smallest, followed], axis=1).min(axis=1)


def _describe_course(scores: pd.DataFrame, where: dict[str, Any], study: Study) -> list[dict[str, Any]]:
    times = list_times(study)
    waves = [wave for wave in times if (scores["wave"] == wave).any()]
    quantities = [(wave, "change_since_first") for wave in list(times)[1:]]
    quantities += [("", quantity) for quantity in TREND] if len(times) >= WAVES_FOR_A_TREND else []
    if len(waves) < 2 or waves[0] != next(iter(times)):
        return [make_blanks(where | _at(wave, times), [name], "not_measured", "no_answers")[0] for wave, name in quantities]
    measure = count_followed(scores, study)
    rows = [_contrast(scores, measure, wave, waves, where | _at(wave, times), study) for wave in list(times)[1:]]
    if len(times) < WAVES_FOR_A_TREND:
        return rows
    pooled = _pool(scores, measure, study)
    if len(waves) < WAVES_FOR_A_TREND or pooled["school"].nunique() < SMALLEST_NUMBER_OF_SCHOOLS:
        reason = "too_few_waves" if len(waves) < WAVES_FOR_A_TREND else "too_few_schools"
        return rows + make_blanks(where, TREND, "not_computable", reason)
    return rows + _describe_trend(pooled, measure, times, where, study)


def _pool(scores: pd.DataFrame, measure: pd.Series, study: Study) -> pd.DataFrame:
    """Return the scores of the schools that count, in an order independent of the files."""
    return scores[scores["school"].isin(list_counted_schools(measure, study))].sort_values(["school", "respondent", "wave"])


def _at(wave: str, times: dict[str, float]) -> dict[str, Any]:
    return {"wave": wave, "time": times.get(wave, NAN)}


def _contrast(scores: pd.DataFrame, measure: pd.Series, wave: str, waves: list[str], where: dict[str, Any], study: Study) -> dict[str, Any]:
    """Return the change from the first wave to `wave` over the schools that answered both, in a model of all their waves together."""
    if wave not in waves:
        return make_blanks(where, ["change_since_first"], "not_measured", "no_answers")[0]
    both = scores[scores["wave"].isin([waves[0], wave])].groupby("school")["wave"].nunique() == 2
    pooled = _pool(scores, measure[both.reindex(measure.index, fill_value=False)], study)
    if pooled["school"].nunique() < SMALLEST_NUMBER_OF_SCHOOLS:
        return make_blanks(where, ["change_since_first"], "not_computable", "too_few_schools")[0]
    seen = [other for other in waves[1:] if (pooled["wave"] == other).any()]
    later = (pooled["wave"].to_numpy()[:, None] == np.array(seen)).astype(float)
    found = _estimate(pooled, later, [float(other == wave) for other in seen], study)
    return make_estimate(where, "change_since_first", found.mean, _rest(pooled, found), "two stages", found.reason)


def _describe_trend(
    scores: pd.DataFrame, measure: pd.Series, times: dict[str, float], where: dict[str, Any], study: Study
) -> list[dict[str, Any]]:
    time = scores["wave"].map(times).to_numpy(dtype=float)
    straight = _estimate(scores, time[:, None], [1.0], study)
    bent = _estimate(scores, np.column_stack([time, time**2]), [0.0, 1.0], study)
    rests = _rest(scores, straight)
    spread = straight.heterogeneity
    x = np.column_stack([np.ones(time.size), time])
    fit = fit_companion(scores["score"].to_numpy(), x, scores["school"].to_numpy(dtype=str), _name_people(scores))
    tau = [float(np.sqrt(variance)) for variance in (spread.tau2, spread.tau2_low, spread.tau2_high)]
    rows = [
        make_estimate(where, "slope", straight.mean, rests, "two stages, per year", straight.reason),
        make_number(where, "slope_tau", tau[0], rests, "REML, Q-profile", low=tau[1], high=tau[2], p_value=spread.q_p_value)
        if np.isfinite(tau[0])
        else make_blanks(where, ["slope_tau"], "not_computable", straight.reason or "no_spread")[0],
        make_estimate(where, "quadratic", bent.mean, _rest(scores, bent), "two stages, per year squared", bent.reason),
        describe_companion(fit, [0.0, 1.0], where, "companion", rests, "kenward-roger", study.confidence),
    ]
    return rows + [_describe_school(straight, school.id, scores, measure, where, study) for school in study.schools]


def _describe_school(
    found: TwoStage, school: str, scores: pd.DataFrame, measure: pd.Series, where: dict[str, Any], study: Study
) -> dict[str, Any]:
    here = where | {"school": school}
    number = int(measure.get(school, 0))
    if number < find_floor(study):
        nobody = ("not_computable", "no_pairs") if school in measure.index else ("not_measured", "no_answers")
        return make_blanks(here, ["slope"], *(("hidden", "too_few") if number else nobody))[0]
    at = found.schools.tolist().index(school)
    names = ("estimate", "std_error_kr", "df", "low", "high", "p_value")
    estimate, error, df, low, high, p_value = (float(getattr(found.changes, name)[at]) for name in names)
    if not np.isfinite(low):
        return make_blanks(here, ["slope"], "not_computable", found.reason or "no_spread")[0]
    rests = Rests(scores.loc[scores["school"] == school, "respondent"].nunique(), 0, 1)
    return make_number(here, "slope", estimate, rests, "mixed model", df=df, std_error=error, low=low, high=high, p_value=p_value)


def _estimate(scores: pd.DataFrame, columns: np.ndarray, contrast: list[float], study: Study) -> TwoStage:
    x = np.column_stack([np.ones(len(scores)), columns])
    school = scores["school"].to_numpy(dtype=str)
    return estimate_two_stage(scores["score"].to_numpy(), x, school, _name_people(scores), [0.0, *contrast], study.confidence)


def _name_people(scores: pd.DataFrame) -> np.ndarray:
    """Return who gave each score; a person who moves to another school is a different person there."""
    return (scores["school"] + "\n" + scores["respondent"]).to_numpy(dtype=str)


def _rest(scores: pd.DataFrame, found: TwoStage) -> Rests:
    people = scores.groupby(["school", "respondent"]).size()
    return Rests(len(people), int((people > 1).sum()), found.mean.n)


def estimate_staggered(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the effect of having started, from school means, where the schools of the study start at different times.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of. Its schools have a `start`.

    Returns
    -------
    DataFrame
        STAGGERED, with the columns of `estimate_growth`; points. `average_effect` weights the effects by schools, `event_effect` is given
        at each `time` since the first wave after the start (years, in quarters); both with jackknife intervals over schools. `permutation`
        reassigns the starts. If no school is left to compare with, `event_change` is the mean change of those that started, which can't be
        separated from the effect of time itself. A study in which no school has a start has no rows.

    Notes
    -----
    Group-time effects (Callaway & Sant'Anna 2021): the change since the last wave before the start, minus that of schools that start later
    or never. Schools that started before the first wave are left out, and so are those hidden in some wave, as an average of a few schools
    would reveal their numbers.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/gespreide_start")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> found = plg.estimate_staggered(scores, study)
    >>> found[["quantity", "time", "estimate", "low", "high"]].round(2).head(3)
             quantity  time  estimate   low  high
    0  average_effect   NaN      0.13 -0.11  0.38
    1     permutation   NaN      0.13   NaN   NaN
    2    event_effect   0.0      0.13 -0.12  0.38
    """
    starts = _find_starts(study)
    if not any(np.isfinite(start) for start in starts.values()):
        return STAGGERED.empty()
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for outcome in study.list_outcomes():
        where = {"school": "", "wave": ""} | outcome.model_dump() | {"time": NAN}
        rows += _describe_starts(take_outcome(valid, outcome), starts, where, study)
    return STAGGERED.collect(rows)


def _list_quarters(study: Study) -> dict[str, float]:
    """Return each wave's time in years, to a quarter, so that schools from different years can be averaged by time since the start."""
    times = list_times(study)
    rounded = {wave: round(4 * time) / 4 for wave, time in times.items()}
    return rounded if len(set(rounded.values())) == len(times) else times


def _find_starts(study: Study) -> dict[str, float]:
    """Return per school the time of its first wave since the start, NaN if it had not started by the last wave."""
    times = _list_quarters(study)
    dates = [study.find_wave(wave).date for wave in times]
    found = {}
    for school in study.schools:
        later = [time for time, date in zip(times.values(), dates, strict=True) if school.start is not None and date >= school.start]
        found[school.id] = min(later, default=NAN)
    return found


def _describe_starts(scores: pd.DataFrame, starts: dict[str, float], where: dict[str, Any], study: Study) -> list[dict[str, Any]]:
    times = _list_quarters(study)
    counts = scores.groupby(["school", "wave"]).size().groupby(level="school").min()
    large = [school for school in counts.index[counts >= find_floor(study)] if starts[school] != 0.0]
    pooled = scores[scores["school"].isin(large)]
    means = pooled.groupby(["school", "wave"])["score"].mean().unstack("wave").reindex(columns=list(times)).sort_index()
    if scores.empty:
        return make_blanks(where, QUANTITIES, "not_measured", "no_answers")
    if len(means) < SMALLEST_NUMBER_OF_SCHOOLS:
        return make_blanks(where, QUANTITIES, "not_computable", "too_few_schools")
    rests = Rests(len(pooled.groupby(["school", "respondent"]).size()), 0, len(means))
    panel = (means.to_numpy(), np.array(list(times.values())), np.array([starts[school] for school in means.index]))
    found = compute_staggered_effect(*panel, controls="not_yet", level=study.confidence)
    if not np.isfinite(found.average.estimate):
        return make_blanks(where, QUANTITIES, "not_computable", "no_comparison_schools") + _list_changes(*panel, where, rests, study)
    return _list_effects(found, panel, where, rests, study)


def _list_effects(
    found: StaggeredEffect, panel: tuple[np.ndarray, np.ndarray, np.ndarray], where: dict[str, Any], rests: Rests, study: Study
) -> list[dict[str, Any]]:
    method = "group-time effects, not yet started, jackknife"
    reason = "too_few_schools"
    events = [
        make_estimate(where | {"time": float(time)}, "event_effect", effect, rests, method, reason)
        for time, effect in zip(found.event_time, found.event_effects, strict=True)
        if np.isfinite(effect.estimate)
    ]
    if not np.isfinite(found.average.low):
        return make_blanks(where, QUANTITIES, "not_computable", reason) + events
    generator = make_generator(study, "starts", *(where[name] for name in ("instrument", "scale", "rating")))
    chance = compute_start_permutation(*panel, generator, PERMUTATIONS, "not_yet")
    return [
        make_estimate(where, "average_effect", found.average, rests, method),
        make_number(where, "permutation", chance.estimate, rests, f"{chance.orderings} orderings of starts", p_value=chance.p_value),
        *events,
    ]


def _list_changes(
    means: np.ndarray, times: np.ndarray, starts: np.ndarray, where: dict[str, Any], rests: Rests, study: Study
) -> list[dict[str, Any]]:
    """Return the mean change since the last wave before the start, at each time since the first wave after it."""
    changes: dict[float, list[float]] = {}
    for own, start in zip(means, starts, strict=True):
        if np.isfinite(start):
            before = own[np.flatnonzero(times < start).max()]
            for time, mean in zip(times[times >= start], own[times >= start], strict=True):
                changes.setdefault(float(time - start), []).append(mean - before)
    rows = []
    for time, found in sorted(changes.items()):
        average = average_schools(found, study.confidence)
        here = where | {"time": time}
        method = "mean of schools, calendar time not separable"
        rows.append(make_estimate(here, "event_change", average, Rests(rests.n, 0, average.n), method, "too_few_schools"))
    return rows
