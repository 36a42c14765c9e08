"""Is it a property of the team? How far teams differ from each other, and how far people in a team agree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.estimates.pooled import make_generator, take_outcome
from toolkit.results.rows import NAN, find_floor, find_spread_floor, keep_reported, list_pooled_schools, make_blank, make_row
from toolkit.schemas import LEVELS, TEAM
from toolkit.scoring import take_answers
from toolkit.statistics.team_agreement import (
    compute_agreement,
    compute_agreement_percentile,
    compute_mean_reliability,
    compute_null_variance,
    compute_rwgj,
    compute_team_icc,
    compute_team_variance,
)
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Study

Floats = NDArray[np.float64]
SMALLEST_NUMBER_OF_TEAMS = 3
BETWEEN = ("icc1", "icc1_reml", "icc2")
AGREEMENT = ("rwgj", "rwgj_skewed", "average_deviation", "percentile")
#: Why there is no number: the null variance of skewed answers is not known for every number of options, and ICC(1) may be negative.
REASONS = {"rwgj_skewed": "no_null", "mean_reliability": "no_variance_between", "percentile": "too_few_schools"}
#: Below this share of invited people a team's agreement is flagged.
ENOUGH_RESPONSE = 0.60


@dataclass(frozen=True, slots=True, eq=False)
class _Agreement:
    """Agreement of the teams that are large enough, arrays in the order of `teams`."""

    teams: list[str]
    n: NDArray[np.int64]
    values: dict[str, Floats]


def estimate_team(responses: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per wave and scale how far schools differ (school "") and how far their people agree.

    Parameters
    ----------
    responses
        From `read_responses`.
    scores
        From `compute_scores`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        TEAM. Over schools: `icc1` (ANOVA with the size k0, F interval), `icc1_reml`, `icc2` and the medians of the agreement in teams of
        five or more, with low and high as the range over the teams shown. Per school of ten or more: `rwgj` (uniform null), `rwgj_skewed`
        (slight skew), `average_deviation` (points of the answers), `percentile` of rwg(j) among 1,000 teams of that size drawn from
        everybody, and `mean_reliability` (n icc1 / (1 + (n - 1) icc1)). The verdict on `icc1` is `team_property` where its interval lies
        above 0, else `not_shown`: then high agreement is not agreement of the team. On `icc2` it is `comparable` from .70.

    Notes
    -----
    Bliese 2000; James, Demaree & Wolf 1984; Woehr et al. 2015.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> responses = plg.read_responses(study)
    >>> scores = plg.compute_scores(responses, study)
    >>> found = plg.estimate_team(responses, scores, study)
    >>> found[["quantity", "verdict", "estimate", "low", "high"]].round(2).head(3)
        quantity         verdict  estimate   low  high
    0       icc1       not_shown      0.03 -0.03  0.42
    1  icc1_reml                      0.04   NaN   NaN
    2       icc2  not_comparable      0.39 -0.81  0.93
    """
    rows: list[dict[str, Any]] = []
    for wave in study.waves:
        here = responses[responses["wave"] == wave.id].sort_values(["school", "respondent"])
        for instrument in study.scored_instruments:
            for rating in instrument.scored_ratings:
                answers = take_answers(here, instrument, rating, study)
                for scale in instrument.scales:
                    where = {"wave": wave.id, "instrument": instrument.id, "scale": scale.id, "rating": rating}
                    own = answers[:, [item.id in scale.items for item in instrument.items]]
                    rows += _describe(own, here["school"].to_numpy(dtype=str), scores, instrument, scale, where, study)
    return TEAM.collect(rows)


def _describe(
    answers: Floats,
    schools: NDArray[np.str_],
    scores: pd.DataFrame,
    instrument: Instrument,
    scale: Scale,
    where: dict[str, str],
    study: Study,
) -> list[dict[str, Any]]:
    valid = take_outcome(scores, Outcome.model_validate({name: where[name] for name in Outcome.model_fields}))
    valid = valid[valid["wave"] == where["wave"]].dropna(subset="score").sort_values(["school", "respondent"])
    sizes = valid["school"].value_counts()
    if sizes.empty:
        return [_blank("", quantity, "not_measured", "no_answers", where) for quantity in BETWEEN + AGREEMENT]
    enough = int((sizes >= find_floor(study)).sum()) >= SMALLEST_NUMBER_OF_TEAMS
    rows = [_blank("", quantity, "not_computable", "too_few_schools", where) for quantity in BETWEEN]
    icc1 = NAN
    if enough:
        rows, icc1 = _describe_between(valid[valid["school"].isin(list_pooled_schools(sizes, study))], where, study)
    options = _count_options(instrument, scale, where["rating"])
    if not options:
        return rows + [_blank("", quantity, "not_computable", "no_answer_options", where) for quantity in AGREEMENT]
    found = _measure_agreement(answers, schools, options, instrument.find_answers(where["rating"]).step or 1.0, where, study)
    if not enough:
        medians = [_blank("", quantity, "not_computable", "too_few_schools", where) for quantity in AGREEMENT]
        found.values["percentile"][:] = NAN  # teams drawn from two teams say little of chance
        return rows + medians + _list_teams(found, sizes, icc1, where, study)
    return rows + _list_medians(found, where, study) + _list_teams(found, sizes, icc1, where, study)


