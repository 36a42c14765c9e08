"""Key factors: which changed, given how many there are, how far what was wanted was reached, and how reliable a gap is; also for the wider
factors that an instrument names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.people import estimate_average
from toolkit.results.estimates.attainment import attain_over_schools
from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.pooled import find_obstacle, list_counted_in, pool_people, take_outcome
from toolkit.results.rows import (
    NAN,
    Rests,
    find_spread_floor,
    keep_reported,
    make_blanks,
    make_number,
)
from toolkit.results.verdicts import correct_factors
from toolkit.schemas import FACTORS
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.statistics.reliability import compute_alpha, compute_difference_reliability
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Comparison, Outcome, Study

CHANGES = ("change", "average_change")
#: Below this reliability nothing is said about the gap of a person or a school.
LEAST_RELIABLE = 0.50
#: The share of false alarms that an exploratory screen may contain.
SCREENED = 0.10


def estimate_factors(scores: pd.DataFrame, change: pd.DataFrame, reliability: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return what can be said about the factors and key factors of the study's instruments, given that there are many.

    Parameters
    ----------
    scores
        From `compute_scores`.
    change
        From `estimate_change`.
    reliability
        From `estimate_reliability`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        FACTORS. `change` (per school) and `average_change` (points) with `p_adjusted` after Holm over the factors of an instrument (the key
        factors are a separate family) and the `verdict` that survives it; both parts of a gap are ratings of their own. `screen`: changes
        per school with `p_adjusted` after Benjamini-Hochberg over schools and factors at .10, exploratory, without factors about one
        person. Over schools: `attainment` (change since / gap between wanted and now, a share) if that gap was at least half a point, and
        `difference_reliability` of the gap before, with the verdict `enough` or `too_low` (then do not interpret gaps of people or
        schools).

    Notes
    -----
    Holm 1979; Benjamini & Hochberg 1995; reliability of a difference: Lord & Novick 1968.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> responses = plg.read_responses(study)
    >>> scores = plg.compute_scores(responses, study)
    >>> change = plg.estimate_change(scores, study)
    >>> reliability = plg.estimate_reliability(responses, scores, study)
    >>> factors = plg.estimate_factors(scores, change, reliability, study)
    >>> average = factors[factors["quantity"] == "average_change"]
    >>> average[["scale", "rating", "estimate", "p_adjusted", "verdict"]].round(2).head(3)
       scale rating  estimate  p_adjusted  verdict
    6     e1    now      0.46        0.72  unclear
    13    e2    now      0.27        0.99  unclear
    20    e3    now      0.03        1.00  unclear
    """
    valid = keep_reported(scores, study)
    rows = _list_rows(correct_factors(change[change["quantity"].isin(CHANGES)], study)) + _screen(change, study)
    for instrument, scale, comparison in _list_gaps(study):
        rows.append(_attain(valid, instrument, scale, comparison, study))
        rows.append(_describe_gap(valid, instrument, scale, comparison, reliability, study))
    return FACTORS.collect(rows)


def _list_factors(study: Study) -> list[tuple[Instrument, Scale]]:
    return [(i, s) for i in study.scored_instruments for s in i.scales if s.kind == "factor"]


def _choose(change: pd.DataFrame, scales: set[tuple[str, str]]) -> pd.DataFrame:
    """Return the changes of some scales, each named with its instrument."""
    named = np.array([pair in scales for pair in zip(change["instrument"], change["scale"], strict=True)], dtype=bool)
    return change[named & change["quantity"].isin(CHANGES).to_numpy()]


