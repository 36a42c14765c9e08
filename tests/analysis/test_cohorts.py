"""Cohorts: each on its own, two compared, several summed up, held to scipy, statsmodels and formulas by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from tests.witness import witness
from toolkit.analysis.cohorts import CohortChange, compare_two, estimate_cohorts, synthesise_cohorts
from toolkit.analysis.people import estimate_average
from toolkit.statistics.meta_analysis import estimate_random_effects

SIZES = {"2023": (9, 14, 20, 11), "2024": (8, 30, 12, 16), "2025": (10, 13, 8, 25, 17), "2026": (12, 9, 21, 14)}


def make_cohort(sizes: tuple[int, ...], change: float, seed: int, spread: float = 0.3) -> pd.DataFrame:
    """Return people of schools s0, s1, … of these sizes, of whom one in five missed each wave."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, size in enumerate(sizes):
        own = change + rng.normal(0, spread)
        person = 3 + rng.normal(0, 0.8, size)
        scores = person + rng.normal(0, 0.5, (2, size)) + np.array([[0], [own]])
        scores[rng.random((2, size)) < 0.2] = np.nan
        rows += [(f"s{number}", f"p{place}", *pair) for place, pair in enumerate(scores.T)]
    return (
        pd.DataFrame(rows, columns=["school", "respondent", "before", "after"])
        .set_index(["school", "respondent"])
        .dropna(how="all")
        .sort_index()
    )


PEOPLE = {cohort: make_cohort(sizes, place / 4, place) for place, (cohort, sizes) in enumerate(SIZES.items())}
COUNTED = {cohort: list(people.index.get_level_values("school").unique()) for cohort, people in PEOPLE.items()}


def compute_errors(design: pd.DataFrame, person: np.ndarray, var_person: float, var_residual: float) -> pd.Series:
    """Return generalised least squares errors by the textbook formula; those of statsmodels hold the curvature of the variances too."""
    covariance = var_person * (person[:, None] == person) + var_residual * np.eye(person.size)
    x = design.to_numpy()
    return pd.Series(np.sqrt(np.diag(np.linalg.inv(x.T @ np.linalg.solve(covariance, x)))), index=design.columns)


@pytest.fixture(scope="module")
def found() -> dict[str, CohortChange]:
    return estimate_cohorts(PEOPLE, COUNTED, 0.95)


def test_stage_one_is_the_mixed_model_that_statsmodels_fits(found: dict[str, CohortChange]) -> None:
    import statsmodels.formula.api as smf

    tables = [people.reset_index().assign(cohort=cohort) for cohort, people in PEOPLE.items()]
    long = pd.concat(tables).melt(["cohort", "school", "respondent"], ["before", "after"], value_name="y").dropna()
    long["school"] = long["cohort"] + long["school"]
    long["post"] = (long["variable"] == "after").astype(float)
    long["person"] = long["school"] + long["respondent"]
    fit = smf.mixedlm("y ~ 0 + school + school:post", long, groups="person").fit(reml=True, method="bfgs", gtol=1e-9)
    design = pd.DataFrame(fit.model.exog, columns=fit.model.exog_names)
    errors = compute_errors(design, long["person"].to_numpy(), float(fit.cov_re.iloc[0, 0]), fit.scale)
    for cohort, change in found.items():
        names = [f"school[{cohort}{school}]:post" for school in change.schools]
        np.testing.assert_allclose(change.changes.estimate, fit.params[names], atol=1e-6)
        np.testing.assert_allclose(change.std_error, errors[names], atol=1e-6)
        assert change.sd_within == pytest.approx(math.sqrt(fit.cov_re.iloc[0, 0] + fit.scale), abs=1e-6)


