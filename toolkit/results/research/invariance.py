"""Does a scale mean the same before and after? Only then is its change a change in what it measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.rows import Rests, Where, find_spread_floor, list_pooled_schools, make_blanks, make_estimate, make_number
from toolkit.schemas import INVARIANCE
from toolkit.scoring import take_answers
from toolkit.statistics.factor_analysis import invariance as ladder
from toolkit.statistics.factor_analysis.invariance import Step
from toolkit.study.instruments import Scale
from toolkit.study.study import Comparison, Outcome, Study

Floats = NDArray[np.float64]
#: A factor needs three items to be distinguished from what they have in common by chance.
SMALLEST_NUMBER_OF_ITEMS = 3
CHANGES = ("observed_change", "latent_change")


def estimate_invariance(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how far the scales among the study's outcomes measure the same before and after, by a ladder of one-factor models.

    Parameters
    ----------
    responses
        From `read_responses`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        INVARIANCE. Per `level` (configural, metric, scalar, partial_scalar, strict) `chi_square`, `cfi`, `tli`, `rmsea`, `srmr` and their
        loss relative to the previous level (`delta_...`), with the verdict `accepted` or `rejected`. `latent_change` is the change of the
        scale mean due to the factor, `observed_change` the mean over everybody (points), both with the highest level that held and the
        verdict `interpretable`, `not_interpretable` or `not_tested` (under 100 people, or 5 per loading). `item_change`: each item by
        itself.

    Notes
    -----
    Maximum likelihood and fit measures as in lavaan; cut points: Chen 2007. Scales of fewer than three items have no rows. Intervals are
    about these people and ignore schools.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> found = plg.estimate_invariance(plg.read_responses(study), study)
    >>> found[["quantity", "item", "verdict", "estimate", "n"]].round(2).head(3)
              quantity item     verdict  estimate   n
    0  observed_change       not_tested       NaN   0
    1    latent_change       not_tested       NaN   0
    2      item_change   i1                  0.61  62
    """
    rows: list[dict[str, Any]] = []
    for outcome in study.list_outcomes():
        scale = study.find_instrument(outcome.instrument).find_scale(outcome.scale)
        if scale.score == "mean" and len(scale.items) >= SMALLEST_NUMBER_OF_ITEMS:
            for comparison in study.planned:
                rows += _climb(responses, outcome, scale, comparison, study)
    return INVARIANCE.collect(rows)


def _climb(responses: pd.DataFrame, outcome: Outcome, scale: Scale, comparison: Comparison, study: Study) -> list[dict[str, Any]]:
    where = {"comparison": comparison.id} | outcome.model_dump() | {"level": "", "item": "", "verdict": "not_tested"}
    waves = [_take(responses, outcome, scale, wave, study) for wave in (comparison.before, comparison.after)]
    waves, schools = _pool(waves, study)
    if not min(len(wave) for wave in waves):
        return make_blanks(where, CHANGES, "not_measured", "no_answers")
    linked = study.matching.by == "code"
    if linked:
        people = waves[0].index.union(waves[1].index)
        waves = [wave.reindex(people) for wave in waves]
    found = ladder.estimate_invariance([wave.to_numpy() for wave in waves], {scale.id: scale.items}, linked=linked)
    rests = Rests(len(waves[0]) if linked else sum(found.n), found.pairs, schools)
    rows = [row for step in found.steps for row in _describe_step(step, where, rests)]
    return rows + _describe_change(found, where, rests) + _list_items(found, where, schools, study)


def _take(responses: pd.DataFrame, outcome: Outcome, scale: Scale, wave: str, study: Study) -> pd.DataFrame:
    """Return the answers in one wave, a row per person who gave any, in an order independent of the files."""
    instrument = study.find_instrument(outcome.instrument)
    here = responses[responses["wave"] == wave]
    answers = take_answers(here, instrument, outcome.rating, study)[:, [item.id in scale.items for item in instrument.items]]
    people = pd.MultiIndex.from_frame(here[["school", "respondent"]])
    ordered = [item.id for item in instrument.items if item.id in scale.items]
    return pd.DataFrame(answers, index=people, columns=ordered)[list(scale.items)].dropna(how="all").sort_index()


def _pool(waves: list[pd.DataFrame], study: Study) -> tuple[list[pd.DataFrame], int]:
    """Return the waves without the schools that may not be pooled, and the number of those that may."""
    sizes = [wave.groupby(level="school").size() for wave in waves]
    if study.matching.by == "code":
        sizes = [waves[0].loc[waves[0].index.isin(waves[1].index)].groupby(level="school").size()]
    schools = list_pooled_schools(pd.concat(sizes, axis=1).dropna().min(axis=1), study)
    return [wave.loc[wave.index.get_level_values("school").isin(schools)] for wave in waves], len(schools)


def _describe_step(step: Step, where: Where, rests: Rests) -> list[dict[str, Any]]:
    here = dict(where) | {
        "level": "partial_scalar" if step.level == "scalar" and step.freed else step.level,
        "verdict": "accepted" if step.accepted else "rejected",
    }
    fit = step.fit.measures
    method = f"maximum likelihood{', freed: ' if step.freed else ''}{', '.join(step.freed)}"
    if step.fit.reason not in ("", "inadmissible"):
        return make_blanks(here, ["chi_square"], "not_computable", step.fit.reason)
    method += ", inadmissible" if step.fit.reason else ""
    rows = [
        make_number(here, "chi_square", fit.chi_square, rests, method, df=fit.df, p_value=fit.p_value),
        make_number(here, "rmsea", fit.rmsea, rests, method, low=fit.rmsea_low, high=fit.rmsea_high),
        *(make_number(here, name, float(getattr(fit, name)), rests, method) for name in ("cfi", "tli", "srmr")),
    ]
    if step.level == "configural":
        return rows
    losses = {"delta_cfi": step.delta_cfi, "delta_rmsea": step.delta_rmsea}
    difference = make_number(here, "delta_chi_square", step.delta_chi_square, rests, method, df=step.delta_df, p_value=step.p_value)
    return [*rows, difference, *(make_number(here, name, value, rests, method) for name, value in losses.items())]


def _describe_change(found: ladder.Invariance, where: Where, rests: Rests) -> list[dict[str, Any]]:
    if not found.steps:
        return make_blanks(where, CHANGES, "not_computable", found.reason)
    here = dict(where) | {"level": found.reached or "", "verdict": "interpretable" if found.interpretable else "not_interpretable"}
    if not found.means:
        return make_blanks(here, CHANGES, "not_computable", "not_invariant" if found.reached else found.reason or "not_invariant")
    (change,) = found.means
    freed = f"freed: {', '.join(found.freed)}" if found.freed else "all intercepts equal"
    return [
        make_number(here, "observed_change", change.observed, rests, "maximum likelihood means"),
        make_estimate(here, "latent_change", change.latent, rests, freed),
    ]


def _list_items(found: ladder.Invariance, where: Where, schools: int, study: Study) -> list[dict[str, Any]]:
    rows = []
    for item in found.items:
        here = dict(where) | {"item": item.item, "verdict": ""}
        if item.n < find_spread_floor(study):
            rows += make_blanks(here, ["item_change"], "hidden", "too_few_for_spread")
        else:
            rests = Rests(item.n, item.n if found.linked else 0, schools)
            rows.append(make_estimate(here, "item_change", item.change, rests, "paired t" if found.linked else "Welch"))
    return rows