def _describe_between(pooled: pd.DataFrame, where: dict[str, str], study: Study) -> tuple[list[dict[str, Any]], float]:
    score = pooled["score"].to_numpy()
    school = pooled["school"].to_numpy(dtype=str)
    icc = compute_team_icc(score, school, study.confidence)
    reml = compute_team_variance(score, school)
    if not np.isfinite(icc.low):
        return [_blank("", quantity, "not_computable", "no_spread", where) for quantity in BETWEEN], NAN
    base = {"school": "", **where}
    between = "team_property" if icc.low > 0 else "not_shown"
    comparable = "comparable" if icc.icc2 >= load_rules().limits["comparable"].cut else "not_comparable"
    at_bound = ", no variance between teams" if reml.at_boundary else ""
    return [
        make_row(base | {"verdict": between}, "icc1", icc.icc1, icc.n, "ANOVA, k0", low=icc.low, high=icc.high, p_value=icc.p_value),
        make_row(base | {"verdict": ""}, "icc1_reml", reml.icc1, reml.n, f"REML{at_bound}"),
        make_row(base | {"verdict": comparable}, "icc2", icc.icc2, icc.n, "ANOVA", low=icc.icc2_low, high=icc.icc2_high),
    ], icc.icc1


def list_agreement(responses: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return as LEVELS the agreement `rwgj` per school and wave, on scales whose mean is never read without it; from ten people on.

    It is a spread, of those who make the mean, and so no sum of the joint test: it is hidden with the mean.
    """
    valid = keep_reported(scores, study)
    rows: list[dict[str, Any]] = []
    for instrument in study.scored_instruments:
        for scale, rating in product([s for s in instrument.scales if s.spread], instrument.scored_ratings):
            own = take_outcome(valid, Outcome(instrument=instrument.id, scale=scale.id, rating=rating))
            options = _count_options(instrument, scale, rating)
            for (school, wave), people in own.groupby(["school", "wave"]) if options else ():
                here = responses[(responses["wave"] == wave) & responses["respondent"].isin(people["respondent"])]
                answers = take_answers(here, instrument, rating, study)[:, [item.id in scale.items for item in instrument.items]]
                step = instrument.find_answers(rating).step
                found = compute_agreement(answers / step, here["school"].to_numpy(dtype=str), options).rwgj
                where = {"school": school, "wave": wave, "instrument": instrument.id, "scale": scale.id, "rating": rating}
                if len(people) < find_spread_floor(study):
                    rows.append(make_blank(where, "rwgj", "hidden", "too_few_for_spread"))
                elif found.size and np.isfinite(found[0]):
                    rows.append(make_row(where, "rwgj", float(found[0]), len(people), "uniform null"))
    return LEVELS.collect(rows)


def _count_options(instrument: Instrument, scale: Scale, rating: str) -> int:
    """Return the number of possible answers, or 0 if that does not say what no agreement would look like."""
    scheme = instrument.find_answers(rating)
    return round((scheme.max - scheme.min) / scheme.step) + 1 if scheme.step and scale.score == "mean" else 0


def _measure_agreement(
    answers: Floats, schools: NDArray[np.str_], options: int, step: float, where: dict[str, str], study: Study
) -> _Agreement:
    """Return the agreement in teams of at least the smallest group; `step` is the distance in points between one answer and the next."""
    generator = make_generator(study, "pseudo-teams", *where.values())
    found = compute_agreement(answers / step, schools, options)
    percentile = compute_agreement_percentile(answers / step, schools, options, generator)
    skewed = compute_rwgj(found.item_variance, answers.shape[1], compute_null_variance(options, "slight_skew"))
    enough = found.n >= find_floor(study)
    values = (found.rwgj, skewed, found.average_deviation * step, percentile)
    return _Agreement(
        found.teams[enough].tolist(), found.n[enough], {name: each[enough] for name, each in zip(AGREEMENT, values, strict=True)}
    )


def _list_medians(found: _Agreement, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    shown = found.n >= find_spread_floor(study)
    rows = []
    for name, values in found.values.items():
        known = values[np.isfinite(values)]
        if not known.size:
            rows.append(_blank("", name, "not_computable", REASONS.get(name, "no_spread"), where))
            continue
        ends = values[shown & np.isfinite(values)]
        low, high = (float(ends.min()), float(ends.max())) if ends.size else (NAN, NAN)
        base = {"school": "", **where, "verdict": ""}
        rows.append(make_row(base, name, float(np.median(known)), int(found.n.sum()), f"median of {known.size} teams", low=low, high=high))
    return rows


def _list_teams(found: _Agreement, sizes: pd.Series, icc1: float, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    rows = []
    for school in study.schools:
        if school.id not in found.teams or sizes.get(school.id, 0) < find_spread_floor(study):
            state, reason = ("hidden", "too_few_for_spread") if school.id in sizes.index else ("not_measured", "no_answers")
            rows += [_blank(school.id, quantity, state, reason, where) for quantity in (*AGREEMENT, "mean_reliability")]
            continue
        at = found.teams.index(school.id)
        n = int(sizes[school.id])
        numbers = {name: float(values[at]) for name, values in found.values.items()}
        numbers["mean_reliability"] = float(compute_mean_reliability(icc1, n))
        invited = school.invited.get(where["wave"], 0)
        mark = ", response under 60 %" if invited and n / invited < ENOUGH_RESPONSE else ""
        rows += [
            make_row({"school": school.id, **where, "verdict": ""}, name, number, n, f"one team{mark}")
            if np.isfinite(number)
            else _blank(school.id, name, "not_computable", REASONS.get(name, "no_spread"), where)
            for name, number in numbers.items()
        ]
    return rows


def _blank(school: str, quantity: str, state: str, reason: str, where: dict[str, str]) -> dict[str, Any]:
    return make_blank({"school": school, **where, "verdict": ""}, quantity, state, reason)