def _screen(change: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Return the changes per school in the first rating of each instrument, with the p-value of Benjamini and Hochberg over all."""
    chosen = _choose(change, {(i.id, s.id) for i, s in _list_factors(study) if not s.about_person})
    first = {instrument.id: instrument.scored_ratings[0] for instrument in study.scored_instruments}
    chosen = chosen[(chosen["quantity"] == "change") & (chosen["rating"] == chosen["instrument"].map(first))]
    screened = chosen.assign(p_adjusted=NAN, quantity="screen")
    for _, family in screened.groupby(["comparison", "instrument"]):
        screened.loc[family.index, "p_adjusted"] = compute_adjusted_p(family["p_value"].to_numpy(), "bh")
    verdicts = np.where(screened["p_adjusted"] < SCREENED, "stands_out", "")
    methods = screened["method"].mask(screened["state"] == "shown", "exploratory, Benjamini-Hochberg at .10")
    return _list_rows(screened.assign(verdict=verdicts, method=methods))


def _list_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(FACTORS.columns, row, strict=True)) for row in frame[list(FACTORS.columns)].itertuples(index=False)]


def _list_gaps(study: Study) -> Iterator[tuple[Instrument, str, Comparison]]:
    for instrument in study.scored_instruments:
        if any(rating.difference for rating in instrument.ratings):
            scales = [scale.id for owner, scale in _list_factors(study) if owner is instrument]
            yield from ((instrument, scale, c) for scale in [*scales, *instrument.key_factors] for c in study.planned)


def _name_gap(instrument: Instrument) -> tuple[str, str, str]:
    """Return the ratings for gap, wanted and now, whatever their names."""
    rating = next(rating for rating in instrument.ratings if rating.difference)
    wanted, now = rating.difference or ("", "")
    return rating.id, wanted, now


def _place(instrument: Instrument, scale: str, rating: str, comparison: Comparison) -> dict[str, Any]:
    where = {"school": "", "comparison": comparison.id, "instrument": instrument.id, "scale": scale, "rating": rating}
    return where | {"p_adjusted": NAN, "verdict": ""}


def _attain(scores: pd.DataFrame, instrument: Instrument, scale: str, comparison: Comparison, study: Study) -> dict[str, Any]:
    """Return the average change in the rating now, as a share of the average gap in the wave before."""
    gap, _, now = _name_gap(instrument)
    where = _place(instrument, scale, now, comparison)
    people, gaps = (
        pair_waves(take_outcome(scores, Outcome(instrument=instrument.id, scale=scale, rating=rating)), comparison) for rating in (now, gap)
    )
    state, reason = find_obstacle(people, study)
    if state:
        return make_blanks(where, ["attainment"], state, reason)[0]
    pooled = pool_people(people, study)
    counted = list_counted_in(people, study)
    found = estimate_average(people, counted, study.confidence)
    begun = gaps["before"].groupby(level="school").mean().loc[counted].to_numpy()
    rests = Rests(len(pooled), len(pooled.dropna()), found.mean.n)
    return attain_over_schools(where, found.changes.estimate, begun, rests, study.confidence)


def _describe_gap(
    scores: pd.DataFrame, instrument: Instrument, scale: str, comparison: Comparison, reliability: pd.DataFrame, study: Study
) -> dict[str, Any]:
    """Return the reliability of wanted - now in the wave before, over all people together."""
    gap, *parts = _name_gap(instrument)
    where = _place(instrument, scale, gap, comparison)
    before = scores[(scores["wave"] == comparison.before) & (scores["instrument"] == instrument.id)]
    people = before[before["scale"] == scale].pivot(index=["school", "respondent"], columns="rating", values="score")
    people = people.reindex(columns=parts).dropna()
    if len(people) < find_spread_floor(study):
        state, reason = ("hidden", "too_few_for_spread") if len(people) else ("not_measured", "no_answers")
        return make_blanks(where, ["difference_reliability"], state, reason)[0]
    wanted, now = (_find_reliability(before, instrument, scale, rating, reliability) for rating in parts)
    found = compute_difference_reliability(people[parts[1]], people[parts[0]], now, wanted)
    if not np.isfinite(found):
        reason = "one_item" if np.isnan(now + wanted) else "no_spread"
        return make_blanks(where, ["difference_reliability"], "not_computable", reason)[0]
    where["verdict"] = "enough" if found >= LEAST_RELIABLE else "too_low"
    rests = Rests(len(people), 0, people.index.unique("school").size)
    return make_number(where, "difference_reliability", found, rests, "classical, uncorrelated errors")


def _find_reliability(before: pd.DataFrame, instrument: Instrument, scale: str, rating: str, reliability: pd.DataFrame) -> float:
    """Return omega (or alpha) of a scale, or alpha over the parts of a key factor; NaN for a single item."""
    if scale in instrument.key_factors:
        own = before[before["scale"].isin([part.id for part in instrument.list_parts(scale)]) & (before["rating"] == rating)]
        return compute_alpha(own.pivot(index=["school", "respondent"], columns="scale", values="score").to_numpy()).alpha
    wave = before["wave"].iloc[0]
    here = {"wave": wave, "instrument": instrument.id, "scale": scale, "rating": rating, "state": "shown"}
    found = reliability[np.logical_and.reduce([reliability[name] == value for name, value in here.items()])]
    estimates = dict(zip(found["quantity"], found["estimate"], strict=True))
    return next((float(estimates[kind]) for kind in ("omega", "alpha") if kind in estimates), NAN)