def test_stage_one_over_cohorts_is_that_of_r_with_kenward_roger() -> None:
    w = witness("default.school_changes")
    wide = w.data().pivot(index=["school", "pupil"], columns="post", values="y").set_axis(["before", "after"], axis=1)
    people = wide.set_index(wide.index.map(lambda key: (str(key[0]), str(key[1])))).rename_axis(["school", "respondent"]).sort_index()
    place = {str(school): number for number, school in enumerate(w.value["school"])}
    first = people.index.get_level_values("school").map(place).to_numpy() % 2 == 0
    parts = {"first": people[first], "second": people[~first]}
    cohorts = estimate_cohorts(parts, {name: part.index.get_level_values("school") for name, part in parts.items()}, 0.95)
    assert [len(cohort.schools) for cohort in cohorts.values()] == [5, 5]
    theirs = {name: pd.Series(w.value[name], index=w.value["school"]) for name in ("change", "se", "se_kr", "df_kr", "ci_low", "ci_high")}
    ours = {"change": "estimate", "se": "std_error", "se_kr": "std_error_kr", "df_kr": "df", "ci_low": "low", "ci_high": "high"}
    for cohort in cohorts.values():
        for name, own in ours.items():
            np.testing.assert_allclose(getattr(cohort.changes, own), theirs[name][list(cohort.schools)], rtol=1e-6)
        w.agree(cohort.sd_within, "sd_within")
    test = stats.ttest_ind(*(theirs["change"][list(cohort.schools)] for cohort in cohorts.values()))
    difference = compare_two(*cohorts.values())
    np.testing.assert_allclose([difference.p_value, difference.low], [test.pvalue, test.confidence_interval().low], rtol=1e-6)


def test_the_mean_of_a_cohort_is_the_t_test_over_its_schools(found: dict[str, CohortChange]) -> None:
    for change in found.values():
        d = change.changes.estimate
        test = stats.ttest_1samp(d, 0)
        low, high = test.confidence_interval(0.95)
        np.testing.assert_allclose(
            [change.mean.estimate, change.mean.low, change.mean.high, change.mean.p_value], [d.mean(), low, high, test.pvalue], rtol=1e-10
        )
        assert (change.mean.df, change.mean.n) == (d.size - 1, len(change.schools))


def test_the_difference_of_two_cohorts_is_the_pooled_t_test(found: dict[str, CohortChange]) -> None:
    first, second = found["2025"], found["2024"]
    test = stats.ttest_ind(first.changes.estimate, second.changes.estimate, equal_var=True)
    low, high = test.confidence_interval(0.95)
    difference = compare_two(first, second)
    np.testing.assert_allclose([difference.low, difference.high, difference.p_value], [low, high, test.pvalue], rtol=1e-10)
    assert difference.df == 7 and difference.estimate == pytest.approx(first.mean.estimate - second.mean.estimate)
    assert compare_two(second, first).estimate == -difference.estimate


def test_the_difference_is_the_slope_of_a_regression_over_schools(found: dict[str, CohortChange]) -> None:
    import statsmodels.api as sm

    first, second = found["2023"], found["2026"]
    later = np.repeat([0.0, 1.0], [len(first.schools), len(second.schools)])
    fit = sm.OLS(np.concatenate([first.changes.estimate, second.changes.estimate]), sm.add_constant(later)).fit()
    difference = compare_two(second, first, 0.9)
    assert (difference.estimate, difference.std_error, difference.df) == pytest.approx((fit.params[1], fit.bse[1], fit.df_resid))
    assert (difference.low, difference.high) == pytest.approx(tuple(fit.conf_int(0.1)[1]))


