"""How precisely a scale measures and how far it is a property of the team; for the study's outcomes also within schools, with an interval
over resampled people.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.estimates.pooled import make_generator
from toolkit.results.rows import Where, find_floor, find_spread_floor, list_pooled_schools, make_blank, make_row
from toolkit.schemas import RELIABILITY
from toolkit.scoring import take_answers
from toolkit.statistics.factor_analysis.omega import Omega, estimate_omega
from toolkit.statistics.reliability import compute_alpha
from toolkit.statistics.team_agreement import compute_agreement, compute_team_icc
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study

Answers = NDArray[np.float64]
SMALLEST_NUMBER_OF_TEAMS = 3
CELL = ["wave", "instrument", "scale", "rating"]


QUANTITIES = ("omega", "omega_within")
#: As many as the interval in a report needs.
RESAMPLES = 2000


def estimate_reliability(responses: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return reliability and agreement per wave and scale, over all schools together.

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
        RELIABILITY: `wave`, `instrument`, `scale`, `rating`, and the columns that every result ends with (`docs/frames.md`). `alpha` with
        Feldt's interval, `omega` (total), `icc1`, `icc2`, and the median of `rwgj` over schools; all without unit.

    Notes
    -----
    Feldt 1965; McDonald 1999; Bliese 2000; James, Demaree & Wolf 1984. Alpha and omega need 10 people with complete answers; ICC and rwg(j)
    three schools with the study's smallest group each.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> responses = plg.read_responses(study)
    >>> scores = plg.compute_scores(responses, study)
    >>> found = plg.estimate_reliability(responses, scores, study)
    >>> found[["wave", "scale", "quantity", "estimate", "low", "high"]].round(2).head(2)
      wave  scale quantity  estimate   low  high
    0   w1  total    alpha      0.92  0.89  0.95
    1   w1  total    omega      0.92   NaN   NaN
    """
    rows: list[dict[str, Any]] = []
    valid = scores.dropna(subset="score")
    cells = valid.groupby(CELL).indices
    for wave in study.moments:
        here = responses[responses["wave"] == wave.id]
        schools = here["school"].to_numpy(dtype=str)
        for instrument in study.scored_instruments:
            if wave not in study.list_moments(instrument.id):
                continue
            for rating in instrument.scored_ratings:
                answers = take_answers(here, instrument, rating, study)
                for scale in instrument.scales:
                    where = {"wave": wave.id, "instrument": instrument.id, "scale": scale.id, "rating": rating}
                    own = answers[:, [item.id in scale.items for item in instrument.items]]
                    rows += _describe_scale(own, study, where) if not scale.difference else _skip(where)
                    scored = valid.iloc[cells.get(tuple(where.values()), [])]
                    rows += _describe_team(own, schools, scored, instrument, scale, study, where)
    return RELIABILITY.collect(rows)


def _skip(where: dict[str, str]) -> list[dict[str, Any]]:
    """Return that a difference of two scales has no reliability of its own: its items are to go apart."""
    return [make_blank(where, quantity, "not_computable", "difference_of_scales") for quantity in ("alpha", "omega")]


def _describe_scale(answers: Answers, study: Study, where: dict[str, str]) -> list[dict[str, Any]]:
    if answers.shape[1] < 2:
        return [make_blank(where, quantity, "not_computable", "one_item") for quantity in ("alpha", "omega")]
    complete = int((~np.isnan(answers)).all(axis=1).sum())
    if complete < find_spread_floor(study):
        state = "hidden" if np.isfinite(answers).any() else "not_measured"
        return [
            make_blank(where, quantity, state, "too_few_for_spread" if state == "hidden" else "no_answers")
            for quantity in ("alpha", "omega")
        ]
    alpha = compute_alpha(answers, study.confidence)
    omega = estimate_omega(answers)
    return [
        _row_or_blank("alpha", alpha.alpha, alpha.n, "Feldt", "no_spread", where, low=alpha.low, high=alpha.high),
        _row_or_blank("omega", omega.estimate, omega.n, "one factor, ML", omega.reason or "no_spread", where),
    ]


