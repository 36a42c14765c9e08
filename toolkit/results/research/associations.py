"""What goes together with change: how much of the trajectory people and schools received, in two models that may disagree; and change in
one thing by way of another.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.pooled import list_compared, make_generator, take_outcome
from toolkit.results.rows import (
    Rests,
    Where,
    find_spread_floor,
    keep_complete_ratings,
    list_pooled_schools,
    make_blanks,
    make_estimate,
    make_number,
)
from toolkit.schemas import DOSE, DOSES, MEDIATION
from toolkit.statistics.mediation import compute_within_mediation
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed
from toolkit.study.study import Comparison, Study

Floats = NDArray[np.float64]
DOSED = ("within", "school")
MODELS = ("change", "ancova")


PATHS = ("a", "b", "direct")
DRAWS = 20_000


def estimate_dose(scores: pd.DataFrame, doses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the change per unit of dose of the study's outcomes, from people who answered twice.

    Parameters
    ----------
    scores
        From `compute_scores`.
    doses
        DOSES: `school`, `respondent` ("" for everybody in the school) and `dose`, how much of the trajectory they received (hours,
        meetings).
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        DOSE, in points per unit of dose. `within_change` and `school_change`: mixed model `change ~ own dose - school mean + school mean +
        (1|school)`; `within_ancova` and `school_ancova`: the same for the score after with the score before as covariate, the main analysis
        only if doses were randomised. `within_difference` and `school_difference` are ANCOVA minus change; their verdict is `lords_paradox`
        if one model finds an effect that the other doesn't find or reverses, else `agree`. A dose that is the same for all people in a
        school has no `within`.

    Notes
    -----
    Kenward-Roger; Lord 1967.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> import pandas as pd
    >>> schools = sorted(scores["school"].unique())
    >>> doses = pd.DataFrame({"school": schools, "respondent": "", "dose": [float(place % 5) for place in range(len(schools))]})
    >>> found = plg.estimate_dose(scores, doses, study)
    >>> found[found["state"] == "shown"][["quantity", "estimate", "low", "high", "schools"]].round(2).head(2)
            quantity  estimate   low  high  schools
    3  school_change      0.02 -0.05  0.10       43
    4  school_ancova     -0.03 -0.09  0.03       43
    """
    told = DOSES.conform(doses)
    rows: list[dict[str, Any]] = []
    for short, people in list_compared(scores, study):
        where = {"school": "", **short, "verdict": ""}
        dosed = _join_doses(people, told)
        pairs = dosed.dropna()
        sizes = pairs.groupby(level="school").size()
        pooled = pairs.loc[pairs.index.get_level_values("school").isin(list_pooled_schools(sizes, study))]
        state, reason = _find_obstacle(people, dosed, pooled, study)
        if state:
            rows += make_blanks(where, [f"{part}_{kind}" for part in DOSED for kind in (*MODELS, "difference")], state, reason)
        else:
            rows += _describe(pooled, where, study)
    return DOSE.collect(rows)


def _join_doses(people: pd.DataFrame, doses: pd.DataFrame) -> pd.DataFrame:
    """Return `people` with their dose: their own, or else that of their school."""
    own = doses[doses["respondent"] != ""].set_index(["school", "respondent"])["dose"]
    whole = doses[doses["respondent"] == ""].set_index("school")["dose"]
    of_school = pd.Series(whole.reindex(people.index.get_level_values("school")).to_numpy(), index=people.index)
    return people.assign(dose=own.reindex(people.index).fillna(of_school))


def _find_obstacle(people: pd.DataFrame, dosed: pd.DataFrame, pooled: pd.DataFrame, study: Study) -> tuple[str, str]:
    if not people.notna().any().all():
        return "not_measured", "no_answers"
    if dosed["dose"].isna().all():
        return "not_measured", "no_doses"
    if people.dropna().empty:
        return "not_computable", "no_pairs"
    if pooled.index.unique("school").size < SMALLEST_NUMBER_OF_SCHOOLS:
        return "not_computable", "too_few_schools"
    return ("hidden", "too_few_pairs") if len(pooled) < find_spread_floor(study) else ("", "")


