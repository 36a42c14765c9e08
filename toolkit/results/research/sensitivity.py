"""Does the answer depend on the estimator? The average change by other methods, and rank tests per school, beside the default."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.people import Answered, estimate_average, fit_companion, stack_waves
from toolkit.results.estimates.pooled import (
    describe_companion,
    find_obstacle,
    list_all_in,
    list_compared,
    list_counted_in,
    make_generator,
    pool_people,
    take_school,
    take_schools,
)
from toolkit.results.rows import Rests, Where, find_floor, make_blanks, make_estimate, make_number, may_show_both
from toolkit.schemas import SENSITIVITY
from toolkit.statistics.arrays import as_present, compute_sd
from toolkit.statistics.cluster_robust import RobustRegression, Scheme, compute_robust_regression, compute_wild_bootstrap
from toolkit.statistics.means import Interval, compute_interval, compute_school_changes
from toolkit.statistics.rank_tests import compute_signed_rank
from toolkit.statistics.two_stage import TwoStage
from toolkit.study.study import Study

ON_PAIRS = ("pairs", "wild_bootstrap")
COMPANIONS = ("companion", "companion_kr", "companion_difference")
OVER_SCHOOLS = ("average_change", "average_teacher", "size_slope", *COMPANIONS, "robust", *ON_PAIRS)
#: Two signs can't reach 5 % with five schools or fewer: of 2^5 vectors two always reach the observed one. Six points can.
SCHEME: Scheme = "webb"
PER_SCHOOL = ("rank_biserial", "hodges_lehmann")


def estimate_sensitivity(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the average change of the study's outcomes by other estimators beside the default, and rank tests per school.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        SENSITIVITY, with the columns of `estimate_change` but for the verdict; points. Over schools (school ""): `average_change` (the
        default), `all_schools` (the same with the schools that are too small to be shown, if there are any), `average_teacher` (each
        school weighted by its number of staff), `size_slope` (change per 10 people more), `companion` and `companion_kr` (mixed model
        with Satterthwaite and Kenward-Roger), `companion_difference` (from the default; `method` says whether that is more than half a
        standard error), `robust` (least squares with CR2 errors), `pairs` (mean of the schools' paired changes) and `wild_bootstrap` (its
        p-value on pairs, each person once). Per school: `rank_biserial` and `hodges_lehmann` of the pairs with the exact p-value of the
        signed-rank test.

    Notes
    -----
    Each estimator with its source: `docs/methods.md`; how often each is right with few schools: `docs/validity.md`.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> found = plg.estimate_sensitivity(scores, study)
    >>> found[["quantity", "estimate", "low", "high"]].round(2).head(3)
              quantity  estimate   low  high
    0   average_change      0.08 -0.03  0.19
    1      all_schools     -0.03 -0.23  0.16
    2  average_teacher      0.12  0.03  0.21
    """
    rows: list[dict[str, Any]] = []
    for where, people in list_compared(scores, study):
        rows += describe_average(people, {"school": ""} | where, study)
        rows += [
            row for school in study.schools for row in _rank_changes(take_school(people, school.id), {"school": school.id} | where, study)
        ]
    return SENSITIVITY.collect(rows)


