"""Schools that start at different times: what changed after the start, held against schools that had not started yet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.change__average_change import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.estimates.pooled import list_outcomes, make_generator, take_outcome
from toolkit.results.research.trends import list_times
from toolkit.results.rows import NAN, Rests, make_blanks, make_estimate, make_number
from toolkit.results.rows__rows__disclosure_tmp import find_floor, keep_complete_ratings
from toolkit.schemas import STAGGERED
from toolkit.statistics.difference_in_differences import StaggeredEffect, compute_staggered_effect, compute_start_permutation
from toolkit.statistics.two_stage import average_schools
from toolkit.study.study import Study

QUANTITIES = ("average_effect", "permutation")
PERMUTATIONS = 999


def estimate_staggered(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the effect of having started, from school means, where the schools of the study start at different times.

    Group-time effects (Callaway & Sant'Anna 2021): the change since the last wave before the start, minus that of schools that start
    later or never. `average_effect` weighs them by schools, `event_effect` stands at each `time` since the first wave after the start
    (years, in quarters); both with jackknife intervals over schools. `permutation` deals the starts out anew. Where no school is left to
    compare with, `event_change` tells the mean change of those that started: it can't be told from what time itself brings. Schools
    that started before the first wave have no part, nor have those that are hidden in some wave, as an average of a few schools would
    give them away. A study of which no school says its start has no rows.
    """
    starts = _find_starts(study)
    if not any(np.isfinite(start) for start in starts.values()):
        return STAGGERED.empty()
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for outcome in list_outcomes(study):
        where = {"school": "", "wave": ""} | outcome.model_dump() | {"time": NAN}
        rows += _describe(take_outcome(valid, outcome), starts, where, study)
    return STAGGERED.collect(rows)


def _list_quarters(study: Study) -> dict[str, float]:
    """Return each wave's time in years, to a quarter, so that schools of different years can be averaged by time since the start."""
    times = list_times(study)
    rounded = {wave: round(4 * time) / 4 for wave, time in times.items()}
    return rounded if len(set(rounded.values())) == len(times) else times


def _find_starts(study: Study) -> dict[str, float]:
    """Return per school the time of its first wave since the start, NaN where it had not started by the last wave."""
    times = _list_quarters(study)
    dates = [study.find_wave(wave).date for wave in times]
    found = {}
    for school in study.schools:
        later = [time for time, date in zip(times.values(), dates, strict=True) if school.start is not None and date >= school.start]
        found[school.id] = min(later, default=NAN)
    return found


def _describe(scores: pd.DataFrame, starts: dict[str, float], where: dict[str, Any], study: Study) -> list[dict[str, Any]]:
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
    method, reason = "group-time effects, not yet started, jackknife", "too_few_schools"
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
        here, method = where | {"time": time}, "mean of schools, calendar time not separable"
        rows.append(make_estimate(here, "event_change", average, Rests(rests.n, 0, average.n), method, "too_few_schools"))
    return rows