def _describe_team(
    answers: Answers,
    schools: NDArray[np.str_],
    scores: pd.DataFrame,
    instrument: Instrument,
    scale: Scale,
    study: Study,
    where: dict[str, str],
) -> list[dict[str, Any]]:
    sizes = scores["school"].value_counts()
    pooled = scores[scores["school"].isin(list_pooled_schools(sizes, study))]
    teams = sizes[sizes >= find_floor(study)].index
    if len(teams) < SMALLEST_NUMBER_OF_TEAMS:
        state, reason = ("not_computable", "too_few_schools") if len(sizes) else ("not_measured", "no_answers")
        return [make_blank(where, quantity, state, reason) for quantity in ("icc1", "icc2", "rwgj")]
    icc = compute_team_icc(pooled["score"].to_numpy(), pooled["school"].to_numpy(dtype=str), study.confidence)
    rows = [
        _row_or_blank("icc1", icc.icc1, len(pooled), "ANOVA, k0", "no_spread", where, low=icc.low, high=icc.high),
        _row_or_blank("icc2", icc.icc2, len(pooled), "ANOVA", "no_spread", where, low=icc.icc2_low, high=icc.icc2_high),
    ]
    scheme = instrument.find_answers(where["rating"])
    if not scheme.step or scale.score != "mean":
        return [*rows, make_blank(where, "rwgj", "not_computable", "no_answer_options")]
    in_team = np.isin(schools, teams.to_numpy(dtype=str))
    options = round((scheme.max - scheme.min) / scheme.step) + 1
    agreement = compute_agreement(answers[in_team] / scheme.step, schools[in_team], options)
    median = float(np.nanmedian(agreement.rwgj)) if np.isfinite(agreement.rwgj).any() else np.nan
    return [*rows, _row_or_blank("rwgj", median, int(in_team.sum()), "median over schools, uniform null", "no_spread", where)]


def _row_or_blank(
    quantity: str, estimate: float, n: int, method: str, reason: str, where: dict[str, str], **interval: float
) -> dict[str, Any]:
    if not np.isfinite(estimate):
        return make_blank(where, quantity, "not_computable", reason)
    return make_row(where, quantity, estimate, n, method, **interval)


def estimate_precision(responses: pd.DataFrame, study: Study, resamples: int = RESAMPLES) -> pd.DataFrame:
    """Return omega of the study's outcomes per wave, over all people and within schools.

    What people in a school have in common raises `omega`; `omega_within`, of answers minus the school's own mean, is about telling
    colleagues apart.

    Parameters
    ----------
    responses
        From `read_responses`.
    study
        The study that they are of.
    resamples
        How many times people are resampled within schools for the intervals, from the study's seed.

    Returns
    -------
    DataFrame
        RELIABILITY: per wave and outcome `omega` and `omega_within` with their percentile intervals, without unit. Scales with fewer than
        three items have no omega; it takes at least 10 people.

    Notes
    -----
    McDonald 1999; one factor by maximum likelihood.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> found = plg.estimate_precision(plg.read_responses(study), study, resamples=50)
    >>> found[["wave", "quantity", "estimate"]].round(2).head(2)
      wave      quantity  estimate
    0   w1         omega      0.92
    1   w1  omega_within      0.92
    """
    rows: list[dict[str, Any]] = []
    for outcome in study.list_outcomes():
        instrument = study.find_instrument(outcome.instrument)
        if outcome.rating not in instrument.scored_ratings or instrument.find_scale(outcome.scale).difference:
            continue
        items = instrument.find_scale(outcome.scale).items
        for wave in study.waves:
            here = responses[responses["wave"] == wave.id].sort_values(["school", "respondent"])
            answers = take_answers(here, instrument, outcome.rating, study)[:, [item.id in items for item in instrument.items]]
            where = {"wave": wave.id} | outcome.model_dump()
            rows += _describe(answers, here["school"].to_numpy(dtype=str), where, study, resamples)
    return RELIABILITY.collect(rows)


def _describe(answers: np.ndarray, schools: np.ndarray, where: Where, study: Study, resamples: int) -> list[dict[str, Any]]:
    complete = int((~np.isnan(answers)).all(axis=1).sum())
    if not np.isfinite(answers).any():
        return [make_blank(where, quantity, "not_measured", "no_answers") for quantity in QUANTITIES]
    if complete < find_spread_floor(study):
        return [make_blank(where, quantity, "hidden", "too_few_for_spread") for quantity in QUANTITIES]
    found = {
        quantity: estimate_omega(
            answers,
            groups=schools,
            within_groups=quantity == "omega_within",
            generator=make_generator(study, quantity, *where.values()),
            resamples=resamples,
            level=study.confidence,
        )
        for quantity in QUANTITIES
    }
    return [_make(where, quantity, omega) for quantity, omega in found.items()]


def _make(where: Where, quantity: str, omega: Omega) -> dict[str, Any]:
    if not np.isfinite(omega.estimate):
        return make_blank(where, quantity, "not_computable", omega.reason or "no_spread")
    return make_row(where, quantity, omega.estimate, omega.n, omega.method, low=omega.low, high=omega.high)