def describe_average(people: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    """Return the average change of `people` (before and after, by school and respondent) by every estimator."""
    state, reason = find_obstacle(people, study)
    if state:
        return make_blanks(where, OVER_SCHOOLS, state, reason)
    pooled = pool_people(people, study)
    answered = stack_waves(pooled)
    found = estimate_average(people, list_counted_in(people, study), study.confidence)
    rests = Rests(len(pooled), len(pooled.dropna()), found.mean.n)
    return [
        _describe_default(found, where, rests),
        *_count_all(people, where, study),
        *_weigh_schools(found, pooled, where, study, rests),
        *_list_companions(found, answered, where, study, rests),
        make_estimate(where, "robust", _regress(answered, study.confidence), rests, "least squares, CR2, Satterthwaite"),
        *_list_pairs(pooled, where, study),
    ]


def _describe_default(found: TwoStage, where: Where, rests: Rests) -> dict[str, Any]:
    """Return the average of the main table, which has none if no school's change has an error."""
    if not np.isfinite(found.changes.std_error).any():
        return make_blanks(where, ["average_change"], "not_computable", found.reason or "no_spread")[0]
    return make_estimate(where, "average_change", found.mean, rests, "two stages", found.reason)


def _count_all(people: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    """Return the same over all schools, also those that are too small to be shown; nothing where the default leaves none out."""
    schools = list_all_in(people, study)
    if schools == list_counted_in(people, study):
        return []
    found = estimate_average(people, schools, study.confidence)
    own = take_schools(people, schools)
    rests = Rests(len(own), len(own.dropna()), found.mean.n)
    return [make_estimate(where, "all_schools", found.mean, rests, "two stages", found.reason)]


def _weigh_schools(found: TwoStage, people: pd.DataFrame, where: Where, study: Study, rests: Rests) -> list[dict[str, Any]]:
    """Return the average teacher, by CR2 on the school changes, and the slope of the changes on staff size."""
    sizes, told = _find_sizes(people, study, where)
    known = np.isfinite(found.changes.estimate)
    schools = np.array(list_counted_in(people, study))[known].tolist()
    change = found.changes.estimate[known].astype(np.float64)
    size = np.array([sizes[school] for school in schools])
    root = np.sqrt(size / size.mean())
    teacher = _as_interval(compute_robust_regression(root * change, root[:, None], schools, level=study.confidence))
    rows = [make_estimate(where, "average_teacher", teacher, rests, f"two stages, weighted by people {told}, CR2")]
    if np.ptp(size) == 0 or compute_sd(change, as_present(people.to_numpy().ravel(), "people")) == 0:
        return rows + make_blanks(where, ["size_slope"], "not_computable", "no_spread")
    from scipy.stats import linregress  # with all distributions: only who draws this line waits for it

    line = linregress(size / 10, change)
    slope = compute_interval(float(line.slope), float(line.stderr), change.size - 2, study.confidence)
    return [*rows, make_estimate(where, "size_slope", slope, rests, f"change per 10 people {told}")]


def _find_sizes(people: pd.DataFrame, study: Study, where: Where) -> tuple[dict[str, float], str]:
    """Return the staff of each school: the mean number invited if known for all schools, or else how many answered."""
    answered = {str(school): float(size) for school, size in people.groupby(level="school").size().items()}
    waves = next((c.before, c.after) for c in study.planned if c.id == where["comparison"])
    told = {school: [study.find_school(school).invited.get(wave, 0) for wave in waves] for school in answered}
    if all(all(numbers) for numbers in told.values()):
        return {school: float(np.mean(numbers)) for school, numbers in told.items()}, "invited"
    return answered, "who answered"


def _list_companions(found: TwoStage, answered: Answered, where: Where, study: Study, rests: Rests) -> list[dict[str, Any]]:
    x = np.column_stack([np.ones(answered.score.size), answered.post])
    fit = fit_companion(answered.score, x, answered.school, answered.person)
    rows = [
        describe_companion(fit, [0.0, 1.0], where, "companion", rests, "satterthwaite", study.confidence),
        describe_companion(fit, [0.0, 1.0], where, "companion_kr", rests, "kenward-roger", study.confidence),
    ]
    difference = rows[0]["estimate"] - found.mean.estimate
    if not np.isfinite(difference / found.mean.std_error):
        return rows + make_blanks(where, ["companion_difference"], "not_computable", fit.reason or "no_spread")
    verdict = "more than half a standard error" if abs(difference) > found.mean.std_error / 2 else "within half a standard error"
    return [*rows, make_number(where, "companion_difference", difference, rests, verdict)]


def _regress(answered: Answered, level: float) -> Interval:
    """Return the coefficient of after in `score ~ after + school`, from deviations within schools, which give it and its CR2 error too.

    That holds where the effects taken out are those of the clusters (Pustejovsky & Tipton 2018, theorem 2).
    """
    people = pd.DataFrame({"score": answered.score, "post": answered.post})
    within = people - people.groupby(answered.school).transform("mean")
    return _as_interval(compute_robust_regression(within["score"], within[["post"]], answered.school, level=level))


def _as_interval(fit: RobustRegression) -> Interval:
    """Return the first coefficient."""
    return Interval(*(float(part[0]) for part in (fit.coefficients, fit.std_error, fit.df, fit.low, fit.high, fit.p_value)))


def _list_pairs(people: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    pairs = people.dropna()
    if pairs.empty:
        return make_blanks(where, ON_PAIRS, "not_computable", "no_pairs")
    if not all(may_show_both(int(number), len(pairs), study) for number in people.notna().sum()):
        return make_blanks(where, ON_PAIRS, "hidden", "subtraction")
    school = pairs.index.get_level_values("school").to_numpy(dtype=str)
    plain = compute_school_changes(pairs["before"], pairs["after"], school, study.confidence)
    rests = Rests(len(pairs), len(pairs), plain.change.size)
    row = make_estimate(where, "pairs", plain.average, rests, "mean of paired changes per school")
    if row["state"] != "shown":
        return make_blanks(where, ON_PAIRS, row["state"], row["method"])
    change = (pairs["after"] - pairs["before"]).to_numpy()
    generator = make_generator(study, "wild", *where.values())
    wild = compute_wild_bootstrap(change, np.ones((len(pairs), 1)), school, 0, scheme=SCHEME, generator=generator)
    method = f"{SCHEME}, {'all' if wild.enumerated else 'drawn'} {wild.vectors}"
    return [row, make_number(where, "wild_bootstrap", wild.estimate, rests, method, p_value=wild.p_value)]


def _rank_changes(people: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    pairs = people.dropna()
    if len(pairs) < find_floor(study):
        measured = bool(people.notna().any().all())
        state, reason = ("not_computable", "no_pairs") if measured else ("not_measured", "no_answers")
        return make_blanks(where, PER_SCHOOL, *(("hidden", "too_few_pairs") if len(pairs) else (state, reason)))
    found = compute_signed_rank(pairs["before"], pairs["after"])
    if not found.n_nonzero:
        return make_blanks(where, PER_SCHOOL, "not_computable", "no_spread")
    estimates = zip(PER_SCHOOL, (found.rank_biserial, found.hodges_lehmann), strict=True)
    rests = Rests(len(pairs), len(pairs), 1)
    return [make_number(where, name, value, rests, "signed rank, exact", p_value=found.p_exact) for name, value in estimates]