def test_a_synthesis_is_what_the_formulas_give_by_hand(found: dict[str, CohortChange]) -> None:
    y, v = (np.array([getattr(cohort.mean, name) for cohort in found.values()]) for name in ("estimate", "std_error"))
    v = v**2

    def compute_deviance(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(-np.log(w).sum() + np.log(w.sum()) + w @ (y - w @ y / w.sum()) ** 2)

    tau2 = minimize_scalar(compute_deviance, bounds=(0, 2), method="bounded", options={"xatol": 1e-12}).x
    w = 1 / (v + tau2)
    mu = w @ y / w.sum()
    error = math.sqrt(w @ (y - mu) ** 2 / (y.size - 1) / w.sum())
    reach = stats.t.ppf(0.975, y.size - 1) * error
    synthesis = synthesise_cohorts(found.values(), pooled=False)
    np.testing.assert_allclose([synthesis.mean.mu, synthesis.mean.low, synthesis.mean.high], [mu, mu - reach, mu + reach], atol=1e-6)
    assert synthesis.between_cohorts.estimate == pytest.approx(math.sqrt(tau2), abs=1e-6)
    assert synthesis.cohorts == tuple(SIZES)


def test_a_pooled_synthesis_takes_the_variance_within_all_cohorts(found: dict[str, CohortChange]) -> None:
    changes = [cohort.changes.estimate for cohort in found.values()]
    within = sum(((own - own.mean()) ** 2).sum() for own in changes) / sum(own.size - 1 for own in changes)
    expected = estimate_random_effects([own.mean() for own in changes], [within / own.size for own in changes], 0.9)
    synthesis = synthesise_cohorts(found.values(), 0.9)
    assert (synthesis.mean.low, synthesis.mean.tau2) == pytest.approx((expected.low, expected.tau2))
    assert synthesis.between_schools == synthesise_cohorts(found.values(), 0.9, pooled=False).between_schools


def test_cohorts_are_the_same_whatever_their_order_and_each_as_alone() -> None:
    turned = estimate_cohorts(dict(reversed(PEOPLE.items())), COUNTED, 0.95)
    assert list(turned) == list(reversed(SIZES))
    alone = estimate_cohorts(PEOPLE, COUNTED, 0.95, common=False)
    for cohort, change in estimate_cohorts(PEOPLE, COUNTED, 0.95).items():
        np.testing.assert_array_equal(change.changes.estimate, turned[cohort].changes.estimate)
        np.testing.assert_array_equal(alone[cohort].changes.low, estimate_average(PEOPLE[cohort], COUNTED[cohort], 0.95).changes.low)
        assert alone[cohort].sd_within != change.sd_within


def test_schools_that_do_not_count_enter_the_variances_only(found: dict[str, CohortChange]) -> None:
    fewer = estimate_cohorts(PEOPLE, COUNTED | {"2025": ["s4", "s0", "s2", "s3", "elsewhere"]}, 0.95)["2025"]
    assert fewer.schools == ("s0", "s2", "s3", "s4")
    assert fewer.sd_within == found["2025"].sd_within
    np.testing.assert_array_equal(fewer.changes.estimate, np.delete(found["2025"].changes.estimate, 1))


def test_few_schools_stand_side_by_side(found: dict[str, CohortChange]) -> None:
    small = estimate_cohorts(PEOPLE, COUNTED | {"2025": ["s0", "s1", "s2"], "2026": ["s3"]}, 0.95)
    assert math.isfinite(small["2025"].mean.estimate) and math.isnan(small["2025"].mean.low) and not small["2025"].tested
    assert math.isnan(small["2026"].tau.tau2)
    difference = compare_two(small["2025"], small["2024"])
    assert difference.estimate == pytest.approx(small["2025"].mean.estimate - found["2024"].mean.estimate)
    assert math.isnan(difference.low) and math.isnan(difference.p_value)
    synthesis = synthesise_cohorts(small.values(), pooled=False)
    assert synthesis.cohorts == () and math.isnan(synthesis.mean.mu) and math.isnan(synthesis.between_schools.estimate)


@pytest.mark.parametrize("common", [True, False])
def test_cohorts_without_anything_to_estimate_give_no_number_and_no_error(common: bool) -> None:
    made = PEOPLE["2024"]
    people = {
        "empty": made.iloc[:0],
        "one school": made.loc[["s1"]],
        "unanswered": made.assign(after=np.nan),
        "all equal": made.assign(before=3.0, after=3.0),
        "no pairs": make_cohort((8, 9, 10, 11), 0, 3).pipe(lambda table: table.where(np.eye(2, dtype=bool)[np.arange(len(table)) % 2])),
    }
    cohorts = estimate_cohorts(people, dict.fromkeys(people, COUNTED["2024"]), 0.95, common=common)
    assert [len(cohort.schools) for cohort in cohorts.values()] == [0, 1, 0, 4, 4]
    assert [name for name, cohort in cohorts.items() if cohort.tested] == ["no pairs"]
    assert all(math.isnan(cohort.tau.tau2) for name, cohort in cohorts.items() if name in ("empty", "one school", "unanswered"))
    assert math.isnan(synthesise_cohorts(cohorts.values()).mean.mu)
    assert math.isnan(compare_two(cohorts["empty"], cohorts["unanswered"]).estimate)
    assert estimate_cohorts({}, {}, 0.95) == {}
    assert estimate_cohorts({"empty": people["empty"]}, {}, 0.95)["empty"].reason == "no_answers"