def _describe(pairs: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    mean = pairs["dose"].groupby(level="school").transform("mean")
    columns = {"within": (pairs["dose"] - mean).to_numpy(), "school": mean.to_numpy()}
    size = float(pairs["dose"].abs().max()) or 1.0
    moving = [part for part in DOSED if np.ptp(columns[part]) > 1e-9 * size]
    if not moving:
        return make_blanks(where, [f"{part}_{kind}" for part in DOSED for kind in (*MODELS, "difference")], "not_computable", "no_spread")
    school = pairs.index.get_level_values("school").to_numpy(dtype=str)
    before = pairs["before"].to_numpy()
    after = pairs["after"].to_numpy()
    x = np.column_stack([np.ones(len(pairs)), *(columns[part] for part in moving)])
    fits = {
        "change": _fit(after - before, x, school),
        "ancova": _fit(after, np.column_stack([x, before]), school),
    }
    rests = Rests(len(pairs), len(pairs), np.unique(school).size)
    rows = []
    for part in DOSED:
        if part in moving:
            rows += _compare_models(part, moving.index(part) + 1, fits, where, rests, study)
        else:
            rows += make_blanks(where, [f"{part}_{kind}" for kind in (*MODELS, "difference")], "not_computable", "no_spread")
    return rows


def _fit(score: Floats, x: Floats, school: NDArray[np.str_]) -> MixedFit | None:
    """Return the model, or None if a column of `x` follows from the others."""
    return fit_mixed(score, x, [RandomTerm("school", school)]) if np.linalg.matrix_rank(x) == x.shape[1] else None


def _compare_models(
    part: str, place: int, fits: dict[str, MixedFit | None], where: dict[str, str], rests: Rests, study: Study
) -> list[dict[str, Any]]:
    rows = [_describe_model(fits[kind], place, where, f"{part}_{kind}", rests, study) for kind in MODELS]
    if any(row["state"] != "shown" for row in rows):
        return rows + make_blanks(where, [f"{part}_difference"], "not_computable", "no_spread")
    found = [float(np.sign(row["estimate"])) if row["low"] * row["high"] > 0 else 0.0 for row in rows]
    verdict = "agree" if found[0] == found[1] else "lords_paradox"
    difference = rows[1]["estimate"] - rows[0]["estimate"]
    return [*rows, make_number(where | {"verdict": verdict}, f"{part}_difference", difference, rests, "ANCOVA minus change")]


def _describe_model(fit: MixedFit | None, place: int, where: Where, quantity: str, rests: Rests, study: Study) -> dict[str, Any]:
    if fit is None or fit.reason:
        return make_blanks(where, [quantity], "not_computable", fit.reason if fit else "no_spread")[0]
    contrast = np.zeros(fit.params.size)
    contrast[place] = 1
    found = fit.test(contrast, "kenward-roger", study.confidence)
    return make_estimate(where, quantity, found, rests, f"mixed model, kenward-roger{', singular' if fit.singular else ''}")


def estimate_mediation(scores: pd.DataFrame, study: Study, *, cause: str, mediator: str, outcome: str = "") -> pd.DataFrame:
    """Return the paths from change in `cause` through change in `mediator` to change in `outcome`.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.
    cause, mediator, outcome
        Named like outcomes in the study file, "instrument.scale"; without an outcome the primary one.

    Returns
    -------
    DataFrame
        MEDIATION: per comparison `a` (from cause to mediator), `b` (from mediator to outcome, with the cause held constant), `direct` (from
        cause to outcome, with the mediator held constant), in points per point, and `indirect`, a × b with a Monte Carlo interval.

    Notes
    -----
    All within schools (changes minus the school's mean), with CR2 errors by school; interval: Preacher & Selig 2012. Two waves can't show
    what came first: a path is statistically compatible with an order of events, but does not show it.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> found = plg.estimate_mediation(scores, study, cause="readiness.total", mediator="commitment.total")
    >>> found[["quantity", "estimate", "low", "high"]].round(2).head(4)
       quantity  estimate   low  high
    0         a      0.27  0.15  0.40
    1         b      0.51  0.39  0.63
    2    direct      0.41  0.28  0.54
    3  indirect      0.14  0.07  0.22
    """
    names = (cause, mediator, outcome or str(study.primary))
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for comparison in study.planned:
        where = {"comparison": comparison.id, "cause": names[0], "mediator": names[1], "outcome": names[2]}
        rows += _follow(_list_changes(valid, names, comparison, study), where, study)
    return MEDIATION.collect(rows)


def _list_changes(scores: pd.DataFrame, names: tuple[str, str, str], comparison: Comparison, study: Study) -> pd.DataFrame:
    """Return one row per person who answered all three twice, with the changes in columns cause, mediator and outcome."""
    parts = []
    for name, column in zip(names, ("cause", "mediator", "outcome"), strict=True):
        people = pair_waves(take_outcome(scores, study.find_outcome(name)), comparison).dropna()
        parts.append((people["after"] - people["before"]).rename(column).to_frame())
    return reduce(lambda left, right: left.join(right, how="inner"), parts).sort_index()


def _follow(changes: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    quantities = (*PATHS, "indirect")
    schools = list_pooled_schools(changes.groupby(level="school").size(), study)
    pooled = changes.loc[changes.index.get_level_values("school").isin(schools)]
    if changes.empty:
        return make_blanks(where, quantities, "not_measured", "no_pairs")
    if len(schools) < SMALLEST_NUMBER_OF_SCHOOLS:
        return make_blanks(where, quantities, "not_computable", "too_few_schools")
    if len(pooled) < find_spread_floor(study):
        return make_blanks(where, quantities, "hidden", "too_few_pairs")
    school = pooled.index.get_level_values("school").to_numpy(dtype=str)
    generator = make_generator(study, "mediation", *where.values())
    causes, mediators, outcomes = (pooled[name].to_numpy() for name in ("cause", "mediator", "outcome"))
    found = compute_within_mediation(causes, mediators, outcomes, school, generator, DRAWS, study.confidence)
    rests = Rests(found.n, found.n, found.groups)
    rows = [make_estimate(where, path, getattr(found, path), rests, "within schools, CR2") for path in PATHS]
    if not np.isfinite(found.indirect.low):
        return rows + make_blanks(where, ["indirect"], "not_computable", "no_spread")
    method = f"a b, Monte Carlo, {DRAWS} draws, seed {study.seed}"
    return [*rows, make_number(where, "indirect", found.indirect.estimate, rests, method, low=found.indirect.low, high=found.indirect.high)]
